"""The bytes of requests and replies: what is taken is what http.client, which knows all of HTTP, makes of it."""

import io
import tracemalloc
from http.client import HTTPResponse
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3distversions.plain_http import LONGEST_HEAD, NotPlain, OddReply, Reply, TooLarge, written

LARGEST = 1000
OK = b"HTTP/1.1 200 OK\r\n"


class Socket:
    """What http.client reads from."""

    def __init__(self, data):
        self.data = data

    def makefile(self, *_):
        return io.BytesIO(self.data)


def theirs(data, method="GET"):
    """Status, headers and body by http.client, and what stands behind; an exception where it makes nothing of it."""
    reply = HTTPResponse(Socket(data), method=method)
    reply.begin()
    body = reply.read()
    return reply.status, body


def ours(pieces, method="GET", largest=LARGEST):
    """The same by Reply, which gets the bytes in these pieces and then hears that the connection has ended."""
    reply = Reply(largest, method == "HEAD")
    pieces = [piece for piece in pieces if piece]
    for place, piece in enumerate([*pieces, b""]):
        if reply.take(piece):
            if place < len(pieces) - 1:
                raise MoreToCome
            return reply.status, reply.take_body()
    raise AssertionError("the end of a connection is one of its reply")


class MoreToCome(Exception):
    """A reply was whole, and there were more bytes: which whoever uses the connection next finds waiting."""


def cut(data, places):
    """The bytes in pieces, cut at these places."""
    bounds = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[begin:end] for begin, end in pairwise(bounds)]


def chunked(body, sizes, extension=b""):
    """A body in chunks of these sizes, over and over."""
    parts, place, turn = [], 0, 0
    while place < len(body):
        piece = body[place : place + sizes[turn % len(sizes)]]
        parts.append(b"%x%b\r\n%b\r\n" % (len(piece), extension, piece))
        place += len(piece)
        turn += 1
    return b"".join(parts) + b"0\r\n\r\n"


FRAMED = {
    "its length is told": lambda body: OK + b"Content-Length: %d\r\n\r\n" % len(body) + body,
    "in chunks": lambda body: OK + b"transfer-encoding:chunked\r\n\r\n" + chunked(body, [3, 1, 50]),
    "with words in the chunks": lambda body: (
        OK + b"Transfer-Encoding: Chunked\r\n\r\n" + chunked(body, [7], b' ;name="value"')
    ),
    "till the connection ends": lambda body: OK + b"Server: AmazonS3\r\n\r\n" + body,
}


@pytest.mark.parametrize("frame", FRAMED.values(), ids=FRAMED)
@given(
    body=st.one_of(
        st.binary(max_size=200), st.sampled_from([b"0\r\n\r\n", b"\r\n\r\n", b"5\r\nabcde\r\n0\r\n\r\n"])
    ),
    places=st.lists(st.integers(0, 10_000), max_size=12),
)
@settings(deadline=None, derandomize=True)
def test_however_it_is_cut(frame, body, places):
    data = frame(body)
    assert ours(cut(data, places)) == (200, body) == theirs(data)


def test_byte_by_byte():
    body = bytes(range(256))
    for frame in FRAMED.values():
        data = frame(body)
        assert ours([data[place : place + 1] for place in range(len(data))]) == (200, body)


@given(data=st.data())
@settings(deadline=None, derandomize=True, max_examples=400)
def test_whatever_is_done_to_a_reply(data):
    """What is taken of a damaged reply is what http.client takes; but that may be less than that takes."""
    whole = data.draw(st.sampled_from([*FRAMED.values()]))(data.draw(st.binary(max_size=60)))
    begin = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(begin, min(len(whole), begin + 4)))
    put = data.draw(
        st.one_of(
            st.binary(max_size=4),
            st.sampled_from(
                [b"\r\n", b"\n", b" ", b"0", b":", b"Content-Length: 3\r\n", b"\r\n\r\n", b"-", b"+1"]
            ),
        )
    )
    damaged = whole[:begin] + put + whole[end:]
    try:
        taken = ours(cut(damaged, data.draw(st.lists(st.integers(0, 500), max_size=4))))
    except (NotPlain, TooLarge, MoreToCome):
        return
    assert taken == theirs(damaged)


