"""The words of the job as types: what a listing holds, what is to be listed, what is to be done."""

from __future__ import annotations

from typing import NamedTuple

NONE, COPY, REMOVE_MARKERS, ADD_MARKER = "none", "copy", "remove_markers", "add_marker"
ACTIONS = (COPY, REMOVE_MARKERS, ADD_MARKER)  # those that a plan can hold

DONE, ALREADY, CHANGED, ARCHIVED, FAILED = "done", "already", "changed", "archived", "failed"
STATUSES = (DONE, ALREADY, CHANGED, ARCHIVED, FAILED)

BY_REMOVING_MARKERS, BY_COPY = "remove-markers", "copy"  # the values of --undelete

RESTORE, UNDELETE, UNDO = KINDS = ("restore", "undelete", "undo")  # what a run is for

DELETED, OVERWRITTEN, CREATED = CHANGES = ("deleted", "overwritten", "created")  # the values of --only

LARGEST_COPY = 5 * 1024**3  # bytes; what has more is copied in parts


class Entry(NamedTuple):
    """One line in the history of a key: a version, or a delete marker (which has no ETag, size or class).

    `last_modified` is UTC text in the canonical form of `timestamps.canonical`.
    """

    key: str
    version_id: str
    last_modified: str
    delete_marker: bool
    etag: str | None  # without its quotes
    size: int | None  # bytes
    storage_class: str | None
    is_latest: bool
    restored: bool | None = None  # of what was archived: is it thawed by now? None: nobody has asked for it


def is_same_entry(one: Entry | None, other: Entry | None) -> bool:
    """Are both the same line of the same history, or both nothing? Ids alone do not tell: null is replaced."""
    if one is None or other is None:
        return one is other
    return (one.version_id, one.last_modified, one.etag) == (
        other.version_id,
        other.last_modified,
        other.etag,
    )


class KeyRange(NamedTuple):
    """A unit of listing: the keys that begin with `prefix`, above `after`, up to and including `until`.

    None means no bound. The boundary key belongs to the left: S3's KeyMarker starts after all entries of
    its key, so neighbours `(a, b]` and `(b, c]` list every key once.
    """

    prefix: str
    after: str | None = None
    until: str | None = None

    @classmethod
    def of_key(cls, key: str) -> KeyRange:
        """Return the range that holds `key` and nothing else."""
        return cls(key, None, key)

    @property
    def is_key(self) -> bool:
        """Is this the range of one key?"""
        return self.until == self.prefix


class Rules(NamedTuple):
    """What the user wants done to a key, as far as the decision needs it."""

    restore_time: str | None  # canonical, UTC; None: an undelete of whatever is deleted
    delete: bool = False
    undelete: str = BY_REMOVING_MARKERS
    in_place: bool = True
    only: frozenset[str] = frozenset()  # the kinds of changes to revert; empty: all
    keep_newer_than: str | None = None  # canonical, UTC
    kind: str = RESTORE


class Access(NamedTuple):
    """How S3 is spoken to: where, as whom, and at whose cost."""

    endpoint_url: str | None = None  # None: AWS's own
    profile: str | None = None
    no_sign_request: bool = False
    request_payer: str | None = None  # "requester", or None


class Action(NamedTuple):
    """What has to be done to a key, and why.

    `target` is the entry that a reader saw at the restore time, `current` what stands now where the state
    is put, `markers` the version ids of the delete markers to remove, newest first.
    """

    action: str
    reason: str
    target: Entry | None
    current: Entry | None
    markers: tuple[str, ...] = ()
    uncertain: bool = False
