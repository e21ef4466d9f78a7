"""The worker's logs, from a real worker."""

import json
import subprocess
import sys
from collections.abc import Generator, Iterator
from threading import Timer

import pytest

from planner.celery import app
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