NOT_PLAIN = {
    "no reply": b"",
    "half a head": OK[:9],
    "a head without its end": OK + b"Content-Length: 0\r\n",
    "an older version": b"HTTP/1.0 200 OK\r\n\r\n",
    "an interim reply": b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 0\r\n\r\n",
    "another protocol": b"SSH-2.0-x\r\n\r\n",
    "two lengths": OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\naa",
    "a length and chunks": OK + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a length of words": OK + b"Content-Length: one\r\n\r\na",
    "a negative length": OK + b"Content-Length: -1\r\n\r\na",
    "a length with a sign": OK + b"Content-Length: +1\r\n\r\na",
    "digits that are none": OK + "Content-Length: ²\r\n\r\na".encode("latin-1"),
    "another encoding": OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "an encoded body": OK + b"Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\na",
    "trailers": OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n",
    "trailers that are told": OK + b"Trailer: A\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a folded line": OK + b"A: b\r\n c\r\nContent-Length: 0\r\n\r\n",
    "a header without a colon": OK + b"A\r\nContent-Length: 0\r\n\r\n",
    "a blank in a name": OK + b"Content-Length : 0\r\n\r\n",
    "a bare line end": OK + b"A: b\nC: d\r\nContent-Length: 0\r\n\r\n",
    "a body cut short": OK + b"Content-Length: 5\r\n\r\nabcd",
    "more than was told": OK + b"Content-Length: 1\r\n\r\nab",
    "a chunk cut short": OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcd",
    "no end of the chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
    "no size of a chunk": OK + b"Transfer-Encoding: chunked\r\n\r\n\r\na\r\n0\r\n\r\n",
    "a chunk longer than its size": OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
    "something behind the chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1",
    "an endless size": OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 2000 + b"\r\n\r\n",
    "an endless head": OK + b"A: " + b"b" * LONGEST_HEAD + b"\r\nContent-Length: 0\r\n\r\n",
    "endless chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 100_001,
    "a hundred headers": OK + b"A: b\r\n" * 101 + b"Content-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("data", NOT_PLAIN.values(), ids=NOT_PLAIN)
@pytest.mark.parametrize("step", [1, 7, 10**6])
def test_what_is_no_plain_reply(data, step):
    with pytest.raises(NotPlain if step > len(data) else (NotPlain, MoreToCome)):
        ours(largest=10**6, pieces=[data[place : place + step] for place in range(0, len(data), step)])


@pytest.mark.parametrize("frame", FRAMED.values(), ids=FRAMED)
def test_no_more_is_taken_than_a_reply_of_s3_has(frame):
    assert ours([frame(b"x" * LARGEST)]) == (200, b"x" * LARGEST)
    with pytest.raises(TooLarge):
        ours([frame(b"x" * (LARGEST + 1))])


def test_a_length_that_is_too_large_is_known_before_the_body():
    with pytest.raises(TooLarge):
        Reply(LARGEST).take(OK + b"Content-Length: 1001\r\n\r\n")
    with pytest.raises(TooLarge):
        Reply(LARGEST).take(OK + b"Transfer-Encoding: chunked\r\n\r\nffffffff\r\n")


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("headers", [b"", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n"])
def test_replies_without_a_body(status, headers):
    data = b"HTTP/1.1 %d \r\n%b\r\n" % (status, headers)
    if b"chunked" not in headers:  # which has no meaning here
        assert theirs(data) == (status, b"")
    assert ours([data]) == (status, b"")
    head = OK + headers + b"\r\n"
    assert ours([head], "HEAD") == (200, b"") == theirs(head, "HEAD")


@pytest.mark.parametrize("odd", [b"x:" + b" " * 30_000 + b"\ry", b"a" + b" " * 30_000 + b"b", b"\0" * 30_000])
def test_a_header_of_blanks_takes_no_time(odd):
    """A pattern that tries all ways to share them out would take a day: pytest's limit is 300 seconds."""
    with pytest.raises(OddReply):
        ours([OK + odd + b"\r\nContent-Length: 0\r\n\r\n"])


def test_what_a_head_tells_of_an_encoded_body():
    reply = Reply(LARGEST, is_to_head=True)
    assert reply.take(OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\n")


def test_small_chunks_do_not_keep_what_came_with_them():
    chunk = b"1;" + b"x" * 900 + b"\r\na\r\n"
    reply = Reply(10**6)
    reply.take(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    tracemalloc.start()
    for _ in range(5000):
        reply.take(bytes(bytearray(chunk)))
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert used < 5000 * 150


def test_headers():
    reply = Reply(LARGEST)
    assert reply.take(OK + b"Server:  AmazonS3 \r\nX: 1\r\nx: 2\r\ne:\r\nCONTENT-LENGTH: 0\r\n\r\n")
    assert reply.headers == {"server": "AmazonS3", "x": "1, 2", "e": "", "content-length": "0"}
    assert reply.headers_as_sent == {"Server": "AmazonS3", "X": "1, 2", "e": "", "CONTENT-LENGTH": "0"}


@pytest.mark.parametrize(
    "headers, keeps", [(b"", True), (b"Connection: Keep-Alive\r\n", True), (b"connection: close\r\n", False)]
)
def test_whether_the_connection_is_used_again(headers, keeps):
    reply = Reply(LARGEST)
    assert reply.take(OK + headers + b"Content-Length: 0\r\n\r\n")
    assert reply.keeps_connection is keeps


def test_a_connection_that_ends_a_body_is_not_used_again():
    reply = Reply(LARGEST)
    assert not reply.take(OK + b"\r\nabc") and reply.take(b"")
    assert not reply.keeps_connection and reply.take_body() == b"abc"


@pytest.mark.parametrize(
    "url, target, host",
    [
        ("http://h/b?versions&x=%2F", "/b?versions&x=%2F", "h"),
        ("https://h", "/", "h"),
        ("https://h:443/", "/", "h"),
        ("http://h:80/", "/", "h"),
        ("http://h:443/", "/", "h:443"),
        ("http://127.0.0.1:9000/a%20b", "/a%20b", "127.0.0.1:9000"),
        ("http://[::1]:80/", "/", "[::1]"),
        ("http://[::1]/", "/", "[::1]"),
        ("http://[::1]:9000/", "/", "[::1]:9000"),
    ],
)
def test_a_request(url, target, host):
    """Host is written as botocore signs it."""
    from botocore.auth import _host_from_url

    assert _host_from_url(url) == host
    assert written("GET", url, {"A": "b c"}) == (
        f"GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: identity\r\nA: b c\r\n\r\n".encode()
    )


@pytest.mark.parametrize("value", ["a\r\nB: c", "a\n", "\r", "ключ"])
def test_what_would_be_more_than_a_header(value):
    with pytest.raises(NotPlain):
        written("GET", "http://h/", {"Authorization": value})
