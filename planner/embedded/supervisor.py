"""Starts all of Planner on one machine in the right order, starts again what dies, and ends it all cleanly."""

import http.client
import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planner.embedded.calendars import calendar_server
from planner.embedded.children import Child, StartFailed, free_port
from planner.embedded.choices import ROOT, CannotStart, Choices
from planner.embedded.database import prepare
from planner.embedded.postgres import Postgres
from planner.embedded.valkey import Valkey

_QUEUES = "work,dfdg,calendar,mail,inbox"
_QUICK_DEATH_SECONDS = 30
_LONGEST_PAUSE_SECONDS = 15


class Stopped(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal."""


@dataclass
class Kept:
    """A program that is to run until the end."""

    child: Child
    place: str = ""
    started_at: float = field(default_factory=time.monotonic)
    quick_deaths: int = 0
    pause_until: float = 0.0


class Supervisor:
    """All programs of one data folder."""

    def __init__(self, choices: Choices, *, lock: int) -> None:
        """`lock` is held by every program too, so that the folder is free only when all of them are gone."""
        self.choices = choices
        self.kept: list[Kept] = []
        self.provisioned: dict[str, Any] = {}
        self.simulator_url = f"http://127.0.0.1:{free_port()}"
        self.booking_url = f"http://127.0.0.1:{free_port()}"
        self.smtp_url = f"smtp://127.0.0.1:{free_port()}"
        self.calendars_url = f"http://127.0.0.1:{free_port()}"
        self._lock = lock
        self._environment: dict[str, str] = {}

    def run(self) -> None:
        """Start, tell, and keep running until a signal ends it."""
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, _stop)
        try:
            self.start()
            self.tell()
            while True:
                self.revive()
                time.sleep(0.25)
        except Stopped:
            print("\nPlanner stopper …", flush=True)
        finally:
            self.end()

    def start(self) -> None:
        """Servers, database and files, the web until it answers, then the programs behind it."""
        _refuse_taken_port(self.choices)
        self.choices.ready_file.unlink(missing_ok=True)
        shutil.rmtree(self.choices.folder / "metrics", ignore_errors=True)
        (self.choices.folder / "metrics").mkdir()
        database, owner = self._database()
        broker = self._broker()
        self._environment = _environment(
            self.choices, database=database, broker=broker, dfdg=self.simulator_url, smtp=self.smtp_url
        )
        self._environment["BORGERBOOKING_URL"] = self.booking_url
        self._environment |= _calendars(self.calendars_url)
        self._provision(owner)
        self._start_web()
        self._start_booking()
        self._start_calendars()
        self._start_workers()
        self._write_ready_file()

    def revive(self) -> None:
        """Start again what died; what dies again and again waits longer and longer."""
        for kept in self.kept:
            code, now = kept.child.exit_code, time.monotonic()
            if code is None:
                continue
            if not kept.pause_until:
                kept.child.kill_rest()
                lived = now - kept.started_at
                kept.quick_deaths = kept.quick_deaths + 1 if lived < _QUICK_DEATH_SECONDS else 0
                pause = 0.0 if kept.quick_deaths < 2 else min(2.0 ** (kept.quick_deaths - 2), _LONGEST_PAUSE_SECONDS)
                kept.pause_until = now + pause
                print(f"{kept.child.name} stoppede (kode {code}) og startes igen. Se {kept.child.log}", flush=True)
            if now >= kept.pause_until:
                kept.child.start()
                kept.started_at, kept.pause_until = now, 0.0

    def tell(self) -> None:
        """Address, sign-ins, and what runs where."""
        lines = [f"\nPlanner er klar:  {self.choices.url}\n"]
        if sign_ins := self.provisioned["sign_ins"]:
            widths = [max(len(person[key]) for person in sign_ins) for key in ("username", "password")]
            lines.append("Log ind som (kun demodata):")
            for person in sign_ins:
                name, password = person["username"].ljust(widths[0]), person["password"].ljust(widths[1])
                lines.append(f"  {name}  adgangskode {password}  {', '.join(person['roles'])}")
        if citizens := self.provisioned["citizens"]:
            lines.append(f"Min side, som borgerne ser den:  {self.choices.url}minside/")
            lines.append(f"Borgere i demoen (CPR):  {', '.join(citizens[:5])}")
        lines.append("\nDet kører:")
        lines += [f"  {kept.child.name:<15} {kept.place:<36} {_short(kept.child.log)}" for kept in self.kept]
        lines.append(f"\nAlt ligger i {_short(self.choices.folder)}. Stop med Ctrl-C.")
        print("\n".join(lines), flush=True)

    def end(self) -> None:
        """Stop the programs together, then the servers they write to."""
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)
        self.choices.ready_file.unlink(missing_ok=True)
        servers = [kept for kept in self.kept if kept.child.name in {"PostgreSQL", "Valkey"}]
        programs = [kept for kept in self.kept if kept not in servers]
        for kept in programs:
            kept.child.ask_to_stop()
        deadline = time.monotonic() + 10
        for kept in programs:
            kept.child.wait_gone(max(0.1, deadline - time.monotonic()))
        for kept in reversed(servers):
            kept.child.stop(seconds=20)

    def _database(self) -> tuple[str, str]:
        """The addresses for the application and for the owner, who migrates."""
        if given := self.choices.database_url:
            owner = self.choices.owner_url or given
            application = given if self.choices.owner_url else None
            return prepare(owner, keys=self.choices.folder / "keys", app_url=application), owner
        postgres = Postgres(self.choices.folder, log=self.choices.logs / "postgres.log")
        self._keep(postgres.child, f"127.0.0.1:{postgres.port}")
        postgres.start()
        return postgres.app_url, postgres.owner_url

    def _broker(self) -> str:
        if given := self.choices.broker_url:
            return given
        valkey = Valkey(self.choices.folder, log=self.choices.logs / "valkey.log")
        self._keep(valkey.child, f"127.0.0.1:{valkey.port}")
        valkey.start()
        return valkey.url

    def _provision(self, owner_url: str) -> None:
        """Let Django make everything ready in a program of its own, and read what it found."""
        report = self.choices.folder / "provision.json"
        report.unlink(missing_ok=True)
        print("Gør database og filer klar (første gang tager det lidt længere) …", flush=True)
        child = self._python("Klargøring", "provision", "-m", "planner.embedded.provision", str(report))
        child.environment = self._environment | {"DATABASE_OWNER_URL": owner_url}
        child.start()
        try:
            while child.exit_code is None:
                time.sleep(0.05)
        finally:
            child.stop()
        if child.exit_code != 0:
            raise StartFailed(f"Klargøringen fejlede. Se {child.log}:\n{child.log_end()}")
        self.provisioned = json.loads(report.read_text())

    def _start_web(self) -> None:
        """What a browser needs; nothing else takes the machine's time until it answers."""
        if "simulator" in self.provisioned["commands"]:
            port, state = self.simulator_url.rpartition(":")[2], str(self.choices.folder / "simulator.sqlite")
            command = ["manage.py", "simulator", "--port", port, "--state", state]
            self._launch(self._python("Simulator", "simulator", *command), self.simulator_url)
        child = self._python("Web", "web", *_gunicorn(self.choices.port), "--preload")
        self._launch(child, self.choices.url)
        child.wait_until(lambda: _answers(self.choices.port), seconds=180)

    def _start_booking(self) -> None:
        """BorgerBookingService on its own: «Min side» asks it from the web's threads, which must not wait in turn."""
        port = int(self.booking_url.rpartition(":")[2])
        command = [*_gunicorn(port), "--workers", "1"]
        child = self._python("Jobnet-service", "booking", *command)
        self._launch(child, self.booking_url)
        child.wait_until(lambda: _answers(port), seconds=60)  # the first answer of a process takes seconds

    def _start_calendars(self) -> None:
        """Nobody waits for it: what it is to be told waits in the outbox."""
        users = {one["username"]: one["password"] for one in self.provisioned.get("calendars", ())}
        if users:
            port, log = int(self.calendars_url.rpartition(":")[2]), self.choices.logs / "calendars.log"
            server = calendar_server(self.choices.folder / "calendars", port=port, users=users, log=log)
            self._launch(server, self.calendars_url)

    def _start_workers(self) -> None:
        mails = self.choices.folder / "mails"
        post = ["-m", "planner.embedded.post", self.smtp_url.rpartition(":")[2], str(mails)]
        self._launch(self._python("E-mail", "mail", *post), _short(mails))
        celery = ["-m", "celery", "-A", "planner.celery:app"]
        worker = [*celery, "worker", "-Q", _QUEUES, "--concurrency", "2", "--loglevel", "INFO"]
        worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        self._launch(self._python("Arbejder", "worker", *worker), f"køerne {_QUEUES}")
        beat = [*celery, "beat", "--loglevel", "INFO", "--pidfile", "", "--schedule", str(self.choices.folder / "beat")]
        self._launch(self._python("Ur", "beat", *beat), "faste tidspunkter")

    def _keep(self, child: Child, place: str) -> None:
        child.open_files = (self._lock,)
        self.kept.append(Kept(child, place))

    def _launch(self, child: Child, place: str) -> None:
        self._keep(child, place)
        child.start()

    def _python(self, name: str, log: str, *arguments: str) -> Child:
        command = [sys.executable, *arguments]
        return Child(name, command, self.choices.logs / f"{log}.log", environment=self._environment, folder=ROOT)

    def _write_ready_file(self) -> None:
        ready = {
            "url": self.choices.url,
            "simulator_url": self.simulator_url if "simulator" in self.provisioned["commands"] else None,
            "sign_ins": self.provisioned["sign_ins"],
            "citizens": self.provisioned["citizens"],
            "test_citizens": self.provisioned.get("test_citizens", []),
            "calendars": self.provisioned.get("calendars", []),
            "minside_url": f"{self.choices.url}minside/",
        }
        draft = self.choices.ready_file.with_suffix(".draft")
        draft.write_text(json.dumps(ready, ensure_ascii=False, indent=2))
        draft.replace(self.choices.ready_file)


def _environment(choices: Choices, *, database: str, broker: str, dfdg: str, smtp: str) -> dict[str, str]:
    """What every program of Planner gets; the owner's address is not among it."""
    own: Mapping[str, str] = {
        "DJANGO_SETTINGS_MODULE": "planner.settings",
        "DATABASE_URL": database,
        "REDIS_URL": broker,
        "DFDG_URL": dfdg,
        "SMTP_URL": smtp,
        "PLANNER_URL": choices.url,
        "MINSIDE_TEST_SIGN_IN": "1",
        "PLANNER_DATA": str(choices.folder),
        "PLANNER_EMBEDDED": "1",
        "PROMETHEUS_MULTIPROC_DIR": str(choices.folder / "metrics"),
        "PYTHONUNBUFFERED": "1",
    }
    inherited = {key: value for key, value in os.environ.items() if key not in {"DATABASE_OWNER_URL", "PORT", "DATA"}}
    return {"WEB_CONCURRENCY": "2"} | inherited | dict(own)


def _calendars(url: str) -> dict[str, str]:
    """Where the demo's calendars are, and that Planner may call there as well."""
    hosts = (os.environ.get("CALENDAR_HOSTS"), url.removeprefix("http://"))
    return {"DEMO_CALENDARS": url, "CALENDAR_HOSTS": ",".join(filter(None, hosts))}


def _gunicorn(port: int) -> list[str]:
    """The web server on a port of this machine."""
    command = ["-m", "gunicorn", "planner.wsgi:application", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    return [*command, "--worker-class", "gthread", "--threads", "8", "--timeout", "60", "--graceful-timeout", "5"]


def _refuse_taken_port(choices: Choices) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", choices.port))
        except OSError as error:
            other = choices.port + 1 if choices.port < 65535 else 8000
            raise CannotStart(
                f"Port {choices.port} kan ikke bruges ({error.strerror}): et andet program har den nok. "
                f"Luk det, eller vælg en anden port, fx:  make run PORT={other}"
            ) from error


def _answers(port: int) -> bool:
    """Whether the web server is ready for people: database reachable and migrated."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _stop(_number: int, _frame: object) -> None:
    raise Stopped
