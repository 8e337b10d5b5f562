"""Whole pages that lack or garble what S3 always sends: nothing comes out of them."""

import re

import pytest

from s3distversions.errors import ProtocolError
from s3distversions.parse import page
from tests.listing_documents import document, element, marker, next_page, version


@pytest.mark.parametrize("delete_marker", [True, False])
@pytest.mark.parametrize("name", ["Key", "VersionId", "LastModified", "ETag", "IsLatest", "Size"])
def test_an_entry_that_lacks_something_is_an_error(name, delete_marker):
    body = document(element(marker() if delete_marker else version()))
    cut = re.sub(rf"<{name}>.*?</{name}>".encode(), b"", body)
    emptied = re.sub(rf"<{name}>.*?</{name}>".encode(), f"<{name}/>".encode(), body)
    if delete_marker and name in ("ETag", "Size"):
        assert page(cut).entries == [marker()]
        return
    for wrong in (cut, emptied):
        with pytest.raises(ProtocolError):
            page(wrong)


@pytest.mark.parametrize(
    "name, text",
    [
        ("IsLatest", "yes"),
        ("Size", "many"),
        ("Size", "-1"),
        ("Size", "1_000"),
        ("Size", "1.5"),
        ("ETag", "&quot;&quot;"),
        ("LastModified", "yesterday"),
        ("LastModified", "2014-01-01"),
        ("LastModified", "2014-01-01T00:00:00"),
        ("LastModified", "2014-01-01T00:00:00+07:00"),
        ("LastModified", "2014-13-01T00:00:00.000Z"),
        ("LastModified", "Wed, 01 Jan 2014 00:00:00 GMT"),
    ],
)
def test_a_garbled_field_is_an_error_that_names_the_key(name, text):
    body = re.sub(rf"<{name}>.*?</{name}>", f"<{name}>{text}</{name}>", element(version("my/key")))
    with pytest.raises(ProtocolError, match="my/key"):
        page(document(body))


@pytest.mark.parametrize("truncated", [None, "", "True", "1", "maybe"])
def test_a_page_says_whether_it_is_the_last(truncated):
    with pytest.raises(ProtocolError, match="whether it is the last"):
        page(document(element(version()), truncated=truncated, more=next_page("z", "v")))


@pytest.mark.parametrize("more", ["", "<NextKeyMarker/>", "<NextVersionIdMarker>v</NextVersionIdMarker>"])
def test_a_page_that_is_not_the_last_says_where_the_next_one_begins(more):
    with pytest.raises(ProtocolError, match="where the next one begins"):
        page(document(element(version()), truncated="true", more=more))
