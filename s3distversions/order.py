"""The order in which S3 lists the entries of a range, checked on every page: what differs from it is refused.

Every promise of S3's listing that the decision rests on is looked at, for not every server keeps them, and a
wrong order would restore the wrong version without a word.
"""

from __future__ import annotations

from bisect import bisect_left
from operator import ne

from s3distversions.columns import Columns
from s3distversions.errors import ProtocolError
from s3distversions.model import Entry, KeyRange
from s3distversions.parse import Page

EMPTY_PAGES = 1000  # in a row; where S3 sends any, they are few


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

    def check_all(self, listed: Columns) -> None:
        """Raise ProtocolError if these entries cannot follow what came before."""
        if not listed or not self._is_right(listed):
            for entry in listed:  # one of them is wrong, or has to be looked at by itself
                self.check(entry)
            return
        begin = bisect_left(listed.keys, listed.keys[-1])
        if begin or listed.keys[0] != self._key:
            self._earlier = set()
        self._key = listed.keys[-1]
        self._version_ids = set(listed.version_ids[begin:])

    def _is_right(self, listed: Columns) -> bool:
        """Is all well, for certain? By whole columns: what `check` asks of each entry."""
        keys, version_ids = listed.keys, listed.version_ids
        goes_on = keys[0] == self._key
        least = max(self._begin, self._key or "")
        return (
            keys == sorted(keys)
            and keys[0].startswith(self._keys.prefix)
            and keys[-1].startswith(self._keys.prefix)
            and keys[0] >= least
            and (self._keys.after is None or keys[0] > self._keys.after)
            and [not goes_on, *map(ne, keys[1:], keys)] == listed.is_latest
            and (
                len(set(version_ids)) == len(keys)
                or len(set(zip(keys, version_ids, strict=True))) == len(keys)
            )
            and (not goes_on or self._version_ids.isdisjoint(version_ids))
            and (not goes_on or self._earlier.isdisjoint(version_ids))
        )

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
