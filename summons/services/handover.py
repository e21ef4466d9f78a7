"""Lists handed over by a case system: received encrypted, opened once by a caseworker, forgotten if nobody came."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from planner.accounts.tenancy import acting_for
from planner.accounts.vault import decrypt, digest, encrypt
from planner.ui.addresses import read_id
from planner.ui.refusal import Refusal
from summons.models import CaseSystem, HandedList, Run
from summons.services.import_list import Imported, changeable, import_lines
from summons.spreadsheets.rows import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, tidied
from summons.spreadsheets.table import Line

UNFETCHED = timedelta(days=7)
Heading = Annotated[str, StringConstraints(min_length=1, max_length=90)]
Cell = Annotated[str, StringConstraints(max_length=LONGEST_CELL)]


class HandedAbsence(BaseModel):
    """A citizen's absence; both days included, without an end it lasts."""

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    first_on: date
    last_on: date | None = None


class HandedRow(BaseModel):
    """One citizen. A due date is a date or a week («2026-49»)."""

    model_config = ConfigDict(extra="forbid")

    cpr: Annotated[str, StringConstraints(max_length=40)]
    columns: Annotated[dict[Heading, Cell], Field(max_length=MOST_COLUMNS)] = {}
    due_dates: Annotated[dict[Heading, Cell], Field(max_length=MOST_COLUMNS)] = {}
    absences: Annotated[list[HandedAbsence], Field(max_length=50)] = []
    digital_exempt: bool = False

    def line(self, number: int) -> Line:
        columns = {tidied(name): text for name, value in self.columns.items() if (text := tidied(value))}
        return Line(
            number,
            tidied(self.cpr),
            {tidied(kind): text for kind, value in self.due_dates.items() if (text := tidied(value))},
            self.digital_exempt,
            columns,
            (tidied(self.cpr), *columns.values()),
            tuple(
                (tidied(one.kind), one.first_on, one.last_on)
                for one in self.absences
                if one.last_on is None or one.first_on <= one.last_on
            ),
        )


class Handed(BaseModel):
    """What a case system posts."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    rows: Annotated[list[HandedRow], Field(min_length=1, max_length=MOST_ROWS)]

    def lines(self) -> Iterator[Line]:
        return (row.line(number) for number, row in enumerate(self.rows, 1))


def register(*, jobcentre_id: int, name: str, now: datetime) -> str:
    """Let a case system in; its token, which is shown this once and names the job centre."""
    token = _fresh_token(jobcentre_id)
    CaseSystem.objects.create(jobcentre_id=jobcentre_id, name=name, token_digest=digest(token), created_at=now)
    return token


def renew(*, system: CaseSystem) -> str:
    """Another token for a case system, whose old one opens nothing from now on; one that was stopped is let in."""
    token = _fresh_token(system.jobcentre_id)
    system.token_digest, system.stopped_at = digest(token), None
    system.save(update_fields=["token_digest", "stopped_at"])
    return token


def stop(*, system: CaseSystem, now: datetime) -> None:
    """Its token opens nothing from now on; what it has handed over stays."""
    system.stopped_at = system.stopped_at or now
    system.save(update_fields=["stopped_at"])


def _fresh_token(jobcentre_id: int) -> str:
    return f"{jobcentre_id}.{secrets.token_urlsafe(32)}"


def jobcentre_of(token: str) -> int | None:
    """The job centre that a token names; whether it lets anybody in is asked there."""
    return read_id(token.partition(".")[0])


def case_system_with(token: str) -> CaseSystem | None:
    """The case system of the job centre acted for that has this token."""
    return CaseSystem.objects.filter(token_digest=digest(token), stopped_at=None).first()


def receive(*, token: str, handed: Handed, now: datetime) -> HandedList | None:
    """Keep a list for the caseworkers of the job centre; None where the token lets nobody in."""
    jobcentre_id = jobcentre_of(token)
    if jobcentre_id is None:
        return None
    with acting_for(jobcentre_id, source="case_system"):
        system = case_system_with(token)
        if system is None:
            return None
        return HandedList.objects.create(
            jobcentre_id=jobcentre_id,
            case_system=system,
            name=tidied(handed.name) or system.name,
            encrypted=encrypt(handed.model_dump_json()),
            rows=len(handed.rows),
            received_at=now,
        )


def is_let_in(token: str) -> bool:
    """Whether this token opens the door."""
    jobcentre_id = jobcentre_of(token)
    if jobcentre_id is None:
        return False
    with acting_for(jobcentre_id, source="case_system"):
        return case_system_with(token) is not None


def open_list(*, list_id: UUID, by: int, now: datetime, today: date) -> Run:
    """A fresh run with the list waiting in step 2. Raises Refusal where somebody has opened it."""
    handed, kept = _take(list_id, now)
    run = Run.objects.create(
        jobcentre_id=kept.jobcentre_id, author_id=by, saved_by_id=by, name=kept.name, created_at=now, saved_at=now
    )
    _bring(changeable(run.pk), handed, kept, now, today)
    return run


def fetch_into(*, list_id: UUID, run_id: UUID, now: datetime, today: date) -> Imported:
    """The list onto a run that is there already."""
    run = changeable(run_id)
    handed, kept = _take(list_id, now)
    return _bring(run, handed, kept, now, today)


def forget_unfetched(*, now: datetime) -> int:
    """Delete the lists of this job centre that nobody opened in time, and the emptied shells of those opened."""
    return HandedList.objects.filter(received_at__lt=now - UNFETCHED).delete()[0]


def _take(list_id: UUID, now: datetime) -> tuple[Handed, HandedList]:
    kept = HandedList.objects.select_for_update(of=("self",)).select_related("case_system").get(pk=list_id)
    if kept.opened_at is not None or kept.encrypted is None:
        raise Refusal(_("Listen er allerede åbnet. Den ligger under «Kladder»."), code="list-opened")
    handed = Handed.model_validate_json(decrypt(kept.encrypted))
    kept.encrypted, kept.opened_at = None, now
    kept.save(update_fields=["encrypted", "opened_at"])
    return handed, kept


def _bring(run: Run, handed: Handed, kept: HandedList, now: datetime, today: date) -> Imported:
    lines = list(handed.lines())
    run.file_name, run.cpr_column = f"{kept.name} ({kept.case_system.name})"[:200], ""
    return import_lines(
        run=run,
        lines=lines,
        columns=list(dict.fromkeys(name for line in lines for name in line.extra)),
        due_kinds=list(dict.fromkeys(kind for line in lines for kind in line.due)),
        now=now,
        today=today,
    )
