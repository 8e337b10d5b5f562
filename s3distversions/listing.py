"""A key range -> the histories of its keys, in order and whole, or an error: never less, never twice.

Every promise of S3's listing that the decision rests on is checked on every page, for not every server
keeps them, and a wrong order would restore the wrong version without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import unquote_plus

from s3distversions import servers
from s3distversions.client import asking
from s3distversions.errors import ProtocolError
from s3distversions.model import Entry, KeyRange
from s3distversions.parse import Page

PAGE_SIZE = 1000  # entries; S3 sends no more
EMPTY_PAGES = 1000  # in a row; where S3 sends any, they are few
# Characters of keys that S3 refuses in the parameters of a listing: those that XML has no way to write, DEL
# and C1 controls, noncharacters. Keys may hold them, and its own markers of the next page too.
NOT_IN_PARAMETERS = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)


def histories(client: Any, bucket: str, keys: KeyRange) -> Iterator[tuple[str, Iterator[Entry]]]:
    """Yield each key of the range with its history, newest first; a history is read before the next key.

    S3Error if S3 does not answer, ProtocolError if what it says cannot be. Reads only; may be repeated.
    """
    return groupby(entries(client, bucket, keys), key=attrgetter("key"))


def entries(client: Any, bucket: str, keys: KeyRange) -> Iterator[Entry]:
    """Yield all entries of the range, in the order in which S3 lists them."""
    asked = can_be_asked(keys)
    order = Order(asked)
    marker: tuple[str | None, str | None] = (asked.after, None)
    while True:
        page = page_in_order(client, bucket, asked.prefix, *marker)
        order.turn_page(marker, page)
        ended = False
        for entry in page.entries:
            if entry.key == asked.after and not order.has_begun:
                continue  # KeyMarker alone starts after its key; Ceph repeats it, be it for pages
            order.check(entry)  # also what lies behind the end: a server that loses the order shows there
            ended = ended or is_behind(entry.key, keys)
            if not ended and entry.key.startswith(keys.prefix) and entry.key > (keys.after or ""):
                yield entry
        if ended or not page.is_truncated:
            return
        following = (page.next_key_marker, page.next_version_id_marker)
        order.check_markers(marker, following)
        following = leading_on(page, following)
        if not page.entries and following[0] is not None and is_behind(following[0], keys):
            return
        marker = following


def can_be_asked(keys: KeyRange) -> KeyRange:
    """Return the smallest range around `keys` that S3 takes in a request: what is too much is passed over."""
    prefix = NOT_IN_PARAMETERS.split(keys.prefix, maxsplit=1)[0]
    after = NOT_IN_PARAMETERS.split(keys.after or "", maxsplit=1)[0]
    # Servers want a marker inside the prefix; and one that was cut lies before its key, so nothing is lost.
    return KeyRange(prefix, after if after.startswith(prefix) and after > prefix else None, keys.until)


def is_behind(key: str, keys: KeyRange) -> bool:
    """Does `key` come after all keys of the range?"""
    return (keys.until is not None and key > keys.until) or (
        key > keys.prefix and not key.startswith(keys.prefix)
    )


def page_in_order(
    client: Any, bucket: str, prefix: str, key_marker: str | None, version_id_marker: str | None
) -> Page:
    """Return one page whose order is that of the history. ProtocolError from a server that loses it.

    On servers other than AWS it costs, rarely, a second request: see `servers.open_order`.
    """
    for _ in range(2):  # an entry that somebody removes in between is no fault of the server
        page = fetch(client, bucket, prefix, key_marker, version_id_marker)
        servers.check_name(page)
        page = servers.up_to_where_it_goes_on(page)
        neighbours = servers.open_order(page)
        if neighbours is None:
            return page
        before, after = neighbours
        if servers.follows(after, fetch(client, bucket, prefix, before.key, before.version_id, 1)):
            return page
    raise servers.sorted_by_kind(before, after)


def fetch(
    client: Any,
    bucket: str,
    prefix: str,
    key_marker: str | None,
    version_id_marker: str | None,
    size: int | None = None,
) -> Page:
    """Return one page, of at most `size` entries, of the keys that begin with `prefix`, after the markers."""
    where = {"KeyMarker": key_marker, "VersionIdMarker": version_id_marker}
    reply = asking(
        f"listing the versions in s3://{bucket}",
        client.list_object_versions,
        Bucket=bucket,
        Prefix=prefix,
        MaxKeys=size or PAGE_SIZE,
        EncodingType="url",
        OptionalObjectAttributes=["RestoreStatus"],
        **{name: value for name, value in where.items() if value is not None},
    )
    page = reply.get("Page")
    if isinstance(page, Exception):
        raise page
    if not isinstance(page, Page):
        raise ProtocolError("a reply holds no page")
    check_told(page, bucket, prefix, key_marker)
    return page


def check_told(page: Page, bucket: str, prefix: str, key_marker: str | None) -> None:
    """Raise ProtocolError if the page answers another request, or its keys can be read in two ways."""
    if page.told is None:
        return
    asked = {"Name": bucket, "Prefix": prefix, "KeyMarker": key_marker or ""}
    for name, value in asked.items():
        told = page.told.get(name, value)
        if value not in (told, unquote_plus(told)):  # Ceph encodes keys, but not these
            raise ProtocolError(f"a page answers another request: its {name} is {told!r}, not {value!r}")
    if page.told.get("EncodingType") != "url":
        for entry in page.entries:
            if "%" in entry.key or "+" in entry.key:
                raise ProtocolError(f"a page with {entry.key!r} does not say how its keys are encoded")


def leading_on(page: Page, following: tuple[str | None, str | None]) -> tuple[str | None, str | None]:
    """Return the markers of the next page: the server's, unless they lead past what it has sent."""
    if not page.entries:
        return following
    last = page.entries[-1]
    leads_on = leads_into(following[0], last.key) and following[1] == last.version_id
    return following if leads_on else (last.key, last.version_id)


