"""Writes static/css/calendar-places.css, or with --check tells whether it is what it should be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from planner.ui.calendar_places import stylesheet


class Command(BaseCommand):
    help = "Write the stylesheet that places things in a calendar"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, fail where the file is stale")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = settings.ROOT / "static" / "css" / "calendar-places.css"
        if not options["check"]:
            path.write_text(stylesheet())
        elif not path.exists() or path.read_text() != stylesheet():
            raise CommandError("static/css/calendar-places.css is stale: run `manage.py calendar_places`")
