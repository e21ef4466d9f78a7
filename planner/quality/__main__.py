"""`make check`: every check in turn, all of them even if one fails; a line each, and what failed in full."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

# Documents written from code: command and what follows it to compare only. A new generator is added here.
GENERATED: list[list[str]] = [
    [name, "--check"] for name in ("roles", "states", "examples", "calendar_places", "openapi")
]

CHECKS: dict[str, list[str]] = {
    "format": ["-m", "ruff", "format", "--check", "."],
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy", "planner", "admin_module", "booking", "summons", "tests", "benchmarks", "manage.py"],
    "imports": [str(Path(sys.executable).with_name("lint-imports"))],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
    "translations": ["-m", "planner.quality.messages", "--check"],
} | {f"docs: {command[0]}": ["manage.py", *command] for command in GENERATED}


def main() -> int:
    """Run all checks; 0 when all hold."""
    failed = False
    for name, arguments in CHECKS.items():
        started = time.monotonic()
        outcome = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        verdict = "ok" if outcome.returncode == 0 else "FAILED"
        print(f"{name:<14} {verdict:<7} {time.monotonic() - started:5.1f} s", flush=True)
        if outcome.returncode != 0:
            failed = True
            print(outcome.stdout[-8000:] + outcome.stderr[-8000:], flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
