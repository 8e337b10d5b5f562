"""A bucket of any number of versions, by arithmetic: nothing of it is kept, any page is made in no time.

Its keys go round in circles of 1000: what follows the `stem` of a key is the same in each circle, and so is
all else of its entries. A page is the rows of one circle or two, joined by the stem. Pure: no network.
"""

from __future__ import annotations

from base64 import b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from benchmarks.endless_shapes import CIRCLE, SHAPES, digest
from tests.embedded_s3.buckets import OWNER
from tests.embedded_s3.errors import S3Error

RESTORE_TIME = datetime.fromisoformat("2014-01-01T14:00:00+00:00")
CHECKSUM = "<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>"


class Entry(NamedTuple):
    """What is known of an entry but its key; the same in every circle. `hours`: after the restore time."""

    version_id: str
    hours: int
    seconds: int
    delete_marker: bool
    checksum: bool
    etag: str
    size: int

    @property
    def moment(self) -> datetime:
        """When it was written."""
        return RESTORE_TIME + timedelta(hours=self.hours, seconds=self.seconds)


class Rows(NamedTuple):
    """The elements of a circle's entries, cut where the stem of the key belongs.

    opening: up to the stem. between: from behind a stem up to the next. last: from behind it to the row's end.
    """

    opening: list[bytes]
    between: list[bytes]
    last: list[bytes]


