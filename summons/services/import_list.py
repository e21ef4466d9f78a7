"""Putting citizens on a run's list: one by one, from a pasted or filed table, from a case system.

Every line is used or explained.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from booking.cpr import CprNumber as Number
from booking.cpr import Fault, parse
from booking.models import Channel, CprNumber
from booking.queries.facts import among
from planner.accounts.vault import digest, encrypt
from planner.bulk import insert_rows
from planner.ui.refusal import Refusal
from summons.models import RejectedRow, Run, RunCitizen
from summons.rules import why_not_change
from summons.spreadsheets.due import read_due
from summons.spreadsheets.rows import MOST_ROWS
from summons.spreadsheets.table import Line, Table

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import went, in lines."""

    added: int
    refused: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class Sorted:
    """What is made of the lines of a list."""

    run: Run
    today: date
    seen: dict[bytes, int]
    citizens: list[RunCitizen] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)

    def take(self, line: Line) -> None:
        """Use a line, or say why not."""
        number = parse(line.cpr)
        if isinstance(number, Fault):
            self.reject(line, str(number.sentence))
            return
        key = digest(number.digits)
        if key in self.seen:
            first = self.seen[key]
            reason = _("Samme borger som linje %d. Tæller én gang.") if first else _("Borgeren er allerede på listen.")
            self.reject(line, reason % first if first else reason, kind=RejectedRow.Kind.DUPLICATE)
            return
        self.seen[key] = line.number
        self.citizens.append(self._citizen(line, number, key))

    def reject(
        self, line: Line, reason: str, *, kind: RejectedRow.Kind = RejectedRow.Kind.REFUSED, value: str | None = None
    ) -> None:
        """Keep a line, or one value of it, with what is wrong."""
        shown = line.cpr if value is None else value
        self.rejected.append(rejection(self.run, line.number, value=shown, cells=line.cells, reason=reason, kind=kind))

    def _citizen(self, line: Line, number: Number, key: bytes) -> RunCitizen:
        due = {kind: found for kind, text in line.due.items() if (found := self._due(line, kind, text))}
        brought = Brought(due, line.exempt, line.extra, line.absences)
        return RunCitizen(
            jobcentre_id=self.run.jobcentre_id,
            run=self.run,
            line=line.number,
            encrypted=encrypt(number.digits),
            digest=key,
            born_on=number.born_on,
            channel=Channel.LETTER if line.exempt else Channel.JOBNET,
            extra=encrypt(brought.to_json()) if brought != Brought() else None,
        )

    def _due(self, line: Line, kind: str, text: str) -> date | None:
        found = read_due(text, self.today)
        if found is None:
            reason = _("%s kunne ikke læses som uge eller dato. Borgeren er med, men uden den falddato.") % kind
            self.reject(line, reason, kind=RejectedRow.Kind.REMARK, value=text)
        return found


