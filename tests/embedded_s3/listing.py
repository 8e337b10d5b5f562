"""Pages of listings: which entries, which common prefixes, where to go on. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from sortedcontainers import SortedDict

from .history import Entry, History
from .state import Bucket

_LAST = 0x10FFFF
Value = TypeVar("Value")


@dataclass(slots=True)
class Page:
    """entries: (key, entry, is it the latest), in S3's order; prefixes: what the delimiter rolled up.

    truncated: there is more, after (next_key, next_version_id); the latter None after a prefix or
    where the listing is of keys.
    """

    entries: list[tuple[str, Entry, bool]] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    truncated: bool = False
    next_key: str = ""
    next_version_id: str | None = None

    def __len__(self) -> int:
        return len(self.entries) + len(self.prefixes)


def after_prefix(prefix: str) -> str | None:
    """The smallest string above all that begin with `prefix`; None: there is none."""
    for position in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[position])
        if code < _LAST:
            # Surrogates are no characters: the next one after U+D7FF is U+E000.
            return prefix[:position] + chr(0xE000 if code == 0xD7FF else code + 1)
    return None


def common_prefix(key: str, prefix: str, delimiter: str) -> str | None:
    """What a key is rolled up into; None: it stands for itself."""
    if not delimiter:
        return None
    found = key.find(delimiter, len(prefix))
    return None if found < 0 else key[: found + len(delimiter)]


def walk(
    values: "SortedDict[str, Value]",
    prefix: str,
    delimiter: str,
    after: str,
    inclusive: bool = False,
    live: bool = False,
) -> Iterator[tuple[str, Value | None]]:
    """(key, its value) or (common prefix, None) in order, from those above `after` on.

    inclusive: from `after` itself on. live: the values are histories, and keys whose current entry is a
    marker are passed over.  A common
    prefix costs one search, however many keys are below it.  Where the marker is a common prefix or below
    one, that prefix is not given again.
    """
    low: str | None = after
    given = common_prefix(after, prefix, delimiter) if after.startswith(prefix) else None
    if given is not None:
        low, inclusive = after_prefix(given), True
    if low is not None and low < prefix:
        low, inclusive = prefix, True
    while low is not None:
        for key in values.irange(low, None, (inclusive, True)):
            if not key.startswith(prefix):
                return
            value = values[key]
            if live and isinstance(value, History) and value.current.delete_marker:
                continue
            rolled = common_prefix(key, prefix, delimiter)
            if rolled is not None:
                yield rolled, None
                low, inclusive = after_prefix(rolled), True
                break
            yield key, value
        else:
            return


def version_page(
    bucket: Bucket,
    prefix: str,
    delimiter: str,
    key_marker: str,
    version_id_marker: str | None,
    limit: int,
) -> Page:
    """A page of ListObjectVersions: by key, and within a key from the top of its stack down.

    The key marker alone: after all entries of that key, which need not exist.  With a version id: after
    that entry, be it still there or not; the caller has made sure that it is, or was.
    """
    page = Page()
    if limit == 0:
        return page
    below = None if version_id_marker is None else bucket.position(key_marker, version_id_marker)
    for name, history in walk(bucket.histories, prefix, delimiter, key_marker, below is not None):
        if history is None:
            if len(page) == limit:
                page.truncated = True
                return page
            page.prefixes.append(name)
            page.next_key, page.next_version_id = name, None
            continue
        top = history.current
        for entry in history.newest_first(below if name == key_marker else None):
            if len(page) == limit:
                page.truncated = True
                return page
            page.entries.append((name, entry, entry is top))
            page.next_key, page.next_version_id = name, entry.version_id
    return page


def object_page(bucket: Bucket, prefix: str, delimiter: str, after: str, limit: int) -> Page:
    """A page of ListObjects and ListObjectsV2: what readers see, from the keys above `after` on."""
    page = Page()
    if limit == 0:
        return page
    for name, history in walk(bucket.histories, prefix, delimiter, after, live=True):
        if len(page) == limit:
            page.truncated = True
            return page
        if history is None:
            page.prefixes.append(name)
        else:
            page.entries.append((name, history.current, True))
        page.next_key = name
    return page
