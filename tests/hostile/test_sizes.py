"""Replies without an end: what is read of them, what they cost in memory, and how long they may take."""

import subprocess
import sys
from itertools import repeat

import pytest

from s3distversions import client, replies
from tests.hostile.bucket import RESTORE, check_error, check_outcomes, state, wanted
from tests.hostile.server import Reply

MB = 2**20
MOST_MEMORY = 1024 * MB  # with all the libraries, and with one reply in flight
GIGABYTE = 1024  # parts
# What is under way in sockets' buffers, beside what was read
UNDER_WAY = 16 * MB
HEAD = b"HTTP/1.1 200 OK\r\n\r\n"
PAGE = b"<ListVersionsResult><IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>"
ENTRY = (
    b"<Version><Key>p/a</Key><VersionId>v1</VersionId><IsLatest>false</IsLatest><Size>1</Size>"
    b"<LastModified>2014-01-01T00:00:00Z</LastModified><ETag>a</ETag></Version>"
)


def endless(head, part):
    """A reply that begins with `head` and goes on with a gigabyte of `part`."""
    part = part * (MB // len(part))
    return lambda reply, request: Reply(
        raw=(each for parts in ([head], repeat(part, GIGABYTE)) for each in parts)
    )


def chunked(part):
    """The same in chunks."""
    data = part * (MB // len(part))
    return endless(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"%x\r\n%b\r\n" % (len(data), data)
    )


ENDLESS = [
    ("ten million entries", endless(HEAD + PAGE, ENTRY)),
    ("a text", endless(HEAD + PAGE + b"<Version><Key>", b"x")),
    ("a name", endless(HEAD + b"<", b"x")),
    ("an attribute", endless(HEAD + b'<ListVersionsResult x="', b"x")),
    ("a comment", endless(HEAD + b"<ListVersionsResult><!--", b"x")),
    ("nesting", endless(HEAD + b"<ListVersionsResult>", b"<Version>")),
    ("blanks", endless(HEAD, b" \r\n")),
    ("NULs", endless(HEAD, b"\0")),
    ("chunks", chunked(ENTRY)),
    ("an error", endless(HEAD.replace(b"200 OK", b"403 No") + b"<Error><Message>", b"x")),
]


@pytest.mark.parametrize("change", [change for _, change in ENDLESS], ids=[name for name, _ in ENDLESS])
def test_no_reply_is_read_without_an_end(change, hostile, s3, model, restore):
    hostile.does(change, "ListObjectVersions")
    ended = restore()
    check_error(ended, "the reply has more than 8,388,608 bytes")
    assert hostile.count("ListObjectVersions") == 1
    assert hostile.sent < replies.LARGEST + UNDER_WAY
    assert hostile.writes == []


@pytest.mark.parametrize("operation", ["CopyObject", "DeleteObjects", "GetBucketVersioning", "HeadObject"])
def test_nor_is_one_of_another_operation(operation, hostile, s3, model, restore):
    """What was written before stays, and the next apply goes on."""
    hostile.does(endless(HEAD, b" "), operation)
    ended = restore()
    assert hostile.sent < 8 * (replies.LARGEST + UNDER_WAY)  # of as many threads
    assert ended.code == 1 or operation == "HeadObject"  # which has no body
    hostile.does()
    assert restore().code == 0
    check_outcomes(s3, model)
    assert state(s3) == wanted(model)


@pytest.fixture
def impatient(monkeypatch):
    """Clients of their own, which wait for a third of a second."""
    monkeypatch.setattr(client, "READ_TIMEOUT_SECONDS", 1 / 3)
    client._make.cache_clear()
    yield
    client._make.cache_clear()


@pytest.mark.parametrize(
    "begin", [b"", HEAD[:7], HEAD, HEAD + PAGE], ids=["no", "half a head", "a head", "half"]
)
def test_a_reply_that_stops_is_waited_for_and_given_up(begin, impatient, hostile, s3, model, restore):
    """After READ_TIMEOUT_SECONDS for each attempt."""

    def stops(reply, request):
        return Reply(raw=map(wait_unless_told, [begin, None]))

    def wait_unless_told(part):
        if part is None:
            hostile.over.wait(20)
        return part or b""

    hostile.over.clear()
    hostile.does(stops, "ListObjectVersions")
    ended = restore()
    hostile.over.set()
    check_error(ended, "listing the versions in s3://mybucket")
    assert (hostile.writes, hostile.count("ListObjectVersions")) == ([], 3)


@pytest.mark.parametrize(
    "head", [b"Content-Length: 200\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\nc8\r\n"]
)
def test_a_reply_that_drips_is_given_up_too(head, impatient, hostile, s3, model, restore):
    """A byte now and then is no silence; but READ_TIMEOUT_SECONDS are for the whole reply."""

    def drip():
        yield b"HTTP/1.1 200 OK\r\n" + head
        for _ in range(200):
            hostile.over.wait(0.1)
            yield b" "

    hostile.over.clear()
    hostile.does(lambda reply, request: Reply(raw=drip()), "ListObjectVersions")
    ended = restore()
    hostile.over.set()
    check_error(ended, "listing the versions in s3://mybucket")
    assert (hostile.writes, hostile.count("ListObjectVersions")) == ([], 3)
    assert hostile.sent < 3 * (len(head) + 100)


# Run in a process that may not have more memory
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
from s3distversions.jobs.restore import RestoreVersions
from s3distversions.cli import main
sys.exit(main(RestoreVersions, sys.argv[2:]))
"""


def test_the_largest_page_that_is_read_fits_into_little_memory(hostile, s3, model, restore):
    """Megabytes of the smallest elements there are, which a tree of them makes fifty times as large."""
    smallest = b"<a/>" * ((replies.LARGEST - 1000) // 4)
    page = PAGE + smallest + b"</ListVersionsResult>"
    hostile.does(lambda reply, request: Reply(200, {}, page), "ListObjectVersions")
    argv = [
        *RESTORE,
        "--version-info-output",
        "run",
        "--endpoint-url",
        hostile.endpoint,
        "--list-parallel",
        "1",
    ]
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, str(MOST_MEMORY), *argv, "--no-conf"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1 and "more than 100 elements such as <a>" in ended.stderr, ended.stderr
    assert hostile.writes == []
