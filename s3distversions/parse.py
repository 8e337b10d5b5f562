"""The bytes of one ListObjectVersions reply -> its entries, in the order in which they stand there.

Every SDK splits a page into one list of versions and one of delete markers, and so loses which of two in
the same second came later. The document has them in one sequence, newest first within a key.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from lxml import etree

from s3distversions import quick
from s3distversions.columns import Columns, Made, Read
from s3distversions.errors import ProtocolError
from s3distversions.model import Entry
from s3distversions.timestamps import canonical

BOOLEANS = {"true": True, "false": False}
# What is read of an entry and of a page. Said twice, it says nothing.
OF_ENTRIES = {"Key", "VersionId", "LastModified", "ETag", "Size", "StorageClass", "IsLatest"}
OF_ENTRIES |= {"RestoreStatus"}
OF_REQUESTS = {"Name", "Prefix", "KeyMarker", "EncodingType"}  # what a page repeats of its request
OF_PAGES = {"IsTruncated", "NextKeyMarker", "NextVersionIdMarker", *OF_REQUESTS}
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html: "URL-ready"
VERSION_ID = re.compile(r"[A-Za-z0-9._~!$'()*+,;=:@/-]{1,1024}")
IN_HEADERS = re.compile(r"[!#-~]+")  # ETags and classes go back to S3 in headers
UNKNOWN = 100  # elements of a page that are of no known kind; S3's have less than ten
NOT_ENCODED = re.compile(r"%(?![0-9A-Fa-f]{2})")


class DamagedPage(Exception):
    """The reply is no whole page (cut, an <Error> with status 200, HTML): to be asked for again."""


class Page(NamedTuple):
    """One page of a listing, and where the next one begins (None at the end).

    told: what the page repeats of the request that it answers, by S3's names, as it stands there; None where
    the page is not a server's. server: the header `Server` that it came with.
    """

    entries: Columns
    is_truncated: bool
    next_key_marker: str | None
    next_version_id_marker: str | None
    told: dict[str, str] | None = None
    server: str | None = None


def page(body: bytes) -> Page:
    """Return the page that `body` holds.

    DamagedPage if it is not whole; ProtocolError if it is, and yet lacks what S3 always sends.
    """
    return read_quickly(body) or read(document(body))


def read_quickly(body: bytes) -> Page | None:
    """Return the page, None where only the real parser can tell what it holds."""
    found = quick.find(body)
    if found is None:
        return None
    try:
        around = read(document(found.rest))
        keys = decode_all(found.keys, around.told is not None and around.told.get("EncodingType") == "url")
    except (DamagedPage, ProtocolError):
        return None
    entries = Read(keys, found.is_latest, found.delete_markers, found.texts)
    return around._replace(entries=entries) if around.entries == entries[-1:] else None


def document(body: bytes) -> etree._Element:
    """Return the root of the document that `body` holds. DamagedPage if it is no whole page."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise DamagedPage(str(error)) from error
    if local_name(root.tag) != "ListVersionsResult":
        raise DamagedPage(f"<{local_name(root.tag)}> where <ListVersionsResult> was expected")
    if root.getroottree().docinfo.internalDTD is not None:
        raise DamagedPage("a document type, which can declare what stands nowhere")
    return root


def read(root: etree._Element) -> Page:
    """Return the page of a whole document."""
    entries: list[etree._Element] = []
    fields: dict[str, str] = {}
    unknown = 0
    for child in root:
        name = local_name(child.tag)
        if name in ("Version", "DeleteMarker"):
            entries.append(child)
        elif name in OF_PAGES:
            if name in fields:
                raise ProtocolError(f"a page has two {name}")
            fields[name] = text(child)
        elif name == "CommonPrefixes" or child.find(".//{*}Key") is not None:
            raise ProtocolError(f"a page holds <{name}>: entries that cannot be read")
        else:
            unknown += 1
            if unknown > UNKNOWN:
                raise ProtocolError(f"a page holds more than {UNKNOWN} elements such as <{name}>")
    url_encoded = fields.get("EncodingType") == "url"
    truncated = BOOLEANS.get(fields.get("IsTruncated", ""))
    if truncated is None:
        raise ProtocolError("a page does not say whether it is the last")
    marker = fields.get("NextKeyMarker")
    version_marker = fields.get("NextVersionIdMarker")
    if truncated and not marker:
        raise ProtocolError("a page is not the last and does not say where the next one begins")
    if marker and not truncated:
        raise ProtocolError("a page is the last, and says where the next one begins")
    listed = [read_entry(element, url_encoded) for element in entries]
    # Ceph encodes keys, but not this.
    is_last_key = bool(listed) and marker == listed[-1].key
    return Page(
        Made(listed),
        truncated,
        (marker if is_last_key else decode(marker, url_encoded)) if marker else None,
        version_marker or None if truncated else None,
        {name: value for name, value in fields.items() if name in OF_REQUESTS},
    )


