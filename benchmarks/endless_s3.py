"""python -m benchmarks.endless_s3: a server of ListObjectVersions that is fast enough not to be measured.

It answers for any number of versions, which are nowhere (endless_bucket.py), and what a plan asks besides.
Any bucket's name will do. Signatures are not looked at. It prints its endpoint when it is ready.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from benchmarks.endless_counts import CONTROL_PATH, Counts
from benchmarks.endless_pages import KINDS, PAGE_LIMIT, Bucket, bucket_of, page
from tests.embedded_s3.errors import S3Error
from tests.embedded_s3.markup import has_forbidden_characters
from tests.embedded_s3.request import split_target
from tests.embedded_s3.server import end_with_parent

# Configurations of a bucket that a client may ask for: what S3 sends, or the error where there is none.
CONFIGURATIONS: dict[str, str | tuple[str, int]] = {
    "versioning": "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
    "location": "<LocationConstraint/>",
    "lifecycle": ("NoSuchLifecycleConfiguration", 404),
    "encryption": ("ServerSideEncryptionConfigurationNotFoundError", 404),
    "website": ("NoSuchWebsiteConfiguration", 404),
    "object-lock": ("ObjectLockConfigurationNotFoundError", 404),
    "policy": ("NoSuchBucketPolicy", 404),
}


class Site:
    """What is served. latency: seconds that every reply waits. chunk: bytes; 0: replies with Content-Length.

    AWS sends its pages chunked, so that their length is not known before they end.
    """

    def __init__(self, bucket: Bucket, latency: float, chunk: int, counts: Counts) -> None:
        self.bucket, self.latency, self.chunk, self.counts = bucket, latency, chunk, counts

    def reply(self, method: str, target: str) -> list[bytes | memoryview]:
        """Return the bytes of the reply to a request, in pieces."""
        if target == CONTROL_PATH:
            return framed(200, [json.dumps(self.counts.told()).encode()], 0)
        name, key, query = split_target(target)
        is_page = "versions" in query and not key
        try:
            body, status = self._content(method, name, key, query), 200
        except S3Error as error:
            body, status = [error.document("0" * 16, f"/{name}")], error.status
        sent = framed(status, body, self.chunk if is_page else 0)
        self.counts.add(is_page, not is_page, is_page and sum(map(len, sent)))
        return sent[:1] if method == "HEAD" else sent

    def _content(self, method: str, name: str, key: str, query: dict[str, str]) -> list[bytes]:
        if key or method not in ("GET", "HEAD"):
            raise S3Error("NotImplemented", "only a bucket's versions are served here", status=501)
        if "versions" in query:
            return list_object_versions(self.bucket, name, query)
        for configuration in CONFIGURATIONS.keys() & query.keys():
            found = CONFIGURATIONS[configuration]
            if isinstance(found, tuple):
                raise S3Error(found[0], status=found[1])
            return [found.encode()]
        if query:
            raise S3Error("NotImplemented", f"{sorted(query)} is not served here", status=501)
        return [b""]


def list_object_versions(bucket: Bucket, name: str, query: dict[str, str]) -> list[bytes]:
    """Return a page in pieces. Raises S3Error as S3 does."""
    if query.get("delimiter"):
        raise S3Error("NotImplemented", "there are no delimiters here", status=501)
    encoding = query.get("encoding-type")
    if encoding not in (None, "url"):
        message = "Invalid Encoding Method specified in Request"
        raise S3Error("InvalidArgument", message, ArgumentName="encoding-type")
    max_keys = query.get("max-keys") or str(PAGE_LIMIT)
    if not (max_keys.isdecimal() and int(max_keys) < 2**31):
        raise S3Error("InvalidArgument", "Provided max-keys not an integer or within integer range")
    for parameter in ("prefix", "key-marker"):
        if has_forbidden_characters(query.get(parameter, "")):
            raise S3Error("InvalidArgument", "Invalid character in a parameter", ArgumentName=parameter)
    key_marker, version_id = query.get("key-marker", ""), query.get("version-id-marker")
    if version_id is not None and not (key_marker and version_id):
        raise S3Error("InvalidArgument", "A version-id marker cannot be empty, or without a key marker.")
    prefix, encoded = query.get("prefix", ""), encoding == "url"
    return page(bucket, name, prefix, key_marker, version_id, int(max_keys), encoded)


def framed(status: int, body: list[bytes], chunk: int) -> list[bytes | memoryview]:
    """Return a reply in pieces, its head first; its body in chunks if `chunk` is not 0."""
    length = sum(map(len, body))
    how = "Transfer-Encoding: chunked" if chunk else f"Content-Length: {length}"
    head = (
        f"HTTP/1.1 {status} {'OK' if status == 200 else 'Error'}\r\nServer: AmazonS3\r\n"
        f"x-amz-request-id: {'0' * 16}\r\nx-amz-bucket-region: us-east-1\r\n"
        f"Content-Type: application/xml\r\n{how}\r\n\r\n"
    )
    return [head.encode(), *(_chunks(body, chunk) if chunk else body)]


def _chunks(body: list[bytes], size: int) -> Iterator[bytes | memoryview]:
    """Yield the pieces of a body in chunks of at most `size` bytes."""
    for piece in body:
        view = memoryview(piece)
        for start in range(0, len(piece), size):
            part = view[start : start + size]
            yield b"%x\r\n" % len(part)
            yield part
            yield b"\r\n"
    yield b"0\r\n\r\n"


class Connection(asyncio.Protocol):
    """One connection: reads requests, which have no bodies, and replies in their order."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._received = b""

    def connection_made(self, transport: Any) -> None:
        """Take the connection."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Reply to each request that is whole by now."""
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            method, target, _ = head.partition(b"\r\n")[0].decode("ascii").split(" ")
            reply = b"".join(self._site.reply(method, target))
            if self._site.latency and target != CONTROL_PATH:
                asyncio.get_running_loop().call_later(self._site.latency, self._transport.write, reply)
            else:
                self._transport.write(reply)


