"""A listing is whole, in order and never twice, or an error; and pages that arrive damaged are asked for again."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from types import SimpleNamespace

import pytest

from s3distversions import client, listing
from s3distversions.errors import ProtocolError, S3Error
from s3distversions.model import Entry, KeyRange
from s3distversions.parse import Page
from tests.test_parse import document, element, next_page, version


class Scripted:
    """A client that answers each request with the next of its pages, and keeps what it was asked."""

    def __init__(self, *pages):
        self.pages = list(pages)
        self.asked = []

    def list_object_versions(self, **parameters):
        self.asked.append(parameters)
        assert self.pages, "a request too many"
        return {"Page": self.pages.pop(0)}

    @property
    def markers(self):
        """Where each request began."""
        return [(asked.get("KeyMarker"), asked.get("VersionIdMarker")) for asked in self.asked]


def entry(word):
    """Return the entry that `key:id` stands for, `*` at its end: it is the current one; an id m...: a marker."""
    key, _, version_id = word.rstrip("*").partition(":")
    data = (None, None, None) if version_id[0] == "m" else ("e", 1, "STANDARD")
    return Entry(key, version_id, "2014-01-01T00:00:00Z", version_id[0] == "m", *data, word.endswith("*"))


def page(words, more=None):
    """Return a page, the last one, or with `more`, as `key:id`, where the next one begins."""
    key, _, version_id = (more or "").partition(":")
    return Page([entry(word) for word in words.split()], more is not None, key or None, version_id or None)


def listed(*pages, keys=KeyRange("")):  # noqa: B008 - a tuple, which nobody can change
    """Return what a range lists to when the server sends `pages`, as words; every page must be asked for."""
    scripted = Scripted(*pages)
    found = list(listing.entries(scripted, "bucket", keys))
    assert not scripted.pages
    return " ".join(f"{each.key}:{each.version_id}{'*' * each.is_latest}" for each in found)


# --- what S3 promises is held against every page ---


def test_a_history_may_span_pages():
    pages = [
        page("a:m9* a:v8", "a:v8"),
        page("a:m7", "a:m7"),
        page("", "a:v6"),  # empty, and not the last
        page("a:v5 a:null b:v2*", "b:v2"),
        page("b:v1 c:m1*"),
    ]
    scripted = Scripted(*pages)
    found = [
        (key, [each.version_id for each in history])
        for key, history in listing.histories(scripted, "b", KeyRange(""))
    ]
    assert found == [("a", ["m9", "v8", "m7", "v5", "null"]), ("b", ["v2", "v1"]), ("c", ["m1"])]
    assert scripted.markers == [(None, None), ("a", "v8"), ("a", "m7"), ("a", "v6"), ("b", "v2")]


def test_what_is_asked_for():
    scripted = Scripted(page("p/b:v1*", "p/b:v1"), page(""))
    list(listing.entries(scripted, "bucket", KeyRange("p/", "p/a", "p/x")))
    always = {"Bucket": "bucket", "Prefix": "p/", "MaxKeys": 1000, "EncodingType": "url"}
    assert scripted.asked == [
        {**always, "KeyMarker": "p/a"},
        {**always, "KeyMarker": "p/b", "VersionIdMarker": "v1"},
    ]


@pytest.mark.parametrize(
    "pages",
    [
        [page("")],
        [page("a:v1*")],
        [page("a:m1* b:v1* c:v1*")],
        [page("", "m:v1"), page("", "n:v1"), page("z:v1*")],
        [page("a:v1*", "a:v1"), page("")],
        [page("A:v1* a:v1* á:v1* \uffee:v1* 😀:v1*")],  # the order of UTF-8, which UTF-16's is not
    ],
)
def test_proper_listings(pages):
    assert listed(*pages) == " ".join(word for each in pages for word in map(str, words_of(each)))


def words_of(page):
    return [f"{each.key}:{each.version_id}{'*' * each.is_latest}" for each in page.entries]


@pytest.mark.parametrize(
    "pages, said",
    [
        ([page("b:v1* a:v1*")], "'a' comes after 'b'"),
        ([page("a:v2* b:v1* a:v1")], "'a' comes after 'b'"),
        ([page("b:v1*", "b:v1"), page("a:v1*")], "'a' comes after 'b'"),
        ([page("😀:v1* \uffee:v1*")], "comes after"),
        # current entries
        ([page("a:v2")], "does not begin with the current entry"),
        ([page("a:v2* b:v2 b:v1*")], "does not begin with the current entry"),
        ([page("a:v2* a:v1*")], "below another entry"),
        ([page("a:v2*", "a:v2"), page("a:v2* a:v1")], "below another entry"),
        # the same again
        ([page("a:v2* a:v1 a:v1")], "listed twice"),
        ([page("a:v2* a:v1", "a:v1"), page("a:v1 a:v0")], "listed twice"),
        # markers
        ([page("a:v1*", "a:v1"), page("", "a:v1")], "offered again"),
        ([page("", "a:v1"), page("", "a:v1")], "offered again"),
        ([page("b:v1*", "b:v1"), page("c:v1*", "a:v1")], "backwards|before"),
        ([page("", "b:v1"), page("", "a:v1")], "backwards"),
        ([page("a:v1* b:v1*", "a:v1")], "before the entry"),
    ],
)
def test_what_no_s3_sends_is_an_error(pages, said):
    with pytest.raises(ProtocolError, match=said):
        listed(*pages)


@pytest.mark.parametrize(
    "keys, pages, said",
    [
        (KeyRange("p/"), [page("p:v1* p/a:v1*")], "does not begin with the prefix"),
        (KeyRange("p/"), [page("p/a:v1* q:v1*")], "does not begin with the prefix"),
        (KeyRange("", "m"), [page("a:v1* n:v1*")], "not above the marker"),
        (KeyRange("", "m"), [page("n:v1*", "n:v1"), page("m:v1*")], "not above the marker"),
        (KeyRange("", "m"), [page("", "a:v1")], "backwards"),
    ],
)
def test_entries_outside_the_range_are_an_error(keys, pages, said):
    with pytest.raises(ProtocolError, match=said):
        listed(*pages, keys=keys)


def test_a_history_that_goes_round_in_circles_ends():
    """Each page leads on from the one before, so only what was seen before tells."""
    pages = [page("a:v9* a:v1", "a:v1"), *[page("a:v2", "a:v2"), page("a:v1", "a:v1")] * 50]
    with pytest.raises(ProtocolError):
        listed(*pages)


def test_empty_pages_that_go_round_in_circles_end():
    pages = [page("", "a:v1"), page("", "a:v2")] * 50
    with pytest.raises(ProtocolError):
        listed(*pages)


def test_a_marker_without_a_version_id_would_lose_the_rest_of_its_key():
    """KeyMarker alone starts after all entries of its key, of which only one was seen."""
    with pytest.raises(ProtocolError):
        listed(page("a:v2*", "a"), page("b:v1*"))


def test_a_server_that_sends_all_versions_before_all_markers_is_refused():
    with pytest.raises(ProtocolError):
        listed(page("a:v1 b:v2* b:v1 a:m2* b:m0"))
    with pytest.raises(ProtocolError):
        listed(page("a:v3* a:v1 b:v2* a:m2"))


def test_so_it_is_where_the_range_ends_before_the_entry_that_shows_it():
    """A range may not end at the first key above it without a look at what else stands in the page."""
    with pytest.raises(ProtocolError):
        listed(page("a:v3* a:v1 z:v2* a:m2"), keys=KeyRange("", None, "b"))


def test_a_boundary_key_that_is_repeated_is_dropped():
    """Ceph repeats the key of a KeyMarker without version id: it belongs to the range on the left."""
    assert listed(page("m:v2* m:v1 n:v1*"), keys=KeyRange("", "m")) == "n:v1*"
    assert listed(page("m:v2* m:v1", "m:v1"), page("n:v1*"), keys=KeyRange("", "m", "n")) == "n:v1*"


@pytest.mark.parametrize(
    "pages, found",
    [
        ([page("a:v1* m:v2* m:v1 n:v1*", "n:v1")], "a:v1* m:v2* m:v1"),
        ([page("a:v1* m:v2* m:v1", "n:v1")], "a:v1* m:v2* m:v1"),
        ([page("a:v1*", "z:v1")], "a:v1*"),
        ([page("n:v1*", "n:v1")], ""),
        ([page("", "n:v1")], ""),
        ([page("a:v1* m:v2*", "m:v2"), page("m:v1 n:v1*", "n:v1")], "a:v1* m:v2* m:v1"),
        ([page("a:v1* m:v2*", "m:v2"), page("", "m:v1"), page("m:v0")], "a:v1* m:v2* m:v0"),
    ],
)
def test_the_end_of_the_range_ends_the_listing_without_another_request(pages, found):
    assert listed(*pages, keys=KeyRange("", None, "m")) == found


def test_nothing_is_asked_for_before_it_is_wanted():
    scripted = Scripted(page("a:v1* b:v1*", "b:v1"), page("c:v1*"))
    entries = listing.entries(scripted, "bucket", KeyRange(""))
    assert scripted.asked == []
    assert [next(entries).key, next(entries).key] == ["a", "b"]
    assert len(scripted.asked) == 1


@pytest.mark.parametrize("reply", [{}, {"Page": None}, {"Versions": []}])
def test_a_reply_without_a_page_is_an_error(reply):
    stub = SimpleNamespace(list_object_versions=lambda **_: reply)
    with pytest.raises(ProtocolError, match="holds no page"):
        list(listing.entries(stub, "bucket", KeyRange("")))


# --- through the embedded S3 ---

STACKED = {
    "a": "m v v",
    "p/": "v",
    "p/ +%": "v m m v",
    "p/a": "v",
    "p/a/b": "m",
    "p/café": "v v v",
    "p/é😀": "m v",
    "p/\uffee": "v",
    "p2": "v",
}


@pytest.fixture
def stacked(s3, monkeypatch):
    """A bucket of a few histories, oldest entry first above, and our client to list it with."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    pushed = [
        {"key": key, "delete_marker": kind == "m"} for key, kinds in STACKED.items() for kind in kinds.split()
    ]
    s3.load("bucket", pushed)
    return client.make(s3.endpoint, None, 7)


