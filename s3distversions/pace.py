"""In which order, and how fast, a task writes: as fast as S3 takes it, in each area of the key space by itself."""

from __future__ import annotations

import heapq
import random
import time
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from itertools import count
from typing import Any, Generic, TypeVar

from s3distversions.areas import Area, Areas
from s3distversions.parallel import Again, Wait

Item = TypeVar("Item", bound=Hashable)

MOST_WAITING = 10_000  # items: those of a slow area wait while others are read on
ATTEMPTS = 6  # at what fails and is not refused; after those that botocore makes
PAUSE_SECONDS = 0.2  # at most, before a second attempt at an item; twice as long before each further one
LONGEST_PAUSE_SECONDS = 30.0


class Pace(Generic[Item]):
    """What waits to be written; `parallel.Parallel` asks it what is next, see `parallel.InOrder`.

    together: how many items like this one may go in one request; it is sent when there are as many, or fewer
    where the rate is low, or no more come. key: of an item, in order to know its area. writes: how many an
    item is for S3.
    """

    is_divisible = False

    def __init__(
        self,
        key: Callable[[Item], str],
        together: Callable[[Item], int],
        writes: Callable[[Item], int] = lambda _: 1,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._clock = clock
        self._together = together
        self._areas: Areas[Item] = Areas(key, writes, clock())
        self._paused: list[tuple[float, int, Item]] = []  # until when
        self._numbers = count()
        self._waiting = 0
        self._no_more = False
        self._sent: dict[int, float] = {}  # when, by the id of what was taken
        self._failures: Counter[Item] = Counter()
        self._refusals: Counter[Item] = Counter()

    def __len__(self) -> int:
        return self._waiting

    def has_room(self) -> bool:
        """May another item be put?"""
        return self._waiting < MOST_WAITING

    def put(self, item: Item) -> None:
        """Take in a new item."""
        self._waiting += 1
        self._areas.of(item).line(self._together(item)).append(item)

    def no_more(self) -> None:
        """Hear that no new item comes."""
        self._no_more = True

    def take(self) -> list[Item] | Wait:
        """Return the items of the next request: of the area whose turn was due first."""
        now = self._clock()
        while self._paused and self._paused[0][0] <= now:
            item = heapq.heappop(self._paused)[2]
            self._areas.of(item).line(self._together(item)).append(item)
        partly = self._no_more or not self.has_room()
        ready = [(area, line) for area in self._areas.all if (line := area.ready(now, partly)) is not None]
        area, line = min(ready, key=lambda each: each[0].rate.due, default=(None, 0))
        if area and area.rate.due <= now:
            return self._taken(area, line, now)
        times = [area.rate.due - now] if area else []
        times += [until - now for until, *_ in self._paused[:1]]
        return Wait(min(times, default=None))

    def ended(self, work: list[Item], agains: Sequence[Again]) -> list[Any]:
        """Hear what became of the items of a request. Return the results of those that are given up."""
        now = self._clock()
        sent = self._sent.pop(id(work))
        left = {item for again in agains for item in again.item}
        passed = [item for item in work if item not in left]
        self._areas.passed(passed, sent, now)
        self._forget(passed)
        self._areas.refused([item for again in agains if again.refused for item in again.item], sent, now)
        given_up = []
        for again in agains:
            for item, result in zip(again.item, again.instead, strict=True):
                if self._is_given_up(item, again.refused, now):
                    self._forget([item])
                    given_up.append(result)
        return given_up

    def _taken(self, area: Area[Item], line: int, now: float) -> list[Item]:
        """Take the items of a request."""
        items = area.take(line, now)
        self._waiting -= len(items)
        self._areas.sent(area, items, now)
        self._sent[id(items)] = now
        return items

    def _is_given_up(self, item: Item, refused: bool, now: float) -> bool:
        """Is it hopeless to do an item again? Else let it wait for that."""
        attempts = self._refusals if refused else self._failures
        attempts[item] += 1
        if self._areas.of(item).is_given_up(now) if refused else attempts[item] >= ATTEMPTS:
            return True
        longest = min(LONGEST_PAUSE_SECONDS, PAUSE_SECONDS * 2 ** (attempts[item] - 1))
        heapq.heappush(self._paused, (now + random.uniform(longest / 2, longest), next(self._numbers), item))
        self._waiting += 1
        return False

    def _forget(self, items: Sequence[Item]) -> None:
        """Forget how often these were tried."""
        for attempts in (self._failures, self._refusals):
            for item in items if attempts else ():
                del attempts[item]
