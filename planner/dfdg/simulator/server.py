"""The sockets: a threaded HTTP/1.1 server that keeps connections and can break one off on purpose. Logs nothing."""

import socket
import struct
from collections.abc import Callable
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from planner.dfdg.simulator import case_system_page
from planner.dfdg.simulator.case_system import CaseSystem
from planner.dfdg.simulator.control import Control
from planner.dfdg.simulator.directory import Directory
from planner.dfdg.simulator.exchange import Ending, Request, Response
from planner.dfdg.simulator.faults import Switchboard
from planner.dfdg.simulator.jobnet import Address, Jobnet
from planner.dfdg.simulator.jobnet_page import Page
from planner.dfdg.simulator.pushes import Pusher, Send, over_http
from planner.dfdg.simulator.service import Service
from planner.dfdg.simulator.store import Store
from planner.dfdg.wire import DANISH_TIME

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
LARGEST_BODY = 1_000_000


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Simulator:
    """Service and control together: a request in, a response out."""

    def __init__(
        self,
        *,
        state: Path | None = None,
        clock: Callable[[], datetime] = _utc_now,
        planner: Address | None = None,
        pushes: Send | None = None,
    ) -> None:
        """`planner`: whom Jobnet's calls and pushed messages go to; without one neither is played.

        `pushes`: where messages go instead.
        """
        self.store = Store(state)
        self.directory = Directory(self.store, lambda: _danish_day(clock()))
        self.service = Service(self.store, self.directory, Switchboard(), clock)
        self.jobnet = Jobnet(planner, self.store, self.directory, clock) if planner else None
        page = Page(self.jobnet, self.store, self.directory) if self.jobnet else None
        send = pushes or (over_http(planner) if planner else None)
        self.pusher = Pusher(self.store, send, clock) if send else None
        self.store.subscribed = send is not None
        self.case_system = CaseSystem(self.store, self.directory, clock)
        at_case_system = case_system_page.Page(self.case_system, self.store, self.directory, self.pusher)
        self.control = Control(self.service, clock, page, at_case_system, self.pusher)

    def answer(self, request: Request) -> Response:
        return self.control.answer(request) if self.control.answers(request) else self.service.answer(request)


def _danish_day(at: datetime) -> date:
    return at.astimezone(DANISH_TIME).date()


class Server(ThreadingHTTPServer):
    """Serves one simulator; port 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, simulator: Simulator, *, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__((host, port), Connection)
        self.simulator = simulator
        self._open: set[socket.socket] = set()
        self._open_lock = Lock()

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that goes away is nothing to tell."""

    def stop(self) -> None:
        """Answers nobody any more, not even on kept connections."""
        self.shutdown()
        self.server_close()
        with self._open_lock:
            for connection in self._open:
                connection.close()
        self.simulator.store.close()


class Connection(BaseHTTPRequestHandler):
    """One kept connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60
    server: Server

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            return
        request = Request(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        self._send(self.server.simulator.answer(request))

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

    def _send(self, response: Response) -> None:
        if response.ending is not Ending.ANSWERED:
            self._break_off(response.ending)
            return
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        if response.status != 204:
            self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)
        self.wfile.flush()

    def _break_off(self, ending: Ending) -> None:
        if ending is Ending.RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self.connection.close()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Paths and headers are nobody's to read afterwards; `/sim/calls` has what tests need."""
