"""The JSON lines of a verification and of an undo: what is not as it should be, what is not ours. Pure."""

from __future__ import annotations

from typing import Any

from s3distversions.model import Entry
from s3distversions.records import Line, entry_to_json

WRONG = "wrong"  # the status of a key that is not as it should be
COUNTS = ("lines", "keys", "existing")


def wrong(key: str, reason: str, expected: Entry | None, found: Entry | None) -> Line:
    """Return the line of a key that is not as it should be: what should be there, and what is."""
    return {
        "key": key,
        "status": WRONG,
        "reason": reason,
        "expected": entry_to_json(expected),
        "found": entry_to_json(found),
    }


def not_attributed(key: str, reason: str, version_id: str | None) -> Line:
    """Return the record that an undo leaves a key alone: what stands there, with that version id if there is
    anything, cannot be attributed to the run.

    Without "key", so that apply passes over it among the lines of a plan.
    """
    return {"record": "not_attributed", "of": key, "reason": reason, "version_id": version_id}


def is_not_attributed(line: Line) -> bool:
    """Is it such a record?"""
    return line.get("record") == "not_attributed"


def looked_at(**counts: int) -> Line:
    """Return the record of what an undo has looked at: lines of the run that it undoes; keys, and those of them
    that exist now."""
    return {"record": "looked_at", **counts}


def is_looked_at(line: Any) -> bool:
    """Is it such a record?"""
    return isinstance(line, dict) and line.get("record") == "looked_at"
