"""`manage.py openapi`: writes docs/borgerbooking.openapi.json from the wire's models; `--check` only compares."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from planner.dfdg.jobnet.openapi import document

PLACE = settings.ROOT / "docs" / "borgerbooking.openapi.json"


def page() -> str:
    return json.dumps(document(settings.BORGERBOOKING_PATHS), ensure_ascii=False, indent=1) + "\n"


class Command(BaseCommand):
    help = "Writes docs/borgerbooking.openapi.json: what BorgerBookingService is asked and answers."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if the document is stale, change nothing")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        if check and (not PLACE.exists() or PLACE.read_text() != page()):
            raise CommandError("docs/borgerbooking.openapi.json er forældet. Kør: manage.py openapi")
        if not check:
            PLACE.write_text(page())
