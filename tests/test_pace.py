"""Pace: what goes together, what comes again and when, and what is given up. No time passes but what a test says."""

import pytest

from s3distversions import areas, pace
from s3distversions.areas import PATIENCE_REQUESTS, PATIENCE_SECONDS
from s3distversions.pace import ATTEMPTS, LONGEST_PAUSE_SECONDS, MOST_WAITING, PAUSE_SECONDS, Pace
from s3distversions.parallel import Again, Wait


class Clock:
    """A time that a test sets."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def waiting(clock):
    """Keys; those that begin with d go together, ten at most."""
    return Pace(lambda key: key, lambda key: 10 if key.startswith("d") else 1, clock=clock)


def take(waiting, clock):
    """Take the next, waiting for it."""
    while isinstance(work := waiting.take(), Wait):
        clock.now += work.seconds
    return work


def many(number, first=0):
    return [f"d{each:04}" for each in range(first, first + number)]


def test_copies_go_alone_and_deletes_together(waiting):
    for key in ["c1", *many(10), "c2", *many(3, 10)]:
        waiting.put(key)
    taken = [waiting.take() for _ in range(3)]
    assert sorted(taken) == [["c1"], ["c2"], many(10)]
    assert waiting.take() == Wait(None) and len(waiting) == 3  # they wait until there are ten
    waiting.no_more()
    assert waiting.take() == many(3, 10)
    assert waiting.take() == Wait(None) and len(waiting) == 0


def test_where_no_more_may_wait_a_part_of_them_goes(monkeypatch, waiting):
    monkeypatch.setattr(pace, "MOST_WAITING", 4)
    for key in many(4):
        assert waiting.has_room()
        waiting.put(key)
    assert not waiting.has_room()
    assert waiting.take() == many(4)
    assert waiting.has_room()


def test_so_many_wait(waiting):
    for number in range(MOST_WAITING):
        assert waiting.has_room()
        waiting.put(f"c{number}")
    assert not waiting.has_room() and len(waiting) == MOST_WAITING


def test_what_fails_comes_again_after_growing_pauses_and_is_given_up(waiting, clock):
    waiting.put("c1")
    pauses = []
    for attempt in range(ATTEMPTS):
        assert len(waiting) == 1
        before = clock.now
        work = take(waiting, clock)
        pauses.append(clock.now - before)
        given_up = waiting.ended(work, [Again(["c1"], ["failed"], False)])
        assert given_up == (["failed"] if attempt == ATTEMPTS - 1 else [])
    assert len(waiting) == 0 and waiting.take() == Wait(None)
    for number, pause in enumerate(pauses[1:]):
        assert PAUSE_SECONDS * 2**number / 2 <= pause <= PAUSE_SECONDS * 2**number


def test_pauses_differ_and_have_a_bound(waiting, clock, monkeypatch):
    monkeypatch.setattr(pace, "ATTEMPTS", 30)
    pauses = {}
    for key in ("c1", "c2"):
        waiting.put(key)
        work = take(waiting, clock)
        for _ in range(15):
            waiting.ended(work, [Again(work, work, False)])
            before = clock.now
            work = take(waiting, clock)
            pauses.setdefault(key, []).append(clock.now - before)
        waiting.ended(work, [])
    assert max(map(max, pauses.values())) <= LONGEST_PAUSE_SECONDS
    assert pauses["c1"] != pauses["c2"]


def test_attempts_are_forgotten_with_the_first_that_passes(waiting, clock):
    for _ in range(2):
        waiting.put("c1")
        for _ in range(ATTEMPTS - 1):
            work = take(waiting, clock)
            assert waiting.ended(work, [Again(["c1"], ["failed"], False)]) == []
        assert waiting.ended(take(waiting, clock), []) == []
    assert not waiting._failures and not waiting._refusals and not waiting._sent


def test_only_what_failed_of_a_request_comes_again(waiting, clock):
    for key in many(10):
        waiting.put(key)
    work = waiting.take()
    waiting.no_more()
    agains = [Again(["d0001", "d0004"], ["1", "4"], True), Again(["d0007"], ["7"], False)]
    assert waiting.ended(work, agains) == []
    again = []
    while len(waiting):
        again += take(waiting, clock)
    assert sorted(again) == ["d0001", "d0004", "d0007"]


def test_refusals_slow_it_down_other_errors_do_not(waiting, clock):
    def rate_after(refused):
        slow = Pace(lambda key: key, lambda key: 1, clock=clock)
        for number in range(50):
            slow.put(f"c{number}")
        works = [slow.take() for _ in range(50)]
        clock.now += 0.1
        for work in works:
            slow.ended(work, [Again(work, work, refused)])
        return slow._areas.all[0].rate.writes_a_second(clock.now)

    assert rate_after(True) < rate_after(False) / 2


def refuse_for(waiting, clock, seconds, passes=None):
    """Let everything be refused for so long, but `passes`; return what is given up."""
    until, given_up = clock.now + seconds, []
    while clock.now < until and len(waiting):
        work = take(waiting, clock)
        clock.now += 0.01
        given_up += waiting.ended(work, [] if work == [passes] else [Again(work, work, True)])
        if work == [passes]:
            waiting.put(passes)
    return given_up


def test_what_is_refused_is_given_up_when_nothing_passes_for_long(waiting, clock):
    waiting.put("c1")
    assert refuse_for(waiting, clock, PATIENCE_SECONDS / 3) == []
    assert refuse_for(waiting, clock, 3 * LONGEST_PAUSE_SECONDS) == ["c1"]


def test_what_is_refused_is_not_given_up_while_something_passes(waiting, clock):
    waiting.put("c1")
    waiting.put("c2")
    assert refuse_for(waiting, clock, 3 * PATIENCE_SECONDS, passes="c2") == []
    assert waiting._refusals["c1"] > PATIENCE_REQUESTS


def test_a_few_slow_refusals_are_not_the_end(waiting, clock):
    waiting.put("c1")
    for _ in range(PATIENCE_REQUESTS - 1):
        work = take(waiting, clock)
        clock.now += PATIENCE_SECONDS
        assert waiting.ended(work, [Again(work, work, True)]) == []


def refused_below(waiting, clock, border, number):
    """Let the keys below a border be refused, and the others pass, in so many requests."""
    for _ in range(number):
        work = take(waiting, clock)
        clock.now += 0.02
        refused = [key for key in work if key < border]
        waiting.ended(work, [Again(refused, refused, True)] if refused else [])


def test_areas_are_cut_and_what_waits_goes_with_them(waiting, clock):
    for number in range(200):
        waiting.put(f"ca/{number:03}")
        waiting.put(f"cb/{number:03}")
    refused_below(waiting, clock, "cb", 60)
    assert [area.begin for area in waiting._areas.all] == ["", "cb"]
    held = [sum(map(len, area.lines.values())) for area in waiting._areas.all]
    assert sum(held) + len(waiting._paused) == len(waiting)
    slow, fast = waiting._areas.all
    assert slow.rate.writes_a_second(clock.now) < fast.rate.writes_a_second(clock.now) / 4
    assert fast.rate.together(250, clock.now) == 250  # it has refused nothing
    assert all(key < "cb" for line in slow.lines.values() for key in line)
    assert all(key >= "cb" for line in fast.lines.values() for key in line)


def test_there_are_only_so_many_areas(monkeypatch, waiting, clock):
    monkeypatch.setattr(areas, "MOST_AREAS", 1)
    for number in range(200):
        waiting.put(f"ca/{number:03}")
        waiting.put(f"cb/{number:03}")
    refused_below(waiting, clock, "cb", 60)
    assert len(waiting._areas.all) == 1
