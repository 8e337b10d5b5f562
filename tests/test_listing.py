"""A listing is whole and in order, asks for no page too many, and ends where its range ends."""

from itertools import pairwise
from types import SimpleNamespace

import pytest

from s3distversions import client, listing
from s3distversions.errors import ProtocolError
from s3distversions.model import Access, KeyRange
from tests.scripted_listings import Scripted, listed, page, words_of


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
    always["OptionalObjectAttributes"] = ["RestoreStatus"]
    assert scripted.asked == [
        {**always, "KeyMarker": "p/a"},
        {**always, "KeyMarker": "p/b", "VersionIdMarker": "v1"},
    ]


def test_nothing_is_asked_for_before_it_is_wanted():
    scripted = Scripted(page("a:v1* b:v1*", "b:v1"), page("c:v1*"))
    entries = listing.entries(scripted, "bucket", KeyRange(""))
    assert scripted.asked == []
    assert [next(entries).key, next(entries).key] == ["a", "b"]
    assert len(scripted.asked) == 1


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
    assert listed(*pages) == words_of(each for sent in pages for each in sent.entries)


@pytest.mark.parametrize("reply", [{}, {"Page": None}, {"Versions": []}])
def test_a_reply_without_a_page_is_an_error(reply):
    stub = SimpleNamespace(list_object_versions=lambda **_: reply)
    with pytest.raises(ProtocolError, match="holds no page"):
        list(listing.entries(stub, "bucket", KeyRange("")))


def test_a_boundary_key_that_is_repeated_is_dropped():
    """Ceph repeats the key of a KeyMarker without version id: it belongs to the range on the left."""
    assert listed(page("m:v2* m:v1 n:v1*"), keys=KeyRange("", "m")) == "n:v1*"
    assert listed(page("m:v2* m:v1", "m:v1"), page("n:v1*"), keys=KeyRange("", "m", "n")) == "n:v1*"


@pytest.mark.parametrize(
    "pages, found",
    [
        ([page("a:v1* m:v2* m:v1 n:v1*", "n:v1")], "a:v1* m:v2* m:v1"),
        ([page("a:v1* m:v2* m:v1", "m:v1"), page("n:v1*")], "a:v1* m:v2* m:v1"),
        ([page("n:v1*", "n:v1")], ""),
        ([page("", "n:v1")], ""),
        ([page("a:v1* m:v2*", "m:v2"), page("m:v1 n:v1*", "n:v1")], "a:v1* m:v2* m:v1"),
        ([page("a:v1* m:v2*", "m:v2"), page("", "m:v1"), page("m:v0")], "a:v1* m:v2* m:v0"),
    ],
)
def test_the_end_of_the_range_ends_the_listing_without_another_request(pages, found):
    assert listed(*pages, keys=KeyRange("", None, "m")) == found


@pytest.mark.parametrize(
    "marker, asked",
    [
        ("b:v1", ("b", "v1")),
        ("b[minio_cache:v2,return:]:v1", ("b[minio_cache:v2,return:]", "v1")),  # MinIO's own
        ("b[cache]:v1", ("b", "v1")),
        ("b0:v1", ("b", "v1")),
        ("c:v1", ("b", "v1")),
        ("z:v1", ("b", "v1")),
        ("b:v0", ("b", "v1")),
        ("c:", ("b", "v1")),
    ],
)
def test_markers_that_lead_past_what_was_sent_are_not_followed(marker, asked):
    """Nobody would miss what lies between: the listing goes on from the last entry that was sent."""
    scripted = Scripted(page("a:v1* b:v1*", marker), page("c:v1* d:v1*"))
    found = words_of(listing.entries(scripted, "bucket", KeyRange("", None, "y")))
    assert found == "a:v1* b:v1* c:v1* d:v1*"
    assert scripted.markers[1] == asked


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
    return client.make(Access(s3.endpoint), 7)


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


def test_a_begin_that_is_too_long_is_asked_for_before():
    """What is too much is passed over: no key is lost."""
    long = "p/" + "é" * 600
    asked = listing.can_be_asked(KeyRange("p/", long, "p/z"))
    assert asked.after == "p/" + "é" * 511 and len(asked.after.encode()) == 1024
