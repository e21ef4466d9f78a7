"""The web server for measurements through HTTP: four workers, as many as a municipality begins with."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
from django.conf import settings

from planner.embedded.children import dies_with_parent

WORKERS = 4


class Refused(Exception):
    """An answer that is no 2xx."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status, body)
        self.status = status


@dataclass(frozen=True)
class Served:
    """One connection that stays open; a client of its own for each thread."""

    client: httpx2.Client

    def trivial(self) -> None:
        self.client.get("/bare/trivial").raise_for_status()

    def jobnet(self, verb: str, path: str, cpr: str, body: object) -> Any:
        """A call to BorgerBookingService, as DFDG makes it."""
        headers = {
            "Authorization": f"Bearer {settings.BORGERBOOKING_TOKEN}",
            "x-civilregistrationIdentifier": cpr,
            "x-requestId": str(uuid4()),
        }
        answer = self.client.request(verb, f"/v1/BorgerBooking{path}", headers=headers, json=body)
        if not answer.is_success:
            raise Refused(answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def another(self) -> Served:
        return Served(httpx2.Client(base_url=str(self.client.base_url), trust_env=False, timeout=60))


@contextmanager
def served() -> Iterator[Served]:
    """Begin the server, wait until it answers, and stop it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "benchmarks.bare:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(WORKERS), "--threads", "2", "--no-control-socket", "--log-level", "error", "--preload"]
    with subprocess.Popen(  # noqa: S603 - our own
        command,
        cwd=settings.ROOT,
        env=os.environ | {"PLANNER_ALLOWED_HOSTS": "127.0.0.1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no thread has begun yet
    ) as run:
        server = Served(httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60))
        try:
            _wait_for(server)
            yield server
        finally:
            server.client.close()
            run.terminate()


def _wait_for(server: Served) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            server.trivial()
        except httpx2.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
