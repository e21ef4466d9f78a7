"""Pasted text and .csv files. Linear in their length, so they are read where one stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from planner.ui.refusal import Refusal
from summons.spreadsheets.rows import MOST_CHARACTERS, MOST_ROWS, Row, tidied_rows, too_many_rows

DELIMITERS = "\t;,|"
LINES_LOOKED_AT = 50


def read_pasted(text: str) -> list[Row]:
    """What a spreadsheet puts on the clipboard: tabs between cells, quotes round those with line breaks."""
    return tidied_rows(_records(_bounded(text), "\t"))


def read_csv(content: bytes) -> list[Row]:
    """A .csv file in UTF-8, UTF-16 or Windows-1252; the delimiter is the one that divides most lines alike."""
    text = _bounded(_decoded(content))
    return tidied_rows(_records(text, _delimiter(text)))


def _bounded(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise Refusal(_("Listen fylder for meget. Del den op, og indlæs delene hver for sig."), code="too-large")
    return text.replace("\0", "")


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    lines = [line for line in text.splitlines()[:LINES_LOOKED_AT] if line.strip()]
    counts = {sign: [line.count(sign) for line in lines] for sign in DELIMITERS}

    def agreement(sign: str) -> tuple[int, int]:
        usual = max(counts[sign], default=0)
        return (sum(1 for count in counts[sign] if count == usual and usual > 0), usual)

    best = max(DELIMITERS, key=agreement)
    return best if any(counts[best]) else ";"


def _records(text: str, delimiter: str) -> Sequence[tuple[int, list[str]]]:
    """Line number and cells of each record. Quotes that do not add up are taken as ordinary signs."""
    try:
        records = _parsed(text, delimiter, quoting=csv.QUOTE_MINIMAL)
    except csv.Error:
        return _parsed(text, delimiter, quoting=csv.QUOTE_NONE)
    return records


def _parsed(text: str, delimiter: str, *, quoting: int) -> list[tuple[int, list[str]]]:
    source = io.StringIO(text, newline="")
    if quoting == csv.QUOTE_NONE:
        reader = csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(source, delimiter=delimiter, strict=True)
    found, line = [], 1
    for cells in reader:
        if any(cells):
            found.append((line, cells))
        line = reader.line_num + 1
        if len(found) > MOST_ROWS + 1:
            raise too_many_rows()
    return found
