"""The parts that a scope is cut into, while it is cut: how large each seems, and where to cut next. Pure.

What is known comes from probes: the first keys above a text that was made up. They tell where the keys of a part
begin, how close they lie there, or that nothing is there at all.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, replace
from itertools import count
from statistics import median

from s3distversions.alphabets import word_end
from s3distversions.keyspace import NOT_IN_PARAMETERS, Keyspace, common, fits
from s3distversions.model import KeyRange

WORTH = 10_000  # entries: ten pages; a part that seems to have fewer is not cut
LEARNED = 50  # keys of a first page
CURIOUS = 8  # probes where nothing seems to be worth one, before that is believed
WORDS = 8  # that all keys may begin with, before it is asked for half of what is left at once
SURPRISES = 5  # of one range: keys above all that were expected; after the last, no more are looked for
NEIGHBOURS = (
    2  # on either side, where keys are likely as close as in a range; the range itself counts as much
)
MOST = math.log(2)  # that keys of a range are taken to be closer, or less close, than in most ranges
ALIKE = math.log(2)  # sizes that differ by less are cut at once


@dataclass
class Part:
    """A range that may be cut, with what is known of it. Sizes and rooms are logarithms, see Keyspace.extent."""

    keys: KeyRange
    first: str  # its first key
    top: str | None  # nothing was found above, up to the end of the range; None: nobody has looked
    gap: tuple[
        str, str, int
    ]  # near its begin: two texts, and how many keys lie above the one up to the other
    reach: int | None = (
        None  # it is asked what all keys begin with, and that is at most so long; None: it is not
    )
    is_whole: bool = False  # is it not cut yet?
    alike: int = -1  # how long that was, as far as was known, when it was last asked
    is_missed: bool = False  # was nothing found half-way, since then?
    asked: int = 0  # how often it was asked what all keys begin with
    surprises: int = 0
    is_open: bool = True  # may it be cut?
    room: float = -math.inf  # of all its keys
    closeness: float = -math.inf  # room of one, near its begin; -inf: not known
    size: float = 0.0  # keys that it seems to hold

    @property
    def end(self) -> str | None:
        """Return what no key is known above."""
        return self.keys.until if self.top is None else self.top

    @property
    def known_alike(self) -> int:
        """Return how long what all keys begin with is at least."""
        return len(self.keys.prefix if self.end is None else common(self.first, self.end))


class Parts:
    """All parts of a scope, and what is known of their keys. For one thread."""

    def __init__(self) -> None:
        self.all: list[Part] = []
        self._space = Keyspace()
        self._entries = self._keys = 1  # of first pages
        self._curious = CURIOUS
        self._revision = 0

    @property
    def ranges(self) -> list[KeyRange]:
        """Return the range of each part."""
        return [part.keys for part in self.all]

    def open(self, keys: KeyRange, found: list[str], goes_on: bool) -> None:
        """Take in a range, the keys of the entries of its first page, and whether it has others."""
        different = list(dict.fromkeys(found)) or [keys.prefix]
        self._entries += len(found)
        self._keys += len(different)
        for key in different[:: -(-len(different) // LEARNED)]:
            self._space.learn(key)
        first, last = different[0], different[-1]
        gap = (first, last, max(len(different) - 1, 1))
        self.all.append(Part(keys, first, None, gap, len(first), is_whole=True, is_open=goes_on))

    @property
    def _worth(self) -> float:
        """Return how many keys are worth a cut."""
        return math.log(WORTH * self._keys / self._entries)

    def largest(self, most: int) -> list[Part]:
        """Return the parts that are to be cut next: the largest one, and those that are hardly smaller."""
        if self._space.revision != self._revision:
            self._revision, self._curious = self._space.revision, CURIOUS
        self._measure()
        parts = sorted((part for part in self.all if part.is_open), key=lambda part: -part.size)
        if parts and parts[0].size < self._worth:
            self._curious -= 1
            return parts[:1] if self._curious >= 0 else []
        return [part for part in parts[:most] if part.size >= parts[0].size - ALIKE]

    def _measure(self) -> None:
        """Find out the sizes of all parts again."""
        self.all.sort(key=lambda part: (part.keys.prefix, part.first))
        for part in self.all:
            start, end, number = part.gap
            part.closeness = self._space.extent(start, end) - math.log(number)
            part.room = self._space.extent(part.first, part.end, part.keys.prefix)
        everywhere = middle([part.closeness for part in self.all if part.is_open])
        for index, part in enumerate(self.all):
            around = self.all[max(index - NEIGHBOURS, 0) : index + NEIGHBOURS + 1]
            usual = middle([each.closeness for each in around if each.is_open])
            own = part.closeness if part.closeness > -math.inf else usual
            part.size = part.room - min(max((usual + own) / 2, everywhere - MOST), everywhere + MOST)
        usual = middle([part.size for part in self.all if part.is_open])
        # Rooms of two folders may not compare; what is large by itself has its turn.
        for part in self.all:
            if -math.inf < part.closeness <= part.room - self._worth:
                part.size = max(part.size, usual)

    def where(self, part: Part) -> str | None:
        """Return the text to ask about next; None, and the part is not cut any more, where there is none."""
        low, until, prefix, alike = part.first, part.keys.until, part.keys.prefix, part.known_alike
        if part.reach is None and part.is_missed and alike > part.alike:
            part.reach = len(low)  # nothing half-way: perhaps all keys have more in common
        if part.reach is not None:
            part.asked += 1
            end = word_end(low[: part.reach], alike) if part.asked <= WORDS else None
            end = end or (alike + part.reach + 1) // 2
            stem = low[:end] if alike < part.reach else self._space.last(low[:alike])
            if fits(self._space.above(stem), low, until, prefix):
                return self._space.above(stem)
            part.reach, part.is_missed, part.alike = None, False, alike
        at = self._space.between(low, part.end, prefix)
        if at is None and not NOT_IN_PARAMETERS.search(low) and low != until:
            return low  # is it the only key?
        part.is_open = at is not None
        return at

    def learn(self, part: Part, at: str, found: list[str], is_known: bool) -> None:
        """Take in the answer to a probe."""
        if not is_known:
            part.is_open = False
            return
        self._space.learn_gap(part.first, at, found[0] if found else None)
        for key in found[1:]:
            self._space.learn(key)
        until, alike = part.keys.until, part.known_alike
        inside = [key for key in dict.fromkeys(found) if until is None or key <= until]
        if not inside:
            part.top, part.is_open = at, at != part.first
        if part.reach is not None and not (inside and is_end_of_word(at) and not part.is_whole):
            self._learn_alike(part, alike, inside)
        elif not inside:
            part.is_missed = True
        else:
            self._cut(part, at, inside)

    def _cut(self, part: Part, at: str, inside: list[str]) -> None:
        """Cut a part where keys were found above."""
        gap = (inside[0], inside[-1], len(inside) - 1) if len(inside) > 1 else (at, inside[0], 1)
        top = part.top if part.top is not None and inside[0] <= part.top else None
        self.all.append(Part(part.keys._replace(after=at), inside[0], top, gap))
        part.keys = part.keys._replace(until=at)
        part.top, part.reach, part.is_missed, part.is_whole = None, None, False, False

    def _learn_alike(self, part: Part, alike: int, inside: list[str]) -> None:
        """Take in the answer to what all keys of a part begin with, or, where that is known, what follows it."""
        if inside and alike < (part.reach or 0):
            part.reach = len(common(part.first, inside[0]))
            return
        if alike < (part.reach or 0):
            return
        part.surprises += 1
        if not inside or part.surprises >= SURPRISES:
            part.reach, part.is_missed, part.alike = None, False, part.known_alike

    def cut_unasked(self, wanted: int) -> None:
        """Cut what seems to be largest where it seems to be best: when all probes are used, that is known well."""
        self._measure()
        numbers = count()
        waiting = [(-part.size, next(numbers), part) for part in self.all if part.is_open]
        heapq.heapify(waiting)
        while waiting and len(self.all) < wanted and -waiting[0][0] >= self._worth:
            size, _, part = heapq.heappop(waiting)
            at = self._space.between(part.first, part.end, part.keys.prefix)
            if at is not None:
                above = replace(part, keys=part.keys._replace(after=at), first=at)
                part.keys, part.top = part.keys._replace(until=at), None
                self.all.append(above)
                for each in (part, above):
                    heapq.heappush(waiting, (size + math.log(2), next(numbers), each))


def middle(values: list[float]) -> float:
    """Return the median of those that are known."""
    return median([value for value in values if value > -math.inf] or [0.0])


def is_end_of_word(at: str) -> bool:
    """Does a text ask for what is above all that begins with some words?"""
    return not at[-2:-1].isalnum()
