"""Which part of a key range a thread of a task lists next; and whoever has nothing to do takes from the others.

A listing is serial: a page tells where the next one begins. But it may begin anywhere, so a range can be cut
while it is listed. A thread without work takes the upper half of the piece that has most left: that one ends
at the cut, inclusive, and a new piece begins above it. The thread that lists it hears of it with its next page.

What it may cost: 1.05 requests per 1000 entries, and 2 per range. A piece ends amid a page, and wastes the rest
of it: half a page as a rule, a whole one if it turns out empty. So a cut costs half a request, and an empty one
a whole one. What ended pieces have wasted is known; with as much for each that runs as those wasted in the mean it
may come to 0.4, 0.6 a range and 0.03 a page, pages that are left counted too, as far as an estimate of them can be
believed. (0.044 where only those that came are counted.) The rest remains for other requests: probes, where the
ranges were cut before, and a second look on some servers. So in the long run a cut is made every 14 pages. Pieces
that turn out empty have a limit of their own, in pages that came: 0.4 a range and 0.035 a page; a range of three
pages is never cut. The numbers were found by trying what keeps threads busiest at no more than that cost, for the
buckets of `tests/weighted_bucket.py`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from s3distversions.estimates import Left, estimate
from s3distversions.keyspace import NOT_IN_PARAMETERS, Keyspace
from s3distversions.model import KeyRange
from s3distversions.parallel import Again, Wait
from s3distversions.pieces import Piece, Progress, Whole

LOOK_SECONDS = 0.02  # between two looks for something to take: a page takes ten times as long
WASTE_A_PAGE, WASTE_A_PAGE_SEEN = 0.03, 0.044
WASTE_A_SCOPE, WASTE_A_RANGE = 0.4, 0.6
HALF_A_PAGE, BELIEVED = 0.5, 8  # what a piece wastes as a rule, and how many have to show otherwise
EMPTY_A_RANGE, EMPTY_A_PAGE = 0.4, 0.035
FORESEEN = 6.0  # pages that are left count as so many times as many as came, at most
LEAST_LEFT = 4.0  # pages, by the estimate; to cut what has fewer left gains next to nothing
# What was listed tells of so many times as many pages, at first and at least; of more the more cuts were right,
# and of fewer the more were not: one of those weighs as much as four that were right.
REACH, LEAST_REACH, WRONG_WEIGHS = 16.0, 8.0, 4
INHERITED = 0.5  # share of what was listed in the piece that one was cut from, which tells of that one too
# Pages inside one key, after which it pays to look at what lies above it, though nothing tells how much that is.
LONG_KEY = 20


class Stealing:
    """What waits for the threads of a task, for `parallel.Parallel`: see `parallel.InOrder`.

    It takes numbered ranges, [number, prefix, after, until], and gives pieces of them. No piece is cut before
    its first page came: until then nothing tells what is in it, and as pieces double with a page each, n
    threads are busy after the time of some log2 n pages. Nor before all ranges were handed in: one that waits is
    better than a cut.
    """

    is_divisible = True

    def __init__(
        self,
        width: int,
        keyspace: Keyspace | None = None,
        is_slow: Callable[[str], bool] = lambda key: False,
    ):
        """width: how many ranges may wait. keyspace: what is known of the keys already.

        is_slow: does S3 slow the listing down where a key is? There nothing is taken: it would wait in turn.
        """
        self._is_slow = is_slow
        self.cuts = self.empty = 0  # pieces that were cut off; those of them that ended with their first page
        self.pages = 0  # of pieces that have ended
        self.wasted = 0.0  # of these
        self._ended = 0  # pieces
        self._largest = 1  # entries of a page
        self._width = width
        self._keyspace = Keyspace() if keyspace is None else keyspace
        self._waiting: deque[Piece] = deque()
        self._running: dict[Piece, None] = {}
        self._taken: dict[Piece, float] = {}  # those that were cut off others; pages that tell of them
        self._unknown = 0  # of these, how many have no page yet that tells whether they are empty
        self._estimates: dict[Piece, tuple[Progress, Left]] = {}
        self._uncut: dict[Piece, Progress] = {}  # where no cut was found
        self._ranges = 0
        self._no_more = False

    def __len__(self) -> int:
        """Return how many ranges wait."""
        return len(self._waiting)

    def has_room(self) -> bool:
        """May another range be put?"""
        return len(self._waiting) < self._width

    def put(self, item: Sequence[Any]) -> None:
        """Take in a numbered range."""
        number, prefix, after, until = item
        self._ranges += 1
        for key in (after, until):
            if key is not None:
                self._keyspace.learn(key)
        self._waiting.append(Piece(Whole(number, KeyRange(prefix, after, until)), after, until))

    def no_more(self) -> None:
        """Hear that no new range comes."""
        self._no_more = True

    def take(self) -> Piece | Wait:
        """Return the piece that a thread is to list now: one that waits, or what it takes from another."""
        if self._waiting:
            piece = self._waiting.popleft()
            self._running[piece] = None
            return piece
        if not self._no_more:
            return Wait(None)
        self._learn(self._running)
        states = {piece: piece.progress() for piece in self._running}
        taken = self._steal(states)
        if taken is not None:
            return taken
        return Wait(None if all(state.is_over for state in states.values()) else LOOK_SECONDS)

    def ended(self, work: Piece, agains: Sequence[Again]) -> list[Any]:
        """Hear that a piece has ended. Return the results of what is given up."""
        self._learn([work])
        state = work.progress()
        self.pages += state.pages
        self._largest = max(self._largest, state.largest)
        self.wasted += 1 - state.kept / self._largest
        self._ended += 1
        self.empty += work in self._taken and state.pages <= 1
        del self._running[work]
        self._taken.pop(work, None)
        self._estimates.pop(work, None)
        self._uncut.pop(work, None)
        return [result for again in agains for result in again.instead]

    def _learn(self, pieces: Iterable[Piece]) -> None:
        """Take in which keys were met."""
        for piece in pieces:
            keys, begin = piece.learnt()
            for key in keys:
                self._keyspace.learn(key)
            if begin:
                self._keyspace.learn_gap(*begin)

    def _steal(self, states: dict[Piece, Progress]) -> Piece | None:
        """Cut the piece that has most left; None if there is nothing to cut, or it would cost too much."""
        seen = self.pages + sum(state.pages for state in states.values())
        self._unknown = sum(states[piece].pages <= 1 for piece in self._taken)
        likely = (self.empty + 1) / (self.cuts - self._unknown + 2)  # that one turns out empty
        if self.empty + (self._unknown + 1) * likely > EMPTY_A_RANGE * self._ranges + EMPTY_A_PAGE * seen:
            return None
        left = {
            piece: self._left(piece, state)
            for piece, state in states.items()
            if state.pages and not state.is_over and self._uncut.get(piece) != state
        }
        all_pages = seen + min(FORESEEN * seen, sum(each.pages for each in left.values()))
        most = WASTE_A_SCOPE + WASTE_A_RANGE * self._ranges
        most += max(WASTE_A_PAGE * all_pages, 0.5 + WASTE_A_PAGE_SEEN * seen)
        a_piece = (HALF_A_PAGE * BELIEVED + self.wasted) / (BELIEVED + self._ended)
        if self.wasted + a_piece * (len(states) + 1) > most:
            return None
        # First whether there is more than is known of: what else is cut would be too small.
        for piece in sorted(left, key=lambda piece: (left[piece].end is None, -left[piece].pages)):
            if left[piece].end is not None or left[piece].pages >= LEAST_LEFT:
                taken = self._cut(piece, states[piece], left[piece])
                if taken is not None:
                    return taken
                self._uncut[piece] = states[piece]
        return None

    def _left(self, piece: Piece, state: Progress) -> Left:
        """Estimate what is left of a piece that was begun; once as long as it is where it is."""
        if piece not in self._estimates or self._estimates[piece][0] != state:
            right = self.cuts - self._unknown - self.empty
            reach = max(LEAST_REACH, REACH * (1 + right) / (1 + WRONG_WEIGHS * self.empty))
            inherited = self._taken.get(piece, 0.0)
            left = estimate(self._keyspace, piece.whole.keys.prefix, state, reach, inherited)
            self._estimates[piece] = (state, left)
        return self._estimates[piece][1]

    def _cut(self, piece: Piece, state: Progress, left: Left) -> Piece | None:
        """Cut a piece in halves, by the estimate, or where its end is unknown; None if it cannot be."""
        prefix = piece.whole.keys.prefix
        own = left.pages / 2 - left.key
        pivot: str | None = state.position
        if left.end is not None:
            pivot = left.end
        elif own > left.near:
            share = (own - left.near) / left.far_room
            pivot = self._keyspace.between(left.border or state.position, state.until, prefix, share)
        elif own > 0:
            pivot = self._keyspace.between(state.position, left.border, prefix, own / left.near_room)
        elif left.near + left.far < LEAST_LEFT / 2 and left.key < LONG_KEY:
            return None
        if (
            pivot is None
            or pivot <= prefix
            or not pivot.startswith(prefix)
            or NOT_IN_PARAMETERS.search(pivot)
            or self._is_slow(pivot)
        ):
            return None
        taken = piece.cut(pivot)
        if taken is not None:
            self.cuts += 1
            self._running[taken] = None
            moved = state.pages - state.inside
            self._taken[taken] = INHERITED * (self._taken.get(piece, 0.0) + moved)
        return taken