def leads_into(marker: str | None, key: str) -> bool:
    """Does a marker lead into the history of `key`? Behind the key MinIO writes the name of a cache."""
    return marker is not None and (marker == key or marker.startswith(f"{key}[minio_cache:"))


class Order:
    """Checks that entries come as S3 lists them: keys ascending, in the range, the current one first."""

    def __init__(self, keys: KeyRange):
        self._keys = keys
        self._key: str | None = None
        self._version_ids: set[str] = set()  # of the key, in this page
        self._earlier: set[str] = set()  # and in the page before: never more, however long the history
        self._begin = keys.after or ""
        self._empty = 0  # pages without an entry, in a row
        self._offered: tuple[str | None, set[str | None]] = (None, set())  # markers inside one key

    @property
    def has_begun(self) -> bool:
        """Was there an entry already?"""
        return self._key is not None

    def turn_page(self, marker: tuple[str | None, str | None], page: Page) -> None:
        """Take notice of the next page, which begins at `marker`. ProtocolError if they come without an end."""
        in_last_key = self._key is not None and leads_into(marker[0], self._key)
        self._begin = (self._key if in_last_key else marker[0]) or ""
        self._earlier, self._version_ids = self._version_ids, set()
        self._empty = 0 if page.entries else self._empty + 1
        if self._empty >= EMPTY_PAGES and page.is_truncated:
            raise ProtocolError(f"{self._empty} pages in a row hold no entry, and there are to be more")

    def check(self, entry: Entry) -> None:
        """Raise ProtocolError if `entry` cannot follow what came before."""
        first = entry.key != self._key
        if not entry.key.startswith(self._keys.prefix):
            raise ProtocolError(f"{entry.key!r} does not begin with the prefix {self._keys.prefix!r}")
        if self._keys.after is not None and entry.key <= self._keys.after:
            raise ProtocolError(f"{entry.key!r} is not above the marker {self._keys.after!r}")
        if self._key is not None and first and entry.key < self._key:
            raise ProtocolError(f"{entry.key!r} comes after {self._key!r}")
        if entry.key < self._begin:
            raise ProtocolError(f"{entry.key!r} is not above the marker {self._begin!r}")
        if entry.is_latest != first:
            which = "does not begin with" if first else "has, below another entry,"
            raise ProtocolError(f"the history of {entry.key!r} {which} the current entry: its order is lost")
        if first:
            self._key, self._version_ids, self._earlier = entry.key, set(), set()
        elif entry.version_id in self._version_ids or entry.version_id in self._earlier:
            raise ProtocolError(f"the entry {entry.version_id} of {entry.key!r} is listed twice")
        self._version_ids.add(entry.version_id)

    def check_markers(
        self, asked: tuple[str | None, str | None], following: tuple[str | None, str | None]
    ) -> None:
        """Raise ProtocolError if the markers of the next page do not lead on from the page's own."""
        if following == asked:
            raise ProtocolError(f"the same page is offered again: marker {following[0]!r}")
        in_last_key = self._key is not None and leads_into(following[0], self._key)
        if asked[0] is not None and (following[0] or "") < asked[0] and not in_last_key:
            raise ProtocolError(f"the markers go backwards: {following[0]!r} after {asked[0]!r}")
        if self._key is not None and (following[0] or "") < self._key:
            raise ProtocolError(f"the marker {following[0]!r} lies before the entry {self._key!r}")
        if following[1] is None and following[0] == self._key:
            raise ProtocolError(f"the marker after {self._key!r} has no version id: its history may go on")
        if following[0] != self._offered[0]:
            self._offered = (following[0], set())
        if following[1] in self._offered[1]:
            raise ProtocolError(f"the markers of {following[0]!r} go round in circles")
        self._offered[1].add(following[1])
