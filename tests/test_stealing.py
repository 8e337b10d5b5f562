"""Stealing, in the real Parallel at a made-up time: what it costs, how busy the threads are, and the records."""

import sys
import tracemalloc
from functools import cache

import pytest

from s3distversions.model import KeyRange
from s3distversions.parallel import Again, Parallel, Wait
from s3distversions.pieces import Piece, Whole
from s3distversions.stealing import LOOK_SECONDS, Stealing
from tests.virtual_time import Turns
from tests.weighted_bucket import (
    SHAPES,
    Bucket,
    Lister,
    cut_evenly,
    entries_and_records,
    list_at_made_up_time,
    shape,
)

WIDTH = 16
COLD = [name for name in SHAPES if name != "hot"]


@cache
def bucket(name, pages):
    """A bucket of so many pages, 20 keys a page."""
    return Bucket(shape(name, 20 * pages, 50, seed=1))


def ranges_of(bucket, number):
    return [[0, "", None, None]] if number == 1 else cut_evenly(bucket, number)


def run(monkeypatch, bucket, ranges, width=WIDTH):
    ran = list_at_made_up_time(monkeypatch, bucket, ranges, width)
    entries, records = entries_and_records(ran.lines)
    assert entries == list(range(bucket.entries))
    assert sorted(record["record"] for record in records) == list(range(len(ranges)))
    assert sum(record["versions"] for record in records) == bucket.entries
    return ran


@pytest.mark.parametrize("ranges", [1, 50])
@pytest.mark.parametrize("name", COLD)
def test_the_threads_are_busy_and_it_costs_little(monkeypatch, name, ranges):
    """3000 pages: useful pages a thread could have listed in the time, at least 4 of 5 were listed."""
    large = bucket(name, 3000)
    ran = run(monkeypatch, large, ranges_of(large, ranges))
    print(name, ranges, ran.figures(large))
    assert ran.requests <= 1.05 * large.pages + 2 * ranges
    assert ran.utilisation(large, WIDTH) >= 0.8
    assert ran.stealing.cuts > 0


@pytest.mark.parametrize("ranges", [1, 3])
@pytest.mark.parametrize("pages", [1, 3, 20, 100, 300])
@pytest.mark.parametrize("name", SHAPES)
def test_small_buckets_cost_little_too(monkeypatch, name, pages, ranges):
    small = bucket(name, pages)
    ran = run(monkeypatch, small, ranges_of(small, ranges))
    assert ran.requests <= 1.05 * small.pages + 2 * ranges
    assert pages > 3 or ran.stealing.cuts == 0


def test_all_threads_are_busy_within_a_few_pages_time(monkeypatch):
    """All are while the first of them has listed 20 pages."""
    large = bucket("uuid", 3000)
    ran = run(monkeypatch, large, ranges_of(large, 1))
    assert ran.all_busy < 20 * 0.25


@pytest.mark.parametrize("ranges", [1, 50])
def test_a_hot_key_blocks_nothing_else(monkeypatch, ranges):
    """200,000 versions in one key, 300,000 elsewhere: when these pages are through, all else has long been."""
    weights = {**shape("uniform", 10_000, 30, seed=2), "h" * 6: 200_000}
    hot = Bucket(weights)
    ran = run(monkeypatch, hot, ranges_of(hot, ranges))
    assert ran.requests <= 1.05 * hot.pages + 2 * ranges
    alone = 200 * 0.25  # its pages come one after the other
    assert alone < ran.seconds < 1.15 * alone
    begin, end = hot.at("h" * 6), hot.behind("h" * 6)
    others = [when for when, (first, behind) in ran.when if behind <= begin or first >= end]
    assert max(others) < 0.6 * ran.seconds


def test_what_lies_above_a_hot_key_is_taken_though_nothing_tells_of_it(monkeypatch):
    """The key is the only one that was seen, so nothing tells whether there is more."""
    weights = {"h": 100_000, **{f"{letter}{number:04}": 20 for letter in "ixz" for number in range(1000)}}
    hot = Bucket(weights)
    ran = run(monkeypatch, hot, ranges_of(hot, 1))
    assert ran.seconds < 1.1 * 100 * 0.25
    assert ran.requests <= 1.05 * hot.pages + 2


def test_what_lies_above_a_hot_key_is_taken_though_nothing_is_expected_there(monkeypatch):
    """By all that was seen, its name is the last one there can be."""
    low = {f"{number:04}": 10 for number in range(9999)}
    high = {f"q{number:04}": 20 for number in range(4000)}
    hot = Bucket({**low, "9999": 200_000, **high})
    ran = run(monkeypatch, hot, [[0, "", None, None]])
    assert ran.seconds < (200 + 30) * 0.25
    assert ran.requests <= 1.05 * hot.pages + 2


def test_many_keys_with_many_versions_are_not_cut_at_each(monkeypatch):
    many = Bucket({f"{number:04}": 5000 for number in range(400)})
    ran = run(monkeypatch, many, ranges_of(many, 1))
    assert ran.requests <= 1.05 * many.pages + 2
    assert ran.utilisation(many, WIDTH) >= 0.7


def test_a_piece_needs_no_more_memory_for_a_longer_history():
    def peak(pages):
        piece = Piece(Whole(0, KeyRange("")), None, None)
        tracemalloc.start()
        for _ in range(pages):
            piece.reached("hot", 1000, True, ["hot"] * 20)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(200)
    assert peak(4000) < 1.1 * peak(200) + 1000


