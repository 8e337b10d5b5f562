"""HTTP: reads a whole request, has it handled in one go, sends the reply.

One event loop and no await while a request is handled: every request is atomic.
"""

import asyncio
import os
import select
import sys
import threading

from aiohttp import web

from .application import check_access, handle
from .chunked import decode_chunked, is_chunked
from .control import CONTROL_PREFIX, handle_control
from .errors import S3Error
from .request import Request, signed_by, split_target
from .sending import send
from .state import Store

BODY_LIMIT = 5 * 1024**3
LINE_LIMIT = 64 * 1024  # percent-encoded keys and markers are long


async def read_body(store: Store, request: web.BaseRequest) -> bytes:
    """The body as it came. Raises S3Error before reading more than S3 takes, and, where the client asks first
    whether it shall send the body, if the request is refused whatever that is."""
    if (request.content_length or 0) > BODY_LIMIT and not request.path.startswith(CONTROL_PREFIX):
        raise S3Error(
            "EntityTooLarge", ProposedSize=str(request.content_length), MaxSizeAllowed=str(BODY_LIMIT)
        )
    if request.headers.get("Expect", "").lower() == "100-continue":
        check_access(store, to_request(request, b"")[0])
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # nothing of the reply has been sent yet
    return await request.content.read()


def to_request(incoming: web.BaseRequest, body: bytes) -> tuple[Request, S3Error | None]:
    """Our request of an HTTP request, and what is wrong with it."""
    headers = incoming.headers
    access_key, region = signed_by(headers, incoming.raw_path)
    request = Request(incoming.method, "", "", {}, headers, body, access_key=access_key, region=region)
    try:
        request.bucket, request.key, request.query = split_target(incoming.raw_path)
        if is_chunked(headers):
            request.body, request.trailers = decode_chunked(body, headers)
        elif incoming.method == "PUT" and not {"Content-Length", "Transfer-Encoding"} & set(headers):
            raise S3Error("MissingContentLength")
    except S3Error as error:
        return request, error
    return request, None


def make_server(store: Store) -> web.Server:
    """The protocol factory for one store."""

    async def answer(incoming: web.BaseRequest) -> web.StreamResponse:
        try:
            body, refused = await read_body(store, incoming), None
        except S3Error as error:
            body, refused = b"", error
        if incoming.raw_path.startswith(CONTROL_PREFIX):
            reply = handle_control(store, incoming.method, incoming.raw_path, body)
        else:
            request, wrong = to_request(incoming, body)
            reply = handle(store, request, refused or wrong)
            if store.settings.latency:
                await asyncio.sleep(store.settings.latency)  # others are handled meanwhile
        if incoming.method == "HEAD":
            # Its length as if the body were sent; but an error says nothing on HEAD.
            length = len(reply.body) if reply.status < 300 else 0
            reply.headers.setdefault("Content-Length", str(length))
            reply.body = b""
        if reply.fault and incoming.transport:
            await send(incoming.transport, reply, reply.fault)
            return web.Response()  # the connection is closed: nothing of it is sent
        response = web.Response(status=reply.status, headers=reply.headers, body=reply.body)
        if refused:
            response.force_close()  # the body was not read
        return response

    return web.Server(
        answer,
        access_log=None,
        auto_decompress=False,  # Content-Encoding belongs to the object
        max_line_size=LINE_LIMIT,
        max_field_size=LINE_LIMIT,
        keepalive_timeout=3600,
    )


def end_with_parent() -> None:
    """End this process when standard input closes or the parent is gone, however it died."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            # A forked child of the parent may hold the pipe open: hence the look at the parent too.
            readable, _, _ = select.select([sys.stdin], [], [], 1.0)
            if readable and not os.read(sys.stdin.fileno(), 4096):
                break
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


async def serve(store: Store, port: int) -> None:
    """Listen on the loopback, print the endpoint when ready, go on for ever."""
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(make_server(store), "127.0.0.1", port, backlog=1024)
    print(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}", flush=True)
    await listener.serve_forever()
