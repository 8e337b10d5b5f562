"""What S3 promises is held against every page: a listing that breaks it is an error, and none goes on for ever."""

import pytest

from s3distversions.errors import ProtocolError
from s3distversions.model import KeyRange
from tests.scripted_listings import listed, page


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


@pytest.mark.parametrize(
    "pages",
    [
        [page("a:v9* a:v1", "a:v1"), *[page("a:v2", "a:v2"), page("a:v1", "a:v1")] * 50],
        [page("", "a:v1"), page("", "a:v2")] * 50,
    ],
    ids=["a history", "empty pages"],
)
def test_what_goes_round_in_circles_ends(pages):
    """Each page leads on from the one before, so only what was seen before tells."""
    with pytest.raises(ProtocolError):
        listed(*pages)


def test_a_marker_without_a_version_id_would_lose_the_rest_of_its_key():
    """KeyMarker alone starts after all entries of its key, of which only one was seen."""
    with pytest.raises(ProtocolError):
        listed(page("a:v2*", "a"), page("b:v1*"))


@pytest.mark.parametrize(
    "words, until",
    [
        ("a:v1 b:v2* b:v1 a:m2* b:m0", None),
        ("a:v3* a:v1 b:v2* a:m2", None),
        # A range may not end at the first key above it without a look at what else stands in the page.
        ("a:v3* a:v1 z:v2* a:m2", "b"),
    ],
)
def test_a_server_that_sends_all_versions_before_all_markers_is_refused(words, until):
    with pytest.raises(ProtocolError):
        listed(page(words), keys=KeyRange("", None, until))
