"""The JSON lines that cross the job and stand in a run folder: plan lines, outcomes, tasks' records.

A line with "key" is a plan line (no "status") or an outcome (with "status"). A line without "key" is a
record of what a task listed or did. Any key that S3 allows survives the round trip: JSON escapes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any

from s3distversions.errors import ProtocolError, UsageError
from s3distversions.location import Location
from s3distversions.model import ACTIONS, ADD_MARKER, COPY, REMOVE_MARKERS, Action, Entry, KeyRange
from s3distversions.timestamps import is_moment

Line = dict[str, Any]
PLANNED = {"key", "action", "reason", "target", "current", "markers", "uncertain"}
# The reason of a copy that may bring what stands there already, where nothing can tell.
UNTOLD = "overwritten since, and nothing tells whether by the same bytes"
PLAN_HINT = "Cut whole lines from a plan, but do not edit or break them; or make a new plan."


def shuffle_key(text: str) -> str:
    """Return the hash of `text` that spreads neighbours over all reducers, whatever the keys look like."""
    return blake2b(text.encode(), digest_size=8).hexdigest()


def spread(line: Line) -> tuple[str, Line]:
    """Return a line with the key to shuffle it by: all lines of a key meet, records go anywhere."""
    return shuffle_key(line["key"] if "key" in line else json.dumps(line)), line


def one_a_key(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the plan lines of a few keys, each key once, and records as they are.

    ProtocolError if a key was listed twice, with different ends: then its whole history was not seen.
    """
    seen: dict[str, Line] = {}
    for line in lines:
        if "key" not in line:
            yield line
        elif line["key"] not in seen:
            seen[line["key"]] = line
            yield line
        elif seen[line["key"]] != line:
            raise ProtocolError(f"{line['key']!r} was listed twice, differently")


def entry_to_json(entry: Entry | None) -> Line | None:
    """Return an ENTRY of a plan line; the key stands beside it."""
    return entry and {
        "version_id": entry.version_id,
        "last_modified": entry.last_modified,
        "delete_marker": entry.delete_marker,
        "etag": entry.etag,
        "size": entry.size,
        "storage_class": entry.storage_class,
    }


def entry_from_json(key: str, line: Line | None) -> Entry | None:
    """Return the entry of `key` that an ENTRY describes."""
    return None if line is None else Entry(key=key, is_latest=False, **line)


def plan_line(key: str, action: Action) -> Line:
    """Return the plan line of a key that needs `action`."""
    return {
        "key": key,
        "action": action.action,
        "reason": action.reason,
        "target": entry_to_json(action.target),
        "current": entry_to_json(action.current),
        "markers": list(action.markers),
        "uncertain": action.uncertain,
    }


def outcome(key: str, action: Action, status: str, **more: Any) -> Line:
    """Return the outcome of `action` on `key`: a status, and in `more` the version id of what was written or
    the error. What undo needs stands beside it: the target, the entry before and the markers removed."""
    return {
        "key": key,
        "action": action.action,
        "status": status,
        "version_id": more.pop("version_id", None),
        "error": more.pop("error", None),
        "target": entry_to_json(action.target),
        "current": entry_to_json(action.current),
        "markers": list(action.markers),
        **more,
    }


def loads(text: str) -> Line | None:
    """Return one line of a run folder, None for a blank one. UsageError for what is no JSON object."""
    if not text.strip():
        return None
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"the plan holds a line that is not JSON: {text.strip()[:60]!r}", PLAN_HINT
        ) from error
    if not isinstance(line, dict):
        raise UsageError(f"the plan holds a line that is no plan line: {text.strip()[:60]!r}", PLAN_HINT)
    return line


def check_plan_line(line: Line, src: Location) -> None:
    """Raise UsageError unless a line of a plan can be carried out as it stands; records are passed over."""
    if "key" not in line:
        if lost := sorted({"action", "target", "current"} & line.keys()):
            raise UsageError(f"the plan holds a line with {lost[0]!r} and without 'key'", PLAN_HINT)
        return
    if is_outcome(line):
        raise UsageError(f"the plan holds an outcome, of {line['key']!r}", PLAN_HINT)
    read_action(line, src)


def is_outcome(line: Line) -> bool:
    """Is a line that has a key an outcome, not a plan line?"""
    return "status" in line