def read_entry(element: etree._Element, url_encoded: bool) -> Entry:
    """Return the entry of a <Version> or <DeleteMarker> element."""
    fields = {local_name(child.tag): text(child) for child in element}
    delete_marker = local_name(element.tag) == "DeleteMarker"
    if len(fields) < len(element):
        check_once(element)
    try:
        return Entry(
            key=decode(fields["Key"], url_encoded),
            version_id=identifier(fields["VersionId"], VERSION_ID, "version id"),
            last_modified=canonical(fields["LastModified"]),
            delete_marker=delete_marker,
            etag=None if delete_marker else identifier(fields["ETag"].strip('"'), IN_HEADERS, "ETag"),
            size=None if delete_marker else size(fields["Size"]),
            storage_class=None if delete_marker else storage_class(fields.get("StorageClass")),
            is_latest=BOOLEANS[fields["IsLatest"]],
            restored=is_restored(element) if "RestoreStatus" in fields else None,
        )
    except KeyError as error:
        raise ProtocolError(f"an entry of {fields.get('Key')!r} lacks or garbles {error}") from error
    except ValueError as error:
        raise ProtocolError(f"an entry of {fields.get('Key')!r}: {error}") from error


def is_restored(element: etree._Element) -> bool | None:
    """Return whether the version of an element has been thawed, None where it does not say so in S3's words.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreStatus.html
    """
    told = element.findtext("{*}RestoreStatus/{*}IsRestoreInProgress")
    in_progress = BOOLEANS.get(told or "")
    return None if in_progress is None else not in_progress


def text(element: etree._Element) -> str:
    """Return an element's text; "" where markup stands in it, which would cut it short."""
    return "" if len(element) else element.text or ""


def size(digits: str) -> int:
    """Return a number of bytes. ValueError if it is none."""
    if not (digits.isascii() and digits.isdigit() and len(digits) < 100):
        raise ValueError(f"{digits[:60]!r} is no size")
    return int(digits)


def identifier(text: str, pattern: re.Pattern[str], name: str) -> str:
    """Return `text`. ValueError if it is empty, or not what can be said to S3 again."""
    if not text:
        raise ValueError("an identifier is empty")
    if not pattern.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is no {name}")
    return text


@lru_cache(256)
def storage_class(text: str | None) -> str:
    """Return the class of a version, which is STANDARD where none is named. ValueError if it is no class."""
    return identifier(text, IN_HEADERS, "storage class") if text else "STANDARD"


def check_once(element: etree._Element) -> None:
    """Raise ProtocolError if an entry says twice what is read of it."""
    names = [local_name(child.tag) for child in element]
    for name in OF_ENTRIES:
        if names.count(name) > 1:
            raise ProtocolError(f"an entry has two {name}")


def decode(text: str, url_encoded: bool) -> str:
    """Return the key that `text` stands for. ProtocolError if that is empty or no UTF-8.

    With encoding-type=url a space is `+` on some servers and `%20` on others: never a plus, which is `%2B`.
    """
    if url_encoded and ("%" in text or "+" in text):
        if NOT_ENCODED.search(text):
            raise ProtocolError(f"the key {text!r} is not URL-encoded, as its page says")
        try:
            text = unquote_to_bytes(text.replace("+", " ")).decode()
        except UnicodeDecodeError as error:
            raise ProtocolError(f"the key {text!r} is not UTF-8") from error
    if not text:
        raise ProtocolError("an entry has no key")
    return text


def decode_all(texts: list[str], url_encoded: bool) -> list[str]:
    """Return the keys that `texts` stand for, as `decode` does each."""
    together = "\n".join(texts)
    if "%" not in together and "+" not in together:
        return texts
    if "%0A" in together.upper():
        return [decode(text, url_encoded) for text in texts]
    return decode(together, url_encoded).split("\n")


@lru_cache(256)
def local_name(tag: object) -> str:
    """Return an element's name without its namespace."""
    return str(tag).rpartition("}")[2]
