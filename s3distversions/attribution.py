"""What stands at a key that is to be written: what the plan saw, what we wrote, or what somebody else did.

What we wrote stands directly above the plan's current entry; nothing is ours that does not stand so.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from s3distversions.carried import class_of_copy
from s3distversions.identity import compared, same
from s3distversions.listing import entries
from s3distversions.model import ADD_MARKER, COPY, Action, Entry, KeyRange, is_same_entry
from s3distversions.parameters import Parameters

UNCHANGED, OURS, FOREIGN = "unchanged", "ours", "foreign"


def find(client: Any, parameters: Parameters, key: str, action: Action) -> tuple[str, str | None]:
    """Return whose the current entry of the written `key` is, and its version id where it is ours.

    UNCHANGED: what the plan saw; OURS: what `action` writes, directly above that; FOREIGN: anything else.
    Reads only; may be repeated. S3Error if S3 does not answer.
    """
    top, below, third = _first_three(client, parameters, key)
    before = action.current
    if is_same_entry(top, before):
        return UNCHANGED, None
    if not _stood(below, top, before) and _is_first_copy(client, parameters, below, third, action):
        below = third
    if _stood(below, top, before) and _is_ours(client, parameters, top, action):
        return OURS, top.version_id if top else None
    return FOREIGN, None


def must_be_looked_at(action: Action) -> bool:
    """Must S3 be asked whether what is to be removed are delete markers, and nothing else?

    A plan line vouches for one marker: it is the current entry. Of several the line says only the ids, and
    an entry with the id null may have been replaced by a version.
    """
    return len(action.markers) > 1 or "null" in action.markers


def are_markers(client: Any, parameters: Parameters, key: str, action: Action) -> bool:
    """Are those of the action's markers that still exist delete markers?"""
    left = set(action.markers)
    for entry in entries(client, parameters.written.bucket, KeyRange.of_key(key)):
        if entry.version_id in left and not entry.delete_marker:
            return False
        left.discard(entry.version_id)
        if not left:
            break
    return True


def first_of_two(client: Any, parameters: Parameters, key: str, action: Action) -> Entry | None:
    """Return the current entry, if it is our first copy of two: all as it is to be, but for its encryption.

    See `second_copies`: whoever wrote it was ended before the second.
    """
    top, below, _ = _first_three(client, parameters, key)
    return top if _is_first_copy(client, parameters, top, below, action) else None


def _first_three(
    client: Any, parameters: Parameters, key: str
) -> tuple[Entry | None, Entry | None, Entry | None]:
    """Return the current entry of a key that is written, and those below it."""
    listed = entries(client, parameters.written.bucket, KeyRange.of_key(key))
    first, second, third, *_ = [*islice(listed, 3), None, None, None]
    return first, second, third


def _is_first_copy(
    client: Any, parameters: Parameters, entry: Entry | None, below: Entry | None, action: Action
) -> bool:
    """Does an entry stand directly above what the plan saw, and read as a copy but for its encryption?"""
    target = action.target
    if action.action != COPY or target is None or entry is None or entry.size != target.size:
        return False
    if is_same_entry(entry, action.current) or not _stood(below, entry, action.current):
        return False
    source, there = (parameters.src.bucket, target), (parameters.written.bucket, entry)
    reads_alike, encrypted_alike = compared(client, parameters, source, there)
    return reads_alike is not False and encrypted_alike is False


def _is_ours(client: Any, parameters: Parameters, top: Entry | None, action: Action) -> bool:
    """Is the current entry what `action` writes, as far as can be told?

    It stands where our write would: where the ETags tell nothing (uploads in parts, KMS) that decides.
    """
    if action.action == ADD_MARKER:
        return top is None or top.delete_marker  # where no versions are kept, nothing is left
    target = action.target
    if target is None or top is None or top.delete_marker or top.size != target.size:
        return False
    if top.storage_class != class_of_copy(parameters, target):
        return False
    source, there = (parameters.src.bucket, target), (parameters.written.bucket, top)
    return same(client, parameters, source, there) is not False


def _stood(below: Entry | None, top: Entry | None, before: Entry | None) -> bool:
    """Does the current entry stand directly above what was there, or in its place where that is not kept?"""
    if before is not None and before.version_id == "null" and (top is None or top.version_id == "null"):
        return True
    if below is None or before is None:
        return below is None and before is None
    return below.version_id == before.version_id
