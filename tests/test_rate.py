"""Rate: how the limit of an area grows and falls."""

import pytest

from s3distversions import rate
from s3distversions.rate import START, Rate


def use(limit, since, until, each=0.01):
    """Send as much as the limit allows, all of which passes; return how much that was."""
    now, total = since, 0
    while now < until:
        if limit.due <= now:
            writes = max(1, round(limit.writes_a_second(now) * each))
            limit.sent(writes, now)
            limit.passed(writes, now, now)
            total += writes
        now += each
    return total


def test_it_doubles_in_a_second_where_nothing_is_refused():
    limit = Rate(0)
    assert limit.writes_a_second(0) == START
    assert use(limit, 0, 1) == pytest.approx(1.5 * START, rel=0.2)
    assert limit.writes_a_second(1) == pytest.approx(2 * START, rel=0.1)


def test_what_is_not_used_does_not_grow():
    limit = Rate(0)
    for tenth in range(100):
        limit.sent(10, tenth / 10)
        limit.passed(10, tenth / 10, tenth / 10)
    assert limit.writes_a_second(10) == pytest.approx(START, rel=0.05)


def test_a_refusal_halves_it_then_it_climbs_back_and_past_by_and_by():
    limit = Rate(0, 500)
    use(limit, 0, 0.1)
    before = limit.writes_a_second(0.1)
    limit.refused(1, 0.05, 0.1)
    assert limit.writes_a_second(0.1) == pytest.approx(before / 2)
    use(limit, 0.1, 0.1 + rate.CLIMB_SECONDS)
    there = 0.1 + rate.CLIMB_SECONDS
    assert limit.writes_a_second(there - rate.CLIMB_SECONDS / 2) > 0.9 * before
    assert limit.writes_a_second(there) == pytest.approx(before)
    assert limit.writes_a_second(there + rate.CLIMB_SECONDS / 2) < 1.1 * before
    use(limit, there, there + 2 * rate.CLIMB_SECONDS)
    assert limit.writes_a_second(there + 2 * rate.CLIMB_SECONDS) > 2 * before


def test_what_is_not_used_does_not_grow_after_a_fall():
    limit = Rate(0, 500)
    use(limit, 0, 1)
    limit.refused(1, 0.95, 1)
    before = 2 * limit.writes_a_second(1)
    for tenth in range(10, 300):
        limit.sent(5, tenth / 10)
        limit.passed(5, tenth / 10, tenth / 10)
    assert limit.writes_a_second(30) == pytest.approx(before)


def test_a_burst_of_refusals_counts_once():
    limit = Rate(0, 800)
    use(limit, 0, 1)
    limit.refused(1, 0.9, 1)
    half = limit.writes_a_second(1)
    for late in range(20):
        limit.refused(5, 0.9, 1 + late / 100)  # sent before the fall
    assert limit.writes_a_second(1) == half
    limit.passed(50, 1.1, 1.15)
    limit.refused(20, 1.1, 1.15)  # sent since, and most of them passed
    assert limit.writes_a_second(1.15) >= half
    limit.refused(40, 1.1, 1.16)  # now most of them did not
    assert limit.writes_a_second(1.16) < 0.6 * half * 1.5


def test_the_half_is_that_of_what_was_sent_where_that_was_less():
    limit = Rate(0)
    for tenth in range(100):
        limit.sent(10, tenth / 10)
        limit.passed(10, tenth / 10, tenth / 10)
    limit.refused(1, 9.9, 9.95)
    assert limit.writes_a_second(9.95) == pytest.approx(50, rel=0.2)


def test_where_everything_is_refused_it_falls_to_the_least_and_comes_back_soon():
    limit, now = Rate(0), 0.0
    for _ in range(40):
        now = max(now, limit.due)
        limit.sent(1, now)
        limit.refused(1, now, now + 0.05)
        now += 0.05
    assert limit.writes_a_second(now) == rate.LEAST
    since = now = max(now, limit.due)
    while limit.writes_a_second(now) < 300:
        now = max(now, limit.due)
        limit.sent(1, now)
        limit.passed(1, now, now)
    assert now - since < 25


def test_no_more_goes_at_once_than_a_moment_brings():
    limit = Rate(0, 100)
    for now, allowed in ((0, 10), (100, 10), (100.5, 60)):
        sent = 0
        while limit.due <= now:
            limit.sent(1, now)
            sent += 1
        assert sent <= allowed + 1


def test_one_request_holds_as_many_as_can_be_until_some_are_refused():
    limit = Rate(0, 1000)
    assert limit.together(250, 0) == 250
    use(limit, 0, 1)
    limit.refused(1, 0.95, 1)
    assert limit.together(250, 1) == int(limit.writes_a_second(1) * rate.BATCH_SECONDS) < 250
    assert limit.together(1, 1) == 1


def test_shares():
    limit = Rate(0, 1000)
    use(limit, 0, 1)
    limit.refused(1, 0.95, 1)
    fallen = limit.writes_a_second(1)
    refused, other = limit.share(0.25, True, 1), limit.share(0.75, False, 1)
    assert refused.writes_a_second(1) == pytest.approx(fallen / 4)
    assert other.writes_a_second(1) == pytest.approx(2 * fallen * 0.75)  # it was not its fault
