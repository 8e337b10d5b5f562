"""An S3 of token buckets and nothing else, at a made-up time: what a pace does there, in figures, at once."""

import heapq
import random
from collections import Counter, deque
from itertools import count
from typing import NamedTuple

from s3distversions.pace import Pace
from s3distversions.parallel import Again, Wait


class Write(NamedTuple):
    """One write: of a copy, or of a key of a DeleteObjects."""

    key: str
    is_delete: bool = False


class Bucket:
    """Takes `rate(now)` writes a second, and as many at once if there were none in the second before."""

    def __init__(self, rate):
        self.rate = rate if callable(rate) else lambda now: rate
        self.left, self.moment = self.rate(0.0), 0.0

    def takes(self, now):
        """Whether one more write is taken."""
        rate = self.rate(now)
        self.left = min(rate, self.left + (now - self.moment) * rate)
        self.moment = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Ran(NamedTuple):
    """What became of writes: figures by the limit that they met, and times in seconds."""

    sent: Counter
    refused: Counter
    failed: list
    ended: dict  # limit -> when the last of its writes passed
    requests: int
    areas: int
    time: float

    @property
    def share_refused(self):
        """Of all writes that were sent, those that were sent again counted again."""
        return self.refused.total() / self.sent.total()


class Simulation:
    """Sends writes in the order and at the pace of a Pace, as `width` threads would, to limits by key.

    limits: {beginning of a key: writes a second, or a function of the time}. offered: writes a second that
    come in. latency: seconds that a reply takes, about. together: keys in one DeleteObjects. trouble: (key,
    time) -> whether the write meets another error.
    """

    def __init__(
        self,
        limits,
        seed,
        width=64,
        latency=0.03,
        offered=None,
        together=250,
        trouble=lambda key, now: False,
    ):
        self.now = 0.0
        self.chance = random.Random(seed)
        random.seed(seed)  # of the pauses
        self.pace = Pace(
            lambda write: write.key, lambda write: together if write.is_delete else 1, clock=lambda: self.now
        )
        self.buckets = {beginning: Bucket(rate) for beginning, rate in limits.items()}
        self.idle, self.latency, self.offered, self.trouble = width, latency, offered, trouble
        self.flying = []  # (when it arrives, number, work, the reply or None): requests and replies
        self.numbers = count()
        self.sent, self.refused, self.failed, self.ended = Counter(), Counter(), [], {}
        self.requests = 0

    def run(self, writes):
        """Send these writes; return what became of them."""
        coming = deque(writes)
        number = len(coming)
        while True:
            while coming and self.pace.has_room() and self._is_offered(number - len(coming)):
                self.pace.put(coming.popleft())
            if not coming:
                self.pace.no_more()
            times = [self._send_what_is_ready()]
            times += [arrives for arrives, *_ in self.flying[:1]]
            if coming and self.pace.has_room() and self.offered:
                times.append((number - len(coming)) / self.offered)
            times = [time for time in times if time is not None]
            if not times:
                break
            self.now = max(self.now, min(times))
            while self.flying and self.flying[0][0] <= self.now:
                self._arrive(*heapq.heappop(self.flying)[2:])
        assert not coming and not len(self.pace)
        counted = self.sent, self.refused, self.failed, self.ended, self.requests
        return Ran(*counted, len(self.pace._areas.all), self.now)

    def _is_offered(self, number):
        return self.offered is None or number / self.offered <= self.now

    def _send_what_is_ready(self):
        """Send while a thread is idle and something is ready; return when to look again."""
        while self.idle:
            work = self.pace.take()
            if isinstance(work, Wait):
                return None if work.seconds is None else self.now + max(work.seconds, 1e-6)
            self.idle -= 1
            self.requests += 1
            self._fly(work, None)
        return None

    def _fly(self, work, reply):
        arrives = self.now + self.latency * self.chance.uniform(0.3, 0.7)
        heapq.heappush(self.flying, (arrives, next(self.numbers), work, reply))

    def _arrive(self, work, reply):
        """Let the server answer a request, or the pace hear of a reply."""
        if reply is None:
            self._fly(work, self._answer(work))
        else:
            self.failed += self.pace.ended(work, reply)
            self.idle += 1

    def _answer(self, work):
        """Return what is to be done again, key by key, as after a DeleteObjects."""
        again = {True: [], False: []}
        for write in work:
            limit = max((each for each in self.buckets if write.key.startswith(each)), key=len)
            self.sent[limit] += 1
            if not self.buckets[limit].takes(self.now):
                self.refused[limit] += 1
                again[True].append(write)
            elif self.trouble(write.key, self.now):
                again[False].append(write)
            else:
                self.ended[limit] = self.now
        return [Again(writes, writes, refused) for refused, writes in again.items() if writes]


def shuffled(number, directories, deletes, seed):
    """So many writes, all directories alike, in the order of no key; `deletes`: the share that are deletes."""
    chance = random.Random(seed)
    writes = [
        Write(f"{directories[each % len(directories)]}{each:07}", chance.random() < deletes)
        for each in range(number)
    ]
    chance.shuffle(writes)
    return writes
