""".xlsx files: read by a process of its own with limits of memory and time, so that no file can harm the web server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from planner.ui.refusal import Refusal
from summons.spreadsheets.rows import MOST_COLUMNS, MOST_ROWS, Row, tidied_rows, too_many_rows

CHILD = Path(__file__).with_name("child.py")
LARGEST = 10 * 1024 * 1024
SECONDS = 15

REASONS: dict[str, str | Promise] = {
    "old-or-locked": _(
        "Filen er i et ældre Excel-format eller låst med adgangskode. Gem den som .xlsx uden adgangskode."
    ),
    "not-a-workbook": _("Filen er ikke en .xlsx-fil. Gem listen som .xlsx eller .csv."),
    "macros": _("Filen indeholder makroer og læses ikke. Gem den som en almindelig .xlsx-fil."),
    "too-many-parts": _("Filen har for mange ark eller dele. Gem listen alene i en ny fil."),
    "too-large": _("Filen fylder for meget, når den pakkes ud. Gem listen alene i en ny fil."),
    "no-sheet": _("Der er intet ark med en liste i filen."),
    "damaged": _("Filen er beskadiget og kan ikke læses. Gem den igen fra regnearket."),
    "too-slow": _("Filen tog for lang tid at læse. Gem listen alene i en ny fil."),
}


def read_xlsx(content: bytes) -> list[Row]:
    """The rows of the first visible sheet. Raises Refusal, in plain Danish, for what is not read."""
    if len(content) > LARGEST:
        raise _refused("too-large")
    command = [sys.executable, "-I", str(CHILD), str(MOST_ROWS), str(MOST_COLUMNS)]
    try:
        outcome = subprocess.run(  # noqa: S603 - our own script, no shell, nothing of the file in the command
            command, input=content, capture_output=True, timeout=SECONDS, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        raise _refused("too-slow") from None
    if outcome.returncode != 0:
        raise _refused("too-slow" if outcome.returncode < 0 else "too-large")
    answer = json.loads(outcome.stdout)
    if reason := answer.get("refused"):
        raise too_many_rows() if reason == "too-many-rows" else _refused(reason)
    return tidied_rows(answer["rows"])


def _refused(reason: str) -> Refusal:
    return Refusal(REASONS[reason], code=f"file-{reason}")
