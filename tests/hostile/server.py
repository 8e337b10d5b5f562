"""A server between the command and the embedded S3 that changes replies as a test says, down to the bytes.

Nothing of the command is changed: it is given another endpoint, and asks it over real sockets.
"""

import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from tests.embedded_s3.request import Request, split_target
from tests.embedded_s3.routes import is_write, operation_of

# No test hangs: what a connection may be silent, in seconds, and how many requests get a reply.
PATIENCE = 30
MOST_REQUESTS = 1000


class Reply(NamedTuple):
    """What the embedded S3 answered, or what is to be answered instead. Content-Length is that of the body,
    unless it is given. raw: the bytes to send instead of all the rest; the connection is closed then."""

    status: int = 200
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed
    body: bytes = b""
    raw: Iterable[bytes] | None = None


Change = Callable[[Reply, Request], Reply]


class Hostile:
    """A running server, to be used as a context manager; `does` says what it does to which replies."""

    def __init__(self, upstream: str):
        self.upstream = upstream.removeprefix("http://")  # host and port of the embedded S3
        self.over = threading.Event()  # for replies that wait until a test is over
        self.trouble: list[BaseException] = []  # defects of a test
        self._lock = threading.Lock()
        self.does()

    def __enter__(self):
        self._server = Server(("127.0.0.1", 0), lambda *about: Handler(self, *about))
        self._server.trouble = self.trouble
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def does(self, change: Change | None = None, operation: str = "", passed_on: bool = True) -> None:
        """Change the replies to `operation` from now on, and forget what was asked; by default none.

        passed_on: whether the embedded S3 gets those requests at all, or an empty Reply is to be changed.
        """
        self.change, self.operation, self.passed_on = change, operation, passed_on
        self.asked: list[Request] = []  # all requests, in order
        self.changed = 0  # replies that went out other than they came
        self.sent = 0  # bytes of raw replies that were taken

    @property
    def writes(self) -> list[Request]:
        """The requests that could have changed something."""
        return [request for request in self.asked if is_write(request.operation)]

    def count(self, operation: str) -> int:
        """How many requests of an operation there were."""
        return sum(request.operation == operation for request in self.asked)

    def answer(self, request: Request, ask: Callable[[], Reply]) -> Reply:
        """The reply to a request; `ask` gets that of the embedded S3."""
        with self._lock:
            self.asked.append(request)
        if len(self.asked) > MOST_REQUESTS:
            return Reply(403)
        if self.change is None or request.operation != self.operation:
            return ask()
        reply = ask() if self.passed_on else Reply()
        changed = self.change(reply, request)
        with self._lock:
            self.changed += changed != reply or not self.passed_on
        return changed


class Server(ThreadingHTTPServer):
    """A thread for each connection; what goes wrong in one is kept, for mrjob has standard error in hand."""

    daemon_threads = True
    request_queue_size = 128
    trouble: list[BaseException]

    def handle_error(self, *_) -> None:
        """Keep an error, unless it is that the client has gone away."""
        error = sys.exc_info()[1]
        if error and not isinstance(error, OSError):
            self.trouble.append(error)


class Handler(BaseHTTPRequestHandler):
    """One connection of a client, and one to the embedded S3."""

    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    disable_nagle_algorithm = True

    def __init__(self, hostile: Hostile, *about):
        self.hostile = hostile
        self.upstream = HTTPConnection(hostile.upstream, timeout=PATIENCE)
        super().__init__(*about)

    def answer(self) -> None:
        """Read a request, have it answered, send the reply."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(self.command, *split_target(self.path), dict(self.headers), body)
        request.operation = operation_of(request)
        with suppress(OSError, HTTPException):  # the client may have gone away
            self.send(self.hostile.answer(request, lambda: self.ask(body)))

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer

    def ask(self, body: bytes) -> Reply:
        """Pass the request on and return the reply of the embedded S3."""
        self.upstream.request(self.command, self.path, body, dict(self.headers))
        reply = self.upstream.getresponse()
        return Reply(reply.status, dict(reply.getheaders()), reply.read())

    def send(self, reply: Reply) -> None:
        """Send a reply."""
        if reply.raw is not None:
            self.close_connection = True
            for part in reply.raw:
                self.wfile.write(part)
                self.hostile.sent += len(part)
            return
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            if name != "Content-Length" or self.command == "HEAD":
                self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def finish(self) -> None:
        """Close both connections."""
        with suppress(OSError):
            super().finish()
        self.upstream.close()

    def log_message(self, *_) -> None:
        """Say nothing."""
