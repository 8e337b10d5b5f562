"""A scope -> many key ranges that hold about equally much, found by asking S3 for a few keys here and there.

A *probe* asks for the first keys above a text that was made up. The range is cut at that text: whatever it is,
each key is in one of the two parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from s3distversions.keyspace import NOT_IN_PARAMETERS
from s3distversions.listing import PAGE_SIZE, fetch
from s3distversions.model import KeyRange
from s3distversions.parts import Part, Parts

# Of one probe. The first key alone tells where keys begin; a few, how close they lie, at no further cost.
FEW = 10
MORE_PROBES = 24  # than ranges that are wanted
ANSWERS = (
    3  # pages that may be asked for until one holds a key: S3 may send empty ones, Ceph the marker's key
)


def cut(client: Any, bucket: str, ranges: Sequence[KeyRange], wanted: int, width: int) -> list[KeyRange]:
    """Return about `wanted` ranges that together hold what `ranges` hold, sorted; fewer where that is little.

    Neighbours share their boundary, `(a, b]` and `(b, c]`, so that no key is lost wherever it is. Costs a page
    for each of `ranges`, and at most a probe for each range that is wanted, and a few; nothing where there are
    as many already. width: requests in flight. Raises what listing.fetch does. Reads only; may be repeated.
    """
    if len(ranges) >= wanted:
        return in_order(ranges)
    with ThreadPoolExecutor(width) as threads:
        return in_order(Cutting(client, bucket, threads, width).cut(ranges, wanted))


def in_order(ranges: Iterable[KeyRange]) -> list[KeyRange]:
    """Return the ranges in the order of their keys."""
    return sorted(ranges, key=lambda keys: (max(keys.prefix, keys.after or ""), keys.after is not None))


class Cutting:
    """One cut of a scope, while it is made: in rounds of requests, between which all is learned."""

    def __init__(self, client: Any, bucket: str, threads: ThreadPoolExecutor, width: int):
        self._client = client
        self._bucket = bucket
        self._threads = threads
        self._width = width
        self._parts = Parts()

    def cut(self, ranges: Sequence[KeyRange], wanted: int) -> list[KeyRange]:
        """Return the ranges, cut."""
        whole = [keys for keys in ranges if keys.is_key or not is_askable(keys)]
        divisible = [keys for keys in ranges if not keys.is_key and is_askable(keys)]
        for keys, page in zip(divisible, self._threads.map(self._first_page, divisible), strict=True):
            self._parts.open(keys, *page)
        wanted -= len(whole)
        probes = wanted - len(divisible) + MORE_PROBES
        while (most := min(self._width, wanted - len(self._parts.all), probes)) > 0:
            largest = self._parts.largest(most)
            if not largest:
                break
            asked = [(part, at) for part in largest if (at := self._parts.where(part)) is not None]
            for (part, at), answer in zip(asked, self._threads.map(self._probe, asked), strict=True):
                self._parts.learn(part, at, *answer)
            probes -= len(asked)
        self._parts.cut_unasked(wanted)
        return whole + self._parts.ranges

    def _first_page(self, keys: KeyRange) -> tuple[list[str], bool]:
        """Return the keys of the first entries of a range, and whether more may follow."""
        found, is_all = self._above(keys.prefix, keys.after, PAGE_SIZE)
        inside = [key for key in found if keys.until is None or key <= keys.until]
        return inside, bool(inside) and not is_all and len(inside) == len(found)

    def _probe(self, asked: tuple[Part, str]) -> tuple[list[str], bool]:
        """Return the first keys above a text, and whether these are known to be the first."""
        part, at = asked
        found, is_all = self._above(part.keys.prefix, at, FEW)
        return found, bool(found) or is_all

    def _above(self, prefix: str, at: str | None, size: int) -> tuple[list[str], bool]:
        """Return the keys of the first entries above `at`, and whether there are no others."""
        marker: tuple[str | None, str | None] = (at, None)
        for _ in range(ANSWERS):
            page = fetch(self._client, self._bucket, prefix, *marker, size)
            keys = [entry.key for entry in page.entries]
            found = [key for key in keys if key > (at or "") and key.startswith(prefix)]
            if found or not page.is_truncated:
                return found, not page.is_truncated
            marker = (page.next_key_marker, page.next_version_id_marker)
        return [], False


def is_askable(keys: KeyRange) -> bool:
    """Does S3 take the range's begin in a request?"""
    return not NOT_IN_PARAMETERS.search(keys.prefix + (keys.after or ""))
