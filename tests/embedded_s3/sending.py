"""Replies that are sent wrongly, as faults ask for: below HTTP, on the connection itself."""

import asyncio
import socket
import struct
from http import HTTPStatus

from .faults import Met
from .request import Reply

DRIPS = 20  # pieces of a reply
SILENCE_SECONDS = 600  # at most: clients give up sooner
_LOOK_SECONDS = 0.02
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: on, 0 seconds


async def send(transport: asyncio.Transport, reply: Reply, met: Met) -> None:
    """Send a reply as its fault wants, and end the connection."""
    name = met.kind.name
    if name == "reset":
        reset(transport)
    elif name == "timeout":
        await be_silent(transport)
    elif name == "drip":
        await drip(transport, head(reply, length=len(reply.body)) + reply.body, met.seconds)
    else:
        transport.write(cut(reply, chunked=name == "cut-chunked"))
    transport.close()


def reset(transport: asyncio.Transport) -> None:
    """End the connection with RST: what the client reads is ECONNRESET, not an end."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()


async def be_silent(transport: asyncio.Transport) -> None:
    """Wait until the client has given up."""
    for _ in range(round(SILENCE_SECONDS / _LOOK_SECONDS)):
        if transport.is_closing():
            return
        await asyncio.sleep(_LOOK_SECONDS)


async def drip(transport: asyncio.Transport, data: bytes, seconds: float) -> None:
    """Write `data` in pieces, over so many seconds."""
    size = -(-len(data) // DRIPS)
    for start in range(0, len(data), size):
        transport.write(data[start : start + size])
        await asyncio.sleep(seconds / DRIPS)


def cut(reply: Reply, chunked: bool) -> bytes:
    """A reply up to the middle of its body; where it has none, up to the middle of its head."""
    if not reply.body:
        whole = head(reply, length=0)
        return whole[: len(whole) // 2]
    half = reply.body[: len(reply.body) // 2]
    if chunked:  # the chunk says that the whole body comes
        return head(reply, length=None) + f"{len(reply.body):x}\r\n".encode() + half
    return head(reply, length=len(reply.body)) + half


def head(reply: Reply, length: int | None) -> bytes:
    """The status line and headers; `length` None: in chunked encoding. A HEAD's own Content-Length stays."""
    headers = {"Connection": "close", **reply.headers}
    if length is None:
        headers["Transfer-Encoding"] = "chunked"
    elif reply.status not in (204, 304):
        headers.setdefault("Content-Length", str(length))
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
