"""A key range in; the plan lines of its keys out, then the record that it was listed to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from s3distversions.choose import choose
from s3distversions.identity import same
from s3distversions.listing import histories
from s3distversions.location import rebase, rebase_range
from s3distversions.model import NONE, Action, Entry, KeyRange
from s3distversions.parameters import Parameters
from s3distversions.records import Line, listed, may_be_same, plan_line, read_action

TOLD_EVERY = 1000  # entries, between two calls of `progress`


class Count:
    """Counts the entries that pass, and tells `progress` now and then."""

    def __init__(self, progress: Callable[[int], None]):
        self.versions = self.markers = 0
        self._progress = progress
        self._untold = 0

    def passing(self, history: Iterator[Entry]) -> Iterator[Entry]:
        """Yield the entries of a history, counted."""
        for entry in history:
            self.markers += entry.delete_marker
            self.versions += not entry.delete_marker
            self._untold += 1
            if self._untold == TOLD_EVERY:
                self.tell()
            yield entry

    def tell(self) -> None:
        """Tell what has passed since the last time."""
        self._progress(self._untold)
        self._untold = 0


def plan_range(
    client: Any, parameters: Parameters, number: int, keys: KeyRange, progress: Callable[[int], None]
) -> Iterator[Line]:
    """List range `number` and yield the plan line of every key in it that needs an action.

    At its end comes the record of the range; without it the range counts as not listed. Reads only.
    """
    count = Count(progress)
    current_at_dest = Destination(client, parameters, keys)
    seen = standing = 0
    for key, history in histories(client, parameters.src.bucket, keys):
        action = choose(count.passing(history), parameters.rules, current_at_dest.find(key))
        seen += 1
        standing += action.current is not None and not action.current.delete_marker
        if action.action != NONE:
            yield plan_line(key, action)
    count.tell()
    yield listed(number, keys, keys=seen, existing=standing, versions=count.versions, markers=count.markers)


class Destination:
    """The current entries at the destination, walked beside the source's keys: both lists are in order."""

    def __init__(self, client: Any, parameters: Parameters, keys: KeyRange):
        self._parameters = parameters
        self._currents: Iterator[Entry] = iter(())
        if parameters.dest is not None:
            there = rebase_range(keys, parameters.src, parameters.dest)
            self._currents = (
                next(history) for _, history in histories(client, parameters.dest.bucket, there)
            )
        self._next = next(self._currents, None)

    def find(self, key: str) -> Entry | None:
        """Return the current entry where `key` of the source goes; keys must be asked for in order."""
        wanted = rebase(key, self._parameters.src, self._parameters.dest)
        while self._next is not None and self._next.key < wanted:
            self._next = next(self._currents, None)
        return self._next if self._next is not None and self._next.key == wanted else None


def settle(client: Any, parameters: Parameters, line: Line) -> Iterator[Line]:
    """Yield the plan line again, unless what it would copy stands there already, metadata and tags too."""
    if not is_same(client, parameters, line["key"], read_action(line, parameters.src)):
        yield line


def is_same(client: Any, parameters: Parameters, key: str, action: Action) -> bool:
    """Does what the action would copy stand there already? S3 is asked only where the listing suggests it."""
    if not may_be_same(action):
        return False
    assert action.target is not None and action.current is not None  # may_be_same
    there = action.current._replace(key=rebase(key, parameters.src, parameters.dest))
    return same(client, (parameters.src.bucket, action.target), (parameters.written.bucket, there)) is True
