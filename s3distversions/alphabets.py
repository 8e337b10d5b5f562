"""Which characters stand where in keys: learned from keys that were seen, and from where none was found. Pure.

A key is read as words (letters and digits) and what stands between them. A *place* is the number of a word and
of a character in it: the day of `logs/2014-01-31` is (3, 0) and (3, 1), whatever stands before it. What is
learned is the alphabet of each place.

Two characters of a kind that were seen in a word stand for their whole kind (digits, digits of hex, small
letters, capitals, a block of Unicode), so that few keys teach much. What then turns out not to be there, as the
months from 30 on, is taken out again, but for the neighbours of what is: numbers grow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from string import ascii_lowercase, ascii_uppercase, digits

ENOUGH = 2  # characters of a kind that stand for it; absences that take one out that was never seen
DEPTH = 256  # characters of a key that are learned from
MOST_PLACES = 4096  # that are learned, so that memory is bounded
MOST_CHARACTERS = 512  # of a place or of a word; more are seldom seen, and tell little
MOST_BLOCKS = 8  # of 64 characters each, or of 4096 that 64 stand for
DIGITS = frozenset(digits)
END = ""  # stands among the characters of a place where a key has ended
LOWEST, NEAR_TOP, HIGHEST = "\t", "~", "\U0010fffd"  # of the characters that S3 takes; and of those of ASCII
NOTHING: Counter[str] = Counter()

Place = tuple[int, int]


class Alphabets:
    """The alphabet of each place. Not thread-safe."""

    def __init__(self) -> None:
        self.revision = 0  # grows when an alphabet changes
        self.ceiling = NEAR_TOP  # a character that keys seldom have one above
        self._alphabets: dict[Place, str] = {}
        self._seen: dict[Place, set[str]] = {}
        self._words: dict[int, set[str]] = {}  # characters anywhere in a word
        self._kinds: dict[int, list[str]] = {}  # of these
        self._absent: dict[Place, Counter[str]] = {}

    def of(self, place: Place) -> str:
        """Return the characters that are expected at a place, in order; none where no key was that long."""
        return self._alphabets.get(place, "")

    def is_open(self, place: Place) -> bool:
        """Was only one digit seen there, and nothing that tells that there are no others?"""
        return (
            len(DIGITS.intersection(self.of(place))) == 1 and self._absent.get(place, NOTHING)["9"] < ENOUGH
        )

    def learn(self, key: str) -> None:
        """Take in a key. Costs some microseconds; the same key again teaches nothing."""
        place = (0, 0)
        for character in (*key[:DEPTH], END):
            seen = self._seen.get(place)
            if seen is None:
                if len(self._seen) >= MOST_PLACES:
                    return
                seen = self._seen[place] = set()
            if character not in seen and len(seen) < MOST_CHARACTERS:
                seen.add(character)
                self._learn_word(place[0], character)
                self._renew(place)
                if character in DIGITS and len(seen & DIGITS) == ENOUGH:
                    self._renew_word(place[0])
            place = following(place, character)

    def _learn_word(self, number: int, character: str) -> None:
        """Take in a character of a word: it may tell of a kind that other places of the word may have too."""
        word = self._words.setdefault(number, set())
        if character in word or character == END or len(word) >= MOST_CHARACTERS:
            return
        word.add(character)
        if character >= NEAR_TOP:
            self.ceiling = HIGHEST
        if len(word) > 64 and len(word) % 64:
            return  # which costs too much to look at each of them
        now = list(kinds(word))
        if now != self._kinds.get(number, []):
            self._kinds[number] = now
            self._renew_word(number)

    def _renew_word(self, number: int) -> None:
        """Find out the alphabets of all places of a word again."""
        for place in self._seen:
            if place[0] == number:
                self._renew(place)

    def _varies(self, place: Place) -> bool:
        """Are there other characters than those that were seen? A digit changes where one on its left does."""
        seen = self._seen[place]
        left = (self._seen.get((place[0], offset), set()) for offset in range(place[1]))
        return len(seen) >= ENOUGH or (seen <= DIGITS and any(len(each & DIGITS) >= ENOUGH for each in left))

    def learn_absent(self, stem: str, at: str, key: str | None) -> None:
        """Take in that of what begins with `stem` nothing lies above `at`, up to `key` if that begins so."""
        if len(stem) >= min(len(at), DEPTH):
            return
        place, rest = place_behind(stem), at[len(stem) :]
        end = key[len(stem)] if key is not None and key.startswith(stem) and len(key) > len(stem) else HIGHEST
        first = rest if len(rest) == 1 else rest[0] + LOWEST  # of several characters, the first may be there
        absent = [each for each in {*self.of(place), "9"} if first <= each < end]
        if absent and place in self._seen:
            self._absent.setdefault(place, Counter()).update(absent)
            self._renew(place)

    def _renew(self, place: Place) -> None:
        """Find out the alphabet of a place again."""
        seen, absent = self._seen[place], self._absent.get(place, NOTHING)
        expected = seen - {END}
        for kind in self._kinds.get(place[0], []) if self._varies(place) else []:
            inside = [index for index, each in enumerate(kind) if each in seen] or [0]
            near = range(inside[0] - 1, inside[-1] + 2)
            expected.update(each for n, each in enumerate(kind) if n in near or absent[each] < ENOUGH)
        alphabet = "".join(sorted(expected))
        if alphabet != self.of(place):
            self._alphabets[place] = alphabet
            self.revision += 1


def following(place: Place, character: str) -> Place:
    """Return the place behind a character."""
    return (place[0], place[1] + 1) if character.isalnum() else (place[0] + 1, 0)


def place_behind(stem: str) -> Place:
    """Return the place of the first character after `stem`."""
    place = (0, 0)
    for character in stem:
        place = following(place, character)
    return place


def kinds(seen: set[str]) -> Iterator[str]:
    """Yield the kinds of characters of which enough were seen."""
    is_hex = bool(seen & DIGITS)
    small = "abcdef" if is_hex and seen.isdisjoint("ghijklmnopqrstuvwxyz") else ascii_lowercase
    large = "ABCDEF" if is_hex and seen.isdisjoint("GHIJKLMNOPQRSTUVWXYZ") else ascii_uppercase
    for kind in (digits, small, large):
        if len(seen.intersection(kind)) >= ENOUGH:
            yield kind
    for size in (64, 4096):  # those that share all bytes but the last, or the last two, of UTF-8
        blocks = Counter(ord(each) // size for each in seen if each > NEAR_TOP)
        for block, number in blocks.most_common(MOST_BLOCKS):
            if number >= ENOUGH:
                yield "".join(
                    filter(str.isalnum, map(chr, range(block * size, (block + 1) * size, size // 64)))
                )


def word_end(key: str, start: int) -> int | None:
    """Return where the first word behind `start` ends, with what follows it; None: it ends with the key."""
    return next((index + 1 for index in range(start, len(key)) if not key[index].isalnum()), None)
