"""What every reader gives back, and the bounds that all of them keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from planner.ui.refusal import Refusal

MOST_ROWS = 10_000
MOST_COLUMNS = 60
LONGEST_CELL = 500
MOST_CHARACTERS = 5_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list, counted from 1 as the spreadsheet does, and its cells, tidied."""

    line: int
    cells: tuple[str, ...]


def tidied(cell: str) -> str:
    """One line without invisible signs, odd spaces or ends; very long text is cut."""
    if not cell.isascii() or not cell.isprintable():
        cell = "".join(sign if sign.isprintable() else " " if sign.isspace() else "" for sign in cell)
    cell = cell.strip()
    return cell if len(cell) <= LONGEST_CELL else f"{cell[: LONGEST_CELL - 1]}…"


def tidied_rows(rows: Sequence[tuple[int, Sequence[str]]]) -> list[Row]:
    """The rows that have something in them. Raises Refusal where there are too many rows or columns, or none."""
    found = []
    for line, cells in rows:
        kept = [tidied(cell) for cell in cells]
        while kept and not kept[-1]:
            kept.pop()
        if kept:
            found.append(Row(line, tuple(kept)))
        if len(kept) > MOST_COLUMNS:
            raise too_many_columns()
        if len(found) > MOST_ROWS + 1:
            raise too_many_rows()
    if not found:
        raise Refusal(_("Der er ingen linjer i listen."), code="empty-list")
    return found


def too_many_rows() -> Refusal:
    sentence = _("Listen er for lang. Der kan højst indlæses %d linjer ad gangen.") % MOST_ROWS
    return Refusal(sentence, code="too-many-rows")


def too_many_columns() -> Refusal:
    sentence = _("Listen har for mange kolonner. Der kan højst være %d.") % MOST_COLUMNS
    return Refusal(sentence, code="too-many-columns")
