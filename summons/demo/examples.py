"""Lists of citizens to try the import with, as a case system exports them and as people keep them themselves.

docs/examples has them without weeks, which would grow old; the demo writes fresh ones, with the weeks in which the
conversations fall due, into the data folder.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

from openpyxl import Workbook, load_workbook

from planner.dfdg.messages import PersonFacts
from planner.dfdg.simulator.population import DUE_JOB, FIRST_TEAM_GROUPS, FJORDBY, SIZES, SKOVBY, Population

Cell = str | int
Row = Sequence[Cell]

HEADS = ("Sagsnr.", "Navn", "Personnr.", "Kontaktgruppe", "Aktiveringstype", "Sagsbehandler", "Team")
ANY_DAY = date(2026, 11, 23)
"""Names and numbers are the same whatever the day."""


def all_of(known: Population, *, weeks: bool) -> dict[str, bytes]:
    """File name → content of every example."""
    return {
        "jobsamtaler-uge.xlsx": _workbook("Jobsamtaler", job_conversations(known, weeks=weeks)),
        "informationsmoede-60.xlsx": _workbook("Tilmeldte", information_meeting(known)),
        "fast-tidspunkt-7.csv": _csv(fixed_time(known)),
    }


def job_conversations(known: Population, *, weeks: bool) -> list[Row]:
    """404 lines: 400 citizens of Fjordby, and in rows 17, 88, 203 and 351 four that cannot be used."""
    owners = {employee.identifier: employee.full_name for employee in known.employees}
    people = sorted(_ordinary(known), key=lambda person: (person.family_name, person.given_name, person.cpr))
    rows: list[Row] = [(*HEADS, DUE_JOB) if weeks else HEADS]
    for number, person in enumerate(people):
        rows.append((*_facts(person, number, owners), *([_week(person)] if weeks else [])))
    stranger = known.of(SKOVBY)[0]
    bad = {17: "120588-111", 88: "310274-1234", 203: "720588-4321", 351: _hyphened(stranger.cpr)}
    for row, value in bad.items():
        rows.insert(row - 1, ("", "", value, "", "", "", "", *([""] if weeks else [])))
    return rows


def information_meeting(known: Population) -> list[Row]:
    """60 citizens in a list of somebody's own: numbers as figures, so some have lost their first zero."""
    special = known.of(FJORDBY)[SIZES[FJORDBY] :]
    people = [*_ordinary(known)[100:153], *special][:60]
    return [("Nr", "Fornavn", "Efternavn", "CPR"), *_numbered(people)]


def fixed_time(known: Population) -> list[Row]:
    """Seven citizens for one morning."""
    people = _ordinary(known)[200:207]
    return [
        ("CPR-nr.", "Navn", "Bemærkning"),
        *((_hyphened(one.cpr), one.full_name, "Ønsker formiddag") for one in people),
    ]


def _ordinary(known: Population) -> Sequence[PersonFacts]:
    return known.of(FJORDBY)[: SIZES[FJORDBY]]


def _numbered(people: Sequence[PersonFacts]) -> Iterator[Row]:
    for number, person in enumerate(people, start=1):
        yield number, person.given_name, person.family_name, int(person.cpr)


def _facts(person: PersonFacts, number: int, owners: dict[str, str]) -> Row:
    group = person.contact_group.name if person.contact_group else ""
    team = "Dagpenge" if person.contact_group in FIRST_TEAM_GROUPS else ""
    owner = owners.get(person.case_owner, "")
    return f"{2600 + number:05}", person.full_name, _hyphened(person.cpr), group, person.activation_type, owner, team


def _hyphened(cpr: str) -> str:
    return f"{cpr[:6]}-{cpr[6:]}"


def _week(person: PersonFacts) -> str:
    """The week of the nearest due job conversation, «uge 49 2026»."""
    dates = [one.due_on for one in person.due_dates if one.kind == DUE_JOB]
    if not dates:
        return ""
    year, week, _weekday = min(dates).isocalendar()
    return f"uge {week} {year}"


def _workbook(title: str, rows: Sequence[Row]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for letter, width in zip("ABCDEFGH", (10, 32, 14, 34, 20, 20, 12, 20), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in rows:
        sheet.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _csv(rows: Sequence[Row]) -> bytes:
    """As a Danish Excel writes it."""
    text = StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def same(name: str, content: bytes, place: Path) -> bool:
    """Whether the file at `place` says the same; a workbook's bytes hold the time of writing, its cells do not."""
    if not place.exists():
        return False
    if name.endswith(".csv"):
        return place.read_bytes() == content
    return _cells(place.read_bytes()) == _cells(content)


def _cells(workbook: bytes) -> list[tuple[object, ...]]:
    sheet = load_workbook(BytesIO(workbook), read_only=True).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        if not same(name, content, folder / name):
            (folder / name).write_bytes(content)
