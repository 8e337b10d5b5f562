"""Many requests in flight, in one task: threads, bounded in number and in what they hold."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

ENDING_SECONDS = 5.0  # that the threads may take to end
PAUSE_SECONDS = 0.2  # at most, before a second attempt; twice as long before each further one
RESULTS_HELD = 10_000  # results that wait to be taken; a thread that has more waits in turn


class Parallel(Generic[Item, Result]):
    """Runs `work(item)`, which yields results, for many items on `width` threads.

    Made for a MapReduce task: `submit` in the mapper or reducer, yielding what is ready, and `drain` in its
    final. Results come in any order. At most `width` items wait and RESULTS_HELD results are held, so memory
    depends neither on the length of the input nor on how much one item yields. The first exception of
    any thread is raised in the task, and the others stop at their next result.
    """

    def __init__(self, work: Callable[[Item], Iterable[Result]], width: int):
        self._work = work
        self._width = width
        self._changed = threading.Condition()
        self._items: deque[Item] = deque()
        self._results: deque[Result] = deque()
        self._threads: list[threading.Thread] = []
        self._busy = 0  # items begun and not ended
        self._ended = False
        self._failure: BaseException | None = None

    def submit(self, item: Item) -> Iterator[Result]:
        """Hand in an item; yield the results that are ready, and wait while all threads have enough to do."""
        while True:
            yield from self._take()
            with self._changed:
                if len(self._items) < self._width or self._failure:
                    self._items.append(item)
                    self._changed.notify_all()
                    break
                if not self._results:
                    self._changed.wait()
        if len(self._threads) < self._width:
            thread = threading.Thread(target=self._run, daemon=True)
            self._threads.append(thread)
            thread.start()
        yield from self._take()

    def drain(self) -> Iterator[Result]:
        """Yield all results that are still to come, then end the threads."""
        while True:
            yield from self._take()
            with self._changed:
                if self._ended or not (self._items or self._busy or self._results or self._failure):
                    break
                if not (self._results or self._failure):
                    self._changed.wait()
        self.close()

    def close(self) -> None:
        """Let the threads end, and wait a while for them; what they still hold is lost. May be called again."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        until = time.monotonic() + ENDING_SECONDS
        for thread in self._threads:
            thread.join(max(0, until - time.monotonic()))  # one may still wait for a reply of S3

    def _take(self) -> Iterator[Result]:
        """Yield the results that are ready. Raise the first failure of a thread."""
        while True:
            with self._changed:
                if self._failure:
                    self._ended = True
                    self._changed.notify_all()
                    raise self._failure
                ready = list(self._results)
                self._results.clear()
                self._changed.notify_all()
            if not ready:
                return
            yield from ready

    def _run(self) -> None:
        """A thread's life: take an item, work, put its results."""
        while True:
            with self._changed:
                while not self._items and not self._ended:
                    self._changed.wait()
                if self._ended:
                    return
                item = self._items.popleft()
                self._busy += 1
                self._changed.notify_all()
            failure = None
            try:
                for result in self._work(item):
                    if not self._put(result):
                        return
            except BaseException as error:  # noqa: BLE001 - handed to the task's own thread, which raises it
                failure = error
            with self._changed:
                self._busy -= 1
                self._failure = self._failure or failure
                self._changed.notify_all()

    def _put(self, result: Result) -> bool:
        """Hand a result over, waiting for room. False: nobody wants it any more."""
        with self._changed:
            while len(self._results) >= RESULTS_HELD and not self._ended:
                self._changed.wait()
            self._results.append(result)
            self._changed.notify_all()
            return not self._ended


def attempts(most: int = 6, gets_on: Callable[[], bool] = lambda: False) -> Iterator[int]:
    """Yield the numbers of attempts, with a pause before each but the first: 0.2 s, 0.4 s, ...

    They end when `most` in a row have achieved nothing. gets_on: whether the last one achieved a part of it,
    as deletes of many keys do in a storm of 503: S3 takes then what it can, and the pauses grow shorter.
    For what botocore does not repeat by itself: errors of single keys inside a 200, conflicts (409).
    """
    number = in_vain = doublings = 0
    while in_vain < most:
        if number:
            time.sleep(PAUSE_SECONDS * 2**doublings * random.uniform(0.5, 1))
        yield number
        got_on = gets_on()
        doublings = max(0, doublings - 1) if got_on else doublings + bool(number)
        in_vain = 1 if got_on else in_vain + 1
        number += 1
