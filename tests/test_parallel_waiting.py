"""Parallel: who waits for whom, and that whoever waits is woken."""

import itertools
import threading
import time as real
from types import SimpleNamespace

import pytest

from s3distversions import parallel as ours
from s3distversions.parallel import Parallel
from tests.watched_threads import PATIENCE, all_end, ends, met, run


@pytest.fixture
def waits(monkeypatch):
    """Makes every thread that begins to wait for another one say so: `waits()` is a semaphore of them."""
    began = threading.Semaphore(0)

    class Condition(threading.Condition):
        def wait(self, timeout=None):
            if threading.current_thread().daemon:
                began.release()
            return super().wait(timeout)

    monkeypatch.setattr(
        "s3distversions.parallel.threading",
        SimpleNamespace(Condition=Condition, RLock=threading.RLock, Thread=threading.Thread),
    )
    return began


def forget(semaphore):
    """Take back what was released so far."""
    while semaphore.acquire(blocking=False):
        pass


@pytest.mark.parametrize("width", [1, 3])
def test_threads_wait_while_nothing_is_taken(monkeypatch, waits, width):
    """Then there are RESULTS_HELD results, and one in the hand of each thread."""
    monkeypatch.setattr("s3distversions.parallel.RESULTS_HELD", 10)
    made = []
    # When all are at work, there is nothing they can wait for but room for their results.
    at_work = threading.Barrier(width + 1, action=lambda: forget(waits), timeout=PATIENCE)

    def work(item):
        at_work.wait()
        for number in range(100):
            made.append((item, number))
            yield item, number

    parallel = Parallel(work, width)
    for item in range(width):
        assert list(parallel.submit(item)) == []
    at_work.wait()
    for _ in range(width):
        assert waits.acquire(timeout=PATIENCE)
    assert len(made) == 10 + width
    assert len(ends(lambda: list(parallel.drain()))) == len(made) == width * 100


def test_at_most_width_items_wait(waits):
    """What feeds the task is not read ahead of the threads."""
    width, read, results = 3, [], []
    busy, all_busy, go_on = threading.Semaphore(0), threading.Event(), threading.Event()

    def work(item):
        busy.release()
        met(go_on)
        yield item

    def items():
        for item in range(50):
            read.append(item)
            if item == width:  # the threads have an item each: from here on nobody waits but the task
                for _ in range(width):
                    assert busy.acquire(timeout=PATIENCE)
                forget(waits)
                all_busy.set()
            yield item

    parallel = Parallel(work, width)
    task = threading.Thread(target=lambda: results.extend(run(parallel, items())), daemon=True)
    task.start()
    met(all_busy)
    assert waits.acquire(timeout=PATIENCE)
    assert len(read) == 2 * width + 1  # in work, waiting, and one that is being handed in
    go_on.set()
    task.join(PATIENCE)
    assert sorted(results) == list(range(50))


@pytest.mark.parametrize("how", ["a result", "the end of an item", "a failure"])
def test_a_task_that_waits_is_woken(waits, how):
    def work(item):
        # The only thread has its item: who waits is the task.
        assert waits.acquire(timeout=PATIENCE)
        if how == "a failure":
            raise ValueError("broken")
        yield from ["result"] if how == "a result" else []

    parallel = Parallel(work, 1)
    if how == "a failure":
        with pytest.raises(ValueError, match="broken"):
            ends(lambda: run(parallel, [None]))
    else:
        assert ends(lambda: run(parallel, [None])) == (["result"] if how == "a result" else [])


def test_what_comes_just_before_the_task_would_wait_is_not_missed(monkeypatch, waits):
    """The last result, and the end of its item, between a look for results and the decision to wait."""
    go_on, between = threading.Event(), []

    class Condition(ours.threading.Condition):
        def __exit__(self, *exception):
            super().__exit__(*exception)
            if between and threading.current_thread() is between[0]:
                between.clear()
                go_on.set()
                assert waits.acquire(timeout=PATIENCE)  # the thread has finished, and waits for more

    monkeypatch.setattr("s3distversions.parallel.threading.Condition", Condition)

    def work(item):
        met(go_on)
        yield item

    def task():
        parallel = Parallel(work, 1)
        results = list(parallel.submit("item"))
        between.append(threading.current_thread())
        return results + list(parallel.drain())

    assert ends(task) == ["item"]


def test_close_frees_threads_that_wait_for_room(monkeypatch, waits):
    monkeypatch.setattr("s3distversions.parallel.RESULTS_HELD", 3)

    begun = threading.Event()

    def work(item):
        forget(waits)  # it may have waited for the item
        begun.set()
        while True:
            yield item

    parallel = Parallel(work, 1)
    next(parallel.submit("endless"), None)
    met(begun)
    assert waits.acquire(timeout=PATIENCE)
    parallel.close()
    all_end(parallel)


def test_a_task_that_waits_long_says_that_it_is_alive(monkeypatch):
    """Hadoop kills one that has said nothing for ten minutes. Its own thread says it, however often it is woken by
    what has ended without a result, and not more often than once a minute."""
    now = [0.0]
    monkeypatch.setattr("s3distversions.parallel.time", SimpleNamespace(monotonic=lambda: now[0]))
    said = []

    def work(item):
        real.sleep(0.001)  # so that the task has to wait
        now[0] += 25.0
        yield from ()

    parallel = Parallel(work, 1, None, lambda: said.append((threading.current_thread(), now[0])))
    for number in range(40):
        assert list(parallel.submit(number)) == []
    assert list(parallel.drain()) == []
    assert now[0] == 1_000
    assert {thread for thread, _ in said} == {threading.main_thread()}
    times = [0.0, *(time for _, time in said)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(gaps) >= 5 and min(gaps) >= 60
