"""Keys by arithmetic: sequences of any length, of the kinds that are found in buckets. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

CIRCLE = 1000  # keys that have their stem in common
FIRST_HOUR = datetime(2005, 1, 1)


class Shape(NamedTuple):
    """How keys look: `stem(circle, circles)` in front of `low(0..999)`. Both ascend, so that all keys do.

    own_stems: or each key has a stem of its own, `stem(key, keys)`; these ascend then.
    """

    stem: Callable[[int, int], str]
    low: Callable[[int], str]
    own_stems: bool = False


def digest(text: str) -> bytes:
    """Return 32 bytes that look random, always the same for a text."""
    return hashlib.sha256(text.encode()).digest()


def _uuid(low: int) -> str:
    """Return a UUID from its ninth digit on."""
    chance = digest(f"uuid {low}").hex()
    return f"-{chance[:4]}-4{chance[4:7]}-a{chance[7:10]}-{chance[10:22]}"


def _eight_digits(key: int, keys: int) -> str:
    """Return the first digits of a UUID: random ones, as far as that leaves the keys in their order."""
    room = max(2**32 // keys, 1)
    return f"{key * room + (key * 2654435761 % 2**32 * room >> 32):08x}"  # a hash by multiplication


def _skewed(circle: int, circles: int) -> str:
    share = circle / circles
    folder = "archive" if share < 0.05 else "live" if share < 0.95 else "tmp"
    return f"{folder}/{circle:09}"


SHAPES = {
    # one flat prefix
    "sequential": Shape(lambda circle, _: f"data/{circle:09}", lambda low: f"{low:03}"),
    # random, over all their range
    "uuid": Shape(_eight_digits, _uuid, own_stems=True),
    # 1000 keys an hour
    "dates": Shape(
        lambda circle, _: f"logs/{FIRST_HOUR + timedelta(hours=circle):%Y/%m/%d/%H}/",
        lambda low: f"host-{low:03}.gz",
    ),
    # ten folders below each other
    "deep": Shape(lambda circle, _: f"{'/'.join(f'{circle:09}')}/", lambda low: f"{low:03}/file"),
    # one prefix has 90 %
    "skewed": Shape(_skewed, lambda low: f"{low:03}"),
    # what encoding-type=url is for
    "unicode": Shape(lambda circle, _: f"Übersicht 100%/{circle:09} ", lambda low: f"ключ+{low:03}&😀"),
}
