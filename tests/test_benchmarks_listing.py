"""The server that the listing's benchmark measures with says what the embedded S3 says of the same entries."""

from collections import Counter

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from benchmarks.endless_counts import Counts
from benchmarks.endless_pages import KINDS, bucket_of
from benchmarks.endless_process import EndlessS3
from benchmarks.endless_s3 import Connection, Site
from benchmarks.endless_shapes import CIRCLE
from tests.raw_requests import ask, split

pytestmark = pytest.mark.long  # of a server that only benchmarks use

SEED = 14
BUCKET = "bucket"
# Two circles of keys and a piece of a third; the last key has one entry of three.
SMALL = {"versions": 2 * 3 * CIRCLE + 100, "per_key": 3, "changed": 0.01, "deleted": 0.05}


def quoted(text):
    return "".join(f"%{byte:02X}" for byte in text.encode())


def target(**query):
    given = "&".join(f"{name.replace('_', '-')}={quoted(str(value))}" for name, value in query.items())
    return f"/{BUCKET}?versions&{given}"


def replies(s3, site, **query):
    """What both answer to the same request: status, body."""
    theirs = ask(s3, "GET", target(**query))
    status, _, body = split(b"".join(site.reply("GET", target(**query))))
    return (status.split()[1], body), (theirs.status.split()[1], theirs.body)


def loaded(s3, shape, **options):
    """A site of entries that the embedded S3 holds too."""
    bucket = bucket_of(**{"shape": shape, **SMALL, **options})
    s3.load(BUCKET, bucket.entries())
    return Site(bucket, latency=0, chunk=0, counts=Counts(1))


def numbers(bucket):
    """Entries: any, and those at the ends of the longest history."""
    of_key = Counter(bucket.at(number)[0] for number in range(bucket.versions))
    longest = bucket.after(max(of_key, key=of_key.get), None)
    begin = longest - max(of_key.values())
    edges = [number for edge in (begin, longest) for number in range(edge - 3, edge + 3)]
    return st.integers(0, bucket.versions - 1) | st.sampled_from(
        [n for n in edges if 0 <= n < bucket.versions]
    )


def cut(key, length, more):
    """A key, its beginning, or what lies just beside either."""
    return key[:length] + more


@pytest.mark.parametrize("shape", KINDS)
def test_pages_are_those_of_the_embedded_s3(s3, shape):
    site = loaded(s3, shape)
    bucket = site.bucket
    told = Counter()
    places = numbers(bucket)
    texts = st.builds(
        cut,
        places.map(lambda number: bucket.at(number)[0]),
        st.sampled_from([None, None, None, None, 1, 5, 9, 12, 14, -1]),
        st.sampled_from(["", "", "", "", "0", "~", "é", "😀", " ", "%", "+"]),
    )
    # An entry; a key; an entry under another key, which is none.
    markers = places.map(bucket.at) | st.tuples(texts, st.none()) | st.tuples(texts, st.just(bucket.at(3)[1]))

    @seed(SEED)
    @settings(max_examples=60, deadline=None, database=None)
    @given(
        prefix=st.just("") | texts,
        markers=markers,
        max_keys=st.sampled_from([0, 1, 2, 3, 4, 100, 999, 1000, 1001]),
        encoding=st.sampled_from([{}, {"encoding_type": "url"}]),
    )
    def check(prefix, markers, max_keys, encoding):
        given = zip(("key_marker", "version_id_marker"), markers, strict=True)
        query = {name: value for name, value in given if value is not None}
        ours, theirs = replies(s3, site, prefix=prefix, max_keys=max_keys, **query, **encoding)
        assert ours[0] == theirs[0]
        if ours[0] == "200":
            assert ours[1] == theirs[1]
        told[ours[0], b"<IsTruncated>true" in ours[1]] += 1

    check()
    assert told["200", True] > 5
    assert told["200", False] > 5


