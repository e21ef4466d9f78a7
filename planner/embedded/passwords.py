"""Passwords of the embedded servers: made once, kept in the data folder, readable by its owner alone."""

import os
import secrets
from pathlib import Path


def kept_password(folder: Path, name: str) -> str:
    """The password `name` of this data folder, made at the first call."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(24))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        draft.unlink()
    return path.read_text().strip()