def read_action(line: Line, src: Location) -> Action:
    """Return the action of a plan line that may have gone through a person's hands.

    UsageError if it is not whole, or points outside `src`: it is not carried out by halves or elsewhere.
    """
    key = line.get("key")
    try:
        if not isinstance(key, str) or not src.contains(key):
            raise ValueError(f"its key is not below {src.uri}")
        if key.encode(errors="replace").decode() != key:
            raise ValueError("it is not UTF-8")
        action = Action(
            line["action"],
            line["reason"],
            whole_entry(key, line["target"], "target"),
            whole_entry(key, line["current"], "current entry"),
            whole_markers(line["markers"]),
            line["uncertain"],
        )
        check(action)
        if not (isinstance(action.reason, str) and isinstance(action.uncertain, bool)):
            raise TypeError("its reason is no text, or its uncertain neither true nor false")
        if strange := line.keys() - PLANNED:
            raise ValueError(f"nobody knows what its {min(strange)!r} means")
    except KeyError as error:
        raise UsageError(
            f"the plan line of {key!r} cannot be carried out: it has no {error}", PLAN_HINT
        ) from error
    except (TypeError, ValueError) as error:
        raise UsageError(f"the plan line of {key!r} cannot be carried out: {error}", PLAN_HINT) from error
    return action


def whole_entry(key: str, line: Any, name: str) -> Entry | None:
    """Return the entry that an ENTRY describes. ValueError for what no listing holds."""
    try:
        entry = entry_from_json(key, line)
    except TypeError as error:
        raise ValueError(f"its {name} is not whole") from error
    if entry is not None and not (
        isinstance(entry.version_id, str)
        and entry.version_id
        and isinstance(entry.delete_marker, bool)
        and is_moment(entry.last_modified)
        and isinstance(entry.etag, str | None)
        and (entry.size is None or (type(entry.size) is int and entry.size >= 0))
        and (entry.delete_marker or None not in (entry.etag, entry.size))
        and isinstance(entry.storage_class, str | None)
        and entry.restored is None
    ):
        raise ValueError(f"its {name} is not whole")
    return entry


def whole_markers(markers: Any) -> tuple[str, ...]:
    """Return the version ids of markers. ValueError if they are none."""
    if not isinstance(markers, list) or not all(isinstance(marker, str) and marker for marker in markers):
        raise ValueError("its markers are no list of version ids")
    return tuple(markers)


def check(action: Action) -> None:
    """Raise ValueError for an action that `choose` never makes."""
    target, current = action.target, action.current
    if action.action not in ACTIONS:
        raise ValueError(f"unknown action {action.action!r}")
    if action.action in (COPY, REMOVE_MARKERS) and (target is None or target.delete_marker):
        raise ValueError("there is no version to bring back")
    if action.action == REMOVE_MARKERS and not (action.markers and current and current.delete_marker):
        raise ValueError("there are no markers to remove")
    if (
        action.action == REMOVE_MARKERS
        and current
        and target
        and (action.markers[0] != current.version_id or target.version_id in action.markers)
    ):
        raise ValueError("its markers are not those above the target")
    if action.action == ADD_MARKER and (current is None or current.delete_marker):
        raise ValueError("there is nothing to delete")
    if action.action == ADD_MARKER and target is not None and not target.delete_marker:
        raise ValueError("the key existed then")


def listed(number: int, listed_range: KeyRange, **counts: int) -> Line:
    """Return the record that range `number` was listed to its end, with what was counted on the way."""
    return {"record": "listed", "range": number, "prefix": listed_range.prefix, **counts}


def looked_at_before(operations: Iterable[str], seconds: float) -> Line:
    """Return the record that the server passes over the conditions of operations, and of the longest time
    between the look at a key that stands in for them and the end of its write."""
    return {"record": "looked at before", "operations": sorted(operations), "seconds": seconds}


def doubled(lines: int) -> Line:
    """Return the record that a plan held so many lines more than keys."""
    return {"record": "doubled", "lines": lines}


def requests_sent(counts: dict[str, int]) -> Line:
    """Return the record of the requests that one task sent, by S3's name of the operation."""
    return {"record": "requests", "requests": counts}
