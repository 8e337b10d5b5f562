"""One request of HTTP/1.1 without a body -> its bytes; the bytes of its reply, as they come -> what it says. Pure.

Only what servers send as a rule is taken: a body whose length is told, or in chunks, or which ends with its
connection. Whatever else HTTP knows (trailers, encodings, interim replies, folded lines) is no plain reply:
whoever gets one asks again through a library that knows it all.
https://www.rfc-editor.org/rfc/rfc9112
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

STATUS = re.compile(rb"HTTP/1\.1 ([2-9][0-9]{2})(?: [^\r\n]*)?\r\n")
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\r\n]*)\r\n")
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")
LENGTH = re.compile(r"[0-9]{1,15}")
LINE_END, HEAD_END = b"\r\n", b"\r\n\r\n"
LONGEST_HEAD, LONGEST_LINE = 32 * 1024, 1024  # bytes
SHORT = 1024  # bytes of a chunk; fewer of them are copied, or they would keep all that came with them
MOST_HEADERS, MOST_CHUNKS = 100, 100_000
BODILESS = {204, 304}  # statuses
ENCODED = {"content-encoding", "trailer"}  # headers that say that the body is not what it seems
DEFAULT_PORTS = {"http": 80, "https": 443}
# What is expected where no bytes of a body are.
CHUNK_SIZE, CHUNK_END, BODY_END = "the size of a chunk", "the end of a chunk", "the end of the body"


class NotPlain(Exception):
    """A request that cannot be written here, or a reply that cannot be read here, or is none at all."""


def written(method: str, url: str, headers: Mapping[str, str]) -> bytes:
    """Return a request. NotPlain if some text in it would be more than it seems."""
    parts = urlsplit(url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    is_default = parts.port == DEFAULT_PORTS[parts.scheme]  # which is not signed, so it may not be told
    host = parts.netloc.rpartition(":")[0] if is_default else parts.netloc
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Accept-Encoding: identity"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if any("\r" in line or "\n" in line for line in lines):
        raise NotPlain("a line of the request holds a line end")
    try:
        return "\r\n".join([*lines, "", ""]).encode("latin-1")
    except UnicodeEncodeError as error:
        raise NotPlain(str(error)) from error


class OddReply(NotPlain):
    """A reply has come, or begun to, and its form is not plain: others of the same server will be so too."""


class TooLarge(Exception):
    """A reply has more bytes than any of S3."""


class Reply:
    """A reply that is being received: `take` says when it is whole, and is not called any more then."""

    def __init__(self, largest: int, is_to_head: bool = False):
        """largest: bytes that the body may have. is_to_head: does it answer a HEAD, and so has no body?"""
        self.status = 0
        self.headers: dict[str, str] = {}  # by name, in lower case; fields of one name together, by commas
        self._names: dict[str, str] = {}  # as they were sent
        self._room = largest
        self._is_to_head = is_to_head
        self._begun = b""  # of the head, or of a line between chunks
        self._pieces: list[bytes | memoryview] = []
        self._left = 0  # bytes that are still to come, of the body or of the chunk
        self._is_chunked = self._ends_with_connection = False
        self._expects = CHUNK_SIZE
        self._chunks = 0

    def take_body(self) -> bytes:
        """Return the body, once: it is not kept."""
        body = b"".join(self._pieces)
        self._pieces.clear()
        return body

    @property
    def headers_as_sent(self) -> dict[str, str]:
        """Return the headers, by name as it was sent."""
        return {self._names[name]: value for name, value in self.headers.items()}

    @property
    def keeps_connection(self) -> bool:
        """May the connection be used again?"""
        return (
            not self._ends_with_connection
            and self.headers.get("connection", "keep-alive").lower() == "keep-alive"
        )

    def take(self, data: bytes) -> bool:
        """Take the next bytes, none where the connection has ended; return whether the reply is whole.

        NotPlain if it is none of this kind, or not whole; TooLarge as soon as that is known.
        """
        if not data:
            if self.status and self._ends_with_connection:
                return True
            raise NotPlain("the connection ends before the reply")
        if not self.status:
            head, found, data = (self._begun + data).partition(HEAD_END)
            if len(head) > LONGEST_HEAD or head.count(LINE_END) > MOST_HEADERS:
                raise OddReply("the head is longer than any of S3")
            if not found:
                self._begun = head
                return False
            self._begun = b""
            self._read_head(head + LINE_END)
        if self._is_chunked:
            return self._take_chunks(data)
        if self._ends_with_connection:
            self._expect(len(data))
        return self._take_told(data) and not self._ends_with_connection

    def _read_head(self, head: bytes) -> None:
        """Read status and headers, and where the body ends."""
        status = STATUS.match(head)
        if not status:
            raise OddReply(f"{head[:60]!r} is no status")
        place = status.end()
        while place < len(head):
            field = FIELD.match(head, place)
            if not field:
                raise OddReply(f"{head[place : place + 60]!r} is no header")
            name, value = field[1].decode().lower(), field[2].strip(b" \t").decode("latin-1")
            self._names.setdefault(name, field[1].decode())
            self.headers[name] = f"{self.headers[name]}, {value}" if name in self.headers else value
            place = field.end()
        self.status = int(status[1])
        if not (self._is_to_head or self.status in BODILESS):
            if ENCODED & self.headers.keys():
                raise OddReply("the body is encoded")
            self._read_framing(self.headers.get("content-length"), self.headers.get("transfer-encoding"))

    def _read_framing(self, length: str | None, encoding: str | None) -> None:
        """Read how the end of the body is told: in one way, if at all."""
        if length is None and encoding is None:
            self._ends_with_connection = True
        elif length is None and encoding is not None and encoding.lower() == "chunked":
            self._is_chunked = True
        elif encoding is None and length is not None and LENGTH.fullmatch(length):
            self._expect(int(length))
        else:
            raise OddReply(f"the length {length!r} and the transfer encoding {encoding!r}")

    def _take_told(self, data: bytes) -> bool:
        """Take bytes of a body whose length was told."""
        self._left -= len(data)
        if self._left < 0:
            raise OddReply("there is more than one reply")
        self._pieces.append(data)
        return not self._left

    def _take_chunks(self, data: bytes) -> bool:
        """Take bytes of a body in chunks."""
        place, view = 0, memoryview(data)  # whose slices are no copies, which cost more than all else here
        while place < len(data):
            if self._left:
                piece = view[place : place + self._left]
                self._pieces.append(piece if len(piece) > SHORT else bytes(piece))
                place += len(piece)
                self._left -= len(piece)
                continue
            end = data.find(b"\n", place) + 1
            line = self._begun + data[place : end or len(data)]
            if len(line) > LONGEST_LINE:
                raise OddReply("a line between chunks does not end")
            if not end:
                self._begun = line
                return False
            self._begun, place = b"", end
            if self._is_last(line):
                if place < len(data):
                    raise OddReply("there is more than one reply")
                return True
        return False

    def _is_last(self, line: bytes) -> bool:
        """Read a line between chunks; return whether it ends the body."""
        if self._expects is not CHUNK_SIZE:
            if line != LINE_END:
                raise OddReply(f"{line[:60]!r} is not {self._expects}")
            is_last, self._expects = self._expects is BODY_END, CHUNK_SIZE
            return is_last
        size = CHUNK.fullmatch(line)
        if not size:
            raise OddReply(f"{line[:60]!r} is not {self._expects}")
        self._chunks += 1
        if self._chunks > MOST_CHUNKS:
            raise OddReply("there are more chunks than in any reply of S3")
        self._expect(int(size[1], 16))
        self._expects = CHUNK_END if self._left else BODY_END
        return False

    def _expect(self, size: int) -> None:
        """Expect so many bytes. TooLarge if these would be too many."""
        self._left = size
        self._room -= size
        if self._room < 0:
            raise TooLarge
