"""`manage.py examples`: writes docs/examples from the demo's population; `--check` only compares."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from planner.dfdg.simulator.population import population
from summons.demo import examples

FOLDER = settings.ROOT / "docs" / "examples"


class Command(BaseCommand):
    help = "Writes docs/examples: lists of the demo's citizens to try the import with."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if a list is stale, change nothing")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        files = examples.all_of(population(examples.ANY_DAY), weeks=False)
        stale = [name for name, content in files.items() if not examples.same(name, content, FOLDER / name)]
        if check and stale:
            raise CommandError(f"docs/examples er forældet ({', '.join(stale)}). Kør: manage.py examples")
        if not check:
            examples.write(FOLDER, files)
