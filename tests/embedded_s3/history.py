"""Entries, and the history of one key: a stack, whatever the clock says."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .content import Content, read
from .generated import Generated

NULL = "null"
ARCHIVED_CLASSES = ("GLACIER", "DEEP_ARCHIVE")
ARCHIVE_TIERS = ("ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS")  # of INTELLIGENT_TIERING
# Below this a linear search beats a dictionary, and most keys have a handful of entries.
_INDEX_FROM = 32


@dataclass(frozen=True, slots=True)
class Attributes:
    """What goes with the bytes of a version; shared by its copies.

    headers: content headers and website redirect, lower-case names; encryption: reply headers.
    """

    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "binary/octet-stream"})
    metadata: Mapping[str, str] = field(default_factory=dict)
    encryption: Mapping[str, str] = field(default_factory=lambda: {"x-amz-server-side-encryption": "AES256"})
    checksums: Mapping[str, str] = field(default_factory=dict)  # algorithm in lower case -> base64
    acl: str = ""
    checksum_type: str = "FULL_OBJECT"  # or COMPOSITE, of the checksums of parts


PLAIN = Attributes()


@dataclass(frozen=True, slots=True)
class Lock:
    """Object Lock of a version: `mode` "", GOVERNANCE or COMPLIANCE; `until` in milliseconds since 1970.

    hold: "" (never said), "ON" or "OFF".
    """

    mode: str = ""
    until: int = 0
    hold: str = ""

    def retained(self, now: int) -> bool:
        """Whether its time is not over yet."""
        return bool(self.mode) and now < self.until


UNLOCKED = Lock()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an upload, and of the version that became of it. `checksums` as in Attributes."""

    number: int
    content: Content
    etag: str
    last_modified: int
    checksums: Mapping[str, str]

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content)


@dataclass(slots=True, eq=False)
class Entry:
    """A version or a delete marker. Times are milliseconds since 1970; `etag` has no quotes.

    `content` None: bytes that were never given (bulk loading); they are generated from etag and size.
    `serial` grows with every entry of the store: the true order.
    """

    serial: int
    version_id: str
    last_modified: int
    delete_marker: bool = False
    etag: str = ""
    size: int = 0
    storage_class: str = "STANDARD"
    content: Content | None = None
    attributes: Attributes = PLAIN
    tags: Mapping[str, str] = field(default_factory=dict)
    lock: Lock = UNLOCKED
    parts: tuple[Part, ...] = ()  # of a multipart upload
    # Archived data: never asked for, or in progress (expiry None), or readable until then.
    restore_tier: str = ""
    restore_days: int = 0
    restore_expiry: int | None = None
    archive_status: str = ""  # of ARCHIVE_TIERS

    def bytes_of(self) -> Content:
        """Its content, given or generated."""
        return Generated(self.etag, self.size, 0, self.size) if self.content is None else self.content

    def data(self, first: int = 0, length: int | None = None) -> bytes:
        """`length` bytes from `first` on. Raises ValueError for too many generated ones to be held."""
        return read(self.bytes_of(), first, length)

    def archived(self, now: int) -> bool:
        """Whether its bytes cannot be read at the moment `now`."""
        if self.archive_status:  # until it has been brought back, for good
            return True
        if self.storage_class not in ARCHIVED_CLASSES:
            return False
        return not (self.restore_expiry is not None and now < self.restore_expiry)


class History:
    """All entries of one key."""

    __slots__ = ("_by_id", "_oldest_first")

    def __init__(self) -> None:
        self._oldest_first: list[Entry] = []  # its end is the top of the stack: pushing is cheap
        self._by_id: dict[str, Entry] | None = None

    def __len__(self) -> int:
        return len(self._oldest_first)

    @property
    def current(self) -> Entry:
        """The top of the stack. A history in a bucket is never empty."""
        return self._oldest_first[-1]

    def push(self, entry: Entry) -> None:
        """Put an entry on top. Its version id must not be there yet."""
        self._oldest_first.append(entry)
        if self._by_id is not None:
            self._by_id[entry.version_id] = entry
        elif len(self._oldest_first) > _INDEX_FROM:
            self._by_id = {entry.version_id: entry for entry in self._oldest_first}

    def find(self, version_id: str) -> Entry | None:
        """The entry with this id."""
        if self._by_id is not None:
            return self._by_id.get(version_id)
        return next((entry for entry in self._oldest_first if entry.version_id == version_id), None)

    def remove(self, version_id: str) -> Entry | None:
        """Take out the entry with this id, wherever it stands, for good."""
        entry = self.find(version_id)
        if entry is not None:
            del self._oldest_first[self._position(entry.serial)]
            if self._by_id is not None:
                del self._by_id[version_id]
        return entry

    def newest_first(self, below: int | None = None) -> Iterator[Entry]:
        """The entries from the top down; with `below`, those under the place of that serial."""
        entries = self._oldest_first
        start = len(entries) if below is None else self._position(below)
        return (entries[position] for position in range(start - 1, -1, -1))

    def _position(self, serial: int) -> int:
        return bisect_left(self._oldest_first, serial, key=lambda entry: entry.serial)
