"""Servers that lose the order of a history are refused, by name or by what they show; no other server is."""

import pytest

from s3distversions import servers
from s3distversions.errors import ProtocolError
from s3distversions.parse import page as parsed
from tests.scripted_listings import listed, page


def sent(words, more=None, server=""):
    """A page as a server sends it whose name is not known, or is `server`."""
    return page(words, more)._replace(server=server)


@pytest.mark.parametrize(
    "server",
    ["VERSITYGW", "Werkzeug/3.1.9 Python/3.11.7, amazon.com", "gunicorn, amazon.com", "Werkzeug/2.0"],
)
@pytest.mark.parametrize("words", ["", "a:v1*", "a:v2* a:m1"])
def test_those_that_are_known_are_refused_whatever_they_list(server, words):
    with pytest.raises(ProtocolError) as caught:
        listed(sent(words, server=server))
    assert "of a page before all" in caught.value.what and "docs/servers.md" in caught.value.hint


@pytest.mark.parametrize("server", ["AmazonS3", "MinIO", "", "nginx"])
@pytest.mark.parametrize(
    "words",
    [
        "a:v1*",
        "a:v2* a:v1",
        "a:v2* a:m1",  # the current entry is first for certain
        "a:m2* a:v1 a:v0",
        "a:v2* a:v1 b:m1*",  # the kinds change with the key
        "a:m3* a:v2 a:m1",
        "a:v3* a:m2 a:v1",
        "a:v3* a:v2 a:m1 b:v1*",
    ],
)
def test_what_is_certain_is_not_asked_for_again(words, server):
    assert listed(sent(words, server=server)) == words


SORTED = ["a:v3* a:v2 a:m1", "a:m3* a:m2 a:v1", "a:v1* b:v3* b:v2 b:m1 b:m0"]


@pytest.mark.parametrize("words", SORTED)
def test_on_aws_nothing_is_ever_asked_twice(words):
    assert listed(sent(words, server="AmazonS3")) == words


@pytest.mark.parametrize("words", SORTED)
def test_a_page_sorted_by_kind_is_true_where_one_entry_at_a_time_says_the_same(words):
    after = {"a:v3* a:v2 a:m1": "a:m1", "a:m3* a:m2 a:v1": "a:v1"}.get(words, "b:m1")
    assert listed(sent(words), sent(after, more=after)) == words


@pytest.mark.parametrize("words", SORTED)
@pytest.mark.parametrize("answer", ["", "a:m0", "b:m0", "c:v1*"])
def test_and_refused_where_it_says_something_else(words, answer):
    with pytest.raises(ProtocolError, match="versions and delete markers come apart"):
        listed(sent(words), sent(answer), sent(words), sent(answer))


def test_an_entry_that_somebody_removes_in_between_is_no_fault_of_the_server():
    before, now = "a:v3* a:v2 a:m1 a:m0", "a:v3* a:v2 a:m0"
    assert listed(sent(before), sent("a:m0"), sent(now), sent("a:m0")) == now


def test_behind_a_null_marker_ceph_is_not_asked_to_go_on():
    """It would pass over the rest of the key: the marker is left to the next page."""
    first = page("a:v3* a:v2 a:m1", more="a:m1")
    null = first.entries[-1]._replace(version_id="null")
    first = first._replace(entries=[*first.entries[:-1], null], next_version_id_marker="null", server="")
    second = sent("a:m1 a:v0")
    second = second._replace(entries=[null, *second.entries[1:]])
    assert listed(first, second) == "a:v3* a:v2 a:null a:v0"
    assert servers.up_to_where_it_goes_on(first._replace(server="AmazonS3")) == first._replace(
        server="AmazonS3"
    )
    assert servers.up_to_where_it_goes_on(first._replace(is_truncated=False)).entries == first.entries


@pytest.mark.parametrize(
    "marker", ["a+b %", "a%2Bb%20%25", "a%2Bb+%25"], ids=["as it is, on Ceph", "encoded", "encoded otherwise"]
)
def test_the_marker_of_the_next_page_may_be_encoded_or_not(marker):
    entry = (
        "<Key>a%2Bb%20%25</Key><VersionId>m1</VersionId><IsLatest>true</IsLatest>"
        "<LastModified>2014-01-01T00:00:00Z</LastModified>"
    )
    about = (
        "<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
        f"<NextKeyMarker>{marker}</NextKeyMarker><NextVersionIdMarker>m1</NextVersionIdMarker>"
    )
    document = f"<ListVersionsResult>{about}<DeleteMarker>{entry}</DeleteMarker></ListVersionsResult>"
    assert parsed(document.encode()).next_key_marker == "a+b %"
