"""The buckets of the listing's benchmark hold what they say, told beside a count of all their entries."""

import random
from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import pairwise

import pytest

from benchmarks.endless_bucket import RESTORE_TIME, EndlessBucket
from benchmarks.endless_counts import Counts
from benchmarks.endless_pages import KINDS, bucket_of
from benchmarks.endless_shapes import CIRCLE, SHAPES
from tests.embedded_s3.errors import S3Error

pytestmark = pytest.mark.long  # of a server that only benchmarks use

SEED = 14


@pytest.mark.parametrize("shape", SHAPES)
def test_keys_ascend_however_many_there_are(shape):
    """By UTF-8, across the borders of circles too."""
    bucket = EndlessBucket(10**9, shape=shape)
    chance = random.Random(SEED)
    numbers = {chance.randrange(bucket.keys - 1) for _ in range(500)}
    numbers |= {chance.randrange(1, bucket.keys // CIRCLE) * CIRCLE - 1 for _ in range(500)}
    numbers |= {number + 1 for number in numbers} | {0, bucket.keys - 1}
    keys = [bucket.key(number).encode() for number in sorted(numbers)]
    assert all(key < next_key for key, next_key in pairwise(keys))


def test_a_hot_key_has_half_of_the_entries():
    bucket = bucket_of(9001, "hot", per_key=3, deleted=0.1)
    entries = list(bucket.entries())
    of_key = Counter(entry["key"] for entry in entries)
    assert len(entries) == bucket.versions == 9001
    assert sorted(set(of_key.values())) == [1, 3, 4500]
    assert len(of_key) == bucket.keys
    assert sum(entry.get("delete_marker", False) for entry in entries) == bucket.markers() > 0
    assert len({(entry["key"], entry["version_id"]) for entry in entries}) == 9001
    listed = [bucket.at(number) for number in range(9001)]
    assert len(set(listed)) == 9001
    assert [key.encode() for key, _ in listed] == sorted(entry["key"].encode() for entry in entries)


@pytest.mark.parametrize("versions, per_key", [(2, 1), (3, 2), (200, 1), (201, 2), (4005, 3)])
@pytest.mark.parametrize("shape", KINDS)
def test_places_are_those_in_a_list_of_all(shape, versions, per_key):
    """Of every beginning of keys at the ends and in the middle, and of what lies just beside them."""
    bucket = bucket_of(versions, shape, per_key=per_key)
    listed = [bucket.at(number) for number in range(versions)]
    keys = [key for key, _ in listed]
    changes = [number for number in range(1, versions) if keys[number] != keys[number - 1]]
    middle = changes[len(changes) // 4 :: max(len(changes) // 4, 1)]
    hot = [number for number, key in enumerate(keys) if key.endswith("-hot")]
    ends = {0, versions - 1, *middle, *hot[:1], *hot[-1:]}
    near = {
        keys[place] for number in ends for place in (number - 1, number, number + 1) if 0 <= place < versions
    }
    beginnings = {key[:length] for key in near for length in range(1, len(key) + 1)}
    for text in {begin + more for begin in beginnings for more in ("", "-", "-hot", "-hotter", "~", "0")}:
        assert bucket.first(text) == bisect_left(keys, text)
        assert bucket.after(text, None) == bisect_right(keys, text)
        assert bucket.behind(text) == bisect_right(keys, text, key=lambda key: key[: len(text)])
    assert [bucket.after(*entry) for entry in listed] == list(range(1, versions + 1))


def test_a_hot_key_has_no_other_versions():
    """Neither behind its last, nor such as only look like one of them."""
    bucket = bucket_of(2200, "hot")
    end = bucket.after(bucket.key, None)
    last, before = bucket.at(end - 1)[1], bucket.at(end - 501)[1]
    assert (last[:9], before[:9]) == ("000000001", "000000000")
    behind = f"000000001{before[9:]}"
    for version_id in (
        behind,
        f"1{last[9:]}",
        f"00000000x{last[9:]}",
        f"00000000²{last[9:]}",
        f"00000000\u0661{last[9:]}",
        f"{last}0",
        last[:9],
    ):
        with pytest.raises(S3Error, match="InvalidArgument"):
            bucket.after(bucket.key, version_id)


@pytest.mark.parametrize(
    "versions, per_key", [(1, 1), (5999, 1), (6000, 2), (6001, 2), (5999, 3), (29_000, 5)]
)
def test_what_there_is_to_find_is_told_by_arithmetic(versions, per_key):
    """Beside a count of all entries."""
    bucket = EndlessBucket(versions, per_key, changed=0.033, deleted=0.1)
    histories = [bucket.history(number) for number in range(bucket.keys)]
    entries = list(bucket.entries())
    assert len(entries) == sum(map(len, histories)) == versions
    assert sum(entry["delete_marker"] for entry in entries) == bucket.markers()
    times = [[entry.moment for entry in history] for history in histories]
    assert all(list(of_key) == sorted(of_key, reverse=True) for of_key in times)
    was_there = [[moment for moment in of_key if moment <= RESTORE_TIME] for of_key in times]
    assert (
        sum(0 < len(then) < len(now) for then, now in zip(was_there, times, strict=True))
        == bucket.overwritten()
    )


def test_all_processes_count_together():
    counts = Counts(2)
    for counts.slot in (0, 1, 1):
        counts.add(1, 2, 300)
    told = counts.told()
    assert told[:3] == (3, 6, 900)
    assert told.since(told) == (0, 0, 0, 0)
