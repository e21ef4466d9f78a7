"""`manage.py demo`: the demo's job centres, users, citizens and appointments; made once, then only told about."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from planner.dfdg.simulator.population import FJORDBY, population
from summons.demo import build, calendars, cast, elsewhere

CITIZENS_TOLD = 20


class Command(BaseCommand):
    help = "Makes the demo: two job centres, their users, 460 invented citizens and some appointments."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--print-json", action="store_true", help="print sign-ins and some CPR numbers as JSON")
        parser.add_argument("--force", action="store_true", help="also where PLANNER_EMBEDDED is not 1")

    def handle(self, *_args: Any, print_json: bool, force: bool, **_options: Any) -> None:
        if not (settings.EMBEDDED or force):
            raise CommandError(
                "Demoen laves kun, hvor PLANNER_EMBEDDED=1: dens brugere har en kendt adgangskode. "
                "Brug --force, hvis databasen er beregnet til det.\n"
                "(The demo is made only where PLANNER_EMBEDDED=1: everybody knows its password. --force overrules.)"
            )
        made, simulator = not cast.is_made(), settings.DATA / "simulator.sqlite"
        if made:
            build.make(now=timezone.now())
            calendars.connect_all()
        calendars.follow()
        if made or not simulator.exists():
            elsewhere.lay_out(simulator, now=timezone.now())
        _write_fresh_examples()
        if print_json:
            told = {"sign_ins": cast.sign_ins(), "citizens": _some_citizens(), "test_citizens": _test_citizens()}
            self.stdout.write(json.dumps(told | {"calendars": calendars.told()}))
        else:
            self.stdout.write("Demoen er lavet." if made else "Demoen er der allerede.")
            for sign_in in cast.sign_ins():
                self.stdout.write(f"  {sign_in['username']}  {sign_in['password']}  {sign_in['roles']}")


def _write_fresh_examples() -> None:
    """Once a day, with this day's weeks."""
    today, told = timezone.localdate(), settings.DATA / "examples" / "day"
    if told.exists() and told.read_text() == str(today):
        return
    from summons.demo import examples  # noqa: PLC0415 - slow to load, and most starts need none

    examples.write(told.parent, examples.all_of(population(today), weeks=True))
    told.write_text(str(today))


def _some_citizens() -> list[str]:
    return [person.cpr for person in population(timezone.localdate()).of(FJORDBY)[:CITIZENS_TOLD]]


def _test_citizens() -> list[dict[str, str]]:
    """Those whom one may be on «Min side»."""
    known = population(timezone.localdate()).of(FJORDBY)[:CITIZENS_TOLD]
    return [{"name": f"{person.given_name} {person.family_name}", "cpr": person.cpr} for person in known]