@pytest.mark.parametrize("shape", KINDS)
@pytest.mark.parametrize("per_key", [1, 3])
def test_whole_listings_are_those_of_the_embedded_s3(s3, shape, per_key):
    """Page by page, to the end, with pages that end inside histories and circles."""
    site = loaded(s3, shape, per_key=per_key, versions=2 * per_key * CIRCLE + 100)
    query, pages = {"max_keys": 997, "encoding_type": "url"}, 0
    for key, version_id in following(site, query):
        markers = {"key_marker": key, "version_id_marker": version_id} if key else {}
        ours, theirs = replies(s3, site, **query, **markers)
        assert ours == theirs
        pages += 1
    assert pages == -(-site.bucket.versions // 997)


def following(site, query):
    """The markers of each page, from its number of entries alone."""
    yield None, None
    for number in range(query["max_keys"], site.bucket.versions, query["max_keys"]):
        yield site.bucket.at(number - 1)


@pytest.mark.parametrize(
    "query",
    [
        {"version_id_marker": "x"},
        {"key_marker": "data/000000000000", "version_id_marker": ""},
        {"key_marker": "data/000000000000", "version_id_marker": "x" * 32},
        {"key_marker": "data/000000000002-hot", "version_id_marker": "000000000" + "x" * 23},
        {"key_marker": "data/000000000000x", "version_id_marker": "x" * 32},
        {"key_marker": "a\x01"},
        {"key_marker": "a\x7f"},
        {"prefix": "\uffff"},
        {"max_keys": "-1"},
        {"max_keys": "many"},
        {"max_keys": 2**31},
        {"encoding_type": "base64"},
    ],
)
def test_what_s3_refuses_is_refused(s3, query):
    ours, theirs = replies(s3, loaded(s3, "hot", versions=10, per_key=1), **query)
    assert ours[0] == theirs[0] == "400"
    assert b"<Code>InvalidArgument</Code>" in ours[1]
    assert b"<Code>InvalidArgument</Code>" in theirs[1]


class Later:
    """Stands in for an event loop and for connections: what is to be done when, and what was sent."""

    def __init__(self):
        self.calls, self.sent = [], b""

    def call_later(self, delay, call, *arguments):
        self.calls.append((delay, call, arguments))

    def write(self, data):
        self.sent += data


@pytest.mark.parametrize("latency", [0, 0.25])
def test_replies_wait_side_by_side(monkeypatch, latency):
    loop, transports = Later(), [Later(), Later()]
    monkeypatch.setattr("asyncio.get_running_loop", lambda: loop)
    site = Site(bucket_of(10, "dates"), latency, chunk=0, counts=Counts(1))
    request = f"GET {target(max_keys=2)} HTTP/1.1\r\nHost: there\r\n\r\n".encode()
    for transport in transports:
        connection = Connection(site)
        connection.connection_made(transport)
        connection.data_received(request[:20])
        connection.data_received(request[20:] + request[:5])
    assert [delay for delay, *_ in loop.calls] == [latency] * (2 if latency else 0)
    assert [transport.sent == b"" for transport in transports] == [bool(latency)] * 2
    for _, call, arguments in loop.calls:
        call(*arguments)
    whole = b"".join(site.reply("GET", target(max_keys=2)))
    assert [transport.sent for transport in transports] == [whole, whole]


@pytest.mark.parametrize("chunk", [0, 8192])
def test_boto3_reads_the_same_of_both(s3, chunk):
    """Through sockets, as the peers of the benchmark do; and the server counts what it sends."""
    bucket = loaded(s3, "dates").bucket
    with EndlessS3(shape="dates", chunk=chunk, processes=2, latency=1, **SMALL) as endless:
        found = [pages(client) for client in (s3.client(), client_of(s3, endless))]
        told = endless.told()
    assert found[0] == found[1]
    entries = [
        entry for page in found[1] for entry in page.get("Versions", []) + page.get("DeleteMarkers", [])
    ]
    assert len(entries) == bucket.versions
    assert sum(len(page.get("DeleteMarkers", [])) for page in found[1]) == bucket.markers() > 0
    assert told.pages == len(found[1]) == 7
    assert told.others == 0
    assert 450 * bucket.versions < told.sent < 500 * bucket.versions
    assert told.cpu > 0


def client_of(s3, endless):
    """A boto3 client of the endless S3, like those of the embedded one."""
    there, s3.endpoint = s3.endpoint, endless.endpoint
    try:
        return s3.client()
    finally:
        s3.endpoint = there


def pages(client):
    found = client.get_paginator("list_object_versions").paginate(Bucket=BUCKET)
    return [{name: value for name, value in page.items() if name != "ResponseMetadata"} for page in found]
