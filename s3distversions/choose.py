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

A copy whose outcome would be what already stands there (`records.may_be_same`) cannot be told from a
listing, which shows neither headers, metadata nor tags: `identity` settles those few by asking.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from s3distversions.model import (
    ADD_MARKER,
    BY_COPY,
    COPY,
    NONE,
    REMOVE_MARKERS,
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
    seen = look_back(history, rules.restore_time)
    here = seen.current if rules.in_place else destination
    existed = seen.target is not None and not seen.target.delete_marker
    exists = here is not None and not here.delete_marker

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
