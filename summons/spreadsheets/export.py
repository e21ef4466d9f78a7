"""Lists as .xlsx files, in which no cell is ever a formula (GUARD-09)."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Sequence
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Cell = str | int


def problem_list(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet, in memory."""
    stream = io.BytesIO()
    _write(stream, headings, rows)
    return stream.getvalue()


def workbook(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """The same for a long list: rows go to a file as they come; the caller closes it."""
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - the answer that sends it closes it
    _write(stream, headings, rows)
    stream.seek(0)
    return stream


def _write(stream: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Every text is text, whatever it begins with."""
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
    book.save(stream)
