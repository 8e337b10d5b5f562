"""What a run planned and did to a key, and what stands there now -> the plan line that undoes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from s3distversions.carried import class_of_copy
from s3distversions.findings import COUNTS, is_looked_at, looked_at, not_attributed, wrong
from s3distversions.identity import same
from s3distversions.listing import entries
from s3distversions.location import rebase
from s3distversions.model import NONE, Action, Entry, KeyRange
from s3distversions.parameters import Parameters
from s3distversions.records import PLANNED, Line, is_outcome, plan_line, read_action
from s3distversions.undoing import Write, undo

LOOKED_AT = 3  # entries of a key: what the run wrote, at times twice, and what stood there before


class Undone(NamedTuple):
    """A key of the run that is undone, what the run did to it, and how many lines say so."""

    key: str
    writes: list[Write]
    lines: int


def undone(lines: Iterable[Line], parameters: Parameters) -> Iterator[Undone]:
    """Yield each key in `lines` (all lines of a few keys, in any order) with what the run did to it.

    parameters: those of the run that is undone. UsageError if a line cannot be read.
    """
    by_key: dict[str, list[Line]] = {}
    for line in lines:
        by_key.setdefault(line["key"], []).append(line)
    for key, of_key in by_key.items():
        plans = [line for line in of_key if not is_outcome(line)]
        outcomes = [line for line in of_key if is_outcome(line)]
        if plans:
            told = outcomes[0] if outcomes else {}
            action = read_action(plans[0], parameters.src)
            writes = [done(action, told)]
        else:
            writes = [done(read_action(as_planned(line), parameters.src), line) for line in outcomes]
        yield Undone(key, writes, len(of_key))


def done(action: Action, told: Line) -> Write:
    """Return what a run did by an action, as its outcome tells; {}: there is none."""
    return Write(action, told.get("status"), told.get("version_id"), told.get("copied_twice") is True)


def as_planned(outcome: Line) -> Line:
    """Return the plan line of what an outcome tells of, where no plan was kept."""
    return {
        **{name: outcome[name] for name in PLANNED & outcome.keys()},
        "reason": "",
        "uncertain": False,
    }


class Planner:
    """Plans the undo of a run, a key at a time. Any thread may use it. Reads only; may be repeated."""

    def __init__(self, client: Any, parameters: Parameters, of_run: Parameters, verifies: bool = False):
        self._client = client
        self._parameters = parameters
        self._of_run = of_run
        self._verifies = verifies

    def plan(self, item: Undone) -> Iterator[Line]:
        """Yield the plan line of a key, or the record why it is left alone, if there is something to do; and the
        record of what was looked at. Where the undo is verified, a plan line becomes that of a wrong key."""
        written = rebase(item.key, self._of_run.src, self._of_run.dest)
        listed = entries(self._client, self._parameters.src.bucket, KeyRange.of_key(written))
        history = list(islice(listed, LOOKED_AT))
        action = undo(history, item.writes, self._parameters.undelete, self)
        if isinstance(action, str):
            yield not_attributed(written, action, history[0].version_id if history else None)
        elif action.action != NONE and self._verifies:
            yield wrong(written, action.reason, action.target, action.current)
        elif action.action != NONE:
            yield plan_line(written, action)
        exists = bool(history) and not history[0].delete_marker
        yield looked_at(lines=item.lines, keys=1, existing=int(exists))

    def reads_the_same(self, before: Entry, now: Entry) -> bool | None:
        """Does an entry read as the one before did? None where nothing can tell."""
        if now.storage_class not in (before.storage_class, class_of_copy(self._parameters, before)):
            return False
        bucket = self._parameters.src.bucket
        there = before._replace(key=now.key)
        return same(self._client, self._parameters, (bucket, there), (bucket, now))

    def is_copy(self, target: Entry, now: Entry) -> bool | None:
        """Is an entry a copy of what the run was to copy? None where nothing can tell."""
        if now.storage_class != class_of_copy(self._of_run, target):
            return False
        source, written = self._of_run.src.bucket, self._parameters.src.bucket
        return same(self._client, self._of_run, (source, target), (written, now))


class Looked:
    """Adds up the records of what a task has looked at."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter(dict.fromkeys(COUNTS, 0))

    def passing(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Yield the lines but for those records."""
        for line in lines:
            if is_looked_at(line):
                self._counts.update({name: line[name] for name in COUNTS})
            else:
                yield line

    @property
    def record(self) -> Line:
        """The record of all of them."""
        return looked_at(**self._counts)
