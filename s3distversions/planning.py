"""A key range in; the plan lines of its keys out, then the record that it was listed to its end."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter, gt
from typing import Any, TypeGuard

from s3distversions import records
from s3distversions.carried import ARCHIVES
from s3distversions.choose import choose, undecided
from s3distversions.columns import Columns
from s3distversions.filters import in_scope
from s3distversions.listing import OpenHistory, blocks, histories, pages
from s3distversions.location import rebase, rebase_range
from s3distversions.model import COPY, NONE, Action, Entry, KeyRange
from s3distversions.parameters import Parameters
from s3distversions.pieces import Piece
from s3distversions.records import Line, plan_line

COUNTED = ("keys", "existing", "versions", "markers", "archived_keys", "archived_bytes")


def plan_piece(
    client: Any, parameters: Parameters, piece: Piece, progress: Callable[[int], None]
) -> Iterator[Line]:
    """List a piece of a range and yield the plan line of every key in it that needs an action.

    After the last piece of a range comes the record of the range; without it that counts as not listed. Reads
    only.
    """
    planner = Planner(client, parameters, piece.keys, progress)
    listed = pages(client, parameters.src.bucket, piece.keys, piece.reached)
    for block in blocks(planner.told(listed)):
        yield from planner.plan(block)
    counts = piece.listed(planner.counts)
    if counts is not None:
        yield records.listed(piece.number, piece.whole.keys, **counts)


class Planner:
    """Plans the keys of one piece of a range, which come in order, and counts what passes."""

    def __init__(self, client: Any, parameters: Parameters, keys: KeyRange, progress: Callable[[int], None]):
        self.counts: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
        self._rules = parameters.rules
        self._is_in_scope = in_scope(parameters)
        self._has_filters = bool(parameters.filters or parameters.src_pattern)
        self._at_dest = Destination(client, parameters, keys)
        self._progress = progress

    def told(self, listed: Iterator[Columns]) -> Iterator[Columns]:
        """Yield the pages, told to the progress."""
        return map(self._told, listed)

    def _told(self, page: Columns) -> Columns:
        self._progress(len(page))
        return page

    def plan(self, listed: Columns | OpenHistory) -> Iterator[Line]:
        """Yield the plan lines of a block of whole histories, or of one that is still being listed."""
        if isinstance(listed, OpenHistory):
            yield from self._plan_key(listed.key, listed)
            return
        if self._has_filters or not self._rules.in_place:
            for key, history in groupby(listed, key=attrgetter("key")):
                yield from self._plan_key(key, history)
            return
        self._count(listed)
        for begin, end in histories_around(undecided(listed, self._rules), listed):
            yield from self._lines(listed.keys[begin], choose(listed[begin:end], self._rules))

    def _plan_key(self, key: str, history: Iterable[Entry]) -> Iterator[Line]:
        """Yield the plan line of a key, if it needs one."""
        if not self._is_in_scope(key):
            return
        action = choose(self._counted(history), self._rules, self._at_dest.find(key))
        self.counts["keys"] += 1
        self.counts["existing"] += action.current is not None and not action.current.delete_marker
        yield from self._lines(key, action)

    def _lines(self, key: str, action: Action) -> Iterator[Line]:
        if action.action == COPY and is_archived(action.target):
            self.counts["archived_keys"] += 1
            self.counts["archived_bytes"] += action.target.size or 0
        if action.action != NONE:
            yield plan_line(key, action)

    def _count(self, listed: Columns) -> None:
        """Count a block of whole histories: each has one current entry, the first."""
        markers = sum(listed.delete_markers)
        self.counts["keys"] += sum(listed.is_latest)
        self.counts["existing"] += sum(map(gt, listed.is_latest, listed.delete_markers))
        self.counts["versions"] += len(listed) - markers
        self.counts["markers"] += markers

    def _counted(self, history: Iterable[Entry]) -> Iterator[Entry]:
        """Yield the entries of a history, counted."""
        for entry in history:
            self.counts["markers" if entry.delete_marker else "versions"] += 1
            yield entry


def histories_around(places: Sequence[int], listed: Columns) -> Iterator[tuple[int, int]]:
    """Yield where the histories begin and end that have an entry at one of `places`, which ascend."""
    end = 0
    for place in places:
        if place < end:
            continue
        key = listed.keys[place]
        begin, end = bisect_left(listed.keys, key), bisect_right(listed.keys, key)
        yield begin, end


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
