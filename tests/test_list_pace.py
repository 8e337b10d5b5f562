"""The pace of lists, at a made-up time: who is slowed down where S3 refuses, and who is not."""

import pytest

from s3distversions.areas import PATIENCE_SECONDS
from s3distversions.errors import S3Error
from s3distversions.list_pace import LONGEST_NAP_SECONDS, START, ListPace
from tests.refusing_s3 import LATENCY, Listing

FOUR = ["a/", "b/", "c/", "d/"]
THREADS = 16  # in each area
FULL = THREADS / LATENCY  # requests a second of an area where nothing is refused
MUCH = 10**6


def test_where_nothing_is_refused_nothing_waits(monkeypatch):
    ran = Listing(monkeypatch, dict.fromkeys(FOUR, MUCH), THREADS).run(10)
    assert ran.refused.total() == 0
    assert min(ran.rate(area, 0, 10) for area in FOUR) > 0.95 * FULL
    assert len(ran.pace._areas.all) == 1


@pytest.mark.parametrize("slow", FOUR)
def test_one_area_that_takes_50_a_second_leaves_the_others_at_speed(monkeypatch, slow):
    ran = Listing(monkeypatch, {**dict.fromkeys(FOUR, MUCH), slow: 50}, THREADS).run(60)
    others = {area: ran.rate(area, 0, 60) for area in FOUR if area != slow}
    print(others, ran.rate(slow, 10, 60), ran.share_refused)
    assert min(others.values()) > 0.85 * FULL
    assert min(ran.rate(area, 30, 60) for area in others) > 0.97 * FULL
    assert ran.rate(slow, 10, 60) > 50 / 1.3
    assert ran.refused[slow] < 0.05 * ran.sent[slow]
    assert ran.refused.total() == ran.refused[slow] and ran.errors == []


def test_it_recovers_when_the_storm_ends(monkeypatch):
    """After 20 seconds: 20 later it is at full speed again."""

    def limit(now):
        return 50 if now < 20 else MUCH

    ran = Listing(monkeypatch, {**dict.fromkeys(FOUR, MUCH), "c/": limit}, THREADS).run(60)
    assert ran.rate("c/", 5, 20) < 60
    assert ran.rate("c/", 45, 60) > 0.95 * FULL
    assert ran.share_refused < 0.05 and ran.refused["c/"] > 0


def test_a_refusal_halves_the_rate(monkeypatch):
    """Of what was sent; once, for all that was under way."""
    ran = Listing(monkeypatch, {"a/": lambda now: MUCH if now < 5 else (0 if now < 5.2 else MUCH)}, THREADS)
    ran.run(5.3)
    rate = ran.pace._areas.all[0].rate.writes_a_second(5.3)
    assert ran.refused.total() > 1 and FULL / 4 < rate < 0.7 * FULL


def test_all_tasks_threads_take_turns_at_a_low_rate(monkeypatch):
    """None is passed over for long."""
    ran = Listing(monkeypatch, {"a/": 20}, 8).run(60)
    assert ran.share_refused < 0.05
    assert ran.rate("a/", 10, 60) > 20 / 1.3
    gaps = [after - before for before, after in zip(ran.passed["a/"], ran.passed["a/"][1:], strict=False)]
    assert max(gaps) < 5


def test_what_is_refused_for_too_long_ends_in_words(monkeypatch):
    ran = Listing(monkeypatch, {"a/": 0}, 4).run(300)
    error = ran.errors[0]
    assert isinstance(error, S3Error)
    assert str(error).startswith("listing the versions: S3 has refused all of the last ")
    assert "--list-parallel" in error.hint
    assert PATIENCE_SECONDS < ran.turns.now < 3 * PATIENCE_SECONDS


def test_what_is_refused_is_not_given_up_while_others_pass_there(monkeypatch):
    ran = Listing(monkeypatch, {"a/": lambda now: 3}, 16).run(200)
    assert ran.errors == [] and ran.rate("a/", 20, 200) > 2


class Clock:
    """A time that passes only while somebody sleeps."""

    def __init__(self):
        self.now, self.slept = 0.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def test_leave_is_given_at_once_up_to_the_start():
    clock = Clock()
    pace = ListPace(clock, clock.sleep)
    for number in range(1000):
        pace.wait(f"{number}")
    assert clock.now == pytest.approx(
        1000 / START, rel=0.15
    )  # what is asked for faster than that has to wait
    assert max(clock.slept) < 0.01 and pace._waiting == []


def test_naps_are_short_however_low_the_rate():
    clock = Clock()
    pace = ListPace(clock, clock.sleep)
    for _ in range(15):
        sent = pace.wait("a")
        clock.now += LATENCY
        pace.refused("a", sent)
    assert sum(clock.slept) > 10 and max(clock.slept) == LONGEST_NAP_SECONDS


def test_what_lies_above_a_slow_area_is_tried_at_full_speed():
    """Though it was cut off together with that; and nobody is slow but who waits there."""
    clock = Clock()
    pace = ListPace(clock, clock.sleep)
    for number in range(60):
        for key in (f"a/{number:03}", f"b/{number:03}"):
            sent = pace.wait(key)
            clock.now += 0.001
            if key < "b/":
                pace.passed(key, sent)
            else:
                pace.refused(key, sent)
        if len(pace._areas.all) > 1:
            break
    begins = [area.begin for area in pace._areas.all]
    assert len(begins) == 3 and begins[0] == "" and "a/" < begins[1] <= "b/" < begins[2] < "c/"
    rates = [area.rate.writes_a_second(clock.now) for area in pace._areas.all]
    assert rates[1] < rates[0] / 2 and rates[2] == START
    assert not any(map(pace.is_slow, ("a/", "b/001", "c/")))
    pace._waiting.append("b/000")
    assert [pace.is_slow(key) for key in ("a/", "b/001", "c/")] == [False, True, False]


def test_areas_ascend_however_often_they_are_cut():
    clock = Clock()
    pace = ListPace(clock, clock.sleep)
    cuts = 0
    for number in range(300):
        for key in (f"a/{number:03}", f"z/{number:03}", f"x/{number:03}"):
            sent = pace.wait(key)
            clock.now += 0.001
            (pace.refused if key > "x/" and key < "y" and number % 3 else pace.passed)(key, sent)
        begins = [area.begin for area in pace._areas.all]
        cuts = max(cuts, len(begins))
        assert begins == sorted(set(begins))
        held = [(area, key) for area in pace._areas.all for key in (*area.passed, *area.refused)]
        assert all(pace._areas.of(key) is area for area, key in held)
    assert cuts >= 3
