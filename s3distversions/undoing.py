"""Where it is decided how what a run has done to a key is undone. Pure: S3 is asked through `Questions`.

    stood there before   on top now                              action
    anything             the same, or what reads the same        none
    version v            the run's copy, directly above v        copy v
    absent               the run's copy, directly above          add a marker
    version v            the run's marker, directly above v      remove that marker (or copy v, under MFA delete)
    delete markers       the version below those, by the run     add a marker: one; a reader sees no more of several
    anything             anything else                           none, and that is said: nobody knows whose it is

What a finished apply has written it names by its version id. What a killed one wrote stands directly above the
entry that its plan saw, and is what the plan says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from s3distversions.model import (
    ADD_MARKER,
    ALREADY,
    BY_REMOVING_MARKERS,
    COPY,
    DONE,
    NONE,
    REMOVE_MARKERS,
    Action,
    Entry,
    is_same_entry,
)

LEFT_ALONE = "it is neither as before the run nor as the run left it: somebody else may have written it since"
NOT_DONE = "the run did not do it, as its outcome says, and yet it is not as before: somebody else may have"

UNTOLD = "nothing tells whether it reads as before the run: it has as many bytes, and no checksum to compare"


class Write(NamedTuple):
    """What a run was to do to a key, the status that it told (None: it did not come to that), the version id of
    what it wrote, where that is known, and whether it says that it copied twice."""

    action: Action
    status: str | None = None
    version_id: str | None = None
    copied_twice: bool = False


class Questions(Protocol):
    """What a listing does not show."""

    def reads_the_same(self, before: Entry, now: Entry) -> bool | None:
        """Does an entry read as the one before did? None where nothing can tell."""

    def is_copy(self, target: Entry, now: Entry) -> bool | None:
        """Is an entry a copy of what the run was to copy? None where nothing can tell."""


def undo(
    history: Sequence[Entry], writes: Sequence[Write], undelete: str, questions: Questions
) -> Action | str:
    """Decide how a key gets back to what stood there before a run, or return why it is left alone.

    history: the first three entries of the key, newest first. writes: what the run did
    to the key: one where it had a plan, else one for each of its attempts. undelete: whether markers may be
    removed.
    """
    top = history[0] if history else None
    before = [before_all(write, writes) for write in writes]
    if any(is_same_entry(top, each) or (is_absent(top) and is_absent(each)) for each in before):
        return Action(NONE, "as it was before", top, top)
    for write, stood in zip(writes, before, strict=True):
        if is_ours(history, write, questions):
            if reads_the_same(stood, top, questions) is True:
                return Action(NONE, "as it was before", stood, top)
            return reversed_action(write, stood, top, undelete)
    told = [reads_the_same(stood, top, questions) for stood in before]
    if True in told:
        return Action(NONE, "put back already", top, top)
    if None in told:
        return UNTOLD
    return NOT_DONE if all(was_left(write) for write in writes) else LEFT_ALONE


def before_all(write: Write, writes: Sequence[Write]) -> Entry | None:
    """Return what stood there before a write, and before those of the same run that it was made over."""
    for _ in writes:  # however many were made, one over the other
        over = write.action.current
        below = [each for each in writes if over and each.version_id == over.version_id and each is not write]
        if not below:
            break
        write = below[0]
    return write.action.current


def is_ours(history: Sequence[Entry], write: Write, questions: Questions) -> bool:
    """Is the current entry what the run wrote, directly above what stood there, or above one more of its copies?"""
    top, below, third = [*history[:3], None, None, None][:3]
    if is_one_more(top, below, write, questions):
        below = third
    action, target = write.action, write.action.target
    if top is None:
        return False
    if action.action == REMOVE_MARKERS:
        return not was_left(write) and not top.delete_marker and is_same_entry(top, target)
    if not is_same_entry(below, action.current) or top.delete_marker != (action.action == ADD_MARKER):
        return False
    if write.version_id is not None and not was_left(write):
        return top.version_id == write.version_id
    if action.action == ADD_MARKER:
        return not was_left(write)
    # Also where the outcome says that it failed: the reply may have been lost.
    return target is not None and target.size == top.size and questions.is_copy(target, top) is not False


def is_one_more(top: Entry | None, below: Entry | None, write: Write, questions: Questions) -> bool:
    """Is what stands below the run's copy another copy of its own: its reply was lost, or it was made right?"""
    action, target = write.action, write.action.target
    if action.action != COPY or was_left(write) or write.version_id is None or target is None:
        return False
    if top is None or top.version_id != write.version_id or below is None or below.delete_marker:
        return False
    if is_same_entry(below, action.current) or below.size != target.size:
        return False
    return write.copied_twice or questions.is_copy(target, below) is True


def reads_the_same(before: Entry | None, now: Entry | None, questions: Questions) -> bool | None:
    """Do two versions read the same? None where nothing can tell."""
    if before is None or now is None or before.delete_marker or now.delete_marker:
        return False
    return before.size == now.size and questions.reads_the_same(before, now)


def reversed_action(write: Write, before: Entry | None, top: Entry | None, undelete: str) -> Action:
    """Return the action that puts back what stood there before a write."""
    assert top is not None  # is_ours
    if is_absent(before):
        how = "by removing markers" if write.action.action == REMOVE_MARKERS else "by a copy"
        return Action(ADD_MARKER, f"the run brought it back, {how}", before, top)
    if top.delete_marker and undelete == BY_REMOVING_MARKERS:
        return Action(REMOVE_MARKERS, "the run deleted it", before, top, (top.version_id,))
    return Action(COPY, "the run deleted it" if top.delete_marker else "the run covered it", before, top)


def was_left(write: Write) -> bool:
    """Does the run say that it did not do it?"""
    return write.status not in (None, DONE, ALREADY)


def is_absent(entry: Entry | None) -> bool:
    """Does a reader see nothing?"""
    return entry is None or entry.delete_marker
