"""Letters on paper: one accessible PDF (PDF/UA-1) for any number of them, made by typst with fonts of our own."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import cast
from unicodedata import normalize

from typst import Compiler

from planner.letters.wording import Paragraph

HERE = Path(__file__).parent
FILE_TYPE = "application/pdf"
_NOT_IN_THE_FONT = re.compile(
    "[^ -~\u00a0-\u017f\u018f\u0192\u01a0\u01a1\u01af\u01b0\u01cd-\u01dc\u01fa-\u01ff\u0218-\u021b\u0237\u0259"
    "\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u1e80-\u1e85\u1e9e\u1ea0-\u1ef9"
    "\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2032\u2033\u2039\u203a\u2044\u20ac\u2122\u2212\n]"
)
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One letter: to whom and from whom (lines), its heading and what it says."""

    to: str
    sender: str
    heading: str
    body: Sequence[Paragraph]


def pdf(sheets: Sequence[Sheet], *, title: str) -> bytes:
    """All of them in the order given, each from a new page; about 2 ms a letter.

    A character that the font lacks becomes «?», so that one strange name never stops the others' letters.
    """
    inputs = {
        "letters": json.dumps([_of(sheet) for sheet in sheets]),
        "title": _printable(title),
    }
    with _one_at_a_time:
        return cast("bytes", _compiler().compile(format="pdf", pdf_standards="ua-1", sys_inputs=inputs))


def _of(sheet: Sheet) -> dict[str, object]:
    """What letter.typ reads of a letter."""
    body = [{"words": _printable(one.words), "is_heading": one.is_heading} for one in sheet.body]
    to, sender, heading = map(_printable, (sheet.to, sheet.sender, sheet.heading))
    return {"to": to, "sender": sender, "heading": heading, "body": body}


@cache
def _compiler() -> Compiler:
    """One a process: it keeps the fonts; it knows no other files and never the network."""
    source, fonts = str(HERE / "letter.typ"), [str(HERE / "fonts")]
    return Compiler(source, root=str(HERE), font_paths=fonts, ignore_system_fonts=True)


def _printable(text: str) -> str:
    return _NOT_IN_THE_FONT.sub("?", normalize("NFC", " ".join(text.split("\t"))))
