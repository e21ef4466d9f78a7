"""What the administration cannot know itself: the houses above register an answer at start, and are asked here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db.models import Model

from planner.ui.refusal import Link


class Answer(Protocol):
    """What of one house stands in the way of retiring this row; one statement or two, whatever the row."""

    def __call__(self, subject: Model, *, now: datetime, hold: bool) -> list[Link]: ...


class HitAnswer(Protocol):
    """What of one house these rows hit as they now are, and the page where it is settled."""

    def __call__(self, subjects: Sequence[Model], *, now: datetime) -> Link | None: ...


class LossAnswer(Protocol):
    """What of one house is lost when this row is retired, in words."""

    def __call__(self, subject: Model) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment that stands in the way: when, what, and its page; without persons there is no page either."""

    start_at: datetime
    end_at: datetime
    about: str
    citizens: str = ""
    citizen_ids: tuple[UUID, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The first appointments in the way, how many more there are, and where all of them are settled."""

    lines: tuple[Booked, ...]
    more: int
    url: str


class ListAnswer(Protocol):
    """Which appointments stand in the way of retiring this row; `named`: with their persons."""

    def __call__(self, subject: Model, *, now: datetime, named: bool) -> Listing | None: ...


_answers: list[Answer] = []
_list_answers: list[ListAnswer] = []
_hit_answers: list[HitAnswer] = []
_loss_answers: list[LossAnswer] = []


def register(answer: Answer) -> None:
    """Ask this house too; called once, when the program starts."""
    _answers.append(answer)


def why_not_retire(subject: Model, *, now: datetime, hold: bool = False) -> list[Link]:
    """All that houses above know to stand in the way (APP-15): `about` names it, with the way out where there is one.

    With `hold` nothing new can come in the way until the transaction ends: for the moment of retiring itself.
    """
    return [obstacle for answer in _answers for obstacle in answer(subject, now=now, hold=hold)]


def register_listing(answer: ListAnswer) -> None:
    """Ask this house too what it has booked; called once, when the program starts."""
    _list_answers.append(answer)


def what_is_booked(subject: Model, *, now: datetime, named: bool) -> list[Listing]:
    """The appointments that stand in the way, for who asks to retire this row (COUN-11, ROOM-05)."""
    return [listing for answer in _list_answers if (listing := answer(subject, now=now, named=named))]


def register_losses(answer: LossAnswer) -> None:
    """Ask this house too what is lost; called once, when the program starts."""
    _loss_answers.append(answer)


def what_is_lost(subject: Model) -> list[str]:
    """What houses above lose with this row; said before it is retired (APP-08)."""
    return [words for answer in _loss_answers for words in answer(subject)]


def register_hits(answer: HitAnswer) -> None:
    """Ask this house too what is hit; called once, when the program starts."""
    _hit_answers.append(answer)


def what_is_hit(subjects: Sequence[Model], *, now: datetime) -> list[Link]:
    """What a closing day, or counsellors' hours, hit now that they are saved; nothing slips in until the end of the
    transaction (CLOS-02, COUN-12)."""
    return [link for answer in _hit_answers if (link := answer(subjects, now=now))]
