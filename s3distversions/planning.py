"""A key range in; the plan lines of its keys out, then the record that it was listed to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeGuard

from s3distversions.carried import ARCHIVES
from s3distversions.choose import choose
from s3distversions.filters import in_scope
from s3distversions.listing import histories
from s3distversions.location import rebase, rebase_range
from s3distversions.model import COPY, NONE, Entry, KeyRange
from s3distversions.parameters import Parameters
from s3distversions.records import Line, listed, plan_line

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
            self._pass_one()
            yield entry

    def pass_over(self, history: Iterator[Entry]) -> None:
        """Read a history that is out of scope: listed it is, and progress is told, but nothing is counted."""
        for _ in history:
            self._pass_one()

    def _pass_one(self) -> None:
        self._untold += 1
        if self._untold == TOLD_EVERY:
            self.tell()

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
    is_in_scope = in_scope(parameters)
    current_at_dest = Destination(client, parameters, keys)
    seen = standing = archived_keys = archived_bytes = 0
    for key, history in histories(client, parameters.src.bucket, keys):
        if not is_in_scope(key):
            count.pass_over(history)
            continue
        action = choose(count.passing(history), parameters.rules, current_at_dest.find(key))
        seen += 1
        standing += action.current is not None and not action.current.delete_marker
        if action.action == COPY and is_archived(action.target):
            archived_keys += 1
            archived_bytes += action.target.size or 0
        if action.action != NONE:
            yield plan_line(key, action)
    count.tell()
    counts = {"keys": seen, "existing": standing, "versions": count.versions, "markers": count.markers}
    yield listed(number, keys, **counts, archived_keys=archived_keys, archived_bytes=archived_bytes)


def is_archived(target: Entry | None) -> TypeGuard[Entry]:
    """Must the version be thawed before it can be copied, as far as the listing shows?

    The archive tiers of Intelligent-Tiering do not show.
    """
    return target is not None and target.storage_class in ARCHIVES and not target.restored


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
