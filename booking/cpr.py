"""CPR numbers as people write them: read, refused with the reason in plain Danish, shown without the last four digits.

No modulus 11: numbers without it have been given out since 2007.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.dk import cpr
from stdnum.exceptions import InvalidComponent

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣-"), "-")
_QUOTES = "'\"`´‘’“”„«»"
_WRITTEN = re.compile(r"(\d+)(?:\s*-\s*|\s+)(\d+)|(\d+)")
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?\s*[eE]\s*\+?\s*\d+")
_MONTHS = (
    _("januar"),
    _("februar"),
    _("marts"),
    _("april"),
    _("maj"),
    _("juni"),
    _("juli"),
    _("august"),
    _("september"),
    _("oktober"),
    _("november"),
    _("december"),
)
_LOOKS_LIKE = re.compile(r"\d{6}\s*-\s*\d{3,4}|\d{6}\s+\d{4}|\d{9,10}")
_LAST_FOUR = re.compile(r"(?<!\d)(\d{6})[-\s]*\d{4}(?!\d)")


class FaultCode(Enum):
    """Why a text is no CPR number that can be looked up."""

    MISSING = "missing"
    SCIENTIFIC = "scientific"
    NOT_DIGITS = "not_digits"
    HYPHEN = "hyphen"
    NINE_WITH_HYPHEN = "nine_with_hyphen"
    LENGTH = "length"
    REPLACEMENT = "replacement"
    NO_SUCH_DATE = "no_such_date"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why not; the sentence never holds the number."""

    code: FaultCode
    sentence: str | Promise


@dataclass(frozen=True, slots=True)
class CprNumber:
    """Ten digits whose first six are a date that exists."""

    digits: str = field(repr=False)
    born_on: date

    @property
    def masked(self) -> str:
        """«120588-••••»"""
        return f"{self.digits[:6]}-••••"


def parse(text: str) -> CprNumber | Fault:
    """The number in «120588-1234», «1205881234» or nine digits that lost their first zero; else why it is none."""
    text = _tidied(text)
    if not text:
        return Fault(FaultCode.MISSING, _("Personnr. mangler."))
    if _SCIENTIFIC.fullmatch(text):
        sentence = _("Regnearket har forkortet tallet. Formatér kolonnen som tekst, og skriv nummeret igen.")
        return Fault(FaultCode.SCIENTIFIC, sentence)
    found = _WRITTEN.fullmatch(text)
    if not found or not text.isascii():
        return Fault(FaultCode.NOT_DIGITS, _("Et personnummer består af ti cifre, eventuelt med bindestreg."))
    date_part, serial, together = found.groups()
    return _of_digits(together) if together else _of_parts(date_part, serial)


def born_on(digits: str) -> date | None:
    """The date of birth, the century by the seventh digit; None where there is no such date."""
    try:
        return cpr.get_birth_date(digits)
    except InvalidComponent:
        return None


def looks_like_one(text: str) -> bool:
    """Whether a cell has the shape of a CPR number, valid or not."""
    return _LOOKS_LIKE.fullmatch(_tidied(text)) is not None


def masked(text: str) -> str:
    """The text with the last four digits of everything that could be a CPR number taken away."""
    return _LAST_FOUR.sub(r"\1-••••", text)


def _tidied(text: str) -> str:
    return text.translate(_DASHES).strip().strip(_QUOTES).strip()


def _of_parts(date_part: str, serial: str) -> CprNumber | Fault:
    if (len(date_part), len(serial)) == (6, 4):
        return _of_ten(date_part + serial)
    if (len(date_part), len(serial)) == (6, 3):
        return Fault(
            FaultCode.NINE_WITH_HYPHEN, _("Ni cifre med bindestreg: der mangler et ciffer efter bindestregen.")
        )
    if (len(date_part), len(serial)) == (5, 4):
        return Fault(FaultCode.NINE_WITH_HYPHEN, _("Ni cifre med bindestreg: der mangler et ciffer før bindestregen."))
    if len(date_part + serial) == 10:
        return Fault(FaultCode.HYPHEN, _("Bindestregen står forkert: seks cifre før den og fire efter."))
    return _wrong_length(len(date_part + serial))


def _of_digits(digits: str) -> CprNumber | Fault:
    if len(digits) == 10:
        return _of_ten(digits)
    if len(digits) == 9:
        whole = _of_ten(f"0{digits}")
        if isinstance(whole, CprNumber):
            return whole
        return Fault(FaultCode.LENGTH, _("Ni cifre, og med et 0 foran bliver det ikke til en dato, der findes."))
    return _wrong_length(len(digits))


def _wrong_length(digits: int) -> Fault:
    return Fault(FaultCode.LENGTH, _("Et personnummer har ti cifre. Her er der %d.") % digits)


def _of_ten(digits: str) -> CprNumber | Fault:
    day, month = int(digits[:2]), int(digits[2:4])
    if 61 <= day <= 91:
        return Fault(FaultCode.REPLACEMENT, _("Erstatningsnummer (dag + 60) kan ikke slås op."))
    if found := born_on(digits):
        return CprNumber(digits, found)
    if 1 <= month <= 12:
        sentence = _("Datoen findes ikke (%(day)d. %(month)s).") % {"day": day, "month": _MONTHS[month - 1]}
    else:
        sentence = _("Datoen findes ikke (måned %d).") % month
    return Fault(FaultCode.NO_SUCH_DATE, sentence)
