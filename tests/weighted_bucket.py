"""Buckets as sorted keys with numbers of entries, their pages, and a little lister after the protocol of pieces."""

import math
import random
import uuid
from bisect import bisect_left, bisect_right
from itertools import accumulate
from string import ascii_lowercase, digits
from typing import NamedTuple

from s3distversions.parallel import Parallel
from s3distversions.stealing import Stealing
from tests.virtual_time import Turns

PAGE = 1000  # entries
SAMPLE = 20  # keys of a page, that a piece is told
LATENCY = (0.2, 0.3)  # seconds, from and to


class Bucket:
    """Keys, each with a number of entries; entry n of the bucket is one of the key whose entries end above n."""

    def __init__(self, weights, page=PAGE):
        """weights: {key: entries}."""
        self.keys = sorted(weights)
        self.ends = list(accumulate(weights[key] for key in self.keys))
        self.page = page

    @property
    def entries(self):
        return self.ends[-1] if self.ends else 0

    @property
    def pages(self):
        """How many full ones."""
        return self.entries / self.page

    def key_of(self, entry):
        return self.keys[bisect_right(self.ends, entry)]

    def behind(self, key):
        """The number of the first entry above all of a key."""
        return self._end(bisect_right(self.keys, key))

    def at(self, key):
        """The number of the first entry of a key or above it."""
        return self._end(bisect_left(self.keys, key))

    def _end(self, index):
        return self.ends[index - 1] if index else 0

    def of(self, keys):
        """The numbers of the first entry of a range, and of the first behind it."""
        begin = (
            self.at(keys.prefix) if keys.after is None else max(self.at(keys.prefix), self.behind(keys.after))
        )
        end = self.at(keys.prefix + "\U0010ffff" * 3) if keys.prefix else self.entries
        return begin, end if keys.until is None else max(begin, min(end, self.behind(keys.until)))


class Ran(NamedTuple):
    """What became of a task."""

    requests: int
    seconds: float
    all_busy: float  # when all threads waited for a page for the first time
    when: list  # (second, (first entry, first behind)) of every page's part that was listed
    lines: list
    stealing: Stealing

    def utilisation(self, bucket, width):
        """Which share of the pages that the threads could have listed in the time had to be listed."""
        return bucket.pages * sum(LATENCY) / 2 / (width * self.seconds)

    def figures(self, bucket):
        return {
            "requests per 1000": round(self.requests / bucket.pages, 4),
            "seconds": round(self.seconds, 1),
            "cuts": self.stealing.cuts,
            "empty": self.stealing.empty,
        }


class Lister:
    """Lists pieces of a bucket, page by page, as `listing` does."""

    def __init__(self, bucket, turns=None, width=0, seed=1, in_flight=lambda: None):
        """turns: the made-up time; in_flight: called while a page is under way."""
        self.bucket, self.turns, self.width, self.in_flight = bucket, turns, width, in_flight
        self.chance = random.Random(seed)
        self.requests = self.flying = 0
        self.all_busy = math.inf
        self.when = []

    def wait_for_page(self):
        self.requests += 1
        self.flying += 1
        self.in_flight()
        if self.turns:
            if self.flying == self.width:
                self.all_busy = min(self.all_busy, self.turns.now)
            self.turns.sleep(self.chance.uniform(*LATENCY))
        self.flying -= 1

    def work_on(self, piece):
        """A piece -> (first entry, first behind) of what is listed, page by page, and the record of the range."""
        bucket = self.bucket
        entry, _ = bucket.of(piece.keys)
        _, end = bucket.of(piece.keys._replace(until=None))
        listed = 0
        while True:
            self.wait_for_page()
            behind = min(entry + bucket.page, end)
            last = bucket.key_of(behind - 1) if behind > entry else piece.keys.after or piece.keys.prefix
            some = [bucket.key_of(each) for each in range(entry, behind, max(1, bucket.page // SAMPLE))]
            until = piece.reached(last, behind - entry, behind < end, some)
            upto = behind if until is None else max(entry, min(behind, bucket.behind(until)))
            if upto > entry:
                if self.turns:
                    self.when.append((self.turns.now, (entry, upto)))
                yield entry, upto
                listed += upto - entry
            if upto < behind or behind == end:
                break
            entry = behind
        counts = piece.listed({"versions": listed})
        if counts is not None:
            yield {"record": piece.number, **counts}


def list_at_made_up_time(monkeypatch, bucket, ranges, width):
    """Let `width` threads list numbered ranges of a bucket; return what became of it."""
    turns = Turns()
    monkeypatch.setattr("s3distversions.parallel.threading", turns.threading())
    lister = Lister(bucket, turns, width)
    stealing = Stealing(width)
    parallel = Parallel(lister.work_on, width, stealing)
    lines = []
    for numbered in ranges:
        lines += parallel.submit(numbered)
    lines += parallel.drain()
    return Ran(lister.requests, turns.now, lister.all_busy, lister.when, lines, stealing)


def entries_and_records(lines):
    """The numbers of the entries that lines tell of, sorted, and the records among them."""
    parts = sorted(line for line in lines if isinstance(line, tuple))
    entries = [entry for first, behind in parts for entry in range(first, behind)]
    return entries, [line for line in lines if not isinstance(line, tuple)]


def cut_evenly(bucket, number):
    """So many ranges, cut at keys that are in the bucket, equally many keys in each."""
    cuts = [bucket.keys[len(bucket.keys) * each // number] for each in range(1, number)]
    pairs = zip([None, *cuts], [*cuts, None], strict=True)
    return [[n, "", after, until] for n, (after, until) in enumerate(pairs)]


SHAPES = ["uniform", "skewed", "dates", "uuid", "sequential", "deep", "hot"]


def shape(name, keys, versions, seed):
    """{key: versions}, with about so many keys."""
    chance = random.Random(seed)

    def letters(length):
        return "".join(chance.choice(ascii_lowercase + digits) for _ in range(length))

    def day(number):
        return f"{2019 + number // 336}/{number // 28 % 12 + 1:02}/{number % 28 + 1:02}"

    def deep(number):
        place = f"dept{chance.randrange(12)}/users/u{chance.randrange(300):04}"
        return f"a-long-name/of/{place}/documents/{letters(2)}/f{number}.txt"

    names = {
        "uniform": lambda _: letters(12),
        "skewed": lambda _: (
            f"data/big/{letters(10)}" if chance.random() < 0.9 else f"{letters(3)}/{letters(8)}"
        ),
        "dates": lambda number: f"logs/{day(number * 1500 // keys)}/{number:09x}.gz",
        "uuid": lambda _: str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "sequential": lambda number: f"img{number:010}",
        "deep": deep,
        "hot": lambda _: letters(12),
    }
    if name == "hot":
        cold = {letters(12): versions for _ in range(keys * 3 // 5)}
        return {**cold, "hhhhhh": keys * versions * 2 // 5}
    return {names[name](number): versions for number in range(keys)}
