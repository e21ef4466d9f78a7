"""Reads one .xlsx from standard input and writes its rows to standard output as JSON; run as a process of its own.

The archive is judged before anything is unpacked. Knows neither Django nor Planner; starts with little memory.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

MEMORY = 400 * 1024 * 1024
SECONDS = 10
MOST_FILES = 300
MOST_SHEETS = 60
MOST_UNPACKED = 80 * 1024 * 1024
MOST_UNPACKED_BESIDES_SHEETS = 24 * 1024 * 1024
MOST_RATIO = 400
MACROS = ("vbaproject.bin", "vbadata.xml")


class Unreadable(Exception):
    """A file that is not read; the argument is the code of the reason."""


def archive_of(content: bytes) -> zipfile.ZipFile:
    """The archive, if it is a workbook of modest size and honest about it."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("old-or-locked")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Unreadable("not-a-workbook") from None
    files = archive.infolist()
    names = [file.filename.lower() for file in files]
    if len(files) > MOST_FILES or sum(name.startswith("xl/worksheets/") for name in names) > MOST_SHEETS:
        raise Unreadable("too-many-parts")
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names or len(set(names)) != len(names):
        raise Unreadable("not-a-workbook")
    if any(name.endswith(MACROS) for name in names):
        raise Unreadable("macros")
    besides = sum(file.file_size for file in files if not file.filename.startswith("xl/worksheets/"))
    unpacked, packed = sum(file.file_size for file in files), sum(file.compress_size for file in files)
    if unpacked > MOST_UNPACKED or besides > MOST_UNPACKED_BESIDES_SHEETS or packed > len(content):
        raise Unreadable("too-large")
    if unpacked > 1024 * 1024 and unpacked > MOST_RATIO * len(content):
        raise Unreadable("too-large")
    if any(file.flag_bits & 1 for file in files):
        raise Unreadable("old-or-locked")
    if b"macroenabled" in archive.read("[Content_Types].xml").lower():
        raise Unreadable("macros")
    return archive


def rows_of(content: bytes, most_rows: int, most_columns: int) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row of the first sheet that has something in it."""
    archive_of(content)
    from openpyxl import load_workbook  # noqa: PLC0415 - loaded only for files that passed

    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheet = next((one for one in workbook.worksheets if one.sheet_state == "visible"), None)
    if sheet is None or not hasattr(sheet, "reset_dimensions"):
        raise Unreadable("no-sheet")
    sheet.reset_dimensions()
    found = 0
    limit = most_rows * 4
    for line, values in enumerate(sheet.iter_rows(max_col=most_columns + 1, values_only=True, max_row=limit + 1), 1):
        if not any(value is not None for value in values):
            continue
        found += 1
        if found > most_rows + 1 or line > limit:
            raise Unreadable("too-many-rows")
        yield line, [text_of(value) for value in values]


def text_of(value: Any) -> str:
    """A cell as it would be typed: whole numbers without a point, dates as YYYY-MM-DD."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}".replace(".", ",")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def main(most_rows: int, most_columns: int) -> dict[str, Any]:
    """The rows, or the code of why there are none."""
    content = sys.stdin.buffer.read()
    try:
        return {"rows": list(rows_of(content, most_rows, most_columns))}
    except Unreadable as fault:
        return {"refused": str(fault)}
    except MemoryError:
        return {"refused": "too-large"}
    except Exception:  # noqa: BLE001 - whatever a hostile file provokes in a parser, it is not read
        return {"refused": "damaged"}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.environ["OPENPYXL_LXML"] = "False"
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
