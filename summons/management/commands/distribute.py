"""`manage.py distribute SCENARIO.json …` plans scenario files and prints a line for each, without a database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from summons.distribution.engine import NotSupported, distribute
from summons.distribution.scenario import ScenarioError, read, result

INVALID = 2


class Command(BaseCommand):
    help = "Distributes the citizens of scenario files and prints each result as one line of JSON."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scenarios", nargs="+", type=Path, metavar="SCENARIO.json")

    def handle(self, *, scenarios: list[Path], **_options: object) -> None:
        for scenario in scenarios:
            self.stdout.write(json.dumps(_result_of(scenario)))
            self.stdout.flush()


def _result_of(scenario: Path) -> dict[str, Any]:
    try:
        return result(distribute(read(scenario.read_text(encoding="utf-8-sig"))))
    except OSError as error:
        raise CommandError(f"{scenario}: {error.strerror}", returncode=INVALID) from None
    except UnicodeDecodeError as error:
        raise CommandError(f"{scenario}: byte {error.start}: is not UTF-8", returncode=INVALID) from None
    except (ScenarioError, NotSupported) as error:
        raise CommandError(f"{scenario}: {error}", returncode=INVALID) from None
