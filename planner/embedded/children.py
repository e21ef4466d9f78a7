"""Child programs that never outlive the one that started them: start, stop, wait, and a free port."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class StartFailed(Exception):
    """A program did not come up; the text says which, why and what to look at."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def dies_with_parent(death_signal: signal.Signals, parent: int | None = None) -> Callable[[], None]:
    """Made in the parent, run in the child before exec: the kernel sends `death_signal` when the parent is gone."""
    parent = parent or os.getpid()

    def arm() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, death_signal)
            if os.getppid() != parent:
                os._exit(1)

    return arm


@dataclass
class Child:
    """One program with its own log, in its own session so that Ctrl-C reaches only the supervisor.

    Start it from the main thread: the kernel ties the death signal to the thread that forked.
    """

    name: str
    command: Sequence[str | Path]
    log: Path
    environment: Mapping[str, str] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    run_as: str | None = None
    folder: Path = Path("/")
    open_files: Sequence[int] = ()
    _running: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    def start(self) -> None:
        """Start the program; its output is added to the log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=self.environment,
                user=self.run_as,
                group=self.run_as,
                extra_groups=[] if self.run_as else None,
                pass_fds=self.open_files,
                start_new_session=True,
                preexec_fn=dies_with_parent(self.stop_signal),  # noqa: PLW1509 - nothing else can arm it
            )

    @property
    def pid(self) -> int | None:
        """The process id while the program runs."""
        return self._running.pid if self._running and self._running.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        """How the program ended; None while it runs or before it was started."""
        return self._running.poll() if self._running else None

    def ask_to_stop(self) -> None:
        """Send the stop signal; does not wait."""
        if self.pid is not None and self._running:
            self._running.send_signal(self.stop_signal)

    def wait_gone(self, seconds: float) -> None:
        """Wait for the end; whatever of its session is left after `seconds` is killed."""
        if self._running is None:
            return
        try:
            self._running.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        self.kill_rest()
        self._running.wait()

    def kill_rest(self) -> None:
        """Kill what is left of the program's session, such as workers whose master was killed."""
        if self._running is None:
            return
        try:
            os.killpg(self._running.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass

    def stop(self, seconds: float = 10) -> None:
        """Ask to stop and see to it that it does."""
        self.ask_to_stop()
        self.wait_gone(seconds)

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `ready()`; a program that ends or stays silent raises StartFailed with the end of its log."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.exit_code is not None or time.monotonic() > deadline:
                ended = f"stoppede med kode {self.exit_code}" if self.exit_code is not None else "svarer ikke"
                raise StartFailed(f"{self.name} {ended}. Se {self.log}:\n{self.log_end()}")
            time.sleep(0.05)

    def log_end(self, lines: int = 15) -> str:
        """The last lines of the log."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])
