"""A bucket in whose middle one key has a history as long as one likes, by arithmetic too. Pure: no network."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from typing import Any

from benchmarks.endless_bucket import RESTORE_TIME, EndlessBucket, Rows, no_such_version
from benchmarks.endless_shapes import digest
from tests.embedded_s3.buckets import OWNER

TURN = 1000  # entries whose version ids have their beginning in common
MOMENT = RESTORE_TIME - timedelta(hours=2)  # of them all: only their order tells which came later
ETAG = digest("hot").hex()[:32]


class HotBucket:
    """The entries of `rest`, and `hot` versions of one key more, in the middle of its keys."""

    def __init__(self, rest: EndlessBucket, hot: int) -> None:
        self._rest, self._hot = rest, hot
        middle = rest.keys // 2
        self.key = f"{rest.key(middle)}-hot"
        self._begin = rest.after(rest.key(middle), None)  # of the hot key; `_end` is behind it
        self._end = self._begin + hot
        self.versions, self.keys = rest.versions + hot, rest.keys + 1
        self._lows = [b64encode(digest(f"hot {low}"), b"._").decode()[:23] for low in range(TURN)]
        self._places = {low: place for place, low in enumerate(self._lows)}
        self._rows = cache(self._make_rows)

    def markers(self) -> int:
        """Return how many of the entries are delete markers."""
        return self._rest.markers()

    def overwritten(self) -> int:
        """Return how many keys have a version at the restore time, and another now."""
        return self._rest.overwritten()

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield all entries as the embedded S3 loads them: oldest first within a key."""
        yield from self._rest.entries()
        fixed = {"key": self.key, "last_modified": MOMENT.isoformat(), "etag": ETAG, "size": 1}
        for place in reversed(range(self._hot)):
            yield {**fixed, "version_id": self._version_id(place)}

    def after(self, key_marker: str, version_id_marker: str | None) -> int:
        """Return the number of the first entry after the markers. S3Error if the second names no entry."""
        if key_marker != self.key:
            return self._shifted(self._rest.after(key_marker, version_id_marker), key_marker > self.key)
        if version_id_marker is None:
            return self._end
        turn, low = version_id_marker[:9], version_id_marker[9:]
        if low not in self._places or not turn.isdecimal():
            raise no_such_version()
        place = int(turn) * TURN + self._places[low]
        if place >= self._hot or self._version_id(place) != version_id_marker:
            raise no_such_version()
        return self._begin + place + 1

    def first(self, prefix: str) -> int:
        """Return the number of the first entry whose key is not below `prefix`."""
        return self._shifted(self._rest.first(prefix), prefix > self.key)

    def behind(self, prefix: str) -> int:
        """Return the number of the first entry whose key is above all that begin with `prefix`."""
        above = self.key.startswith(prefix) or prefix > self.key
        return self._shifted(self._rest.behind(prefix), above)

    def at(self, number: int) -> tuple[str, str]:
        """Return the key and the version id of an entry."""
        if self._begin <= number < self._end:
            return self.key, self._version_id(number - self._begin)
        return self._rest.at(number if number < self._begin else number - self._hot)

    def elements(self, begin: int, end: int, encode: Callable[[str], str]) -> Iterator[bytes]:
        """Yield the rows of the entries from `begin` up to, not with, `end`."""
        yield from self._rest.elements(begin, min(end, self._begin), encode)
        yield from self._hot_elements(max(begin, self._begin), min(end, self._end), encode)
        yield from self._rest.elements(max(begin, self._end) - self._hot, end - self._hot, encode)

    def _shifted(self, number: int, above: bool) -> int:
        """Return the number here of an entry of the rest; above: of two that it can be, behind the hot key."""
        return number + self._hot if number > self._begin or (number == self._begin and above) else number

    def _version_id(self, place: int) -> str:
        turn, low = divmod(place, TURN)
        return f"{turn:09}{self._lows[low]}"

    def _hot_elements(self, begin: int, end: int, encode: Callable[[str], str]) -> Iterator[bytes]:
        rows = self._rows(encode)
        while begin < end:
            turn, first = divmod(begin - self._begin, TURN)
            last = min(first + end - begin, TURN) - 1
            stem = f"{turn:09}".encode()
            yield rows.opening[0] + stem
            whole = stem.join([*rows.between[first:last], rows.last[last]])
            yield whole.replace(b">false<", b">true<", 1) if begin == self._begin else whole
            begin += last + 1 - first

    def _make_rows(self, encode: Callable[[str], str]) -> Rows:
        opening = f"<Version><Key>{encode(self.key)}</Key><VersionId>".encode()
        last = [
            f"{low}</VersionId><IsLatest>false</IsLatest>"
            f"<LastModified>{MOMENT:%Y-%m-%dT%H:%M:%S}.000Z</LastModified><ETag>&quot;{ETAG}&quot;</ETag>"
            f"<Size>1</Size><StorageClass>STANDARD</StorageClass>{OWNER}</Version>".encode()
            for low in self._lows
        ]
        return Rows([opening], [row + opening for row in last], last)
