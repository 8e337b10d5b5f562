"""Pace under limits, at a made-up time: how long it takes, how much is refused, and who waits for whom."""

import pytest

from tests.limited_s3 import Simulation, shuffled

FOUR = ["p0/", "p1/", "p2/", "p3/"]
THREADS = 128  # at 3,500 copies a second and 0.03 s each, 105 are in flight


def seconds(number, rate):
    """How long so many writes take at least where the limit is this: it lets those of a second pass at once."""
    return (number - rate) / rate


@pytest.mark.parametrize("deletes, seed", [(0, 1), (0.5, 2), (1, 3), (1, 4)])
def test_four_prefixes_of_500_and_3500_offered(deletes, seed):
    """The figures of the promise: within 1.3 times of what the limits allow, fewer than 5 % refused."""
    simulation = Simulation(dict.fromkeys(FOUR, 500), seed, THREADS, offered=3500)
    ran = simulation.run(shuffled(20_000, FOUR, deletes, seed))
    assert ran.failed == [] and ran.refused.total() > 0
    assert ran.time < 1.3 * seconds(5000, 500)
    assert ran.share_refused < 0.05


@pytest.mark.parametrize("slow, deletes", [("p0/", 0), ("p0/", 1), ("p1/", 1), ("p2/", 0.5), ("p3/", 1)])
def test_one_slow_prefix_and_three_fast_ones(slow, deletes):
    """The fast ones end at their own speed, long before the slow one."""
    number = 5000 if deletes else 3000  # of each
    simulation = Simulation({**dict.fromkeys(FOUR, 500), slow: 50}, 1, THREADS)
    ran = simulation.run(shuffled(4 * number, FOUR, deletes, 1))
    assert ran.failed == []
    assert ran.ended.pop(slow) < 1.3 * seconds(number, 50)
    assert max(ran.ended.values()) < 2 * seconds(number, 500) < seconds(number, 50) / 5
    assert ran.share_refused < 0.05


@pytest.mark.parametrize("deletes", [0, 1])
def test_a_thousand_directories_in_one_partition(deletes):
    """They are one area, and begin no storm."""
    directories = [f"{number:03}/" for number in range(1000)]
    ran = Simulation({"": 500}, 1, THREADS).run(shuffled(15_000, directories, deletes, 1))
    assert ran.failed == [] and ran.areas < 8
    assert ran.time < 1.3 * seconds(15_000, 500)
    assert ran.share_refused < 0.05


def test_many_directories_among_them_a_slow_one():
    """One in forty, which is found out."""
    directories = [f"{number:02}/" for number in range(40)]
    ran = Simulation({"": 3000, "20/": 10}, 1, THREADS).run(shuffled(20_000, directories, 0.5, 1))
    assert ran.failed == []
    assert ran.ended["20/"] < 1.3 * seconds(500, 10)
    assert ran.ended[""] < 0.3 * ran.ended["20/"]
    assert ran.share_refused < 0.05


def test_limits_that_grow_as_s3_cuts_its_partitions():
    """Twice as much every ten seconds, up to eight times."""

    def limit(now):
        return 250 * 2 ** min(3, now // 10)

    ran = Simulation({"": limit}, 1, THREADS).run(shuffled(25_000, ["p/"], 0.5, 1))
    allowed = 30 + (25_000 - 250 * 10 * (1 + 2 + 4)) / 2000
    assert ran.failed == []
    assert ran.time < 1.3 * allowed
    assert ran.share_refused < 0.05


@pytest.mark.parametrize("deletes", [0, 1])
def test_a_limit_that_drops_to_a_tenth(deletes):
    """Half-way, after ten seconds."""

    def limit(now):
        return 500 if now < 10 else 50

    ran = Simulation({"": limit}, 1, THREADS).run(shuffled(12_000, ["p/", "q/"], deletes, 1))
    assert ran.failed == []
    assert ran.time < 1.3 * (10 + (12_000 - 5500) / 50)
    assert ran.share_refused < 0.05


@pytest.mark.parametrize("deletes", [0, 1])
def test_without_limits_nothing_waits_for_more_than_a_moment(deletes):
    """It is over before it would be with the 3,500 writes a second that S3 takes at least."""
    ran = Simulation({"": 10**6}, 1, THREADS).run(shuffled(14_000, FOUR, deletes, 1))
    busy = 14_000 * 0.03 / THREADS if not deletes else 0
    assert ran.time < max(busy, 14_000 / 3500) + 0.3
    assert ran.refused.total() == 0 and ran.areas == 1
    assert ran.requests == (14_000 if not deletes else 14_000 / 250)


def test_everything_is_refused_for_half_a_minute():
    """As long as that is less than the patience, no key fails; and then it goes on."""
    ran = Simulation({"": lambda now: 0 if now < 30 else 500}, 1).run(shuffled(2000, ["p/"], 0.5, 1))
    assert ran.failed == []
    assert ran.time < 30 + 40


def test_what_is_refused_for_ever_is_given_up_and_nothing_else():
    """In one prefix of four."""
    ran = Simulation({**dict.fromkeys(FOUR, 500), "p2/": 0}, 1).run(shuffled(4000, FOUR, 1, 1))
    assert {write.key[:3] for write in ran.failed} == {"p2/"}
    assert len(ran.failed) == 1000
    assert max(ran.ended.values()) < 10


def test_other_errors_are_tried_again_and_given_up():
    """One key in two fails in the first five seconds, and a hundred keys for ever."""
    broken = {f"p0/{number:07}" for number in range(0, 400, 4)}
    simulation = Simulation(
        dict.fromkeys(FOUR, 500), 1, trouble=lambda key, now: key in broken or (now < 2 and key[-1] < "5")
    )
    ran = simulation.run(shuffled(8000, FOUR, 0.5, 1))
    assert {write.key for write in ran.failed} == broken
    assert ran.time < 1.3 * seconds(2000, 500) + 15
