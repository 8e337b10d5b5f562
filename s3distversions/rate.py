"""How many writes a second an area of the key space takes: nobody tells, so it is found out by trying.

It begins below what S3 takes at least, and doubles in a second while nothing is refused. A refusal halves it.
Then it climbs back: soon to near where it was refused, slowly past that, and faster again if nothing happens
there, as S3 gives a busy partition more. That is how TCP shares a line, https://www.rfc-editor.org/rfc/rfc9438:
several tasks and areas that meet in one partition of S3 come to share it. Without the memory of where it was
refused, the mean would be three quarters of what S3 takes.
"""

from __future__ import annotations

import math

# Writes a second. Every partition of S3 takes 3,500 at least, but several tasks may meet in it:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
START = 1000.0
LEAST = 0.2  # writes a second
GROWTH_SECONDS = 1.4  # in which the rate grows by a factor of e, before the first refusal
# From half of where it was refused back to there; for slow areas longer, so that few of their writes are refused.
CLIMB_SECONDS = 3.0
CLIMB_WRITES = 100
BURST_SECONDS = 0.1  # whose writes may be sent at once
BATCH_SECONDS = 0.1  # whose writes one request holds where some were refused: they are sent again
MEMORY_SECONDS = 2.0  # over which it is measured how much is sent
MEMORY_WRITES = 20
# After a fall some are refused still, though it was enough; but not so many, and more than passed.
SETTLING_SECONDS = 0.2
SETTLING_WRITES = 10
# Of what is remembered of where it was refused before, where the next refusal comes lower: it may be bad luck.
INERTIA = 0.3


class Rate:
    """The limit of one area. `now` is a time in seconds that goes on, from any beginning."""

    def __init__(self, now: float, start: float | None = None):
        self.due = now - BURST_SECONDS  # when the next write may be sent
        self._start = START if start is None else start  # the limit before the first refusal
        self._top: float | None = None  # where it was refused
        self._bottom = 0.0  # to where it fell
        self._fell = -math.inf  # when
        self._passed_since = self._refused_since = 0  # writes, of those that were sent since
        self._began = self._measured = now
        self._sent = 0.0  # writes, those of long ago forgotten by and by

    def writes_a_second(self, now: float) -> float:
        """Return the limit."""
        if self._top is None:
            return self._start
        climb = max(CLIMB_SECONDS, CLIMB_WRITES / self._top)
        way = ((now - self._fell) / climb - 1) ** 3
        rate = self._top + way * (self._top - self._bottom if way < 0 else self._top / 2)
        # What was never made use of is not known to be possible.
        return max(LEAST, min(rate, max(self._top, 2 * self._usage(now))))

    def together(self, most: int, now: float) -> int:
        """Return how many writes one request may hold, `most` at most: as many, before the first refusal."""
        if self._fell == -math.inf:
            return most
        return max(1, min(most, int(self.writes_a_second(now) * BATCH_SECONDS)))

    def sent(self, writes: int, now: float) -> None:
        """Hear that so many writes are sent at once."""
        self.due = max(self.due, now - BURST_SECONDS) + writes / self.writes_a_second(now)
        self._sent = self._sent * math.exp((self._measured - now) / self._memory()) + writes
        self._measured = now

    def passed(self, writes: int, sent: float, now: float) -> None:
        """Hear that S3 took so many of those that were sent at a moment."""
        if sent >= self._fell:
            self._passed_since += writes
        if self._top is None:
            grown = self._start + writes / GROWTH_SECONDS
            self._start = max(self._start, min(grown, 2 * self._usage(now)))

    def refused(self, writes: int, sent: float, now: float) -> None:
        """Hear that S3 asks for fewer, in its reply to so many that were sent at a moment.

        What was sent before the last fall says nothing of the rate since: a burst of refusals counts once.
        """
        if sent < self._fell:
            return
        self._refused_since += writes
        is_much = self._refused_since >= max(SETTLING_WRITES, self._passed_since)
        if now < self._fell + SETTLING_SECONDS and not is_much:
            return
        rate = max(LEAST, min(self.writes_a_second(now), self._usage(now)))
        self._bottom = max(LEAST, rate / 2)
        if self._passed_since:
            self._top = rate + INERTIA * max(0.0, (self._top or rate) - rate)
        else:  # where everything is refused, that says nothing of the limit there will be
            self._top, self._start = None, self._bottom
        self._fell = now
        self._passed_since = self._refused_since = 0

    def share(self, share: float, is_refused: bool, now: float) -> Rate:
        """Return the rate of a piece of the area, by its share of the writes; one not refused begins anew."""
        rate = self._start if self._top is None else self._top
        piece = Rate(now, max(LEAST, rate * share))
        piece.due = self.due
        piece._began, piece._measured, piece._sent = self._began, self._measured, self._sent * share
        if is_refused and self._top is not None:
            piece._top, piece._bottom, piece._fell = piece._start, self._bottom * share, self._fell
        return piece

    def _usage(self, now: float) -> float:
        """Return how many writes a second are sent of late."""
        memory = self._memory()
        known = -math.expm1(min(self._began - now, -0.001) / memory)
        return self._sent * math.exp((self._measured - now) / memory) / memory / known

    def _memory(self) -> float:
        """Return over how many seconds is measured what is sent."""
        return MEMORY_SECONDS if self._top is None else max(MEMORY_SECONDS, MEMORY_WRITES / self._top)
