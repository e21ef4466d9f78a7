"""`manage.py states`: writes docs/states.md from the tables of states and moves; `--check` only compares."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import TextChoices
from django.utils import translation

from booking import states as booking
from planner.outbox import states as outbox
from summons import states as summons

PLACE = settings.ROOT / "docs" / "states.md"
HEAD = """# States

Made by `manage.py states` from the tables that the code reads; change those, not this page.
"""
TABLES: dict[str, Mapping[Any, AbstractSet[Any]]] = {
    "A run (`summons/states.py`)": summons.MOVES,
    "A summons (`booking/states.py`)": booking.MOVES,
    "A message to another system (`planner/outbox/states.py`)": outbox.MOVES,
}


def page() -> str:
    """The whole of docs/states.md."""
    with translation.override("da"):
        return "\n".join([HEAD, *(line for title, moves in TABLES.items() for line in _diagram(title, moves))])


def _diagram(title: str, moves: Mapping[TextChoices, AbstractSet[TextChoices]]) -> Iterator[str]:
    yield from (f"## {title}", "", "```mermaid", "stateDiagram-v2")
    yield from (f"    {state.value} : {state.label}" for state in moves)
    yield f"    [*] --> {next(iter(moves)).value}"
    for before, following in moves.items():
        yield from (f"    {before.value} --> {after.value}" for after in moves if after in following)
    yield from ("```", "")


class Command(BaseCommand):
    help = "Writes docs/states.md: what a run, a summons and a message can be, and every move between."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if the page is stale, change nothing")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        if check and (not PLACE.exists() or PLACE.read_text() != page()):
            raise CommandError("docs/states.md er forældet. Kør: manage.py states")
        if not check:
            PLACE.write_text(page())
