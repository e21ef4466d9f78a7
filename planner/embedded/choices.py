"""What the user chose for `make run`, read once from the environment."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


class CannotStart(Exception):
    """The user must change something first; the text says what."""


@dataclass(frozen=True)
class Choices:
    """Port and data folder, and servers that replace the embedded ones."""

    port: int
    folder: Path
    database_url: str | None
    owner_url: str | None
    broker_url: str | None

    @property
    def url(self) -> str:
        """Where the browser goes."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def logs(self) -> Path:
        """One log a program."""
        return self.folder / "logs"

    @property
    def ready_file(self) -> Path:
        """Written when all answers, gone when it does not."""
        return self.folder / "ready.json"


def choices() -> Choices:
    """Read PORT, DATA, DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL."""
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise CannotStart(f"PORT skal være et tal fra 1 til 65535, ikke «{port}».")
    return Choices(
        port=int(port),
        folder=Path(os.environ.get("DATA") or ROOT / ".planner").expanduser().absolute(),
        database_url=os.environ.get("DATABASE_URL") or None,
        owner_url=os.environ.get("DATABASE_OWNER_URL") or None,
        broker_url=os.environ.get("REDIS_URL") or None,
    )
