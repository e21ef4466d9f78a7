"""Lists as .xlsx files, in which no cell is ever a formula (GUARD-09)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Cell = str | int


def workbook(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet, written row by row; every text is text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()

    def cell(value: Cell) -> Any:
        made = WriteOnlyCell(sheet, value if isinstance(value, int) else ILLEGAL_CHARACTERS_RE.sub("", value))
        if isinstance(value, str):
            made.data_type = "s"
        return made

    sheet.append([cell(value) for value in headings])
    for row in rows:
        sheet.append([cell(value) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
