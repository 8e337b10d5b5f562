"""Cuts: where refused keys lie elsewhere than the others."""

import random

import pytest

from s3distversions.cuts import LEAST_SEEN, cut


def keys(directory, number, first=0):
    return [f"{directory}/{each:05}" for each in range(first, first + number)]


A, B, C = (keys(directory, 200) for directory in "abc")


@pytest.mark.parametrize(
    "refused, passed, where",
    [
        (A, B, "b"),
        (B, A, "b"),
        (A, B + C, "b"),
        (B, A + A + C, "b"),
        (B, A + C + C, "c"),
        (A[:20], A[20:40] + B + C, "b"),
        (keys("bucket/2020", 50), keys("bucket/2021", 50), "bucket/2021"),
        (keys("ä", 50), keys("😀", 50), "😀"),
        (A[:100], A[100:], "a/001"),
    ],
)
def test_where(refused, passed, where):
    assert cut(refused, passed) == where


@pytest.mark.parametrize(
    "refused, passed",
    [
        ([], A),
        (A, []),
        (A[: LEAST_SEEN - 1], B),
        (A, B[: LEAST_SEEN - 1]),
        (A[:3] * 100, B),  # three keys, again and again
        (A[::2], A[1::2]),
        (A, A),
    ],
)
def test_nowhere(refused, passed):
    assert cut(refused, passed) is None


def test_chance_alone_seldom_cuts():
    found = 0
    for seed in range(300):
        chance = random.Random(seed)
        everything = keys("x", 1000)
        chance.shuffle(everything)
        found += cut(everything[:50], everything[50:450]) is not None
    assert found <= 3


def test_a_cut_is_between_the_keys_and_as_short_as_can_be():
    for seed in range(200):
        chance = random.Random(seed)
        names = sorted({"".join(chance.choices("ab/", k=chance.randint(1, 8))) for _ in range(60)})
        middle = len(names) // 2
        if min(middle, len(names) - middle) < LEAST_SEEN:
            continue
        where = cut(names[:middle], names[middle:])
        assert any(name < where for name in names) and any(name >= where for name in names)
        assert not any(name < where[:-1] or where[:-1] > name for name in names if name >= where)
