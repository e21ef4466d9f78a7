"""The web as a caseworker has it, over HTTP, beside a worker and a timer: what is seen of the outbox from outside."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from django.conf import settings

from booking.models import Summons
from planner.embedded.children import Child
from planner.embedded.choices import ROOT
from tests.booking.jobnet import service
from tests.booking.jobnet.service import Service
from tests.conftest import signed_in
from tests.outbox.post import Post

CELERY = [sys.executable, "-m", "celery", "-A", "planner.celery:app"]
WORKER = ["worker", "-Q", "dfdg", "--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]


@dataclass(frozen=True)
class Front:
    """Bo at the web."""

    web: Service
    browser: httpx2.Client

    def press_synk(self, summons: Summons) -> httpx2.Response:
        return self.browser.post(f"{self.web.url}/summons/follow-up/{summons.pk}/sync/")

    def details(self, summons: Summons) -> str:
        """What the details of the summons say, as HTML."""
        return self.browser.get(f"{self.web.url}/summons/follow-up/{summons.pk}/").raise_for_status().text


@contextmanager
def front_of(post: Post) -> Iterator[Front]:
    token = secrets.token_hex(16)
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=service.environment(), check=True)  # pages name their files by them
    with service.running(workers=2) as web, httpx2.Client(trust_env=False, timeout=60) as browser:
        session = signed_in(post.world.bo).cookies[settings.SESSION_COOKIE_NAME].value
        browser.cookies = {settings.SESSION_COOKIE_NAME: session, "csrftoken": token}
        browser.headers["X-CSRFToken"] = token
        yield Front(web, browser)


@contextmanager
def programs_at_work(post: Post, folder: Path) -> Iterator[dict[str, Child]]:
    """A worker and the timer by name, as `make run` starts them."""
    own = service.environment() | {"DFDG_URL": post.simulator.url}
    schedule = ["beat", "--loglevel", "INFO", "--pidfile", "", "--schedule", str(folder / "schedule")]
    commands = {"worker": [*WORKER, "--loglevel", "INFO"], "beat": schedule}
    programs = {
        name: Child(name, [*CELERY, *arguments], folder / f"{name}.log", environment=own, folder=ROOT)
        for name, arguments in commands.items()
    }
    with ExitStack() as ends:
        for program in programs.values():
            program.start()
            ends.callback(program.stop, 20)
        yield programs
