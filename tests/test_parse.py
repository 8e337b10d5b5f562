"""What comes out of a page of a version listing: all entries, in its order, with the keys as they are."""

from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3distversions.errors import ProtocolError
from s3distversions.model import Entry
from s3distversions.parse import page
from tests.listing_documents import document, element, keys, marker, next_page, plain, version


def test_versions_and_markers_keep_the_order_of_the_document():
    listed = [
        marker("a", "m4"),
        version("a", "v3", False),
        marker("a", "m2", False),
        version("a", "v1", False),
        version("b", "null", storage_class="DEEP_ARCHIVE"),
        marker("c", "m9"),
        marker("c", "m8", False),
    ]
    assert page(document(*map(element, listed)))[:4] == (listed, False, None, None)


@pytest.mark.parametrize("listed", [[], [marker("a"), marker("b"), marker("b", "m0", False)]])
@pytest.mark.parametrize("truncated", [True, False])
def test_pages_with_no_version(listed, truncated):
    more = next_page("z", "v7") if truncated else "<NextKeyMarker/><NextVersionIdMarker/>"
    body = document(*map(element, listed), truncated=str(truncated).lower(), more=more)
    assert page(body)[:4] == (listed, truncated, *(("z", "v7") if truncated else (None, None)))


@pytest.mark.parametrize(
    "wire, key",
    [
        ("a+b", "a b"),
        ("a%20b", "a b"),
        ("a%2Bb", "a+b"),
        ("a%252Bb", "a%2Bb"),
        ("%00%01%7F", "\x00\x01\x7f"),
        ("%0D%0A%09", "\r\n\t"),
        ("%EF%BF%BE", "\ufffe"),
        ("%F0%9F%98%80", "😀"),
        ("caf%C3%A9/cafe%CC%81", "caf\u00e9/cafe\u0301"),
        ("a%3Cb%3E%26%22", 'a<b>&"'),
        ("caf\u00e9", "caf\u00e9"),  # a server that encodes only what it must
    ],
)
def test_url_encoded_keys_and_markers(wire, key):
    body = document(element(version(key), lambda _: wire), truncated="true", more=next_page(wire, "v1"))
    assert keys(body) == [key]
    assert page(body).next_key_marker == key


def test_without_encoding_a_key_stands_for_itself():
    key = " a+b%20c&<\r\n"
    body = document(element(version(key), plain), encoding="", truncated="true", more=next_page("a+%20"))
    assert keys(body) == [key]
    assert page(body)[1:4] == (True, "a+%20", None)


@pytest.mark.parametrize("wire", ["100%", "%", "%Z", "%zz", "a%2", "%%41"])
def test_a_key_that_is_not_encoded_as_its_page_says_is_an_error(wire):
    with pytest.raises(ProtocolError, match="not URL-encoded"):
        page(document(element(version(), lambda _: wire)))
    with pytest.raises(ProtocolError, match="not URL-encoded"):
        page(document(truncated="true", more=next_page(wire, "v1")))


def test_what_a_page_repeats_of_its_request():
    more = "<Delimiter>/</Delimiter><Owner><ID>1</ID></Owner>"
    assert page(document(more=more)).told == {
        "Name": "bucket",
        "Prefix": "",
        "KeyMarker": "",
        "EncodingType": "url",
    }


@pytest.mark.parametrize("wire", ["%FF", "a%C3", "%ED%A0%80", "%C0%AF"])
def test_a_key_that_is_not_utf8_is_an_error(wire):
    with pytest.raises(ProtocolError, match="not UTF-8"):
        page(document(element(version(), lambda _: wire)))
    with pytest.raises(ProtocolError, match="not UTF-8"):
        page(document(truncated="true", more=next_page(wire, "v1")))


@pytest.mark.parametrize(
    "wire, canonical",
    [
        ("2014-01-01T00:00:00.000Z", "2014-01-01T00:00:00Z"),
        ("2014-01-01T00:00:00Z", "2014-01-01T00:00:00Z"),
        ("2014-01-01T00:00:00.007Z", "2014-01-01T00:00:00.007Z"),
        ("2014-01-01T00:00:00.120Z", "2014-01-01T00:00:00.12Z"),
    ],
)
def test_milliseconds_are_kept(wire, canonical):
    assert page(document(element(version(), wire_time=wire))).entries[0].last_modified == canonical


def test_a_version_without_a_class_is_standard():
    assert page(document(element(version(storage_class="")))).entries == [version()]


UNTIL = "<RestoreExpiryDate>2014-01-09T00:00:00.000Z</RestoreExpiryDate>"


@pytest.mark.parametrize(
    "status, restored",
    [
        ("<IsRestoreInProgress>true</IsRestoreInProgress>", False),
        (f"<IsRestoreInProgress>false</IsRestoreInProgress>{UNTIL}", True),
        ("<IsRestoreInProgress>soon</IsRestoreInProgress>", None),
        ("", None),
        ("true", None),
    ],
)
def test_whether_a_version_is_thawed(status, restored):
    archived = element(version(storage_class="GLACIER"))
    row = archived.replace("</Version>", f"<RestoreStatus>{status}</RestoreStatus></Version>")
    (entry,) = page(document(row)).entries
    assert entry == version(storage_class="GLACIER", restored=restored)


characters = st.characters(exclude_categories=["Cs"])
in_xml = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from(
    "\t\n\r"
)
ids = st.text("abcXYZ0189._-", min_size=1)
seconds = st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z")


def any_entries(alphabet):
    key = st.text(alphabet, min_size=1)
    classes = st.sampled_from(["STANDARD", "GLACIER", "INTELLIGENT_TIERING"])
    etags = st.from_regex(r"[0-9a-f]{32}(-[1-9][0-9]{0,4})?", fullmatch=True)
    false, true, none = st.just(False), st.just(True), st.none()
    of_versions = (false, etags, st.integers(0), classes, st.booleans(), none | st.booleans())
    of_markers = (true, none, none, none, st.booleans(), none)
    either = st.tuples(key, ids, seconds, *of_versions) | st.tuples(key, ids, seconds, *of_markers)
    return st.lists(either.map(Entry._make), max_size=8)


@settings(deadline=None, max_examples=50)
@given(any_entries(characters), st.sampled_from([quote, quote_plus]), st.text(characters, min_size=1))
def test_any_encoded_entries_come_back(listed, encode, following):
    body = document(
        *(element(entry, encode) for entry in listed),
        truncated="true",
        more=next_page(encode(following), "v1"),
    )
    assert page(body)[:4] == (listed, True, following, "v1")


@settings(deadline=None, max_examples=50)
@given(any_entries(in_xml))
def test_any_plain_entries_come_back(listed):
    body = document(*(element(entry, plain) for entry in listed), encoding="")
    assert page(body)[:4] == (listed, False, None, None)
