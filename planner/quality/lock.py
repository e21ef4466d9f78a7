"""Locks the requirements of pyproject.toml with hashes: for servers, for `make run`, for tests. Names no registry."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# widest first: the narrower ones take their versions from it
LOCKS: dict[str, list[str]] = {
    "requirements-dev.txt": ["--all-extras"],
    "requirements-run.txt": ["--extra", "embedded", "-c", "requirements-dev.txt"],
    "requirements.txt": ["-c", "requirements-dev.txt"],
}
_COMMAND = [
    *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
]


def main(arguments: list[str]) -> None:
    """Write the three files; what is locked stays unless `--upgrade` is given."""
    for name, options in LOCKS.items():
        upgrade = arguments if name == "requirements-dev.txt" else []
        subprocess.run([*_COMMAND, *options, *upgrade, "pyproject.toml", "-o", name], cwd=ROOT, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
