"""A bucket of sorted keys, each with one version, as `listing.fetch` shows it; it counts what it is asked."""

import threading
from bisect import bisect_left, bisect_right

from s3distversions.keyspace import MOST_BYTES, NOT_IN_PARAMETERS
from s3distversions.model import Entry
from s3distversions.parse import Page


class Keys:
    """`fetch` stands in for `listing.fetch`.

    repeats: it sends the marker's own entries again, as Ceph does. page_size: no page has more entries.
    """

    def __init__(self, keys, repeats=False, page_size=1000):
        self.keys = sorted(keys)
        self.requests = 0
        self.sizes = []
        self._repeats = repeats
        self._page_size = page_size
        self._lock = threading.Lock()

    def fetch(self, client, bucket, prefix, key_marker, version_id_marker, size=None):
        with self._lock:
            self.requests += 1
            self.sizes.append(size)
        assert not NOT_IN_PARAMETERS.search(prefix + (key_marker or ""))
        begin = bisect_left(self.keys, prefix)
        if key_marker is not None:
            assert key_marker.startswith(prefix), "servers refuse markers outside the prefix"
            assert len(key_marker.encode()) <= MOST_BYTES
            repeated = self._repeats and version_id_marker is None
            begin = max(begin, (bisect_left if repeated else bisect_right)(self.keys, key_marker))
        end = begin + min(size or 1000, self._page_size)
        found = [key for key in self.keys[begin:end] if key.startswith(prefix)]
        is_truncated = end < len(self.keys) and self.keys[end].startswith(prefix)
        last = found[-1] if is_truncated else None
        entries = [Entry(key, "1", "2014-01-01T00:00:00Z", False, "e", 1, "STANDARD", True) for key in found]
        return Page(entries, is_truncated, last, last and "1")

    def held(self, keys):
        """Return the keys that a range holds."""
        begin = bisect_left(self.keys, keys.prefix)
        if keys.after is not None:
            begin = max(begin, bisect_right(self.keys, keys.after))
        end = len(self.keys) if keys.until is None else bisect_right(self.keys, keys.until)
        return [key for key in self.keys[begin:end] if key.startswith(keys.prefix)]