def test_a_range_of_one_key_is_never_cut(monkeypatch):
    hot = Bucket({"a": 100_000, "b": 1})
    ran = list_at_made_up_time(monkeypatch, hot, [[0, "a", None, "a"]], WIDTH)
    assert ran.stealing.cuts == 0
    assert entries_and_records(ran.lines)[0] == list(range(100_000))


def test_a_failure_leaves_the_range_without_a_record(monkeypatch):
    """Whatever the other pieces do."""
    turns = Turns()
    monkeypatch.setattr("s3distversions.parallel.threading", turns.threading())
    large = bucket("uniform", 300)
    lister = Lister(large, turns)
    stealing = Stealing(WIDTH)
    pieces, lines = [], []

    def work_on(piece):
        pieces.append(piece)
        fails = len(pieces) == 5
        for line in lister.work_on(piece):
            if fails:
                raise ValueError("broken")
            yield line

    parallel = Parallel(work_on, WIDTH, stealing)
    lines += parallel.submit([0, "", None, None])
    with pytest.raises(ValueError, match="broken"):
        for line in parallel.drain():
            lines.append(line)
    assert len(pieces) >= 5 and entries_and_records(lines)[1] == []
    assert pieces[0].whole.ended({"versions": 0}) is None  # not the last, even if another one ended


def test_with_more_ranges_than_threads_nothing_is_cut_before_all_were_handed_in():
    stealing = Stealing(4)
    for number in range(4):
        assert stealing.has_room()
        stealing.put([number, f"{number}/", None, None])
    assert not stealing.has_room() and len(stealing) == 4
    pieces = [stealing.take() for _ in range(4)]
    assert [piece.number for piece in pieces] == [0, 1, 2, 3]
    assert pieces[1].keys == KeyRange("1/", None, None)
    for number in range(20):
        pieces[0].reached(f"0/{number:02}", 1000, True, [f"0/{number:02}"])
    assert stealing.take() == Wait(None)
    stealing.no_more()
    taken = stealing.take()
    assert isinstance(taken, Piece) and taken.number == 0 and pieces[0].cuts == stealing.cuts == 1
    assert taken.keys.after == pieces[0].keys.until >= "0/19"


def test_whoever_finds_nothing_waits_as_long_as_something_runs_that_can_be_cut():
    stealing = Stealing(4)
    stealing.put([0, "", None, "b"])
    stealing.no_more()
    piece = stealing.take()
    assert stealing.take() == Wait(LOOK_SECONDS)  # its first page may come
    assert piece.reached("a", 3, True, ["a"]) == "b"
    assert stealing.take() == Wait(LOOK_SECONDS)
    assert piece.reached("b", 3, True, ["b"]) == "b"
    assert stealing.take() == Wait(None)  # only its last key is left
    assert stealing.ended(piece, [Again([piece], ["given up"], False)]) == ["given up"]
    assert stealing.take() == Wait(None) and len(stealing) == 0


def test_nothing_is_taken_where_s3_slows_the_listing_down():
    """A thread more would wait there with the others; elsewhere it does not, whoever has begun with that piece."""

    def taken(is_slow):
        stealing = Stealing(4, is_slow=is_slow)
        stealing.put([0, "", None, None])
        stealing.no_more()
        piece = stealing.take()
        for number in range(200):
            piece.reached(f"{number:03}", 1000, True, [f"{number:03}"])
        return stealing.take()

    above = taken(lambda key: False)
    assert isinstance(above, Piece) and above.keys.after > "199"
    assert taken(lambda key: True) == taken(lambda key: key > "199") == Wait(LOOK_SECONDS)
    assert taken(lambda key: key <= "199").keys == above.keys


@pytest.mark.parametrize("prefix", ["", "a/", "a\ud7ff", "a\U0010ffff"])
def test_cuts_are_markers_that_s3_takes(monkeypatch, prefix):
    """Keys that hold what S3 refuses are never made a cut."""
    from s3distversions.keyspace import NOT_IN_PARAMETERS

    weights = {f"{prefix}\x01{number:05}\x7f": 200 for number in range(3000)}
    odd = Bucket(weights)
    cuts = []
    cut = Piece.cut
    monkeypatch.setattr(Piece, "cut", lambda piece, pivot: cuts.append(pivot) or cut(piece, pivot))
    run(monkeypatch, odd, [[0, prefix, None, None]])
    assert all(
        pivot.startswith(prefix) and not NOT_IN_PARAMETERS.search(pivot[len(prefix) :]) for pivot in cuts
    )


def test_real_threads_list_every_entry_once(monkeypatch):
    """As they come: no time is made up here, and no page takes any."""
    monkeypatch.setattr("s3distversions.stealing.LOOK_SECONDS", 0.0005)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for ranges in (1, 7):
            large = bucket("skewed", 300)
            stealing = Stealing(WIDTH)
            parallel = Parallel(Lister(large).work_on, WIDTH, stealing)
            lines = []
            for numbered in ranges_of(large, ranges):
                lines += parallel.submit(numbered)
            lines += parallel.drain()
            entries, records = entries_and_records(lines)
            assert entries == list(range(large.entries)) and len(records) == ranges
    finally:
        sys.setswitchinterval(interval)
