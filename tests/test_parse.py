"""Pages of a version listing: what comes out of whole ones, and that nothing comes out of others."""

import re
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3distversions.errors import ProtocolError
from s3distversions.model import Entry
from s3distversions.parse import DamagedPage, Page, page


def plain(text):
    """Return a key as it stands in a page without encoding-type."""
    return escape(text, {"\r": "&#13;"})


def element(entry, encode=quote, wire_time=None):
    """Return an entry as S3 writes it."""
    name = "DeleteMarker" if entry.delete_marker else "Version"
    wire_time = wire_time or entry.last_modified.replace("Z", ".000Z")
    data = "" if entry.delete_marker else f"<ETag>&quot;{entry.etag}&quot;</ETag><Size>{entry.size}</Size>"
    if entry.storage_class:
        data += f"<StorageClass>{entry.storage_class}</StorageClass>"
    return (
        f"<{name}><Key>{encode(entry.key)}</Key><VersionId>{entry.version_id}</VersionId>"
        f"<IsLatest>{str(entry.is_latest).lower()}</IsLatest><LastModified>{wire_time}</LastModified>{data}"
        f"<Owner><ID>75aa57f09aa0c8caeab4f8c24e99d10f</ID></Owner></{name}>"
    )


def document(*elements, truncated="false", encoding="url", more=""):
    """Return a page as S3 writes it."""
    how = f"<EncodingType>{encoding}</EncodingType>" if encoding else ""
    last = f"<IsTruncated>{truncated}</IsTruncated>" if truncated is not None else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name><Prefix/>'
        f"<KeyMarker/><VersionIdMarker/>{more}<MaxKeys>1000</MaxKeys>{how}{last}{''.join(elements)}"
        "</ListVersionsResult>"
    ).encode()


def version(key="key", version_id="v1", is_latest=True, **more):
    fields = {"etag": "9b2cf535f27731c974343645a3985328", "size": 3, "storage_class": "STANDARD", **more}
    return Entry(key, version_id, "2014-01-01T00:00:00Z", False, is_latest=is_latest, **fields)


def marker(key="key", version_id="m1", is_latest=True):
    return Entry(key, version_id, "2014-01-01T00:00:00Z", True, None, None, None, is_latest)


def keys(body):
    return [entry.key for entry in page(body).entries]


def next_page(key, version_id=""):
    return f"<NextKeyMarker>{key}</NextKeyMarker><NextVersionIdMarker>{version_id}</NextVersionIdMarker>"


# --- whole pages ---


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
    assert page(document(*map(element, listed))) == Page(listed, False, None, None)


@pytest.mark.parametrize("listed", [[], [marker("a"), marker("b"), marker("b", "m0", False)]])
@pytest.mark.parametrize("truncated", [True, False])
def test_pages_with_no_version(listed, truncated):
    body = document(*map(element, listed), truncated=str(truncated).lower(), more=next_page("z", "v7"))
    assert page(body) == Page(listed, truncated, *(("z", "v7") if truncated else (None, None)))


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
        ("100%", "100%"),
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
    assert page(body)[1:] == (True, "a+%20", None)


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
    versions = st.builds(Entry, key, ids, seconds, false, etags, st.integers(0), classes, st.booleans())
    return st.lists(
        versions | st.builds(Entry, key, ids, seconds, true, none, none, none, st.booleans()), max_size=8
    )


@settings(deadline=None, max_examples=50)
@given(any_entries(characters), st.sampled_from([quote, quote_plus]), st.text(characters, min_size=1))
def test_any_encoded_entries_come_back(listed, encode, following):
    body = document(
        *(element(entry, encode) for entry in listed),
        truncated="true",
        more=next_page(encode(following), "v1"),
    )
    assert page(body) == Page(listed, True, following, "v1")


@settings(deadline=None, max_examples=50)
@given(any_entries(in_xml))
def test_any_plain_entries_come_back(listed):
    body = document(*(element(entry, plain) for entry in listed), encoding="")
    assert page(body) == Page(listed, False, None, None)


# --- whole pages that lack what S3 always sends ---

WHOLE = document(element(version("a")), element(marker("b")))


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


# --- what is no page ---


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
