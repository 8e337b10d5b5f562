"""Parallel with a Pace: what S3 would not do now is done later, while others go on, and none is lost."""

import threading
import time
from collections import Counter

import pytest

from s3distversions import pace
from s3distversions.pace import ATTEMPTS, Pace
from s3distversions.parallel import Again, Parallel
from tests.watched_threads import PATIENCE, all_end, ends, met, run


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Pauses are there, and short."""
    monkeypatch.setattr(pace, "PAUSE_SECONDS", 0.001)


def paced(work, width, together=1):
    """Threads that work at a pace on items, which are texts."""
    return Parallel(work, width, Pace(lambda item: item, lambda item: together))


def items(number):
    return [f"k{each:04}" for each in range(number)]


def until(holds):
    """Wait until something holds that tells nobody of it."""
    ends_at = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends_at, "it hangs"
        time.sleep(0.001)


@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize("width", [1, 8])
def test_each_item_is_done_in_the_end_and_once(width, refused):
    """Every third one fails at first, and every ninth again."""
    tries, lock = Counter(), threading.Lock()

    def work(keys):
        with lock:
            tries.update(keys)
        fails = [key for key in keys if int(key[1:]) % (3 * tries[key]) == 0 and tries[key] < 3]
        yield from (key for key in keys if key not in fails)
        if fails:
            yield Again(fails, [f"{key} failed" for key in fails], refused)

    parallel = paced(work, width, together=10)
    assert sorted(ends(lambda: run(parallel, items(95)))) == items(95)
    assert max(tries.values()) == 3
    all_end(parallel)


def test_what_always_fails_is_told_in_the_end_and_the_others_go_on():
    tries = Counter()

    def work(keys):
        tries.update(keys)
        if keys == ["k0003"]:
            yield Again(keys, ["it failed"], False)
        else:
            yield from keys

    results = ends(lambda: run(paced(work, 1), items(30)))
    assert sorted(results) == sorted(["it failed", *set(items(30)) - {"k0003"}])
    assert tries["k0003"] == ATTEMPTS


def test_what_waits_holds_no_thread(monkeypatch):
    """The only thread works on the others while one waits to be done again."""
    done, tries = threading.Event(), []

    def work(keys):
        if keys == ["k0000"]:
            tries.append(done.is_set())
            if len(tries) == 1:
                yield Again(keys, ["failed"], True)
                return
        if keys == ["k0019"]:
            done.set()
        yield from keys

    monkeypatch.setattr(pace, "PAUSE_SECONDS", 0.2)
    assert sorted(ends(lambda: run(paced(work, 1), items(20)))) == items(20)
    assert tries == [False, True]


def test_a_failure_while_others_wait_to_be_done_again(monkeypatch):
    monkeypatch.setattr(pace, "PAUSE_SECONDS", 10 * PATIENCE)

    def work(keys):
        if keys == ["k0009"]:
            raise ValueError("broken")
        yield Again(keys, keys, False)

    parallel = paced(work, 4)
    with pytest.raises(ValueError, match="broken"):
        ends(lambda: run(parallel, items(10)))
    all_end(parallel)


def test_close_ends_threads_that_watch_the_clock(monkeypatch):
    monkeypatch.setattr(pace, "PAUSE_SECONDS", 10 * PATIENCE)
    tried = threading.Semaphore(0)

    def work(keys):
        yield Again(keys, keys, False)
        tried.release()

    parallel = paced(work, 3)
    for item in items(3):
        assert list(parallel.submit(item)) == []
    for _ in range(3):
        assert tried.acquire(timeout=PATIENCE)
    ends(parallel.close)
    all_end(parallel)


@pytest.mark.parametrize("width", [1, 2])
def test_what_comes_new_is_not_kept_waiting_by_the_clock(monkeypatch, width):
    """A thread sleeps until an item may be done again; then another item comes."""
    monkeypatch.setattr(pace, "PAUSE_SECONDS", 10 * PATIENCE)
    done = threading.Event()

    def work(keys):
        if keys == ["k0000"]:
            yield Again(keys, keys, False)
        else:
            done.set()
            yield from keys

    parallel = paced(work, width)
    list(parallel.submit("k0000"))
    until(lambda: parallel._clock_is_watched)
    list(parallel.submit("k0001"))
    met(done)
    ends(parallel.close)
    all_end(parallel)


def test_what_may_be_done_again_sooner_is_done_sooner(monkeypatch):
    """A thread sleeps until an item may be done again; then another one fails, with a shorter pause."""
    monkeypatch.setattr(pace, "PAUSE_SECONDS", 10 * PATIENCE)
    tries, done = Counter(), threading.Event()

    def work(keys):
        tries.update(keys)
        if keys == ["k0001"] and tries["k0001"] == 1:
            until(lambda: parallel._clock_is_watched)
            monkeypatch.setattr(pace, "PAUSE_SECONDS", 0.001)
        if keys == ["k0001"] and tries["k0001"] == 2:
            done.set()
        else:
            yield Again(keys, keys, False)

    parallel = paced(work, 2)
    list(parallel.submit("k0000"))
    until(lambda: parallel._clock_is_watched)
    list(parallel.submit("k0001"))
    met(done)
    ends(parallel.close)
    all_end(parallel)


def test_somebody_watches_the_clock_while_the_others_work():
    """Two items are done again, and neither ends before the other is begun."""
    tries, both = Counter(), threading.Barrier(2, timeout=PATIENCE)

    def work(keys):
        tries.update(keys)
        if tries[keys[0]] == 1:
            yield Again(keys, keys, False)
        else:
            both.wait()
            yield from keys

    assert sorted(ends(lambda: run(paced(work, 2), items(2)))) == items(2)


def test_an_error_in_the_order_itself_is_raised():
    """Or the task would wait for a thread that is no more."""

    class Broken(Pace):
        def take(self):
            raise KeyError("broken")

    with pytest.raises(KeyError):
        ends(lambda: run(Parallel(lambda keys: keys, 2, Broken(str, lambda item: 1)), items(3)))


def test_without_a_pace_nothing_is_done_again():
    parallel = Parallel(lambda item: [Again([item], [f"{item} failed"], True)], 2)
    assert sorted(ends(lambda: run(parallel, "ab"))) == ["a failed", "b failed"]
