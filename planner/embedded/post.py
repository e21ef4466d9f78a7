"""A real SMTP server that delivers nowhere: each e-mail becomes a file that can be opened (`make run`, tests)."""

from __future__ import annotations

import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message


class Folder(Message):
    """Takes every e-mail, but for addresses at `unknown.example`, which no mail server knows."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._numbers = count(len(list(path.glob("*.eml"))) + 1)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address.endswith("@unknown.example"):
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message: Any) -> None:
        (self.path / f"{next(self._numbers):05}.eml").write_bytes(message.as_bytes())


def server(path: Path, port: int) -> Controller:
    """Not started yet; runs in a thread of its own."""
    return Controller(Folder(path), hostname="127.0.0.1", port=port)


def main() -> None:
    """PORT FOLDER: serve until stopped."""
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    controller = server(Path(sys.argv[2]), int(sys.argv[1]))
    controller.start()
    signal.sigwait(signals)
    controller.stop()


if __name__ == "__main__":
    main()