async def serve(site: Site, listener: socket.socket, certificate: str | None) -> None:
    """Answer on a socket, for ever; over TLS where there is a file with a certificate and its key."""
    tls = None
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(site), sock=listener, backlog=4096, ssl=tls)
    await server.serve_forever()


def listening(processes: int, port: int) -> list[socket.socket]:
    """Return a socket for each process, all on one port, between which the system shares connections."""
    sockets = []
    for _ in range(processes):
        listener = socket.socket()
        if processes > 1:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(4096)
        port = listener.getsockname()[1]
        sockets.append(listener)
    return sockets


def main() -> None:
    """Read the arguments and serve until ended."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.endless_s3", description=__doc__)
    parser.add_argument("--versions", type=int, default=10_000_000, help="in the bucket")
    parser.add_argument("--per-key", type=int, default=2, help="versions of a key")
    parser.add_argument("--shape", choices=KINDS, default="sequential", help="of the keys")
    parser.add_argument(
        "--changed", type=float, default=0.01, help="share of keys written after the restore time"
    )
    parser.add_argument(
        "--deleted", type=float, default=0.05, help="share of keys with a delete marker on top"
    )
    parser.add_argument("--latency", type=float, default=0, help="milliseconds that a reply waits")
    parser.add_argument("--chunk", type=int, default=8192, help="bytes of a page in a chunk; 0: not chunked")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 (the default): any free one")
    parser.add_argument("--certificate", metavar="FILE", help="of the server, with its key: TLS is spoken")
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="end when standard input or the parent does"
    )
    given = parser.parse_args()
    bucket = bucket_of(
        given.versions, given.shape, per_key=given.per_key, changed=given.changed, deleted=given.deleted
    )
    for encoded in (True, False):
        page(bucket, "warm", "", "", None, PAGE_LIMIT, encoded)  # makes what all pages are made of
    counts = Counts(given.processes)
    sockets = listening(given.processes, given.port)
    port = sockets[0].getsockname()[1]
    for slot in range(1, given.processes):
        if os.fork() == 0:
            counts.slot = slot
            break
    if given.until_stdin_closes or counts.slot:
        end_with_parent()
    if not counts.slot:
        print(f"http{'s' if given.certificate else ''}://127.0.0.1:{port}", flush=True)
    site = Site(bucket, given.latency / 1000, given.chunk, counts)
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(site, sockets[counts.slot], given.certificate))


if __name__ == "__main__":
    main()
