"""The state: buckets, their histories, the clock, ids, settings. Pure; no HTTP, no XML."""

import binascii
import random
import time
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from sortedcontainers import SortedDict

from .attributes import DEFAULT_ENCRYPTION
from .faults import Faults
from .history import NULL, Entry, History
from .limits import Limits
from .policies import Policy
from .principals import OWNER_ACCOUNT, Principal
from .times import parse_time
from .uploads import Uploads

OWNER_ID = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a"
OWNER_NAME = "embedded-s3"
REGION = "us-east-1"
PAGE_LIMIT = 1000
SOURCE_OF_A_COPY = "CopySource"
# What a server can be told to ignore the conditions of: an operation, or the source of copies.
CONDITIONAL = {
    *("PutObject", "CopyObject", "CompleteMultipartUpload", "DeleteObject", "DeleteObjects"),
    SOURCE_OF_A_COPY,
}
LOG_LIMIT = 500_000  # records; about a kilobyte each


def can_be_version_id(version_id: str) -> bool:
    """Whether S3 can have given this id: AWS tells its own from others of the same form, and so does this."""
    if version_id == NULL:
        return True
    try:
        data = b64decode(version_id, b"._", validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(data) == 24 and zlib.crc32(data[:20]) == int.from_bytes(data[20:], "big")


@dataclass(slots=True)
class Settings:
    """What tests turn; see control.py for the meaning of each."""

    clock: int | None = None
    page_size: int = PAGE_LIMIT
    milliseconds: bool = False
    restore_at_once: bool = True
    latency: float = 0.0  # seconds before each reply
    ignored_conditions: frozenset[str] = frozenset()  # of CONDITIONAL


class Bucket:
    """One bucket. `versioning` is "" (never), "Enabled" or "Suspended"."""

    def __init__(self, name: str, created: int, next_serial: Callable[[], int], new_id: Callable[[], str]):
        self.name = name
        self.created = created
        self.location = ""
        self.versioning = ""
        self.mfa_delete = False
        self.owner = OWNER_ACCOUNT
        self.acl = ""  # canned
        self.requester_pays = False
        self.policy: Policy | None = None
        self.lock_enabled = False  # Object Lock; its default retention is among the configurations
        self.configurations: dict[str, bytes] = {}
        self.encryption: Mapping[str, str] = DEFAULT_ENCRYPTION
        # Python orders str by code point, which is the order of the UTF-8 bytes.
        self.histories: SortedDict[str, History] = SortedDict()
        # Where removed entries stood: a listing goes on from a marker that was deleted meanwhile.
        self.removed: dict[tuple[str, str], int] = {}
        self.uploads = Uploads()
        self._next_serial = next_serial
        self._new_id = new_id

    def current(self, key: str) -> Entry | None:
        """The top entry of a key, be it a version or a marker; None where the key has no entry."""
        history = self.histories.get(key)
        return None if history is None else history.current

    def current_version(self, key: str) -> Entry | None:
        """What a reader sees: the top entry unless it is a marker."""
        entry = self.current(key)
        return None if entry is None or entry.delete_marker else entry

    def find(self, key: str, version_id: str) -> Entry | None:
        """The entry of a key with this id."""
        history = self.histories.get(key)
        return None if history is None else history.find(version_id)

    def push(self, key: str, *, last_modified: int, **fields: Any) -> Entry:
        """A new entry on top of a key's history, with an id by the state of versioning.

        Not Enabled: its id is `null`, and the entry that had it is gone for good wherever it stood.
        """
        version_id = self._new_id() if self.versioning == "Enabled" else NULL
        return self.push_as(key, version_id, last_modified=last_modified, **fields)

    def push_as(self, key: str, version_id: str | None, *, last_modified: int, **fields: Any) -> Entry:
        """The same with the id given (None: a new one), whatever the state of versioning."""
        entry = Entry(self._next_serial(), version_id or self._new_id(), last_modified, **fields)
        history = self.histories.get(key)
        if history is None:
            self.histories[key] = history = History()
        elif version_id is not None:
            history.remove(version_id)
        history.push(entry)
        self.uploads.overtake(key)
        return entry

    def remove(self, key: str, version_id: str) -> Entry | None:
        """Take out one entry for good; with the last one the key is gone. None: there was none."""
        history = self.histories.get(key)
        entry = None if history is None else history.remove(version_id)
        if history is not None and entry is not None:
            self.removed[key, version_id] = entry.serial
            if not history or entry.serial > history.current.serial:
                self.uploads.overtake(key)
            if not history:
                del self.histories[key]
        return entry

    def position(self, key: str, version_id: str) -> int | None:
        """The serial of an entry, also of one that has been removed; None: it never was."""
        entry = self.find(key, version_id)
        return entry.serial if entry else self.removed.get((key, version_id))


@dataclass(slots=True)
class Store:
    """Everything. One event loop uses it, so nothing here is locked."""

    buckets: dict[str, Bucket] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    log: list[dict[str, Any]] = field(default_factory=list)
    lost: int = 0  # the number of the last record that left the full log
    requests: int = 0
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    users: dict[str, Principal] = field(default_factory=dict)  # by access key
    _serial: int = 0
    _random: random.Random = field(default_factory=lambda: random.Random("version ids"))

    def now(self) -> int:
        """Milliseconds since 1970, by the set clock or the real one."""
        return time.time_ns() // 1_000_000 if self.settings.clock is None else self.settings.clock

    def set_clock(self, text: str | None) -> None:
        """Stop the clock at a moment (ISO 8601, UTC), or let it be the real one again."""
        self.settings.clock = None if text is None else parse_time(text)

    def keep(self, record: dict[str, Any]) -> None:
        """A record into the log; the oldest leave it when it is full."""
        self.log.append(record)
        if len(self.log) > LOG_LIMIT:
            half = LOG_LIMIT // 2
            self.lost = self.log[half - 1]["number"]
            del self.log[:half]

    def create_bucket(self, name: str) -> Bucket:
        """A new, empty, never versioned bucket."""
        bucket = self.buckets[name] = Bucket(name, self.now(), self.next_serial, self.new_version_id)
        return bucket

    def next_serial(self) -> int:
        """A number above all given before."""
        self._serial += 1
        return self._serial

    def new_version_id(self) -> str:
        """32 characters as AWS's, that say nothing about when."""
        number = self._random.randbytes(20)
        return b64encode(number + zlib.crc32(number).to_bytes(4, "big"), b"._").decode()

    def new_upload_id(self) -> str:
        """128 characters as AWS's."""
        return b64encode(self._random.randbytes(96), b"._").decode()

    def reset(self) -> None:
        """As after the start, but for the real clock."""
        fresh = Store()
        for each in fields(self):
            setattr(self, each.name, getattr(fresh, each.name))
