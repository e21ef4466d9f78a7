"""The worker's logs, from a real worker."""

import json
import subprocess
import sys
from collections.abc import Generator, Iterator
from threading import Timer

import pytest
from kombu.utils import functional

from planner.celery import app
from planner.embedded.children import free_port
from planner.embedded.choices import ROOT
from planner.logs import request_id
from planner.outbox.models import Receiver

QUEUE = "test-of-logs"


@pytest.fixture
def worker(owner_url: str) -> Generator["subprocess.Popen[str]"]:
    """A worker of its own queue on the test database."""
    command = [sys.executable, "-m", "celery", "-A", "planner.celery:app", "worker", "--pool", "solo", "-Q", QUEUE]
    command += ["--loglevel", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    patience = Timer(90, worker.terminate)
    patience.start()
    try:
        yield worker
    finally:
        patience.cancel()
        worker.terminate()
        worker.communicate()


def _entries(worker: "subprocess.Popen[str]") -> Iterator[dict[str, str]]:
    assert worker.stderr
    for line in worker.stderr:
        if line.startswith("{"):
            yield json.loads(line)


@pytest.mark.requirement("RUN-04")
def test_a_workers_lines_are_json_and_carry_the_id_of_the_request_that_asked(
    worker: "subprocess.Popen[str]",
) -> None:
    token = request_id.set("4f1d9b7ac2e0")
    try:
        app.send_task("planner.outbox.tasks.sweep", [Receiver.MAIL.value], queue=QUEUE)
    finally:
        request_id.reset(token)
    done = next(entry for entry in _entries(worker) if "succeeded" in entry["event"])
    assert done["request_id"] == "4f1d9b7ac2e0"


@pytest.mark.requirement("FAULT-04")
def test_a_lost_broker_is_looked_for_every_other_second_and_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functional, "sleep", lambda _seconds: None)
    pauses: list[float] = []

    def note(_fault: Exception, pause: float) -> None:
        pauses.append(pause)
        if len(pauses) == 200:
            raise KeyboardInterrupt

    with app.connection_for_read(f"redis://127.0.0.1:{free_port()}/0") as broker, pytest.raises(KeyboardInterrupt):
        broker.ensure_connection(note, app.conf.broker_connection_max_retries)
    assert pauses == [2.0] * 200