def ids(s3, prefix):
    """Return (key, version id) of all entries, in S3's order."""
    keys = s3.dump("bucket")["keys"]
    return [(key, each["version_id"]) for key in sorted(keys) for each in keys[key] if key.startswith(prefix)]


@pytest.mark.parametrize("page_size", range(1, 8))
def test_ranges_add_up_wherever_they_are_cut(s3, stacked, page_size):
    s3.page_size(page_size)
    whole = ids(s3, "p/")
    keys = sorted({key for key, _ in whole})

    def found(after, until):
        return [each[:2] for each in listing.entries(stacked, "bucket", KeyRange("p/", after, until))]

    assert found(None, None) == whole
    for cut in ["p", "p/\x20", *keys, *(key + "0" for key in keys), "p0"]:
        left, right = found(None, cut), found(cut, None)
        assert left + right == whole, cut
        assert all(key <= cut for key, _ in left)
    cuts = [None, *keys[1::2], None]
    assert [each for after, until in pairwise(cuts) for each in found(after, until)] == whole


def test_one_key_is_a_range(s3, stacked):
    s3.page_size(1)
    found = [each[:2] for each in listing.entries(stacked, "bucket", KeyRange.of_key("p/a"))]
    assert found == [each for each in ids(s3, "") if each[0] == "p/a"]


