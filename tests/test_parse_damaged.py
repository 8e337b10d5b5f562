"""What is no page, or only a part of one, is damaged; and no markup inside a page cuts a key."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3distversions.errors import ProtocolError
from s3distversions.parse import DamagedPage, page
from tests.listing_documents import document, element, keys, marker, version

WHOLE = document(element(version("a")), element(marker("b")))


def test_a_page_cut_anywhere_is_damaged():
    for end in range(len(WHOLE)):
        with pytest.raises(DamagedPage):
            page(WHOLE[:end])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"\n",
        b"OK",
        b"<html><head><title>Sign in</title></head><body></body></html>",
        b"<!DOCTYPE html><html><body>Please wait<br></body></html>",
        b'<?xml version="1.0"?><Error><Code>InternalError</Code><Message>again</Message></Error>',
        b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>",
        b'<?xml version="1.0" encoding="nonsense"?>' + WHOLE.partition(b"\n")[2],
        WHOLE + WHOLE,
        WHOLE + b"<html/>",
        document(element(version(), lambda _: "a\x01b")),
        document(element(version(), lambda _: "a&#1;b")),
        document(element(version(), lambda _: "a&unknown;b")),
    ],
)
def test_what_is_no_page_is_damaged(body):
    with pytest.raises(DamagedPage):
        page(body)


def keys_or_refusal(body):
    """Return the keys of a page, None if it is refused."""
    try:
        return keys(body)
    except (DamagedPage, ProtocolError):
        return None


def with_entities(declarations, key):
    """Return a page of one key, with declarations that no S3 sends."""
    start, rest = document(element(version("key"), lambda _: key)).split(b"\n")
    return b"%b<!DOCTYPE r [%b]>%b" % (start, declarations.encode(), rest)


def test_a_billion_laughs_are_not_laughed():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 6))
    assert keys_or_refusal(with_entities('<!ENTITY l0 "ha">' + laughs, "a&l5;z")) is None


def test_an_entity_does_not_cut_a_key():
    assert keys_or_refusal(with_entities('<!ENTITY e "b">', "a&e;z")) in (None, ["abz"])


def test_an_external_entity_is_not_read(tmp_path):
    (tmp_path / "secret").write_text("secret")
    entity = f'<!ENTITY e SYSTEM "{(tmp_path / "secret").as_uri()}">'
    assert keys_or_refusal(with_entities(entity, "a&e;z")) is None


@pytest.mark.parametrize("wire, key", [("a<!-- b -->z", "az"), ("a<?b?>z", "az"), ("a<b/>z", None)])
def test_a_key_is_never_cut_at_markup_inside_it(wire, key):
    assert keys_or_refusal(document(element(version(), lambda _: wire))) in (None, [key])


@settings(deadline=None, max_examples=50)
@given(st.binary())
def test_any_bytes_are_refused(body):
    assert keys_or_refusal(body) is None


@settings(deadline=None, max_examples=50)
@given(st.integers(0, len(WHOLE)), st.integers(0, 40), st.binary(max_size=8))
def test_a_garbled_page_is_read_or_refused_and_nothing_else(begin, length, instead):
    keys_or_refusal(WHOLE[:begin] + instead + WHOLE[begin + length :])
