"""The areas of the key space: what waits in each, what passed there and what was refused, and its limit.

At the beginning there is one area, all keys. Where S3 refuses some and takes others that lie elsewhere, the
area is cut in two, each with a limit of its own. So areas become what the partitions of S3 are, and no finer:
a limit for each of thousands of directories would be too low for any of them to be found out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from s3distversions.cuts import cut
from s3distversions.rate import Rate

Item = TypeVar("Item")

MOST_AREAS = 32
REMEMBERED = 400  # keys of an area that passed, and as many that were refused
# That S3 may refuse everything in an area, in so many requests one after the other, until it is given up.
PATIENCE_SECONDS = 60.0
PATIENCE_REQUESTS = 6


class Area(Generic[Item]):
    """The keys from `begin` up to where the next area begins."""

    def __init__(self, begin: str, rate: Rate):
        self.begin = begin
        self.rate = rate
        self.lines: dict[int, deque[Item]] = {}  # what waits, by how many may go together in one request
        self.passed: deque[str] = deque(maxlen=REMEMBERED)
        self.refused: deque[str] = deque(maxlen=REMEMBERED)
        self.in_vain = 0  # requests refused since anything passed
        self.in_vain_since = 0.0

    def line(self, together: int) -> deque[Item]:
        """Return those that wait and may go so many together in one request."""
        return self.lines.setdefault(together, deque())

    def ready(self, now: float, partly: bool) -> int | None:
        """Return which line has enough for a request, None: none has. partly: one item is enough."""
        for together, line in self.lines.items():
            if line and (partly or len(line) >= self.rate.together(together, now)):
                return together
        return None

    def take(self, together: int, now: float) -> list[Item]:
        """Take what goes in one request from a line; then it is the turn of the others."""
        line = self.lines[together] = self.lines.pop(together)
        return [line.popleft() for _ in range(min(len(line), self.rate.together(together, now)))]

    def is_given_up(self, now: float) -> bool:
        """Has S3 refused everything for too long?"""
        return self.in_vain >= PATIENCE_REQUESTS and now - self.in_vain_since >= PATIENCE_SECONDS


class Areas(Generic[Item]):
    """All areas, in the order of their keys. key: of an item; writes: how many it is for S3."""

    def __init__(self, key: Callable[[Item], str], writes: Callable[[Item], int], now: float):
        self._key = key
        self._writes = writes
        self.all: list[Area[Item]] = [Area("", Rate(now))]

    def of(self, item: Item) -> Area[Item]:
        """Return the area that an item belongs to."""
        if len(self.all) == 1:
            return self.all[0]
        return self.all[bisect_right(self.all, self._key(item), key=lambda area: area.begin) - 1]

    def sent(self, area: Area[Item], items: Iterable[Item], now: float) -> None:
        """Hear that items of an area are sent."""
        area.rate.sent(sum(map(self._writes, items)), now)

    def passed(self, items: Iterable[Item], sent: float, now: float) -> None:
        """Hear that S3 took these."""
        for area, here in self._by_area(items):
            area.in_vain = 0
            area.passed.extend(map(self._key, here))
            area.rate.passed(sum(map(self._writes, here)), sent, now)

    def refused(self, items: Sequence[Item], sent: float, now: float) -> None:
        """Hear that S3 asks for fewer writes, in the reply to a request that was sent then with these."""
        for area, here in self._by_area(items):
            area.refused.extend(map(self._key, here))
            self._cut(area, now)
        for area, here in self._by_area(items):
            area.in_vain_since = area.in_vain_since if area.in_vain else now
            area.in_vain += 1
            area.rate.refused(sum(map(self._writes, here)), sent, now)

    def _by_area(self, items: Iterable[Item]) -> list[tuple[Area[Item], list[Item]]]:
        """Return the areas that items belong to, and the items of each."""
        found: dict[str, tuple[Area[Item], list[Item]]] = {}
        for item in items:
            area = self.of(item)
            found.setdefault(area.begin, (area, []))[1].append(item)
        return list(found.values())

    def _cut(self, area: Area[Item], now: float) -> None:
        """Cut an area in two, where what was refused lies elsewhere than what passed."""
        begin = cut(area.refused, area.passed) if len(self.all) < MOST_AREAS else None
        if begin is None:
            return
        where = self.all.index(area)
        below = self._piece(area, area.begin, lambda key: key < begin, now)
        above = self._piece(area, begin, lambda key: key >= begin, now)
        self.all[where : where + 1] = [below, above]

    def _piece(self, area: Area[Item], begin: str, holds: Callable[[str], bool], now: float) -> Area[Item]:
        """Return the area of those keys of an area that a piece of it holds."""
        passed, refused = list(filter(holds, area.passed)), list(filter(holds, area.refused))
        share = (len(passed) + 1) / (len(area.passed) + 2)
        piece: Area[Item] = Area(begin, area.rate.share(share, bool(refused), now))
        piece.passed.extend(passed)
        piece.refused.extend(refused)
        for together, line in area.lines.items():
            piece.line(together).extend(item for item in line if holds(self._key(item)))
        return piece