class EndlessBucket:
    """versions: how many entries there are; per_key: of each key (the last may have fewer).

    shape: one of SHAPES. changed: the share of keys that were written after the restore time; deleted: of
    those whose current entry is a delete marker, written before it; checksums: of those whose versions have
    a CRC64NVME, as all have that were written to AWS since 2025. All in steps of a thousandth.
    """

    def __init__(
        self,
        versions: int,
        per_key: int = 2,
        shape: str = "sequential",
        changed: float = 0.01,
        deleted: float = 0.05,
        checksums: float = 0.5,
    ) -> None:
        self.versions, self.per_key = versions, per_key
        self.keys = -(-versions // per_key)
        self._circles = max(-(-self.keys // CIRCLE), 1)
        self._shape = SHAPES[shape]
        self._lows = [SHAPES[shape].low(low) for low in range(CIRCLE)]
        # Not the same keys: else all that are changed would be among those that are deleted.
        shares = list(zip((0, 7, 14), (changed, deleted, checksums), strict=True))
        self._histories = [
            [
                _entry(low, place, *(_hits(low + apart, share) for apart, share in shares))
                for place in range(per_key)
            ]
            for low in range(CIRCLE)
        ]
        self._rows = cache(self._make_rows)

    def key(self, number: int) -> str:
        """Return the key with this number, from 0 on, in order."""
        return self._stem_of(number) + self._lows[number % CIRCLE]

    def _stem_of(self, number: int) -> str:
        """Return the stem of a key."""
        own = self._shape.own_stems
        return self._shape.stem(*((number, self.keys) if own else (number // CIRCLE, self._circles)))

    def history(self, number: int) -> list[Entry]:
        """Return the entries of a key, newest first."""
        return self._histories[number % CIRCLE][: self.versions - number * self.per_key]

    def markers(self) -> int:
        """Return how many of the entries are delete markers."""
        circles, rest = divmod(self.versions, CIRCLE * self.per_key)
        kinds = [entry.delete_marker for history in self._histories for entry in history]
        return circles * sum(kinds) + sum(kinds[:rest])

    def overwritten(self) -> int:
        """Return how many keys have a version at the restore time, and another now."""
        whole, rest = divmod(self.versions, self.per_key)
        changed = [history[0].hours > 0 for history in self._histories]
        circles, more = divmod(whole, CIRCLE)
        in_last = rest > 1 and changed[whole % CIRCLE]
        return (circles * sum(changed) + sum(changed[:more]) + in_last) * (self.per_key > 1)

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield all entries as the embedded S3 loads them: oldest first within a key."""
        for number in range(self.keys):
            for entry in reversed(self.history(number)):
                loaded: dict[str, Any] = {"key": self.key(number), "version_id": entry.version_id}
                loaded |= {"last_modified": entry.moment.isoformat(), "delete_marker": entry.delete_marker}
                if not entry.delete_marker:
                    loaded |= {"etag": entry.etag, "size": entry.size}
                yield {**loaded, "checksum": "CRC64NVME"} if entry.checksum else loaded

    def after(self, key_marker: str, version_id_marker: str | None) -> int:
        """Return the number of the first entry after the markers. S3Error if the second names no entry."""
        if version_id_marker is None:
            return self._first_of(bisect_right(range(self.keys), key_marker, key=self.key))
        number = bisect_left(range(self.keys), key_marker, key=self.key)
        ids = [entry.version_id for entry in self.history(number)] if number < self.keys else []
        if version_id_marker not in ids or self.key(number) != key_marker:
            raise no_such_version()
        return number * self.per_key + ids.index(version_id_marker) + 1

    def first(self, prefix: str) -> int:
        """Return the number of the first entry whose key is not below `prefix`."""
        return self._first_of(bisect_left(range(self.keys), prefix, key=self.key))

    def behind(self, prefix: str) -> int:
        """Return the number of the first entry whose key is above all that begin with `prefix`."""
        length = len(prefix)
        number = bisect_right(range(self.keys), prefix, key=lambda number: self.key(number)[:length])
        return self._first_of(number)

    def _first_of(self, key: int) -> int:
        """Return the number of a key's first entry; of what is behind the last key, behind its entries."""
        return min(key * self.per_key, self.versions)

    def at(self, number: int) -> tuple[str, str]:
        """Return the key and the version id of an entry."""
        key, place = divmod(number, self.per_key)
        return self.key(key), self._histories[key % CIRCLE][place].version_id

    def elements(self, begin: int, end: int, encode: Callable[[str], str]) -> Iterator[bytes]:
        """Yield the rows of the entries from `begin` up to, not with, `end`."""
        rows = self._rows(encode)
        in_circle = CIRCLE * self.per_key
        at_once = self.per_key if self._shape.own_stems else in_circle  # entries with the same stem
        while begin < end:
            first = begin % in_circle
            last = first + min(end - begin, at_once - begin % at_once) - 1
            stem = encode(self._stem_of(begin // self.per_key)).encode()
            yield rows.opening[first] + stem
            yield stem.join([*rows.between[first:last], rows.last[last]])
            begin += last + 1 - first

    def _make_rows(self, encode: Callable[[str], str]) -> Rows:
        kinds, last = [], []
        for low, history in zip(self._lows, self._histories, strict=True):
            for place, entry in enumerate(history):
                kind = "DeleteMarker" if entry.delete_marker else "Version"
                kinds.append(f"<{kind}><Key>".encode())
                content = (
                    f"<ETag>&quot;{entry.etag}&quot;</ETag>{CHECKSUM if entry.checksum else ''}"
                    f"<Size>{entry.size}</Size><StorageClass>STANDARD</StorageClass>"
                )
                last.append(
                    f"{encode(low)}</Key><VersionId>{entry.version_id}</VersionId>"
                    f"<IsLatest>{'false' if place else 'true'}</IsLatest>"
                    f"<LastModified>{entry.moment:%Y-%m-%dT%H:%M:%S}.000Z</LastModified>"
                    f"{'' if entry.delete_marker else content}{OWNER}</{kind}>".encode()
                )
        between = [row + opening for row, opening in zip(last, [*kinds[1:], kinds[0]], strict=True)]
        return Rows(kinds, between, last)


def no_such_version() -> S3Error:
    """Return what S3 says to a version id marker that names no entry."""
    return S3Error("InvalidArgument", "Invalid version id specified", ArgumentName="version-id-marker")


def _hits(low: int, share: float) -> bool:
    """Is a key one of the `share`? They are spread evenly over a circle."""
    thousandths = round(share * CIRCLE)
    return low * thousandths % CIRCLE < thousandths


def _entry(low: int, place: int, changed: bool, deleted: bool, checksum: bool) -> Entry:
    """Return the entry `place` below the top of a key's history."""
    chance = digest(f"{low} {place}")
    delete_marker = deleted and not changed and place == 0
    return Entry(
        version_id=b64encode(chance, b"._").decode()[:32],
        hours=1 if changed and place == 0 else -1 - place,
        seconds=low,
        delete_marker=delete_marker,
        checksum=checksum and not delete_marker,
        etag=chance.hex()[:32],
        size=int.from_bytes(chance[:4], "big") % 1_000_000,
    )
