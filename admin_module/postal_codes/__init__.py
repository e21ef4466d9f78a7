"""Danish postal codes and their cities, read once from `denmark.csv` (source and licence: README.md beside it)."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("denmark.csv")


@cache
def _cities() -> dict[str, str]:
    with SOURCE.open(encoding="utf-8", newline="") as rows:
        return {row["postal_code"]: row["city"] for row in csv.DictReader(rows)}


def city_of(postal_code: str) -> str:
    """«2100» is «København Ø»; "" for a code that is not known."""
    return _cities().get(postal_code.strip(), "")
