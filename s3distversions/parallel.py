"""Many requests in flight, in one task: threads, bounded in number and in what they hold."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

ENDING_SECONDS = 5.0  # that the threads may take to end
ALIVE_SECONDS = 60.0  # between two signs of life
RESULTS_HELD = 2_000  # results that wait to be taken; a thread that has more waits in turn


class Again(NamedTuple):
    """Items that S3 would not do now, for later; and the result of each for when it is given up.

    refused: S3 asks for fewer requests. Else something passing went wrong: a 500, a broken connection, a
    conflict with another write.
    """

    item: list[Any]
    instead: list[Any]
    refused: bool


class Wait(NamedTuple):
    """Nothing can be worked on now, but in so many seconds something may be; None: not by waiting."""

    seconds: float | None


class InOrder:
    """What waits for a thread: first come, first served, `width` items at most, and nothing is done again.

    Its methods are what `Parallel` asks for. It calls them one at a time, and they never wait.
    """

    is_divisible = False  # may one item be work for several threads?

    def __init__(self, width: int):
        self._width = width
        self._items: deque[Any] = deque()

    def __len__(self) -> int:
        """Return how many items wait."""
        return len(self._items)

    def has_room(self) -> bool:
        """May another item be put?"""
        return len(self._items) < self._width

    def put(self, item: Any) -> None:
        """Take in a new item."""
        self._items.append(item)

    def no_more(self) -> None:
        """Hear that no new item comes: nothing need be held back any more."""

    def take(self) -> Any | Wait:
        """Return what a thread is to work on now."""
        return self._items.popleft() if self._items else Wait(None)

    def ended(self, work: Any, agains: Sequence[Again]) -> list[Any]:
        """Hear that the work on what was taken has ended. Return the results of what is given up."""
        return [result for again in agains for result in again.instead]


class Parallel(Generic[Item, Result]):
    """Runs `work(item)`, which yields results or `Again`, for many items on `width` threads.

    Made for a MapReduce task: `submit` in the mapper or reducer, yielding what is ready, and `drain` in its
    final. Results come in any order. At most RESULTS_HELD results are held, and as many items wait as
    `waiting` has room for, which also says what is worked on next; so memory depends neither on the length
    of the input nor on how much one item yields. The first exception of any thread is raised in the task,
    and the others stop at their next result. `alive` is called about once a minute while the task waits.
    """

    def __init__(
        self,
        work: Callable[[Any], Iterable[Result | Again]],
        width: int,
        waiting: Any = None,
        alive: Callable[[], None] = lambda: None,
    ):
        self._work = work
        self._width = width
        self._alive = alive
        self._alive_at = time.monotonic()
        self._waiting = InOrder(width) if waiting is None else waiting
        lock = threading.RLock()
        self._changed = threading.Condition(lock)  # the task waits for it
        self._some_ready = threading.Condition(lock)  # threads wait for it, to work
        self._time_comes = threading.Condition(lock)  # one of them does, for them all
        self._some_room = threading.Condition(lock)  # threads wait for it, with a result
        self._results: deque[Result] = deque()
        self._threads: list[threading.Thread] = []
        self._busy = 0  # items begun and not ended
        self._clock_is_watched = False
        self._ended = False
        self._failure: BaseException | None = None

    def submit(self, item: Item) -> Iterator[Result]:
        """Hand in an item; yield the results that are ready, and wait while there is no room for it."""
        while True:
            yield from self._take()
            with self._changed:
                if self._waiting.has_room() or self._failure:
                    self._waiting.put(item)
                    self._wake()
                    break
                if not self._results:
                    self._wait()
        self._start_thread()
        yield from self._take()

    def drain(self) -> Iterator[Result]:
        """Yield all results that are still to come, then end the threads."""
        with self._changed:
            self._waiting.no_more()
            self._wake()
        while self._waiting.is_divisible and self._threads and len(self._threads) < self._width:
            self._start_thread()
        while True:
            yield from self._take()
            with self._changed:
                if self._ended or not (len(self._waiting) or self._busy or self._results or self._failure):
                    break
                if not (self._results or self._failure):
                    self._wait()
        self.close()

    def close(self) -> None:
        """Let the threads end, and wait a while for them; what they still hold is lost. May be called again."""
        with self._changed:
            self._end()
        until = time.monotonic() + ENDING_SECONDS
        for thread in self._threads:
            thread.join(max(0, until - time.monotonic()))  # one may still wait for a reply of S3

    def _wait(self) -> None:
        """Let the task wait for a change, and call `alive` once a minute, from its own thread; under the lock."""
        self._changed.wait(ALIVE_SECONDS)
        if time.monotonic() - self._alive_at >= ALIVE_SECONDS:
            self._alive_at = time.monotonic()
            self._alive()

    def _start_thread(self) -> None:
        """Start another thread, unless there are enough."""
        if len(self._threads) < self._width:
            thread = threading.Thread(target=self._run, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _end(self) -> None:
        """Let everybody who waits see that it is over; under the lock."""
        self._ended = True
        for condition in (self._changed, self._some_ready, self._time_comes, self._some_room):
            condition.notify_all()

    def _wake(self) -> None:
        """Let a thread look whether there is something to work on, and whoever watches the clock; under the lock."""
        self._some_ready.notify()
        self._time_comes.notify()

    def _take(self) -> Iterator[Result]:
        """Yield the results that are ready. Raise the first failure of a thread."""
        while True:
            with self._changed:
                if self._failure:
                    self._end()
                    raise self._failure
                ready = list(self._results)
                self._results.clear()
                self._some_room.notify_all()
            if not ready:
                return
            yield from ready

    def _run(self) -> None:
        """A thread's life: take what is ready, work, put its results."""
        try:
            while True:
                with self._changed:
                    work = self._next()
                if isinstance(work, Wait) or not self._put_all(work):
                    return
                with self._changed:
                    self._busy -= 1
                    self._changed.notify()
        except BaseException as error:  # noqa: BLE001 - handed to the task's own thread, which raises it
            with self._changed:
                self._failure = self._failure or error
                self._changed.notify()

    def _next(self) -> Any | Wait:
        """Wait for something to work on, and return it; Wait when it is over. Under the lock."""
        while not self._ended:
            work = self._waiting.take()
            if not isinstance(work, Wait):
                self._busy += 1
                self._some_ready.notify()  # there may be more; and somebody has to watch the clock
                self._changed.notify()
                return work
            if self._clock_is_watched or work.seconds is None:
                self._some_ready.wait()
            else:
                self._clock_is_watched = True
                self._time_comes.wait(work.seconds)
                self._clock_is_watched = False
        return Wait(None)

    def _put_all(self, work: Any) -> bool:
        """Work, and hand over the results. False: nobody wants them any more."""
        agains: list[Again] = []
        for result in self._work(work):
            if isinstance(result, Again):
                agains.append(result)
            elif not self._put(result):
                return False
        with self._changed:
            instead = self._waiting.ended(work, agains)
            self._wake()
        return all(self._put(result) for result in instead)

    def _put(self, result: Result) -> bool:
        """Hand a result over, waiting for room. False: nobody wants it any more."""
        with self._changed:
            while len(self._results) >= RESULTS_HELD and not self._ended:
                self._some_room.wait()
            self._results.append(result)
            if len(self._results) == 1:  # else the task was woken already
                self._changed.notify()
            return not self._ended
