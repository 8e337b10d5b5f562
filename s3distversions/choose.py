"""Where it is decided what happens to a key: its history and the rules in, one action with a reason out.

Pure: no network, no clock, no MapReduce. The whole table:

    at T       now                               in place
    version v  v is current                      none
    version v  only markers above v              remove those markers (or copy, with --undelete copy)
    version v  another version on top or between copy v
    absent     a marker or nothing               none
    absent     a version                         none, or with --delete: add a marker

    at T       at the destination                to a destination (markers there are never removed)
    version v  anything                          copy v
    absent     a marker or nothing               none
    absent     a version                         none, or with --delete: add a marker

    on top now                                   the verb undelete
    a version or nothing                         none
    markers, and nothing below                   none
    markers, one of them not after --since       none
    markers, and version v below                 remove those markers (or copy, with --undelete copy)

Whatever the table says, a key is left alone whose change `--only` does not name (deleted: it existed at T and
is absent now; overwritten: other content now; created: it was absent at T), or whose current entry is newer
than `--keep-newer-than`.

A copy whose outcome would be what already stands there (`twins.may_be_same`) cannot be told from a
listing, which shows neither headers, metadata nor tags: `identity` settles those few by asking.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from s3distversions.columns import Columns
from s3distversions.model import (
    ADD_MARKER,
    BY_COPY,
    COPY,
    CREATED,
    DELETED,
    NONE,
    OVERWRITTEN,
    REMOVE_MARKERS,
    UNDELETE,
    Action,
    Entry,
    Rules,
)
from s3distversions.timestamps import is_within_a_day_before, not_later


class Seen(NamedTuple):
    """What one pass over a history leaves: all that the decision needs, whatever the history's length."""

    current: Entry | None
    target: Entry | None
    markers: tuple[str, ...]  # version ids above the target, if nothing but markers stands there
    only_markers: bool
    uncertain: bool


def choose(history: Iterable[Entry], rules: Rules, destination: Entry | None = None) -> Action:
    """Decide what has to be done to one key.

    history: all entries of the key, newest first, in the order in which S3 lists them (never sorted: the
        order alone tells which of two in the same second came later); read once, as a stream.
    destination: with `rules.in_place` false, the current entry at the destination, None for nothing.
    """
    if rules.kind == UNDELETE:
        action = to_what_was_deleted(history, rules)
    else:
        action = to_the_restore_time(history, rules, destination)
    return spared(action, rules)


def undecided(listed: Columns, rules: Rules) -> Sequence[int]:
    """Return where, in a block of whole histories, entries stand without which their key would need no action:
    `choose` says none for every key that has none of these.

    In place: what came after the restore time. To undelete: delete markers on top. Else any entry.
    """
    if rules.kind == UNDELETE:
        return [
            place for place, marker in enumerate(listed.delete_markers) if marker and listed.is_latest[place]
        ]
    if rules.in_place and rules.restore_time is not None:
        return listed.later_than(rules.restore_time)
    return range(len(listed))


def to_the_restore_time(history: Iterable[Entry], rules: Rules, destination: Entry | None) -> Action:
    """Decide what brings a key to its state at the restore time."""
    assert rules.restore_time is not None  # only an undelete has none
    seen = look_back(history, rules.restore_time)
    here = seen.current if rules.in_place else destination
    existed, exists = is_version(seen.target), is_version(here)

    def decide(action: str, reason: str, markers: tuple[str, ...] = ()) -> Action:
        return Action(action, reason, seen.target, here, markers, seen.uncertain)

    if not existed and not exists:
        return decide(NONE, "absent then and now")
    if not existed and not rules.delete:
        return decide(NONE, "absent then, exists now, and --delete is not given")
    if not existed:
        return decide(ADD_MARKER, "absent then, exists now")
    if not rules.in_place:
        return decide(COPY, "another object stands at the destination" if exists else "nothing is there yet")
    if seen.target is seen.current:
        return decide(NONE, "unchanged since")
    if not seen.only_markers:
        return decide(COPY, "overwritten since" if exists else "overwritten and deleted since")
    if rules.undelete == BY_COPY:
        return decide(COPY, "deleted since, to be undeleted by a copy")
    return decide(REMOVE_MARKERS, "deleted since", seen.markers)


def to_what_was_deleted(history: Iterable[Entry], rules: Rules) -> Action:
    """Decide whether a key that is deleted comes back to its newest version."""
    current = newest = None
    markers: list[str] = []
    all_since = True
    for entry in history:  # to its end, so that the entries are counted
        current = current or entry
        if newest is not None:
            continue
        if not entry.delete_marker:
            newest = entry
        elif rules.restore_time is not None and not_later(entry.last_modified, rules.restore_time):
            all_since = False
        else:
            markers.append(entry.version_id)
    if newest is current:
        return Action(NONE, "not deleted", newest, current)
    if newest is None:
        return Action(NONE, "deleted, and no version stands below", newest, current)
    if not all_since:
        return Action(NONE, "deleted before --since already", newest, current)
    if rules.undelete == BY_COPY:
        return Action(COPY, "deleted, to be undeleted by a copy", newest, current)
    return Action(REMOVE_MARKERS, "deleted", newest, current, tuple(markers))


def spared(action: Action, rules: Rules) -> Action:
    """Return the action, or that there is none because the user wants such a key left alone."""
    newer_than, current = rules.keep_newer_than, action.current
    if action.action == NONE:
        return action
    if newer_than is not None and current is not None and not not_later(current.last_modified, newer_than):
        return action._replace(action=NONE, reason="newer than --keep-newer-than", markers=())
    if rules.only and change(action) not in rules.only:
        return action._replace(action=NONE, reason=f"{change(action)}: --only does not name it", markers=())
    return action


def change(action: Action) -> str:
    """Return which kind of change an action reverts."""
    if not is_version(action.target):
        return CREATED
    return OVERWRITTEN if is_version(action.current) else DELETED


def is_version(entry: Entry | None) -> bool:
    """Does a reader see something where this is the newest entry?"""
    return entry is not None and not entry.delete_marker


def look_back(history: Iterable[Entry], restore_time: str) -> Seen:
    """Read a history once, newest first, and return what the decision needs of it.

    The target is the first entry that counts. An entry below it that does not count says that order and
    times disagree (clocks, replication, multipart uploads): the listing alone cannot settle that target.
    """
    current = target = None
    markers: list[str] = []
    only_markers = True
    uncertain = False
    for entry in history:
        counts = not_later(entry.last_modified, restore_time)
        if current is None:
            current = entry
        if target is not None:
            uncertain = uncertain or not counts
        elif counts:
            target = entry
            uncertain = is_multipart(entry) and is_within_a_day_before(entry.last_modified, restore_time)
        elif entry.delete_marker and only_markers:
            markers.append(entry.version_id)
        else:
            only_markers = False
            markers.clear()  # they will not be needed: memory stays flat over a history of any length
    return Seen(current, target, tuple(markers), only_markers, uncertain)


def is_multipart(entry: Entry) -> bool:
    """Was the version uploaded in parts? Then its LastModified is when the upload began, not when it ended.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
    """
    return entry.etag is not None and "-" in entry.etag
