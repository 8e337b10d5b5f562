"""Parts of a key range that several threads of a task list at once, and the record that all of it was listed."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from s3distversions.model import KeyRange

REMEMBERED = 8  # of the keys where a piece's pages ended, the last


class Whole:
    """A numbered range, which pieces are cut from; its counts are whole when all of them have ended well."""

    def __init__(self, number: int, keys: KeyRange):
        self.number = number
        self.keys = keys
        self._open = 0  # pieces that have not ended
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def open(self) -> None:
        """Hear that there is one piece more."""
        with self._lock:
            self._open += 1

    def ended(self, counts: Mapping[str, int]) -> dict[str, int] | None:
        """Add up what a piece counted. Return the counts of the whole range after the last piece, else None."""
        with self._lock:
            self._open -= 1
            for name, number in counts.items():
                self._counts[name] += number
            return None if self._open else dict(self._counts)


class Progress(NamedTuple):
    """How far a piece is, at one moment."""

    after: str | None  # where it begins
    origin: str | None  # the lowest key that is known of it, or what the one that it was cut from has reached
    position: str  # up to here it was listed; of this key itself there may be more
    until: str | None
    pages: int
    inside: int  # pages that brought the position no further: they lie inside one key
    lasting: int  # such pages since it moved last
    largest: int  # entries of its largest page
    kept: float  # entries of its last page that are not behind its end
    ends: tuple[str, ...]  # where its last pages ended; after its first ones also where it began
    is_over: bool  # nothing is left to be taken


class Piece:
    """A part of a numbered range that one thread lists, while others may take from its upper end.

    The thread that lists it calls `reached` after every page, and `listed` at its end, once. Any thread may
    call the other methods.
    """

    def __init__(self, whole: Whole, after: str | None, until: str | None, below: str | None = None):
        """below: up to where the one that it was cut from was listed then; None: it was cut from none."""
        self.whole = whole
        self.below = below
        self.cuts = 0  # how often another piece was cut from it
        self.entries = 0  # that were listed, those behind the end included
        self._after = after
        self._until = until
        self._position = max(after or "", whole.keys.prefix)
        self._pages = self._inside = self._lasting = 0
        self._largest, self._kept = 0, 0.0
        self._is_over = False
        self._ends: deque[str] = deque(maxlen=REMEMBERED)
        self._keys: list[str] = []
        self._origin = below
        self._begin: tuple[str, str, str | None] | None = None
        self._lock = threading.Lock()
        whole.open()

    @property
    def number(self) -> int:
        """The number of the range that it is a part of."""
        return self.whole.number

    @property
    def keys(self) -> KeyRange:
        """What it consists of now; its end comes nearer with every cut."""
        with self._lock:
            return KeyRange(self.whole.keys.prefix, self._after, self._until)

    def reached(self, key: str, entries: int, more: bool = True, keys: Sequence[str] = ()) -> str | None:
        """Hear that a page came, before anything of it is made use of. Return the end of the piece: now.

        key: the last of the page, or where the next page begins if there is none in it. entries: in the page.
        more: does the server say that there are further pages? keys: the first key of the page and some of the
        others, in their order; the more alike their distances, the better. What lies above the returned key
        (None: the piece has no end) belongs to others from now on, and no cut is made below `key` any more.
        """
        with self._lock:
            self._pages += 1
            self.entries += entries
            self._largest = max(self._largest, entries)
            self._kept = float(entries)
            if self._until is not None and key > self._until:
                some = (*keys, key)
                self._kept *= bisect_right(some, self._until) / len(some)
            if self._pages == 1 and self.below is not None and self._after is not None and (keys or not more):
                self._begin = (self.below, self._after, keys[0] if keys else None)
            self._keys = [*keys, key] if entries else []
            if self._pages == 1 and keys and keys[0] < key:
                self._ends.append(keys[0])
                self._origin = self.below or keys[0]
            if key > self._position:
                self._position, self._lasting = key, 0
                self._ends.append(key)
            else:
                self._inside += self._pages > 1
                self._lasting += 1
            self._is_over = self._is_over or not more
            return self._until

    def listed(self, counts: Mapping[str, int]) -> dict[str, int] | None:
        """Hear that it was listed to its end, what it has yielded being handed on.

        Return the counts of the whole range, added up, if all its pieces have ended by now: then, and only
        then, it may be told that the range was listed. Else None.
        """
        with self._lock:
            self._is_over = True
        return self.whole.ended(counts)

    def cut(self, pivot: str) -> Piece | None:
        """End it at `pivot`, inclusive, and return the piece above that; None if it cannot be cut there."""
        with self._lock:
            is_left = self._until is None or pivot < self._until
            if self._is_over or not is_left or pivot < self._position:
                return None
            above = Piece(self.whole, pivot, self._until, self._position)
            self._until = pivot
            self.cuts += 1
            return above

    def progress(self) -> Progress:
        """Return how far it is."""
        with self._lock:
            is_over = self._is_over or (self._until is not None and self._position >= self._until)
            where = (self._after, self._origin, self._position, self._until)
            pages = (self._pages, self._inside, self._lasting)
            return Progress(*where, *pages, self._largest, self._kept, tuple(self._ends), is_over)

    def learnt(self) -> tuple[list[str], tuple[str, str, str | None] | None]:
        """Return what was met since the last call.

        These are keys of the last page, and of a piece that was cut off, once: up to where the other was listed
        then, where this one begins, and the first key above that, None if there is none.
        """
        with self._lock:
            keys, begin = self._keys, self._begin
            self._keys, self._begin = [], None
            return keys, begin
