"""A calendar by CalDAV (RFC 4791): Radicale, Nextcloud, SOGo and the like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urljoin, urlsplit
from uuid import UUID
from xml.etree.ElementTree import Element, ParseError

import recurring_ical_events
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from planner.calendars.calls import Answer, call, fault_of, unreadable
from planner.calendars.errors import Refused
from planner.calendars.ics import FILE_TYPE
from planner.calendars.interface import FoundEntry, Held, OwnEntry, Times, Written, own_times
from planner.timeline.clock import ZONE, midnight

D, C = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
XML = "application/xml; charset=utf-8"
WRITTEN = (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT)
GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY"})
QUERY = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
<D:prop><D:getetag/><C:calendar-data/></D:prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="{first}" end="{last}"/>
</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"""
WHAT = """<?xml version="1.0" encoding="utf-8"?>
<D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/></D:prop></D:propfind>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalDavCalendar:
    """`address`: the calendar's own, which has been looked at; `timeout` in seconds, for each phase of a call."""

    address: str
    user_name: str
    password: str = field(repr=False)
    timeout: float = 10.0

    def put(self, entry: OwnEntry, *, held: Held | None, request_id: UUID) -> Written:  # noqa: ARG002 - the uid does
        """A PUT on the version that we know; where that is another one by now, it is looked at and written over."""
        path = held.address if held else self._path(entry.uid)
        condition = {"If-Match": held.etag} if held and held.etag else {"If-None-Match": "*"}
        answer = self._put(path, entry, condition)
        changed = False
        if answer.status == HTTPStatus.PRECONDITION_FAILED or answer.status in GONE:
            there = self._there(path)
            changed = there is not None and there.times not in own_times(entry, held)
            condition = {"If-Match": there.etag} if there and there.etag else {}
            answer = self._put(path, entry, condition or {"If-None-Match": "*"})
        if answer.status not in WRITTEN:
            raise fault_of(answer)
        there = None if answer.headers.get("etag") else self._there(path)
        etag = answer.headers.get("etag", "") or (there.etag if there else "")
        return Written(address=path, etag=etag, was_changed=changed)

    def _put(self, path: str, entry: OwnEntry, condition: dict[str, str]) -> Answer:
        accepted = (*WRITTEN, HTTPStatus.PRECONDITION_FAILED, *GONE)
        kind = {"Content-Type": f"{FILE_TYPE}; charset=utf-8"}
        return self._call("PUT", path, headers=kind | condition, content=file_of(entry), accepted=accepted)

    def delete(self, uid: str, *, held: Held | None) -> None:
        path = held.address if held else self._path(uid)
        self._call("DELETE", path, accepted=(*WRITTEN, *GONE))

    def busy(self, first: datetime, last: datetime, *, mark: str) -> tuple[FoundEntry, ...]:
        query = QUERY.format(first=_utc(first), last=_utc(last))
        headers = {"Content-Type": XML, "Depth": "1"}
        answer = self._call("REPORT", "", headers=headers, content=query.encode(), accepted=(HTTPStatus.MULTI_STATUS,))
        found = _entries(answer, first, last, mark)
        return tuple(entry for entry in found if entry.starts_at < last and entry.ends_at > first)

    def probe(self) -> None:
        headers = {"Content-Type": XML, "Depth": "0"}
        answer = self._call("PROPFIND", "", headers=headers, content=WHAT.encode(), accepted=(HTTPStatus.MULTI_STATUS,))
        if _tree(answer).find(f".//{D}resourcetype/{C}calendar") is None:
            raise Refused(_("Adressen er ikke en kalender. Find kalenderens egen CalDAV-adresse i kalendersystemet."))

    def _there(self, path: str) -> _There | None:
        """The entry as the calendar holds it; None where it holds none."""
        answer = self._call("GET", path, accepted=(HTTPStatus.OK, *GONE))
        if answer.status in GONE:
            return None
        found = _events(answer.body.decode(errors="replace"))
        times = _times(found[0]) if found else None
        return _There(answer.headers.get("etag", ""), times)

    def _path(self, uid: str) -> str:
        return urlsplit(self._collection).path + quote(uid, safe="") + ".ics"

    @property
    def _collection(self) -> str:
        return self.address.rstrip("/") + "/"

    def _call(
        self,
        method: str,
        path: str,
        *,
        accepted: tuple[int, ...],
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """`path`: always on the calendar's own host, whatever an answer named."""
        return call(
            method,
            urljoin(self._collection, urlsplit(path)._replace(scheme="", netloc="").geturl()),
            timeout=self.timeout,
            accepted=accepted,
            headers=headers or {},
            auth=(self.user_name, self.password),
            content=content,
        )


@dataclass(frozen=True, slots=True)
class _There:
    etag: str
    times: Times | None


def file_of(entry: OwnEntry) -> bytes:
    """The entry as a file: private, and it takes the time."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", entry.title)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    for name, value in (("location", entry.place), ("description", entry.words), ("url", entry.link)):
        if value:
            event.add(name, value)
    calendar = Calendar()
    calendar.add("prodid", "-//Planner//Planner//DA")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _tree(answer: Answer) -> Element:
    try:
        root: Element = fromstring(answer.body)
    except (ParseError, DefusedXmlException, ValueError):
        raise unreadable() from None
    return root


def _entries(answer: Answer, first: datetime, last: datetime, mark: str) -> Iterator[FoundEntry]:
    for response in _tree(answer).iter(f"{D}response"):
        text = response.findtext(f".//{C}calendar-data")
        if not text:
            continue
        address, etag = response.findtext(f"{D}href", ""), response.findtext(f".//{D}getetag", "")
        for event in _occurrences(text, first, last):
            yield _found(event, address, etag, mark)


def _occurrences(text: str, first: datetime, last: datetime) -> list[Any]:
    """Each time by the clock of its own zone: servers that are asked to do it forget summer time."""
    events = _events(text)
    if not any("RRULE" in event or "RDATE" in event for event in events):
        return events
    if any(str(part).upper() in TOO_OFTEN for event in events for part in _frequencies(event)):
        raise Refused(_("En aftale i kalenderen gentages hvert minut. Ret den i kalenderen."))
    try:
        return list(recurring_ical_events.of(Calendar.from_ical(text)).between(first, last))
    except (ValueError, TypeError):
        raise unreadable() from None


def _frequencies(event: Any) -> list[Any]:
    rules = event.get("RRULE", [])
    return [part for rule in (rules if isinstance(rules, list) else [rules]) for part in rule.get("FREQ", [])]


def _events(text: str) -> list[Any]:
    try:
        return list(Calendar.from_ical(text).walk("VEVENT"))
    except ValueError:
        raise unreadable() from None


def _found(event: Any, address: str, etag: str, mark: str) -> FoundEntry:
    uid = str(event.get("UID", ""))
    starts_at, ends_at = _times(event)
    free = str(event.get("TRANSP", "OPAQUE")).upper() == "TRANSPARENT"
    cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    return FoundEntry(
        uid=uid,
        starts_at=starts_at,
        ends_at=ends_at,
        is_busy=not (free or cancelled),
        title=str(event.get("SUMMARY", "")) if uid.endswith(mark) else "",
        address=urlsplit(address).path,
        etag=etag,
    )


def _times(event: Any) -> Times:
    """From when to when; a whole day is one of ours, and what has no length takes none."""
    if "DTSTART" not in event:
        raise unreadable()
    start = event["DTSTART"].dt
    if "DTEND" in event:
        end = event["DTEND"].dt
    elif "DURATION" in event:
        end = start + event["DURATION"].dt
    else:
        end = start if isinstance(start, datetime) else start + timedelta(days=1)
    return _instant(start), _instant(end)


def _instant(value: date | datetime) -> datetime:
    """A day begins at our midnight; a time without a zone is by our clock."""
    if not isinstance(value, datetime):
        return midnight(value.toordinal())
    return (value if value.tzinfo else value.replace(tzinfo=ZONE)).astimezone(UTC)
