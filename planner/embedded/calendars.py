"""The embedded calendar server: Radicale, where some of the demo's counsellors keep calendars of their own."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from planner.embedded.children import Child

CALENDAR = "kalender"
"""Whoever comes for the first time gets an empty one of this name: `/user name/kalender/`."""
_CONFIGURATION = """\
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = {folder}/collections
predefined_collections = {predefined}
[logging]
level = warning
"""


def calendar_server(folder: Path, *, port: int, users: Mapping[str, str], log: Path) -> Child:
    """Not started yet; keeps its calendars in `folder`. `users`: passwords by user name."""
    folder.mkdir(mode=0o700, exist_ok=True)
    predefined = json.dumps({CALENDAR: {"tag": "VCALENDAR", "D:displayname": "Kalender"}})
    (folder / "users").write_text("".join(f"{name}:{password}\n" for name, password in users.items()))
    (folder / "config").write_text(_CONFIGURATION.format(port=port, folder=folder, predefined=predefined))
    command = [sys.executable, "-m", "radicale", "--config", str(folder / "config")]
    return Child("Kalendere", command, log, folder=folder)
