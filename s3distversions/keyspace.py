"""Where keys lie among each other: how many lie between two, and what lies half-way, by what was learned. Pure.

With the alphabets of `alphabets` a key is a number between 0 and 1: the n-th of r characters of a place begins
n/r of the way through what lies below the characters before it, as in decimal fractions, where r is 10
everywhere. Half-way between two keys is then half-way between two numbers, and a place that holds one character
only, as in common stems, takes no room.

Order is that of UTF-8 bytes, which is that of Python's texts.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Collection, Iterator

from s3distversions.alphabets import DEPTH, LOWEST, Alphabets, following, place_behind

# Characters of keys that S3 refuses in the parameters of a listing: those that XML has no way to write, DEL
# and C1 controls, noncharacters. Keys may hold them, and its own markers of the next page too.
NOT_IN_PARAMETERS = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ud800-\udfff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
MOST_BYTES = 1024  # of a key, and of a marker
BITS = 256  # of a number: enough for 64 digits of hex
ONE = 1 << BITS
TAIL = 48  # characters that a text may have beyond what its share needs


class Keyspace:
    """What is known of keys. Not thread-safe: callers hold a lock, or learn and ask in one thread."""

    def __init__(self) -> None:
        self._alphabets = Alphabets()

    @property
    def revision(self) -> int:
        """Return a number that grows when what is known changes."""
        return self._alphabets.revision

    def learn(self, key: str) -> None:
        """Take in a key. Costs some microseconds; the same key again teaches nothing."""
        self._alphabets.learn(key)

    def learn_gap(self, low: str, at: str, key: str | None) -> None:
        """Take in that S3, asked for the first key above `at`, has sent `key`, or has none there (None).

        low: a key below `at`: below what both begin with, some characters were not found.
        """
        self._alphabets.learn_absent(common(low, at), at, key)
        if key is not None:
            self.learn(key)
            self._alphabets.learn_absent(at[: len(common(at, key)) + 1], at, key)

    def between(self, low: str, high: str | None, prefix: str = "", share: float = 0.5) -> str | None:
        """Return a text above `low` and below `high`, with about `share` of the keys between them up to it.

        It begins with `prefix`, and S3 takes it as a marker. high: None is the end of what begins with `prefix`.
        None: there is no such text, or no hint where it could be.
        """
        low, high, is_possible = within(low, high, prefix)
        if not is_possible:
            return None
        stem = prefix if high is None else common(low, high)
        texts = self._interpolated(low, high, stem, share)
        fitting = (text for text in texts if fits(text, low, high, prefix))
        return next(fitting, None) or self.past(low, high, prefix)

    def past(self, low: str, high: str | None, prefix: str = "") -> str | None:
        """Return a text as `between` does, above all that begins as `low` does up to half of what it has alone.

        Asked again with `high` moved there, where nothing is found above, it soon finds what all keys begin with.
        """
        low, high, is_possible = within(low, high, prefix)
        if not is_possible:
            return None
        alike = len(prefix if high is None else common(low, high))
        middle = (alike + len(low) + 1) // 2
        lengths = [*range(middle, len(low) + 1), *range(middle - 1, alike - 1, -1)]
        texts = (low[:length] + end for length in lengths for end in (self._alphabets.ceiling, LOWEST))
        return next((text for text in texts if fits(text, low, high, prefix)), None)

    def share(self, low: str, at: str, high: str | None, prefix: str = "") -> float | None:
        """Return about which part of the keys above `low`, up to `high`, comes up to `at`: 0 to 1.

        None: it cannot be told.
        """
        whole, part = self.extent(low, high, prefix), self.extent(low, at, prefix)
        return None if whole == -math.inf else min(math.exp(part - whole), 1.0)

    def extent(self, low: str, high: str | None, prefix: str = "") -> float:
        """Return the room between `low` and `high`, as its logarithm: of 1, all keys. -inf: none is known of."""
        low, high, is_possible = within(low, high, prefix)
        stem = prefix if high is None else common(low, high)
        room = (ONE if high is None else self._number(high, stem)) - self._number(low, stem)
        if not is_possible or room <= 0:
            return -math.inf
        return math.log(room) - BITS * math.log(2) + self.room(stem)

    def room(self, stem: str) -> float:
        """Return the room of all keys that begin with `stem`, as its logarithm; of a key, how close two can be."""
        room, place = 0.0, (0, 0)
        for character in stem[:DEPTH]:
            room -= math.log(max(len(self._alphabets.of(place)), 1))
            place = following(place, character)
        return room

    def above(self, stem: str) -> str:
        """Return a text that is above most of what begins with `stem`, and begins so."""
        return stem + self._alphabets.ceiling

    def last(self, stem: str) -> str:
        """Return `stem` with the last character that is expected behind it."""
        return stem + self._alphabets.of(place_behind(stem))[-1:]

    def amid(self, stem: str) -> str:
        """Return a text that begins with `stem`, in the middle of what is expected to begin so.

        The next key is then about as far from it as keys are from each other, which it is not from a round
        number. Where only one digit was ever seen it has a 9, to find out whether there are others.
        """
        place, end = place_behind(stem), len(stem) + TAIL
        while len(stem) < end and (alphabet := self._alphabets.of(place)):
            character = alphabet[len(alphabet) // 2]
            if self._alphabets.is_open(place):
                character = "9"
            stem += character
            place = following(place, character)
        return stem

    def _number(self, text: str, stem: str) -> int:
        """Return where `text` lies in what begins with `stem`, as so many parts of ONE."""
        number, width, place = 0, ONE, place_behind(stem)
        for character in text[len(stem) : DEPTH]:
            alphabet = self._alphabets.of(place)
            if not alphabet:
                break
            index = bisect_left(alphabet, character)
            number += width * index // len(alphabet)
            if alphabet[index : index + 1] != character:
                break
            width //= len(alphabet)
            place = following(place, character)
        return number

    def _interpolated(self, low: str, high: str | None, stem: str, share: float) -> Iterator[str]:
        """Yield texts at about `share` of the way between two, best first; none where no room is known between them."""
        start, end = self._number(low, stem), ONE if high is None else self._number(high, stem)
        aim = start + (end - start) * round(share * 1024) // 1024
        exact = min(aim - start, end - aim) // 8  # near enough, so that texts are short
        if exact <= 0:
            return
        text, number, width, place = stem, 0, ONE, place_behind(stem)
        while width > exact and (alphabet := self._alphabets.of(place)) and len(text) < DEPTH:
            index = min((aim - number) * len(alphabet) // width, len(alphabet) - 1)
            number += width * index // len(alphabet)
            width //= len(alphabet)
            text += alphabet[index]
            place = following(place, alphabet[index])
        yield self.amid(text)
        yield text


def within(low: str, high: str | None, prefix: str) -> tuple[str, str | None, bool]:
    """Return both bounds as they are among what begins with `prefix`, and whether there can be keys between."""
    if not low.startswith(prefix):
        if low > prefix:
            return low, high, False
        low = prefix
    if high is not None and high > prefix and not high.startswith(prefix):
        high = None
    return low, high, high is None or low < high


def fits(text: str, low: str, high: str | None, prefix: str) -> bool:
    """Does `text` lie between two, begin with `prefix`, and does S3 take it as a marker?"""
    return (
        low < text
        and (high is None or text < high)
        and text.startswith(prefix)
        and not NOT_IN_PARAMETERS.search(text)
        and len(text.encode()) <= MOST_BYTES
    )


def common(one: str, other: str) -> str:
    """Return what both begin with."""
    length = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        length += 1
    return one[:length]


def above_all(stem: str) -> str | None:
    """Return a text above all keys that begin with `stem`, and not above others; None if there is none."""
    stem = stem.rstrip("\U0010ffff")
    if not stem:
        return None
    following = ord(stem[-1]) + 1
    return stem[:-1] + chr(0xE000 if following == 0xD800 else following)


def beginning(keys: Collection[str]) -> str:
    """Return what all keys begin with."""
    return common(min(keys), max(keys))
