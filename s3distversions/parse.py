"""The bytes of one ListObjectVersions reply -> its entries, in the order in which they stand there.

Every SDK splits a page into one list of versions and one of delete markers, and so loses which of two in
the same second came later. The document has them in one sequence, newest first within a key.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from lxml import etree

from s3distversions.errors import ProtocolError
from s3distversions.model import Entry
from s3distversions.timestamps import canonical

BOOLEANS = {"true": True, "false": False}


class DamagedPage(Exception):
    """The reply is no whole page (cut, an <Error> with status 200, HTML): to be asked for again."""


class Page(NamedTuple):
    """One page of a listing, and where the next one begins (None at the end)."""

    entries: list[Entry]
    is_truncated: bool
    next_key_marker: str | None
    next_version_id_marker: str | None


def page(body: bytes) -> Page:
    """Return the page that `body` holds.

    DamagedPage if it is not whole; ProtocolError if it is, and yet lacks what S3 always sends.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise DamagedPage(str(error)) from error
    if local_name(root.tag) != "ListVersionsResult":
        raise DamagedPage(f"<{local_name(root.tag)}> where <ListVersionsResult> was expected")
    return read(root)


def read(root: etree._Element) -> Page:
    """Return the page of a whole document."""
    entries: list[etree._Element] = []
    fields: dict[str, str] = {}
    for child in root:
        name = local_name(child.tag)
        if name in ("Version", "DeleteMarker"):
            entries.append(child)
        else:
            fields[name] = text(child)
    url_encoded = fields.get("EncodingType") == "url"
    truncated = BOOLEANS.get(fields.get("IsTruncated", ""))
    if truncated is None:
        raise ProtocolError("a page does not say whether it is the last")
    marker = fields.get("NextKeyMarker")
    version_marker = fields.get("NextVersionIdMarker")
    if truncated and not marker:
        raise ProtocolError("a page is not the last and does not say where the next one begins")
    return Page(
        [read_entry(element, url_encoded) for element in entries],
        truncated,
        decode(marker, url_encoded) if truncated and marker else None,
        version_marker or None if truncated else None,
    )


def read_entry(element: etree._Element, url_encoded: bool) -> Entry:
    """Return the entry of a <Version> or <DeleteMarker> element."""
    fields = {local_name(child.tag): text(child) for child in element}
    delete_marker = local_name(element.tag) == "DeleteMarker"
    try:
        return Entry(
            key=decode(fields["Key"], url_encoded),
            version_id=present(fields["VersionId"]),
            last_modified=canonical(fields["LastModified"]),
            delete_marker=delete_marker,
            etag=None if delete_marker else present(fields["ETag"].strip('"')),
            size=None if delete_marker else size(fields["Size"]),
            storage_class=None if delete_marker else fields.get("StorageClass") or "STANDARD",
            is_latest=BOOLEANS[fields["IsLatest"]],
        )
    except KeyError as error:
        raise ProtocolError(f"an entry of {fields.get('Key')!r} lacks or garbles {error}") from error
    except ValueError as error:
        raise ProtocolError(f"an entry of {fields.get('Key')!r}: {error}") from error


def text(element: etree._Element) -> str:
    """Return an element's text; "" where markup stands in it, which would cut it short."""
    return "" if len(element) else element.text or ""


def size(digits: str) -> int:
    """Return a number of bytes. ValueError if it is none."""
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{digits!r} is no size")
    return int(digits)


def present(text: str) -> str:
    """Return `text`. ValueError if it is empty."""
    if not text:
        raise ValueError("an identifier is empty")
    return text


def decode(text: str, url_encoded: bool) -> str:
    """Return the key that `text` stands for. ProtocolError if that is empty or no UTF-8.

    With encoding-type=url a space is `+` on some servers and `%20` on others: never a plus, which is `%2B`.
    """
    if url_encoded:
        try:
            text = unquote_to_bytes(text.replace("+", " ")).decode()
        except UnicodeDecodeError as error:
            raise ProtocolError(f"the key {text!r} is not UTF-8") from error
    if not text:
        raise ProtocolError("an entry has no key")
    return text


@lru_cache(256)
def local_name(tag: object) -> str:
    """Return an element's name without its namespace."""
    return str(tag).rpartition("}")[2]
