"""How dates, times and numbers are written, in Danish or English. Nothing here reads a clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

D = TypeVar("D", bound=date)

NBSP = "\N{NO-BREAK SPACE}"
EN_DASH = "\N{EN DASH}"
QUARTERS = {
    0: "",
    15: "\N{VULGAR FRACTION ONE QUARTER}",
    30: "\N{VULGAR FRACTION ONE HALF}",
    45: "\N{VULGAR FRACTION THREE QUARTERS}",
}


@dataclass(frozen=True, slots=True)
class Writing:
    """The words and signs of one language; `full_stop` follows day numbers and shortened names."""

    weekdays: tuple[str, ...]
    weekday_letters: int
    months: tuple[str, ...]
    full_stop: str
    at: str
    colon: str
    thousands: str
    week: str
    hour: str
    minute: str
    yesterday: str
    today: str
    tomorrow: str

    def weekday(self, value: date) -> str:
        return self.weekdays[value.weekday()][: self.weekday_letters] + self.full_stop

    def month(self, value: date) -> str:
        name = self.months[value.month - 1]
        return name if len(name) <= 3 else name[:3] + self.full_stop

    def number(self, value: date) -> str:
        return f"{value.day}{self.full_stop}"


DANISH = Writing(
    weekdays=("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    weekday_letters=3,
    months=(
        "januar",
        "februar",
        "marts",
        "april",
        "maj",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "december",
    ),
    full_stop=".",
    at=f"kl.{NBSP}",
    colon=".",
    thousands=".",
    week="uge",
    hour="t.",
    minute="min.",
    yesterday="i går",
    today="i dag",
    tomorrow="i morgen",
)
ENGLISH = Writing(
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    weekday_letters=3,
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    full_stop="",
    at=f"at{NBSP}",
    colon=":",
    thousands=",",
    week="week",
    hour="h",
    minute="min",
    yesterday="yesterday",
    today="today",
    tomorrow="tomorrow",
)


def writing() -> Writing:
    """The active language's way of writing."""
    return ENGLISH if (get_language() or "da").startswith("en") else DANISH


def _local(value: D) -> D:
    """An instant as seen on the wall clock here; a date as it is."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)  # type: ignore[return-value]
    return value


def _as_date(value: date) -> date:
    local = _local(value)
    return local.date() if isinstance(local, datetime) else local


def short_day(value: date) -> str:
    """«1. dec.»"""
    value, w = _as_date(value), writing()
    return f"{w.number(value)} {w.month(value)}"


def day(value: date) -> str:
    """«tir. 1. dec.»"""
    return f"{writing().weekday(_as_date(value))} {short_day(value)}"


def day_year(value: date) -> str:
    """«tir. 1. dec. 2026»"""
    return f"{day(value)} {_as_date(value).year}"


def date_year(value: date) -> str:
    """«1. dec. 2026»"""
    return f"{short_day(value)} {_as_date(value).year}"


def long_date(value: date) -> str:
    """«1. december»"""
    value, w = _as_date(value), writing()
    return f"{w.number(value)} {w.months[value.month - 1]}"


def long_day(value: date) -> str:
    """«tirsdag 1. december»"""
    return f"{writing().weekdays[_as_date(value).weekday()]} {long_date(value)}"


def long_day_year(value: date) -> str:
    """«tirsdag 1. december 2026»"""
    return f"{long_day(value)} {_as_date(value).year}"


def weekday(value: date) -> str:
    """«tirsdag»"""
    return writing().weekdays[_as_date(value).weekday()]


def short_weekday(value: date) -> str:
    """«tir.»"""
    return writing().weekday(_as_date(value))


def short_month(value: date) -> str:
    """«dec.»"""
    return writing().month(_as_date(value))


def clock(value: datetime | time) -> str:
    """«9.30»"""
    local = _local(value) if isinstance(value, datetime) else value
    return f"{local.hour}{writing().colon}{local.minute:02}"


def at_clock(value: datetime | time) -> str:
    """«kl. 9.30», never broken over two lines"""
    return f"{writing().at}{clock(value)}"


def moment(value: datetime) -> str:
    """«tir. 1. dec. kl. 9.30»"""
    return f"{day(value)} {at_clock(value)}"


def moment_year(value: datetime) -> str:
    """«tir. 1. dec. 2026 kl. 9.30»"""
    return f"{day_year(value)} {at_clock(value)}"


def clocks(start: datetime | time, end: datetime | time) -> str:
    """«9.30–10.15»"""
    return f"{clock(start)}{EN_DASH}{clock(end)}"


def period(start: datetime, end: datetime) -> str:
    """«tir. 1. dec. kl. 9.30–10.15»; over several days both ends are written out"""
    if _as_date(start) == _as_date(end):
        return f"{moment(start)}{EN_DASH}{clock(end)}"
    return f"{moment(start)} {EN_DASH} {moment(end)}"


def days(first: date, last: date) -> str:
    """«21.–31. dec.», «30. nov.–4. dec.», «21. dec. 2026–3. jan. 2027»; `last` is included"""
    first, last = _as_date(first), _as_date(last)
    if first == last:
        return short_day(first)
    if first.year != last.year:
        return f"{date_year(first)}{EN_DASH}{date_year(last)}"
    start = writing().number(first) if first.month == last.month else short_day(first)
    return f"{start}{EN_DASH}{short_day(last)}"


def recent(value: datetime, now: datetime) -> str:
    """«i dag kl. 10.42», «i går kl. 7.40»; further away the day, and the year where it is another"""
    local, today, w = _as_date(value), _as_date(now), writing()
    near = {today - timedelta(days=1): w.yesterday, today: w.today, today + timedelta(days=1): w.tomorrow}
    if local in near:
        return f"{near[local]} {at_clock(value)}"
    return moment(value) if local.year == today.year else moment_year(value)


def week_number(value: date) -> int:
    """The week's number, as Danes count (ISO 8601)."""
    return _as_date(value).isocalendar().week


def week(value: date) -> str:
    """«uge 49»"""
    return f"{writing().week}{NBSP}{week_number(value)}"


def weeks(first: date, last: date) -> str:
    """«uge 49–51»"""
    one, other = week_number(first), week_number(last)
    return week(first) if one == other else f"{week(first)}{EN_DASH}{other}"


def number(value: int) -> str:
    """«1.250»"""
    return f"{value:,}".replace(",", writing().thousands)


def hours(minutes: int) -> str:
    """Minutes as «6½ t.», «45 min.» or «6 t. 40 min.»"""
    whole, rest = divmod(minutes, 60)
    w = writing()
    if not whole and rest:
        return f"{rest} {w.minute}"
    if rest in QUARTERS:
        return f"{number(whole)}{QUARTERS[rest]} {w.hour}"
    return f"{number(whole)} {w.hour} {rest} {w.minute}"


def cpr_mask(value: str) -> str:
    """«120588-••••»: the six digits of the date, never the last four."""
    digits = re.sub(r"\D", "", value)
    return f"{digits[:6]}-••••"


def initials(name: str) -> str:
    """«KH» of «Karen Holst»."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()


def names(several: Sequence[str]) -> str:
    """«Anna Agger, Birk Bisgaard og Cecilie Colding»; of more than three the first two, and how many others."""
    if len(several) > 3:
        others = len(several) - 2
        several = [*several[:2], ngettext("%d anden", "%d andre", others) % others]
    *first, last = several
    return _(" og ").join([", ".join(first), last]) if first else last


def starts_with_capital(text: str) -> str:
    """«Tirsdag 1. december» for a heading."""
    return text[:1].upper() + text[1:]
