"""HTTP as the calendars need it: no redirects, answers of a bounded size, and every bad end as one of `errors`."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from typing import Any

import httpx2
from django.utils.translation import gettext as _

from planner.calendars.errors import CalendarError, NotLetIn, Refused, Silent

LARGEST = 30 * 1024 * 1024
LONGEST_WAIT = timedelta(hours=3)
LATER = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
SHUT = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; headers by their names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@cache
def _client(timeout: float) -> httpx2.Client:
    return httpx2.Client(
        timeout=timeout,
        verify=ssl.create_default_context(),
        trust_env=False,
        follow_redirects=False,
        limits=httpx2.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=30),
    )


def call(
    method: str,
    address: str,
    *,
    timeout: float,
    accepted: tuple[int, ...],
    headers: Mapping[str, str],
    auth: tuple[str, str] | None = None,
    **content: Any,
) -> Answer:
    """One call; a status that is not `accepted` raises. `timeout` in seconds, for each phase."""
    try:
        with _client(timeout).stream(method, address, headers=dict(headers), auth=auth, **content) as response:
            answer = Answer(response.status_code, dict(response.headers), _read(response, longest=3 * timeout))
    except httpx2.TimeoutException:
        raise Silent(_("Kalenderen svarer ikke i tide.")) from None
    except httpx2.HTTPError as fault:
        if isinstance(fault.__cause__, ssl.SSLError) or isinstance(fault.__context__, ssl.SSLError):
            raise Silent(_("Kalenderens certifikat kan ikke godkendes.")) from None
        raise Silent(_("Der er ingen forbindelse til kalenderen.")) from None
    if answer.status in accepted:
        return answer
    raise fault_of(answer)


def _read(response: httpx2.Response, *, longest: float) -> bytes:
    """The body, in at most so many seconds: an answer that drips is none."""
    body, until = bytearray(), time.monotonic() + longest
    for part in response.iter_bytes():
        body += part
        if time.monotonic() > until:
            raise Silent(_("Kalenderen svarer ikke i tide."))
        if len(body) > LARGEST:
            raise Refused(_("Kalenderens svar er for stort."))
    return bytes(body)


def fault_of(answer: Answer) -> CalendarError:
    """What an answer that was not wished for means."""
    if answer.status in SHUT:
        return NotLetIn(_("Kalenderen lukker ikke Planner ind. Kontrollér brugernavn, adgangskode og rettigheder."))
    if answer.status in LATER or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        wait = retry_after(answer.headers, now=datetime.now(UTC))
        return Silent(_("Kalenderen kan ikke tage imod lige nu (%d).") % answer.status, retry_after=wait)
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        sentence = _("Kalenderen viser videre til en anden adresse. Skriv den rigtige adresse på medarbejderkortet.")
        return Refused(sentence, status=answer.status)
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Refused(_("Kalenderen findes ikke på adressen."), status=answer.status)
    return Refused(_("Kalenderen afviste posten (%d).") % answer.status, status=answer.status)


def unreadable() -> Silent:
    """An answer that says nothing: it may pass."""
    return Silent(_("Kalenderens svar kan ikke læses."))


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """How long the other side asks us to wait, in seconds or until a date; None: it does not say."""
    said = headers.get("retry-after", "")
    if said.isdigit():
        return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
    try:
        return min(max(parsedate_to_datetime(said) - now, timedelta()), LONGEST_WAIT) if said else None
    except (TypeError, ValueError):
        return None
