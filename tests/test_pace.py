"""Parallel: every result, once; never more threads or results than allowed; and an end, whatever happens.

No test waits for the clock: threads meet at barriers and events, and a test that would hang fails instead.
"""

import sys
import threading
from collections import Counter
from types import SimpleNamespace

import pytest

from s3distversions import pace
from s3distversions.pace import Parallel, attempts

PATIENCE = 10  # seconds until a test counts as hanging


def ends(run):
    """Return what `run` returns, or raise what it raises; fail if it does not end."""
    ended = []

    def guarded():
        try:
            ended.append((run(), None))
        except BaseException as error:  # noqa: BLE001 - raised again below
            ended.append((None, error))

    thread = threading.Thread(target=guarded, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert ended, "it hangs"
    result, error = ended[0]
    if error:
        raise error
    return result


def run(parallel, items):
    """Return all results of `items`, as a task takes them."""
    results = []
    for item in items:
        results.extend(parallel.submit(item))
    results.extend(parallel.drain())
    return results


def met(event):
    """Wait for an event of another thread."""
    assert event.wait(PATIENCE), "it hangs"


@pytest.fixture
def waits(monkeypatch):
    """Makes every thread that begins to wait for another one say so: `waits()` is a semaphore of them."""
    began = threading.Semaphore(0)

    class Condition(threading.Condition):
        def wait(self, timeout=None):
            if threading.current_thread().daemon:
                began.release()
            return super().wait(timeout)

    monkeypatch.setattr(pace, "threading", SimpleNamespace(Condition=Condition, Thread=threading.Thread))
    return began


@pytest.mark.parametrize("width", [1, 2, 8, 100])
@pytest.mark.parametrize("items, each", [(0, 0), (1, 1), (1, 500), (300, 0), (300, 1), (50, 40)])
def test_all_results_come_once(width, items, each):
    parallel = Parallel(lambda item: ((item, number) for number in range(each)), width)
    results = ends(lambda: run(parallel, range(items)))
    assert Counter(results) == Counter((item, number) for item in range(items) for number in range(each))


def test_the_results_of_one_item_keep_their_order():
    parallel = Parallel(lambda item: range(1000), 8)
    assert ends(lambda: run(parallel, [None])) == list(range(1000))


def test_as_many_as_allowed_are_at_work_and_never_more():
    width, lock, at_work, most = 4, threading.Lock(), set(), []
    together = threading.Barrier(width, timeout=PATIENCE)

    def work(item):
        with lock:
            at_work.add(item)
            most.append(len(at_work))
        together.wait()
        yield item
        with lock:
            at_work.discard(item)

    assert sorted(ends(lambda: run(Parallel(work, width), range(40)))) == list(range(40))
    assert max(most) == width


def test_results_come_while_others_are_at_work():
    """A task that is fed slowly hands out what is ready with the next item."""
    first, go_on = threading.Event(), threading.Event()

    def work(item):
        yield item, "begun"
        if item == "slow":
            first.set()
            met(go_on)
            yield item, "ended"

    parallel = Parallel(work, 2)

    def task():
        assert list(parallel.submit("slow")) in ([], [("slow", "begun")])
        met(first)
        before = list(parallel.submit("quick"))
        go_on.set()
        return before + list(parallel.drain())

    results = ends(task)
    assert ("slow", "ended") in results and ("quick", "begun") in results


def forget(semaphore):
    """Take back what was released so far."""
    while semaphore.acquire(blocking=False):
        pass


@pytest.mark.parametrize("width", [1, 3])
def test_threads_wait_while_nothing_is_taken(monkeypatch, waits, width):
    """Then there are RESULTS_HELD results, and one in the hand of each thread."""
    monkeypatch.setattr(pace, "RESULTS_HELD", 10)
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


@pytest.mark.parametrize("width", [1, 8])
def test_memory_is_bounded_however_much_an_item_yields(monkeypatch, width):
    """Held are at most RESULTS_HELD, as many again that the task is just taking, and one in each hand."""
    monkeypatch.setattr(pace, "RESULTS_HELD", 5)
    lock, counts, most = threading.Lock(), Counter(), []

    def work(item):
        for number in range(200):
            with lock:
                counts["made"] += 1
                most.append(counts["made"] - counts["taken"])
            yield item, number

    def take(results):
        for _ in results:
            with lock:
                counts["taken"] += 1

    def task():
        parallel = Parallel(work, width)
        for item in range(20):
            take(parallel.submit(item))
        take(parallel.drain())

    ends(task)
    assert counts["taken"] == 20 * 200
    assert max(most) <= 2 * 5 + width


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

    class Condition(pace.threading.Condition):
        def __exit__(self, *exception):
            super().__exit__(*exception)
            if between and threading.current_thread() is between[0]:
                between.clear()
                go_on.set()
                assert waits.acquire(timeout=PATIENCE)  # the thread has finished, and waits for more

    monkeypatch.setattr(pace.threading, "Condition", Condition)

    def work(item):
        met(go_on)
        yield item

    def task():
        parallel = Parallel(work, 1)
        results = list(parallel.submit("item"))
        between.append(threading.current_thread())
        return results + list(parallel.drain())

    assert ends(task) == ["item"]


@pytest.mark.parametrize("width", [1, 8])
@pytest.mark.parametrize("begun", [0, 1, 30])
def test_the_exception_of_a_thread_is_raised_in_the_task(width, begun):
    failure = ValueError("broken")

    def work(item):
        yield from range(begun)
        if item == 7:
            raise failure
        yield item

    with pytest.raises(ValueError) as caught:
        ends(lambda: run(Parallel(work, width), range(50)))
    assert caught.value is failure


def test_work_that_fails_before_its_first_result():
    def work(item):
        raise KeyError(item)

    with pytest.raises(KeyError):
        ends(lambda: run(Parallel(work, 2), range(9)))


@pytest.mark.parametrize("width", [1, 4])
def test_after_a_failure_the_others_stop_at_their_next_result(width):
    """An item that never ends does not keep the task, and is itself ended."""
    ended, everybody = threading.Semaphore(0), threading.Barrier(width, timeout=PATIENCE)

    def work(item):
        try:
            everybody.wait()
            if item == 0:
                raise ValueError("broken")
            while True:
                yield item
        finally:
            ended.release()

    parallel = Parallel(work, width)
    with pytest.raises(ValueError, match="broken"):
        ends(lambda: run(parallel, range(width)))
    for _ in range(width):
        assert ended.acquire(timeout=PATIENCE)
    for thread in parallel._threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    with pytest.raises(ValueError, match="broken"):  # and it is not forgotten
        ends(lambda: list(parallel.drain()))


@pytest.mark.parametrize("width", [1, 8])
@pytest.mark.parametrize("submitted", [0, 1, 12])
def test_close_at_any_time_ends_the_threads(monkeypatch, width, submitted):
    monkeypatch.setattr(pace, "RESULTS_HELD", 2)

    def work(item):
        yield from range(3)

    parallel = Parallel(work, width)

    def task():
        for item in range(submitted):
            for _ in parallel.submit(item):
                pass
        parallel.close()
        parallel.close()
        for thread in parallel._threads:
            thread.join(PATIENCE)

    ends(task)
    assert not any(thread.is_alive() for thread in parallel._threads)


def test_close_frees_threads_that_wait_for_room(monkeypatch, waits):
    monkeypatch.setattr(pace, "RESULTS_HELD", 3)

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
    for thread in parallel._threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_drain_ends_after_close_too():
    """What the threads still held is lost; nobody waits for it."""
    go_on = threading.Event()

    def work(item):
        met(go_on)
        yield item

    parallel = Parallel(work, 1)
    for item in range(2):
        ends(lambda item=item: list(parallel.submit(item)))
    parallel.close()
    go_on.set()
    assert set(ends(lambda: list(parallel.drain()))) <= {0, 1}


@pytest.mark.parametrize("width", [1, 8])
def test_many_results_of_many_items_through_little_room(monkeypatch, width):
    """Threads that are blocked on full results must not block the task that hands in the next item."""
    monkeypatch.setattr(pace, "RESULTS_HELD", 1)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns as badly as they can
    try:
        parallel = Parallel(lambda item: [item] * 30, width)
        assert Counter(ends(lambda: run(parallel, range(100)))) == dict.fromkeys(range(100), 30)
    finally:
        sys.setswitchinterval(interval)


def test_drain_without_items_and_twice():
    parallel = Parallel(lambda item: [item], 2)
    assert ends(lambda: list(parallel.drain())) == []
    parallel = Parallel(lambda item: [item], 2)
    assert ends(lambda: run(parallel, [1])) == [1]
    assert ends(lambda: list(parallel.drain())) == []


def test_no_more_threads_than_items_and_none_after_the_end():
    parallel = Parallel(lambda item: [item], 100)
    ends(lambda: run(parallel, range(3)))
    assert len(parallel._threads) <= 3
    for thread in parallel._threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_attempts_pause_longer_each_time_but_not_before_the_first(monkeypatch):
    pauses = []
    monkeypatch.setattr(pace, "time", SimpleNamespace(sleep=pauses.append))
    monkeypatch.setattr(pace, "random", SimpleNamespace(uniform=lambda low, high: high))
    assert list(attempts(4)) == [0, 1, 2, 3]
    assert pauses == pytest.approx([0.2, 0.4, 0.8])
    pauses.clear()
    for number in attempts():
        if number == 1:
            break
    assert pauses == pytest.approx([0.2])


def test_pauses_differ_so_that_tasks_do_not_come_back_together(monkeypatch):
    pauses = []
    monkeypatch.setattr(pace, "time", SimpleNamespace(sleep=pauses.append))
    for _ in range(20):
        list(attempts(2))
    assert len(set(pauses)) > 1
    assert all(0.1 <= pause <= 0.2 for pause in pauses)
