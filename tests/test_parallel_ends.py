"""Parallel: a failure reaches the task, and nothing is left running after it or after close."""

import threading

import pytest

from s3distversions.parallel import Parallel
from tests.watched_threads import PATIENCE, all_end, ends, met, run


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
    all_end(parallel)
    with pytest.raises(ValueError, match="broken"):  # and it is not forgotten
        ends(lambda: list(parallel.drain()))


@pytest.mark.parametrize("width", [1, 8])
@pytest.mark.parametrize("submitted", [0, 1, 12])
def test_close_at_any_time_ends_the_threads(monkeypatch, width, submitted):
    monkeypatch.setattr("s3distversions.parallel.RESULTS_HELD", 2)

    def work(item):
        yield from range(3)

    parallel = Parallel(work, width)

    def task():
        for item in range(submitted):
            for _ in parallel.submit(item):
                pass
        parallel.close()
        parallel.close()

    ends(task)
    all_end(parallel)


def test_drain_ends_after_close_too(monkeypatch):
    """What the threads still held is lost; nobody waits for it."""
    monkeypatch.setattr("s3distversions.parallel.ENDING_SECONDS", 0)
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
