"""`manage.py roles`: writes docs/roles.md from the table of permissions; `--check` only compares."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from planner.accounts.role_table import page

PLACE = settings.ROOT / "docs" / "roles.md"


class Command(BaseCommand):
    help = "Writes docs/roles.md: what each role may do."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if the page is stale, change nothing")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        if check and (not PLACE.exists() or PLACE.read_text() != page()):
            raise CommandError("docs/roles.md er forældet. Kør: manage.py roles")
        if not check:
            PLACE.write_text(page())
