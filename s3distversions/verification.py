"""What `choose` would still do to a key after a run -> is the key as it should be, and why not?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from s3distversions.attribution import OURS, find
from s3distversions.carried import class_of_copy
from s3distversions.choose import spared
from s3distversions.errors import ProtocolError
from s3distversions.findings import wrong
from s3distversions.identity import same
from s3distversions.location import rebase
from s3distversions.model import ADD_MARKER, ALREADY, DONE, NONE, REMOVE_MARKERS, Action, Entry
from s3distversions.parameters import Parameters
from s3distversions.records import Line, is_outcome, read_action

UNTOLD = "nothing tells whether it has the content of then: its ETag is no checksum, and none is stored"


class Case(NamedTuple):
    """A key that `choose` would act on: the plan line it would make now, and what the run planned and told."""

    key: str
    to_do: Line
    planned: Line | None
    outcomes: list[Line]


def to_list(parameters: Parameters) -> Parameters:
    """Return the parameters to list and choose with: what the run has written is newer than any moment and a
    change of its own kind, so `spared` comes later, when it is known which keys the run has written."""
    return replace(parameters, only=(), keep_newer_than=None)


def to_do(line: Line) -> Line:
    """Return a plan line that is made now as what is to be told from the lines of the run; records as they are."""
    return {"key": line["key"], "to_do": line} if "key" in line else line


def cases(lines: Iterable[Line]) -> Iterator[Line | Case]:
    """Yield, of the lines of a few keys in any order, the keys that `choose` would act on, and records as they are.

    ProtocolError if a key was listed twice, differently.
    """
    by_key: dict[str, list[Line]] = {}
    for line in lines:
        if "key" in line:
            by_key.setdefault(line["key"], []).append(line)
        else:
            yield line
    for key, of_key in by_key.items():
        now = [line["to_do"] for line in of_key if "to_do" in line]
        if any(line != now[0] for line in now):
            raise ProtocolError(f"{key!r} was listed twice, differently")
        plans = [line for line in of_key if not is_outcome(line) and "to_do" not in line]
        if now:
            yield Case(
                key, now[0], plans[0] if plans else None, [line for line in of_key if is_outcome(line)]
            )


def check(client: Any, parameters: Parameters, case: Case) -> Iterator[Line]:
    """Yield the line of a wrong key, nothing for one that is as it should be. Reads only; may be repeated."""
    action = read_action(case.to_do, parameters.src)
    if case.planned is None and not case.outcomes:
        action = spared(action, parameters.rules)
    reason = why_wrong(client, parameters, case, action)
    if reason is not None:
        expected = None if action.target is None or action.target.delete_marker else action.target
        yield wrong(case.key, reason, expected, action.current)


def why_wrong(client: Any, parameters: Parameters, case: Case, action: Action) -> str | None:
    """Return why a key is not as it should be, None if it is."""
    target, current = action.target, action.current
    if action.action == NONE:
        return None
    if action.action == ADD_MARKER:
        return "it exists, and must not"
    if action.action == REMOVE_MARKERS or current is None or current.delete_marker:
        return "it is deleted" if current else "it is not there"
    assert target is not None  # of a copy
    if target.size != current.size:
        return "another content stands there"
    written_key = rebase(case.key, parameters.src, parameters.dest)
    there = parameters.written.bucket, current._replace(key=written_key)
    is_same = same(client, parameters, (parameters.src.bucket, target), there)
    if is_same is None and not wrote(client, parameters, case, target, there[1]):
        return UNTOLD
    if is_same is False:
        also = "" if target.etag == current.etag else "content, "
        return f"it reads otherwise: its {also}headers, metadata, tags or encryption differ"
    if current.storage_class not in (target.storage_class, class_of_copy(parameters, target)):
        return f"its storage class is {current.storage_class}"
    return None


def wrote(client: Any, parameters: Parameters, case: Case, target: Entry, there: Entry) -> bool:
    """Did the run copy that target to what stands there, as it told, or by where it stands?"""
    for line in [*case.outcomes, *filter(None, [case.planned])]:
        copied = line.get("target")
        if copied is None or copied["version_id"] != target.version_id:
            continue
        if line.get("status") in (DONE, ALREADY) and line["version_id"] == there.version_id:
            return True
        if not is_outcome(line):
            found, _ = find(client, parameters, there.key, read_action(line, parameters.src))
            if found == OURS:
                return True
    return False
