"""Requests as bytes on a socket, and what comes back as bytes: what a client library would hide."""

import socket
from typing import NamedTuple
from urllib.parse import urlsplit

ACCESS_KEY = "embedded-s3-access-key"
SECONDS = 10  # that a test waits for anything at most


class Came(NamedTuple):
    """What came back: status line, headers in lower case, the body; the pieces that it came in; how it ended."""

    status: str
    headers: dict
    body: bytes
    pieces: int
    end: str  # "closed", "reset", "silence" or "whole"


def ask(s3, method, target, body=b"", silence=SECONDS, **headers):
    """Send one request; read until the connection ends, the reply is whole, or nothing came for `silence` s."""
    with connection(s3, method, target, body, **headers) as connected:
        return read(connected, method, silence)


def connection(s3, method, target, body=b"", **headers):
    """A socket on which the request has been sent."""
    where = urlsplit(s3.endpoint)
    given = {"Host": where.netloc, "Content-Length": len(body), "Authorization": f"AWS {ACCESS_KEY}:none"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    connected = socket.create_connection((where.hostname, where.port), SECONDS)
    connected.sendall(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body)
    return connected


def read(connected, method, silence=SECONDS):
    """Read one reply."""
    data, pieces, end = b"", 0, "whole"
    connected.settimeout(silence)
    while not is_whole(data, method):
        try:
            piece = connected.recv(65536)
        except ConnectionResetError:
            end = "reset"
            break
        except TimeoutError:
            end = "silence"
            break
        if not piece:
            end = "closed"
            break
        data, pieces = data + piece, pieces + 1
    status, headers, body = split(data)
    return Came(status, headers, body, pieces, end)


def split(data):
    """Status line, headers and body of what came so far."""
    head, _, body = data.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return status, {name.lower(): value for name, _, value in pairs}, body


def is_whole(data, method):
    """Has all come that the head of the reply promises?"""
    if b"\r\n\r\n" not in data:
        return False
    _, headers, body = split(data)
    if headers.get("transfer-encoding") == "chunked":
        return body.endswith(b"0\r\n\r\n")
    return method == "HEAD" or len(body) >= int(headers.get("content-length", 0))
