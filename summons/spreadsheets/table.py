"""What the columns of a list mean: the CPR number, due dates, exemption from digital post, and the caseworker's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

from booking.cpr import looks_like_one
from planner.ui.refusal import Refusal
from summons.spreadsheets.rows import Row

CPR_HEADINGS = frozenset({"personnr", "personnummer", "cpr", "cprnr", "cprnummer"})
DUE = re.compile(r"fald(dato|uge)")
EXEMPT = re.compile(r"fritaget|digitaltfritaget|undtagetfradigital|undtagetdigital")
YES = frozenset({"ja", "j", "x", "1", "true", "sand", "fritaget", "undtaget", "yes"})
HEADING_WITHIN = 10
NEARLY_ALL = 0.8


@dataclass(frozen=True, slots=True)
class Line:
    """One row by the meaning of its columns. `absences`: kind, first and last day, where the list says."""

    number: int
    cpr: str = field(repr=False)
    due: dict[str, str]
    exempt: bool
    extra: dict[str, str] = field(repr=False)
    cells: tuple[str, ...] = field(repr=False)
    absences: tuple[tuple[str, date, date | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A list whose CPR column is known. `found_in` says which: «A (Personnr.)». `before`: rows above the headings."""

    found_in: str
    cpr: int
    due: dict[int, str]
    exempt: int | None
    extra: dict[int, str]
    before: tuple[Row, ...]
    rows: tuple[Row, ...]
    headings: tuple[str, ...] = ()

    @property
    def due_kinds(self) -> list[str]:
        """The headings that are due dates, in order."""
        return list(self.due.values())

    @property
    def columns(self) -> list[str]:
        """The caseworker's own headings, in order."""
        return list(self.extra.values())

    def lines(self) -> Iterator[Line]:
        """Each row under the headings."""
        for row in self.rows:
            cells = row.cells
            width = len(cells)
            yield Line(
                row.line,
                cells[self.cpr] if self.cpr < width else "",
                {kind: cells[at] for at, kind in self.due.items() if at < width and cells[at]},
                self.exempt is not None and self.exempt < width and cells[self.exempt].lower() in YES,
                {name: cells[at] for at, name in self.extra.items() if at < width and cells[at]},
                cells,
            )


def letters(heading: str) -> str:
    """A heading as it is compared: «Person-nr. » is «personnr»."""
    return "".join(sign for sign in heading.lower() if sign.isalpha())


def letter_of(column: int) -> str:
    """«A» for 0, «AB» for 27."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def table_of(rows: Sequence[Row]) -> Table:
    """The list with its columns named. Raises Refusal where no column, or more than one, can be the CPR numbers."""
    for position, row in enumerate(rows[:HEADING_WITHIN]):
        column = next((at for at, cell in enumerate(row.cells) if letters(cell) in CPR_HEADINGS), None)
        if column is not None:
            return _headed(rows, position, column)
    return _by_shape(rows)


def _headed(rows: Sequence[Row], position: int, column: int) -> Table:
    headings, body = rows[position].cells, rows[position + 1 :]
    if not body:
        raise Refusal(_("Der er ingen linjer under overskrifterne."), code="empty-list")
    found_in = f"{letter_of(column)} ({headings[column][:60]})"
    return _table(found_in, column, headings, tuple(rows[:position]), tuple(body))


def _by_shape(rows: Sequence[Row]) -> Table:
    body = rows if any(map(looks_like_one, rows[0].cells)) or len(rows) == 1 else rows[1:]
    width = max(len(row.cells) for row in body)
    columns = [[row.cells[at] for row in body if at < len(row.cells) and row.cells[at]] for at in range(width)]
    alike = [at for at, cells in enumerate(columns) if _nearly_all_look_like_cpr(cells)]
    if not alike:
        sentence = _("Kolonnen med personnumre blev ikke fundet. Giv den overskriften «Personnr.».")
        raise Refusal(sentence, code="no-cpr-column")
    if len(alike) > 1:
        sentence = _("Flere kolonner ligner personnumre (%s). Giv den rigtige overskriften «Personnr.».")
        raise Refusal(sentence % ", ".join(map(letter_of, alike)), code="several-cpr-columns")
    headings = rows[0].cells if body is not rows else ()
    return _table(letter_of(alike[0]), alike[0], headings, (), tuple(body))


def _nearly_all_look_like_cpr(cells: Sequence[str]) -> bool:
    return bool(cells) and sum(map(looks_like_one, cells)) >= NEARLY_ALL * len(cells)


def _table(found_in: str, cpr: int, headings: Sequence[str], before: tuple[Row, ...], body: tuple[Row, ...]) -> Table:
    width = max(len(headings), *(len(row.cells) for row in body))
    names = _unique([*headings, *[""] * (width - len(headings))])
    others = [at for at in range(width) if at != cpr]
    due = {at: names[at] for at in others if DUE.match(letters(names[at]))}
    exempt = next((at for at in others if EXEMPT.match(letters(names[at]))), None)
    extra = {at: names[at] for at in others if at not in due and at != exempt}
    used = {at for row in body for at, cell in enumerate(row.cells) if cell}
    return Table(
        found_in,
        cpr,
        due,
        exempt,
        {at: name for at, name in extra.items() if at in used},
        before,
        body,
        tuple(headings),
    )


def _unique(headings: Sequence[str]) -> list[str]:
    """Every column has a name of its own: those without are called by their letter, doubles get a number."""
    names: list[str] = []
    for at, heading in enumerate(headings):
        name = heading[:90] or f"Kolonne {letter_of(at)}"
        twins = sum(1 for other in names if other == name or other.startswith(f"{name} ("))
        names.append(f"{name} ({twins + 1})" if twins else name)
    return names
