"""`manage.py simulator`: plays DFDG on a port of this machine."""

import signal
from argparse import ArgumentParser
from pathlib import Path
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from planner.dfdg.simulator.jobnet import Address
from planner.dfdg.simulator.server import Server, Simulator


class Command(BaseCommand):
    help = "Plays DFDG and Jobnet: receives summonses, answers look-ups from the demo population, fails when told to."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8090)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--state", type=Path, help="SQLite file that keeps what was received; default: memory")

    def handle(self, *_args: Any, **options: Any) -> None:
        planner = Address(
            url=settings.BORGERBOOKING_URL, paths=settings.BORGERBOOKING_PATHS, token=settings.BORGERBOOKING_TOKEN
        )
        simulator = Simulator(state=options["state"], planner=planner if planner.url else None)
        server, stopped = Server(simulator, host=options["host"], port=options["port"]), Event()
        if simulator.pusher:
            Thread(target=simulator.pusher.run, args=(stopped,), daemon=True).start()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: Thread(target=server.stop).start())
        self.stdout.write(f"Simulator: {server.url}")
        self.stdout.flush()
        server.serve_forever()
        stopped.set()