@dataclass(frozen=True, slots=True)
class Brought:
    """What a list says of a citizen beside the number; kept encrypted on the line."""

    due: dict[str, date] = field(default_factory=dict)
    exempt: bool = False
    extra: dict[str, str] = field(default_factory=dict)
    absences: tuple[tuple[str, date, date | None], ...] = ()

    def to_json(self) -> str:
        return json.dumps(
            {
                "due": {kind: on.isoformat() for kind, on in self.due.items()},
                "exempt": self.exempt,
                "extra": self.extra,
                "absences": [
                    (kind, first.isoformat(), last and last.isoformat()) for kind, first, last in self.absences
                ],
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Brought:
        kept = json.loads(text)
        return cls(
            {kind: date.fromisoformat(on) for kind, on in kept["due"].items()},
            kept["exempt"],
            kept["extra"],
            tuple(
                (kind, date.fromisoformat(first), date.fromisoformat(last) if last else None)
                for kind, first, last in kept["absences"]
            ),
        )


def import_table(*, run_id: UUID, table: Table, file_name: str = "", now: datetime, today: date) -> Imported:
    """Add the lines of a table; what an earlier import could not use is forgotten."""
    run = changeable(run_id)
    run.file_name, run.cpr_column = file_name[:200], table.found_in[:200]
    run.facets = {**run.facets, "headings": table.headings}
    above = [
        rejection(
            run,
            row.line,
            value=next(filter(None, row.cells), ""),
            cells=row.cells,
            reason=_("Linjen står over overskrifterne."),
            kind=RejectedRow.Kind.REMARK,
        )
        for row in table.before
    ]
    return import_lines(
        run=run,
        lines=table.lines(),
        columns=table.columns,
        due_kinds=table.due_kinds,
        above=above,
        now=now,
        today=today,
    )


def import_lines(
    *,
    run: Run,
    lines: Iterable[Line],
    columns: Sequence[str],
    due_kinds: Sequence[str],
    above: Sequence[RejectedRow] = (),
    now: datetime,
    today: date,
) -> Imported:
    """Add lines whose meaning is known to a run that was locked by `changeable`."""
    there = dict.fromkeys(map(bytes, run.lines.values_list("digest", flat=True)), 0)
    found = Sorted(run, today, there)
    for line in lines:
        found.take(line)
    if len(there) > 2 * MOST_ROWS:
        raise Refusal(_("Listen er for lang. Fordel borgerne på flere indkaldelser."), code="too-many-rows")
    run.rejected.all().delete()
    RunCitizen.objects.bulk_create(found.citizens, batch_size=CHUNK)
    RejectedRow.objects.bulk_create([*above, *found.rejected], batch_size=CHUNK)
    run.columns = list(dict.fromkeys([*run.columns, *columns]))
    run.due_kinds = list(dict.fromkeys([*run.due_kinds, *due_kinds]))
    run.saved_at = now
    run.save(update_fields=["columns", "due_kinds", "facets", "file_name", "cpr_column", "saved_at"])
    kinds = [row.kind for row in found.rejected]
    return Imported(
        len(found.citizens),
        kinds.count(RejectedRow.Kind.REFUSED),
        kinds.count(RejectedRow.Kind.DUPLICATE),
    )


def add_one(*, run_id: UUID, cpr: str, now: datetime) -> RunCitizen:
    """«Tilføj borger». Raises Refusal with why not."""
    run = changeable(run_id)
    number = parse(cpr)
    if isinstance(number, Fault):
        raise Refusal(number.sentence, code=f"cpr-{number.code.value}")
    key = digest(number.digits)
    if run.lines.filter(digest=key).exists():
        raise Refusal(_("Borgeren er allerede på listen."), code="duplicate")
    last = run.lines.aggregate(last=Max("line"))["last"] or 1
    citizen = RunCitizen.objects.create(
        jobcentre_id=run.jobcentre_id,
        run=run,
        line=last + 1,
        encrypted=encrypt(number.digits),
        digest=key,
        born_on=number.born_on,
    )
    run.saved_at = now
    run.save(update_fields=["saved_at"])
    return citizen


def add_known(*, run_id: UUID, citizens: Sequence[UUID], now: datetime) -> int:
    """Citizens of the job centre, in this order, those not on the list yet; how many. A fixed number of statements."""
    run = changeable(run_id)
    there = set(run.lines.values_list("digest", flat=True))
    numbers = CprNumber.objects.filter(citizen__in=among(citizens), valid_to=None).select_related("citizen")
    by_citizen = {number.citizen_id: number for number in numbers}
    known = [by_citizen[pk] for pk in citizens if pk in by_citizen and by_citizen[pk].digest not in there][:MOST_ROWS]
    if known:
        last = run.lines.aggregate(last=Max("line"))["last"] or 1
        each: dict[str, Sequence[object]] = {
            "line": list(range(last + 1, last + 1 + len(known))),
            "encrypted": [bytes(number.encrypted) for number in known],
            "digest": [bytes(number.digest) for number in known],
            "born_on": [number.citizen.born_on for number in known],
            "channel": [(Channel.LETTER if one.citizen.digital_exempt else Channel.JOBNET).value for one in known],
        }
        insert_rows(RunCitizen, {"jobcentre_id": run.jobcentre_id, "run_id": run.pk}, each)
    run.saved_at = now
    run.save(update_fields=["saved_at"])
    return len(known)


def forget_rejected(*, run_id: UUID) -> None:
    """Close the box of what could not be used."""
    changeable(run_id).rejected.all().delete()


def changeable(run_id: UUID) -> Run:
    """The run, locked until the transaction ends. Raises Refusal where its list may not be changed now."""
    run = Run.objects.select_for_update(of=("self",)).get(pk=run_id)
    if refusal := why_not_change(run):
        raise refusal
    return run


def rejection(
    run: Run,
    line: int,
    *,
    value: str,
    cells: Sequence[str],
    reason: str,
    kind: RejectedRow.Kind = RejectedRow.Kind.REFUSED,
) -> RejectedRow:
    """A line that is explained, not yet kept."""
    return RejectedRow(
        jobcentre_id=run.jobcentre_id,
        run=run,
        kind=kind,
        line=line,
        encrypted=encrypt(json.dumps({"value": value, "cells": list(cells)})),
        reason=reason[:300],
    )
