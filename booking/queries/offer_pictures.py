"""The calendars behind several offers at once; each sees its own dates, its rooms and its team's closing days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from admin_module.models import ClosingDayTeam
from booking.queries.facts import Picture
from booking.queries.offer_terms import Terms
from planner.accounts.models import Settings
from planner.accounts.set_up import kept

Key = TypeVar("Key")


def pictures(every: Mapping[Key, Terms], read: Callable[..., Picture], *, settings: Settings) -> dict[Key, Picture]:
    """Of those that can have times at all; `read` is `picture`, or `picture_for` a citizen.

    A fixed number of statements, however many they are.
    """
    wanted = {key: terms for key, terms in every.items() if has_times(terms)}
    if not wanted:
        return {}
    known = read(
        settings=settings,
        team_id=None,
        first=min(terms.least for terms in wanted.values()),
        last=max(terms.last for terms in wanted.values()),
        counsellors=sorted({one.pk for terms in wanted.values() for one in terms.counsellors}),
        rooms=sorted({one.pk for terms in wanted.values() for one in terms.rooms or ()}),
    )
    closed = _closed_for_teams()
    return {key: _seen_by(known, terms, closed.get(terms.team_id or 0, frozenset())) for key, terms in wanted.items()}


def has_times(terms: Terms) -> bool:
    """Whether anything could be booked, were all calendars empty."""
    return bool(terms.least <= terms.last and terms.counsellors and terms.starts and terms.rooms != ())


@kept
def _closed_for_teams() -> dict[int, frozenset[int]]:
    """The closing days of single teams, by team."""
    found: dict[int, frozenset[int]] = {}
    rows = ClosingDayTeam.objects.values_list("team_id", "closing_day__first_on", "closing_day__last_on")
    for team, first, last in rows:
        found[team] = found.get(team, frozenset()) | set(range(first.toordinal(), last.toordinal() + 1))
    return found


def _seen_by(known: Picture, terms: Terms, closed: frozenset[int]) -> Picture:
    return replace(
        known,
        first=terms.least.toordinal(),
        last=terms.last.toordinal(),
        closures=replace(known.closures, closing_days=known.closures.closing_days | closed),
        rooms={room.pk: known.rooms[room.pk] for room in terms.rooms or ()},
    )
