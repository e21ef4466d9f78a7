"""SPEED-08: summonses sent to a simulator that answers at once, beside a bare loop of HTTP calls with as many workers.

Both make the same calls: the simulator knows the summonses and is told again, over connections that are already open.
Needs a migrated database of its own; the simulator runs in a process of its own.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
from django.conf import settings
from django.utils import timezone

from benchmarks.figures import Figure, figure
from booking.models import Citizen, Summons
from booking.queries.messages import loaded, message
from planner.accounts.models import Jobcentre, Settings
from planner.accounts.roles import Role
from planner.accounts.tenancy import acting_for
from planner.accounts.vault import decrypt
from planner.dfdg import wire
from planner.dfdg.messages import Caller
from planner.dfdg.simulator.population import FJORDBY, population
from planner.outbox import engine, services
from planner.outbox.models import Message, Receiver
from planner.outbox.services import Subject
from planner.outbox.states import State
from tests import factories

SENT = 200
ROUNDS = 7
KEPT_SECONDS = 30
LIMIT = 2.0


def measure() -> list[Figure]:
    """The time of our sending over that of the bare loop, in turns."""
    with _simulator() as url:
        settings.DFDG_URL = url
        jobcentre, summonses = _world()
        _engine(jobcentre, summonses)
        with _client(url) as client:
            before, ratios = _bare(client, jobcentre, summonses), []
            for _ in range(ROUNDS):
                ours, after = _engine(jobcentre, summonses), _bare(client, jobcentre, summonses)
                ratios.append(ours / ((before + after) / 2))
                before = after
    return [figure("SPEED-08", f"{SENT} summonses, {engine.WIDTH} at a time", ratios, "× a bare loop", LIMIT)]


@contextmanager
def _simulator() -> Iterator[str]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "manage.py", "simulator", "--port", str(port)]
    with subprocess.Popen(command, cwd=settings.ROOT, stdout=subprocess.DEVNULL) as run:  # noqa: S603 - our own
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_for(url)
            httpx2.post(f"{url}/sim/rules", json={"single_conversation": False}, trust_env=False)
            yield url
        finally:
            run.terminate()


def _wait_for(url: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            httpx2.get(url, trust_env=False)
        except httpx2.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _world() -> tuple[Jobcentre, list[Summons]]:
    """As many summonses to citizens of Fjordby, whom the simulator knows."""
    jobcentre = factories.make_jobcentre("Jobcenter Fjordby", FJORDBY)
    user = factories.make_user(jobcentre, "maaler", Role.CASEWORKER)
    today = timezone.localdate()
    people = [person for person in population(today).of(FJORDBY) if person.cpr_status == "active"][:SENT]
    with acting_for(jobcentre.pk, actor=user.pk, source="benchmark"):
        factories.make_types()
        team = factories.make_team(jobcentre)
        counsellor = factories.make_counsellor(team, hours=None)
        citizens = [factories.make_citizen(jobcentre, cpr=person.cpr) for person in people]
        day = today + timedelta(days=14)
        return jobcentre, [factories.make_summons(one, counsellor, team, by=user, day=day) for one in citizens]


def _engine(jobcentre: Jobcentre, summonses: list[Summons]) -> float:
    """Seconds from the first to the last of the messages."""
    now = timezone.now()
    with acting_for(jobcentre.pk, source="benchmark"):
        services.enqueue(
            jobcentre_id=jobcentre.pk,
            receiver=Receiver.DFDG,
            kind="summons",
            subjects=[Subject(summons.pk, summons.citizen_id) for summons in summonses],
            not_before=now,
            now=now,
        )
    began = time.perf_counter()
    engine.drain(jobcentre.pk, Receiver.DFDG)
    taken = time.perf_counter() - began
    with acting_for(jobcentre.pk, source="benchmark"):
        left = Message.objects.exclude(state=State.DONE).count()
    assert left == 0, left  # noqa: S101 - a benchmark that sent nothing is none
    return taken


def _client(url: str) -> httpx2.Client:
    """As many connections as our own client has, kept as long."""
    limits = httpx2.Limits(
        max_connections=engine.WIDTH, max_keepalive_connections=engine.WIDTH, keepalive_expiry=KEPT_SECONDS
    )
    return httpx2.Client(base_url=url, limits=limits, trust_env=False)


def _bare(client: httpx2.Client, jobcentre: Jobcentre, summonses: list[Summons]) -> float:
    """Seconds for as many calls with bodies made beforehand, by as many threads over kept connections."""
    with acting_for(jobcentre.pk, source="benchmark"):
        requests = [_request(summons) for summons in summonses]
    with ThreadPoolExecutor(engine.WIDTH) as pool:
        began = time.perf_counter()
        answers = list(pool.map(lambda request: client.request("PUT", **request), requests))
        taken = time.perf_counter() - began
    assert all(answer.is_success for answer in answers), answers[0].text  # noqa: S101
    return taken


def _request(summons: Summons) -> dict[str, Any]:
    citizen = Citizen.objects.get(pk=summons.citizen_id)
    cpr = decrypt(citizen.numbers.get().encrypted)
    caller = Caller.system(jobcentre_code=FJORDBY, job="maaling", registered_at=timezone.now())
    headers = wire.headers(caller, names=wire.HeaderNames(), request_id=str(uuid4()), cpr=cpr)
    path = wire.Paths().summons.format(summons_id=summons.pk)
    return {"url": path, "headers": headers, "json": _body(summons, cpr)}


def _body(summons: Summons, cpr: str) -> wire.Json:

    (found,) = loaded(Summons.objects.filter(pk=summons.pk))
    return wire.summons_body(message(found, cpr=cpr, settings=Settings.objects.get()))


if __name__ == "__main__":
    for one in measure():
        sys.stdout.write(f"{one.line}\n")
