"""How fast a task lists: as fast as S3 takes it, in each area of the key space by itself.

S3 takes 5,500 GET, HEAD and LIST requests a second in each partition of the key space, and answers 503 to more:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
Areas, their limits and how they are cut are those of writes, see `areas` and `rate`; but that a listing comes to
keys that nobody has asked for yet, which are tried at full speed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from s3distversions.areas import Area, Areas
from s3distversions.errors import S3Error
from s3distversions.keyspace import above_all, beginning
from s3distversions.rate import Rate

# Requests a second, in all areas together, until something is refused. A process parses some 500 pages a second,
# so this slows nothing down; and five such tasks can meet in one partition before anything is refused.
START = 1000.0
LONGEST_NAP_SECONDS = 1.0  # then it is looked again: the rate may have grown meanwhile
HINT = "Run the same command again later, or with a lower --list-parallel: what is done is not done twice."


class ListPace:
    """Lets the threads of a task ask for pages; any thread may call its methods, in any order.

    Before each request `wait(marker)` gives leave, in its own time; after it comes `passed` or `refused` with
    what `wait` returned. After a refusal the same page is asked for again, beginning with `wait`.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self._clock = clock
        self._sleep = sleep
        now = clock()
        self._areas: Areas[str] = Areas(lambda key: key, lambda _: 1, now)
        self._areas.all = [Area("", Rate(now, START))]
        self._waiting: list[str] = []  # keys, those who came first first
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """Return when a request for the page that begins at `key` may be sent: that is, now. Sleeps till then."""
        seconds = self._leave(key, is_new=True)
        while seconds > 0:
            self._sleep(seconds)
            seconds = self._leave(key, is_new=False)
        return self._clock()

    def is_slow(self, key: str) -> bool:
        """Do requests wait for leave where `key` is? Then more of them would be no faster there."""
        with self._lock:
            area = self._areas.of(key)
            return any(self._areas.of(other) is area for other in self._waiting)

    def passed(self, key: str, sent: float) -> None:
        """Hear that S3 has answered a request; sent: what `wait` returned."""
        with self._lock:
            self._areas.passed([key], sent, self._clock())

    def refused(self, key: str, sent: float, doing: str = "listing the versions") -> None:
        """Hear that S3 asks for fewer requests. S3Error if it has refused everything there for too long.

        doing: what was tried, for people.
        """
        with self._lock:
            now, before = self._clock(), len(self._areas.all)
            self._areas.refused([key], sent, now)
            area = self._areas.of(key)
            if len(self._areas.all) > before:
                self._open_beyond(area, now)
            if area.is_given_up(now):
                seconds = round(now - area.in_vain_since)
                what = f"S3 has refused all of the last {area.in_vain} requests, for {seconds} seconds"
                raise S3Error(f"{doing}: {what}, as too many", HINT)

    def _open_beyond(self, area: Area[str], now: float) -> None:
        """Let what lies above all that was refused in a slow area be tried at full speed.

        Most of it nobody has asked for yet: a listing goes upwards. So nothing tells that it is slow too, and who
        goes there slowly does not find out.
        """
        edge = above_all(beginning(area.refused)) if len(area.refused) > 1 else None
        following = self._areas.all[self._areas.all.index(area) + 1 :]
        if edge is None or (following and edge >= following[0].begin):
            return
        beyond = Area[str](edge, Rate(now, START))
        beyond.passed.extend(key for key in area.passed if key >= edge)
        below = [key for key in area.passed if key < edge]
        area.passed.clear()
        area.passed.extend(below)
        self._areas.all.insert(self._areas.all.index(area) + 1, beyond)

    def _leave(self, key: str, is_new: bool) -> float:
        """Give leave for a request, 0; or return in how many seconds to ask again."""
        with self._lock:
            now = self._clock()
            area = self._areas.of(key)
            if area.rate.due <= now:
                if not is_new:
                    self._waiting.remove(key)
                self._areas.sent(area, [key], now)
                return 0.0
            if is_new:
                self._waiting.append(key)
            before = 0  # in the same area; whoever has the same marker counts as well as oneself
            for other in self._waiting[: self._waiting.index(key)]:
                before += self._areas.of(other) is area
            seconds = area.rate.due - now + before / area.rate.writes_a_second(now)
            return min(LONGEST_NAP_SECONDS, max(seconds, 0.001))
