"""Where the refused keys of an area lie elsewhere than its others: there the area is cut in two.

S3 limits the writes of each partition of the key space, a range of keys, and tells nobody where one begins.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise, takewhile
from math import sqrt

LEAST_SEEN = 6  # keys, refused ones and others
# Of Kuiper's two-sample test, which finds what differs in the middle as well as at the ends: chance alone
# reaches it once in 1000 times.
SURE = 2.3


def cut(refused: Collection[str], passed: Collection[str]) -> str | None:
    """Return the beginning of the keys that are better apart from those below, None where all are alike."""
    once = set(refused)  # one that is tried again and again says no more than the first time
    if min(len(once), len(passed)) < LEAST_SEEN:
        return None
    seen = sorted([(key, 1 / len(once)) for key in once] + [(key, -1 / len(passed)) for key in passed])
    differences = []  # between the shares of refused and of passed keys up to one key and before the next one
    difference = 0.0
    for (key, step), (following, _) in pairwise(seen):
        difference += step
        if key != following:
            differences.append((difference, key, following))
    values = [0.0, *(difference for difference, _, _ in differences)]
    if max(values) - min(values) < SURE * sqrt((len(once) + len(passed)) / (len(once) * len(passed))):
        return None
    much = 0.9 * max(map(abs, values))
    # A border between directories is likelier than one amid the keys of one.
    return min((_beginning(*keys) for difference, *keys in differences if abs(difference) >= much), key=len)


def _beginning(key: str, following: str) -> str:
    """Return the shortest beginning of the following key that comes after this key."""
    alike = sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(key, following, strict=False)))
    return following[: alike + 1]
