"""BorgerBookingService in processes of its own on the test's database, and citizens who call it over HTTP."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx2
from django.conf import settings

from booking.models import OnlineOffer
from planner.embedded.children import free_port
from tests.factories import COPENHAGEN

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[3]
CODE = "10300"


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    seconds: float

    @property
    def codes(self) -> list[int]:
        return [row["kode"] for row in self.body["fejl"]] if self.body and "fejl" in self.body else []


def _client() -> httpx2.Client:
    """For as many threads at once as there are."""
    return httpx2.Client(timeout=60, trust_env=False, limits=httpx2.Limits(max_keepalive_connections=0))


@dataclass
class Service:
    """Asked as DFDG asks; each call has a connection of its own."""

    url: str
    token: str = field(repr=False)
    client: httpx2.Client = field(default_factory=_client, repr=False)

    def ask(self, verb: str, path: str, cpr: str, body: dict[str, Any] | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "x-civilregistrationIdentifier": cpr}
        began = time.perf_counter()
        answer = self.client.request(verb, f"{self.url}/v1/BorgerBooking{path}", headers=headers, json=body)
        return Answer(answer.status_code, answer.json() if answer.content else None, time.perf_counter() - began)

    def starts(self, cpr: str, offer: OnlineOffer, *, weeks: int = 4) -> list[str]:
        """The starts that the citizen is shown, in order."""
        now = datetime.now(UTC)
        asked = {"intervalStart": now.isoformat(), "intervalSlut": (now + timedelta(weeks=weeks)).isoformat()}
        answer = self.ask("POST", f"/Moedetilbud/{offer.pk}/Moedetider", cpr, asked)
        return [slot["startTime"] for slot in answer.body["bookingTimeslotCollection"]["bookingTimeslot"]]

    def book(self, cpr: str, offer: OnlineOffer, start: str, booking_id: UUID | None = None) -> Answer:
        body = {"moedetilbudId": str(offer.pk), "starttidspunkt": start, "samtaleformType": 1}
        return self.ask("POST", f"/Booking/{booking_id or uuid4()}", cpr, body)

    def rebook(self, cpr: str, booking_id: UUID, start: datetime) -> Answer:
        body = {"starttidspunkt": start.astimezone(COPENHAGEN).isoformat()}
        return self.ask("PUT", f"/Booking/{booking_id}", cpr, body)


def environment() -> dict[str, str]:
    """What a program needs to work on the test's database with its keys."""
    keys = {"PLANNER_CPR_KEY": settings.CPR_KEY, "PLANNER_SECRET_KEY": settings.SECRET_KEY}
    return os.environ | keys | {"PLANNER_EMBEDDED": "1", "PLANNER_DATA": str(settings.DATA)}


@contextmanager
def running(*, workers: int, without: str = "") -> Iterator[Service]:
    """Started, and stopped afterwards. The test's database is the one in the environment.

    `without`: the protection that is taken away (tests.booking.jobnet.unprotected).
    """
    port, token = free_port(), secrets.token_urlsafe(40)
    own = environment() | {"BORGERBOOKING_TOKEN": token, "PLANNER_LOG_LEVEL": "ERROR", "WITHOUT": without}
    served = "tests.booking.jobnet.unprotected:application" if without else "planner.wsgi:application"
    command = [sys.executable, "-m", "gunicorn", served, "--bind", f"127.0.0.1:{port}", "--preload"]
    command += ["--worker-class", "gthread", "--threads", "8", "--workers", str(workers), "--no-control-socket"]
    service = Service(f"http://127.0.0.1:{port}", token)
    with subprocess.Popen(command, cwd=ROOT, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/readyz", process)
            yield service
        finally:
            service.client.close()
            process.terminate()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while True:
        assert process.poll() is None, "the service ended"
        assert time.monotonic() < until, "the service does not answer"
        try:
            if httpx2.get(url, trust_env=False, timeout=5).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)


def all_at_once(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Each in a thread of its own; they start together."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], T]) -> T:
        start.wait(timeout=30)
        return task()

    with ThreadPoolExecutor(len(tasks)) as threads:
        return list(threads.map(run, tasks))
