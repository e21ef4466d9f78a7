"""A real Radicale in a process of its own, and what a counsellor does in it with another program."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from uuid import uuid4

import httpx2
from icalendar import Calendar

from planner.embedded.calendars import calendar_server
from planner.embedded.children import free_port
from tests.factories import MONDAY, at

NAME, PASSWORD = "anna", "Kalender-2026"
MAKE = """<?xml version="1.0"?><C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<D:displayname>Kalender</D:displayname></D:prop></D:set></C:mkcalendar>"""


@dataclass
class RunningRadicale:
    """Keeps its port and its files when it is stopped and started again."""

    folder: Path
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        log = self.folder / "radicale.log"
        self.child = calendar_server(self.folder, port=self.port, users={NAME: PASSWORD}, log=log)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.child.start()
        self.child.wait_until(self._answers, seconds=60)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def empty_calendar(self) -> CounsellorsCalendar:
        """An empty calendar of Anna's."""
        calendar = CounsellorsCalendar(f"{self.url}/{NAME}/{uuid4()}/")
        calendar.ask("MKCALENDAR", "", content=MAKE)
        return calendar


@dataclass
class CounsellorsCalendar:
    """What the counsellor sees and does there."""

    address: str

    def ask(self, method: str, path: str, **options: object) -> httpx2.Response:
        address = self.address + path.rsplit("/", 1)[-1]
        response = httpx2.request(method, address, auth=(NAME, PASSWORD), trust_env=False, **options)  # type: ignore[arg-type]
        response.raise_for_status()
        return response

    def write(self, *lines: str, uid: str = "") -> str:
        """An event with these lines; its uid."""
        uid = uid or f"{uuid4()}@example.dk"
        event = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Egen//DA", "BEGIN:VEVENT", f"UID:{uid}"]
        event += ["DTSTAMP:20261101T080000Z", *lines, "END:VEVENT", "END:VCALENDAR", ""]
        self.ask("PUT", f"{uid}.ics", content="\r\n".join(event))
        return uid

    def change(self, uid: str, old: str, new: str) -> None:
        """Edit the file of an event, as a move by hand does."""
        text = self.text(uid)
        assert old in text
        self.ask("PUT", f"{uid}.ics", content=text.replace(old, new).encode())

    def text(self, uid: str) -> str:
        return self.ask("GET", f"{uid}.ics").text

    def remove(self, uid: str) -> None:
        self.ask("DELETE", f"{uid}.ics")

    def events(self) -> list[dict[str, str]]:
        """Every event, with its properties as text."""
        whole = Calendar.from_ical(self.ask("GET", "").text)
        found = [{name: str(event.decoded(name)) for name in event} for event in whole.walk("VEVENT")]
        return sorted(found, key=lambda event: event["DTSTART"])

    def starts(self) -> list[str]:
        """From when each event is, in order."""
        return [event["DTSTART"] for event in self.events()]


def written_at(*clocks: str) -> list[str]:
    """How these times of MONDAY stand in the calendar."""
    return [str(at(MONDAY, clock).astimezone(UTC)) for clock in clocks]


def running_radicale(folder: Path) -> Iterator[RunningRadicale]:
    """For a fixture of a session."""
    radicale = RunningRadicale(folder)
    radicale.start()
    yield radicale
    radicale.child.stop()
