"""A server that has one answer to everything, for what no S3 says to a working command."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SLOWEST_SECONDS = 10  # a client that says nothing for so long is given up
Answer = bytes | Callable[[bytes], bytes]  # always the same, or one for each request


def reply(status: str, body: str = "", **headers: str) -> bytes:
    """Return an HTTP reply, whole; `content_type` means the header Content-Type."""
    content = body.encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


def error(status: str, code: str, message: str, more: str = "", **headers: str) -> bytes:
    """Return a refusal as S3 writes it."""
    body = f"{XML}<Error><Code>{code}</Code><Message>{message}</Message>{more}</Error>"
    return reply(status, body, content_type="application/xml", **headers)


@contextlib.contextmanager
def answering(answer: Answer) -> Iterator[tuple[str, list[bytes]]]:
    """Answer every connection on a port of its own; yield where, and the first lines of what was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                connection, _ = listener.accept()
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(SLOWEST_SECONDS)
                    head = connection.recv(65536)
                    if not head:
                        return  # nobody asks any more
                    asked.append(head.split(b"\r\n")[0])
                    connection.sendall(answer if isinstance(answer, bytes) else answer(head))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
        finally:
            socket.create_connection(listener.getsockname()).close()
            thread.join(SLOWEST_SECONDS)
