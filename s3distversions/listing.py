"""A key range -> the histories of its keys, in order and whole, or an error: never less, never twice."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, groupby
from operator import attrgetter
from typing import Any
from urllib.parse import unquote_plus

from s3distversions import columns, servers
from s3distversions.client import asking
from s3distversions.columns import Columns
from s3distversions.errors import ProtocolError
from s3distversions.keyspace import MOST_BYTES, NOT_IN_PARAMETERS
from s3distversions.model import Entry, KeyRange
from s3distversions.order import Order, leads_into
from s3distversions.parse import Page

PAGE_SIZE = 1000  # entries; S3 sends no more
Reached = Callable[[str, int, bool, Sequence[str]], str | None]  # see `pieces.Piece.reached`
KEYS_TOLD = 10  # of a page


def histories(client: Any, bucket: str, keys: KeyRange) -> Iterator[tuple[str, Iterator[Entry]]]:
    """Yield each key of the range with its history, newest first; a history is read before the next key.

    S3Error if S3 does not answer, ProtocolError if what it says cannot be. Reads only; may be repeated.
    """
    return groupby(entries(client, bucket, keys), key=attrgetter("key"))


def entries(client: Any, bucket: str, keys: KeyRange) -> Iterator[Entry]:
    """Yield all entries of the range, in the order in which S3 lists them."""
    return chain.from_iterable(pages(client, bucket, keys))


def blocks(listed: Iterator[Columns]) -> Iterator[Columns | OpenHistory]:
    """Yield what the pages of a range hold: blocks of whole histories, and by itself, from each page, the history
    of the last key, which may go on in the next pages; it is read before what comes next."""
    page = next(listed, None)
    while page is not None:
        begin = bisect_left(page.keys, page.keys[-1])
        if begin:
            yield page[:begin]
        history = OpenHistory(page[begin:], listed)
        del page  # for the next one is waited for long, and pages that are kept cost time and memory
        yield history
        page = history.following()


class OpenHistory:
    """The history of a key, newest first, whose end is not known yet: an iterator over its entries."""

    def __init__(self, begin: Columns, listed: Iterator[Columns]):
        self.key = begin.keys[0]
        self._listed = listed
        self._following: Columns | None = None
        self._entries = self._read(begin)

    def __iter__(self) -> Iterator[Entry]:
        return self._entries

    def following(self) -> Columns | None:
        """Read the history to its end; return what comes after it, up to the end of that page."""
        deque(self._entries, maxlen=0)
        return self._following

    def _read(self, here: Columns) -> Iterator[Entry]:
        yield from here
        for page in self._listed:
            end = bisect_right(page.keys, self.key)
            yield from page[:end]
            if end < len(page):
                self._following = page[end:]
                return


def pages(client: Any, bucket: str, keys: KeyRange, reached: Reached | None = None) -> Iterator[Columns]:
    """Yield the entries of the range, page by page, in the order in which S3 lists them; no page is empty.

    reached: is told of each page, before that is yielded, how far it goes; says up to which key the range goes now.
    It may have become shorter by what lies behind all that was reached before.
    """
    asked = can_be_asked(keys)
    order = Order(asked)
    marker: tuple[str | None, str | None] = (asked.after, None)
    while True:
        page = page_in_order(client, bucket, asked.prefix, *marker)
        order.turn_page(marker, page)
        listed = columns.of(page.entries)
        if not order.has_begun:
            # KeyMarker alone starts after its key; Ceph repeats it, be it for pages
            listed = listed[count_while(listed.keys, asked.after) :]
        order.check_all(listed)  # also what lies behind the end: a server that loses the order shows there
        if reached is not None:
            keys = keys._replace(until=reached(*how_far(page, listed, keys)))
        within = inside(listed, keys)
        if within:
            yield within
        if (listed and is_behind(listed.keys[-1], keys)) or not page.is_truncated:
            return
        following = (page.next_key_marker, page.next_version_id_marker)
        order.check_markers(marker, following)
        following = leading_on(page, following)
        if not page.entries and following[0] is not None and is_behind(following[0], keys):
            return
        marker = following
        del page, listed, within  # before the next one is waited for


def how_far(page: Page, listed: Columns, keys: KeyRange) -> tuple[str, int, bool, Sequence[str]]:
    """Return what `pieces.Piece.reached` wants to know of a page whose entries above the marker are `listed`."""
    last = listed.keys[-1] if listed else page.next_key_marker or keys.after or keys.prefix
    return last, len(listed), page.is_truncated, listed.keys[:: max(len(listed) // KEYS_TOLD, 1)]


def count_while(keys: Sequence[str], key: str | None) -> int:
    """Return how many of `keys` are `key`, up to the first other one."""
    return next((place for place, each in enumerate(keys) if each != key), len(keys))


def inside(listed: Columns, keys: KeyRange) -> Columns:
    """Return those entries, in the order of their keys, that lie in the range."""
    first = bisect_left(listed.keys, keys.prefix)
    if keys.after is not None:
        first = max(first, bisect_right(listed.keys, keys.after))
    if not listed or not is_behind(listed.keys[-1], keys):
        return listed[first:] if first else listed
    return listed[first : bisect_left(listed.keys, True, first, key=lambda key: is_behind(key, keys))]


def can_be_asked(keys: KeyRange) -> KeyRange:
    """Return the smallest range around `keys` that S3 takes in a request: what is too much is passed over."""
    prefix = NOT_IN_PARAMETERS.split(keys.prefix, maxsplit=1)[0]
    after = NOT_IN_PARAMETERS.split(keys.after or "", maxsplit=1)[0]
    after = after.encode()[:MOST_BYTES].decode(
        errors="ignore"
    )  # a cut at a source's key may be too long there
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
        for key in columns.of(page.entries).keys:
            if "%" in key or "+" in key:
                raise ProtocolError(f"a page with {key!r} does not say how its keys are encoded")


def leading_on(page: Page, following: tuple[str | None, str | None]) -> tuple[str | None, str | None]:
    """Return the markers of the next page: the server's, unless they lead past what it has sent."""
    if not page.entries:
        return following
    last = page.entries[-1]
    leads_on = leads_into(following[0], last.key) and following[1] == last.version_id
    return following if leads_on else (last.key, last.version_id)
