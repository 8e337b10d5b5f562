"""Parallel: every result comes once, and in its item's order; never more threads or results than allowed."""

import sys
import threading
from collections import Counter

import pytest

from s3distversions.parallel import Parallel
from tests.watched_threads import PATIENCE, all_end, ends, met, run


@pytest.mark.parametrize("width", [1, 2, 8, 100])
@pytest.mark.parametrize("items, each", [(0, 0), (1, 1), (1, 500), (300, 0), (300, 1), (50, 40)])
def test_all_results_come_once(width, items, each):
    parallel = Parallel(lambda item: ((item, number) for number in range(each)), width)
    results = ends(lambda: run(parallel, range(items)))
    assert Counter(results) == Counter((item, number) for item in range(items) for number in range(each))


def test_the_results_of_one_item_keep_their_order():
    parallel = Parallel(lambda item: range(1000), 8)
    assert ends(lambda: run(parallel, [None])) == list(range(1000))


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


def test_drain_without_items_and_twice():
    parallel = Parallel(lambda item: [item], 2)
    assert ends(lambda: list(parallel.drain())) == []
    parallel = Parallel(lambda item: [item], 2)
    assert ends(lambda: run(parallel, [1])) == [1]
    assert ends(lambda: list(parallel.drain())) == []


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


def test_no_more_threads_than_items_and_none_after_the_end():
    parallel = Parallel(lambda item: [item], 100)
    ends(lambda: run(parallel, range(3)))
    assert len(parallel._threads) <= 3
    all_end(parallel)


@pytest.mark.parametrize("width", [1, 8])
def test_memory_is_bounded_however_much_an_item_yields(monkeypatch, width):
    """Held are at most RESULTS_HELD, as many again that the task is just taking, and one in each hand."""
    monkeypatch.setattr("s3distversions.parallel.RESULTS_HELD", 5)
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


@pytest.mark.parametrize("width", [1, 8])
def test_many_results_of_many_items_through_little_room(monkeypatch, width):
    """Threads that are blocked on full results must not block the task that hands in the next item."""
    monkeypatch.setattr("s3distversions.parallel.RESULTS_HELD", 1)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns as badly as they can
    try:
        parallel = Parallel(lambda item: [item] * 30, width)
        assert Counter(ends(lambda: run(parallel, range(100)))) == dict.fromkeys(range(100), 30)
    finally:
        sys.setswitchinterval(interval)