# --- damaged replies, through botocore ---

GOOD = document(element(version("a", "v2")), element(version("a", "v1", False)))
CUT = GOOD[:-30]
ERROR = b"<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>"
HTML = b"<html><body>Please sign in</body></html>"


@pytest.fixture(params=[True, False], ids=["reads only", "writes too"])
def server(s3, monkeypatch, request):
    """A server that sends (status, body) one after the other, the last one for ever; and no pause is real."""
    sent = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = server.replies[min(len(sent), len(server.replies) - 1)]
            sent.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(client, "ATTEMPTS", 3)
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))
    client._make.cache_clear()

    def listed(*replies):
        server.replies = [reply if isinstance(reply, tuple) else (200, reply) for reply in replies]
        made = client.make(f"http://127.0.0.1:{server.server_port}", None, 1, reads_only=request.param)
        return [each.version_id for each in listing.entries(made, "bucket", KeyRange(""))]

    yield SimpleNamespace(listed=listed, sent=sent)
    server.shutdown()
    server.server_close()
    client._make.cache_clear()


@pytest.mark.parametrize(
    "damaged", [CUT, ERROR, HTML, b"", (500, b""), (503, b"<Error><Code>SlowDown</Code></Error>")]
)
def test_a_damaged_page_is_asked_for_again(server, damaged):
    client.take_requests()
    assert server.listed(damaged, damaged, GOOD) == ["v2", "v1"]
    assert len(server.sent) == 3
    assert client.take_requests() == {"ListObjectVersions": 3}


@pytest.mark.parametrize("damaged", [CUT, ERROR, HTML, b""])
def test_a_page_that_stays_damaged_is_an_error(server, damaged):
    with pytest.raises(S3Error, match="listing the versions in s3://bucket: "):
        server.listed(damaged)
    assert len(server.sent) == 3


def test_a_page_in_the_middle_is_asked_for_again_too(server):
    first = document(element(version("a", "v2")), truncated="true", more=next_page("a", "v2"))
    rest = document(element(version("a", "v1", False)))
    assert server.listed(first, CUT, rest) == ["v2", "v1"]
    assert len(server.sent) == 3 and server.sent[1] == server.sent[2]
    assert "key-marker=a" in server.sent[1] and "version-id-marker=v2" in server.sent[1]


def test_a_page_that_cannot_be_trusted_is_not_asked_for_again(server):
    with pytest.raises(ProtocolError, match="whether it is the last"):
        server.listed(document(truncated=None), GOOD)
    assert len(server.sent) == 1


def test_a_refusal_is_not_asked_for_again(server):
    with pytest.raises(S3Error, match="AccessDenied: No") as caught:
        server.listed((403, b"<Error><Code>AccessDenied</Code><Message>No</Message></Error>"), GOOD)
    assert "permissions" in caught.value.hint
    assert len(server.sent) == 1
