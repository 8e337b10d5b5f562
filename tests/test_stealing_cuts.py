"""Pieces cut anywhere, at any moment: every entry is listed once, and the record of a range comes once, at its end."""

import threading
from unittest import mock

from hypothesis import example, given, seed, settings
from hypothesis import strategies as st

from s3distversions.model import KeyRange
from s3distversions.pieces import Piece, Whole
from tests.watched_threads import PATIENCE
from tests.weighted_bucket import Bucket, Lister, entries_and_records

# Prefixes of each other, what S3 orders last, what it refuses in a marker, what is escaped in a URL.
LETTERS = ["a", "b", "/", "%", "+", "\x01", "\x7f", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff"]
KEYS = st.text(st.sampled_from(LETTERS), min_size=1, max_size=4)
LONG = "a" * 1024


class Interleaved:
    """Lists a range by pieces that take turns as a list of numbers says, and cuts them as it says."""

    def __init__(self, bucket, keys, choices, pivots):
        self.bucket, self.choices, self.pivots = bucket, list(choices), list(pivots)
        self.lines, self.cuts, self.below = [], 0, 0
        self.pieces = [Piece(Whole(7, keys), keys.after, keys.until)]
        self.lister = Lister(bucket, in_flight=self.cut)  # while a page is under way
        self.generators = [self.lister.work_on(self.pieces[0])]

    def choose(self, number):
        return self.choices.pop() % number if self.choices else 0

    def cut(self):
        """Cut one of the pieces, or none."""
        if not self.pivots or not self.choose(3):
            return
        piece = self.pieces[self.choose(len(self.pieces))]
        before, pivot = piece.progress(), self.pivots.pop()
        above = piece.cut(pivot)
        if above is None:
            return
        assert pivot >= before.position and piece.keys.until == pivot == above.keys.after
        assert above.keys.until == before.until and piece.cuts > 0
        self.cuts += 1
        self.pieces.append(above)
        self.generators.append(self.lister.work_on(above))

    def run(self):
        while self.generators:
            self.cut()
            generator = self.generators[self.choose(len(self.generators))]
            line = next(generator, None)
            if line is None:
                self.generators.remove(generator)
            else:
                self.lines.append(line)
        return self


@seed(6)
@settings(max_examples=400, deadline=None)
@given(
    st.dictionaries(KEYS | st.just(LONG), st.integers(1, 7), max_size=12),
    st.integers(1, 4),
    st.sampled_from(["", "a", "a/", "\U0010ffff"]),
    st.none() | KEYS,
    st.none() | KEYS,
    st.lists(KEYS | st.just(LONG), max_size=12),
    st.lists(st.integers(0, 11), max_size=60),
    st.data(),
)
def test_every_entry_once_whatever_the_cuts(weights, page, prefix, after, until, pivots, choices, data):
    bucket = Bucket(weights, page)
    if bucket.keys:  # cuts at keys, and just above them
        keys = st.sampled_from(bucket.keys)
        pivots += data.draw(st.lists(keys | keys.map(lambda key: key + "a"), max_size=12))
    after = after if after is not None and after.startswith(prefix) and after > prefix else None
    listed = KeyRange(prefix, after, until)
    ran = Interleaved(bucket, listed, choices, [pivot for pivot in pivots if pivot.startswith(prefix)]).run()
    entries, records = entries_and_records(ran.lines)
    begin, end = bucket.of(listed)
    assert entries == list(range(begin, end))
    assert records == [{"record": 7, "versions": end - begin}] and ran.lines[-1] == records[0]
    assert ran.lister.requests <= end - begin + 1 + ran.cuts + len(weights)


@seed(6)
@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=8),
    st.integers(1, 5),
    st.integers(0, 9),
    st.integers(0, 40),
)
@example([5000], 1000, 0, 2)
def test_one_cut_at_every_position_and_every_moment(numbers, page, at, moment):
    """At each key and between any two, when so many pages have come."""
    bucket = Bucket({f"{each:02}": number for each, number in enumerate(numbers)}, page)
    for pivot in (f"{at:02}", f"{at:02}~"):
        whole = Whole(0, KeyRange(""))
        piece = Piece(whole, None, None)
        waiting, lines, pages = [piece], [], []

        def in_flight(pivot=pivot, piece=piece, waiting=waiting, pages=pages):
            pages.append(0)
            above = piece.cut(pivot) if len(pages) == moment + 1 else None
            waiting.extend([above] if above else [])

        lister = Lister(bucket, in_flight=in_flight)
        while waiting:
            lines += lister.work_on(waiting.pop())
        entries, records = entries_and_records(lines)
        assert entries == list(range(bucket.entries)) and len(records) == 1


def test_what_was_reached_is_never_cut_off():
    piece = Piece(Whole(0, KeyRange("")), None, "m")
    assert piece.reached("c", 1000, True, ["a"]) == "m"
    assert piece.cut("b") is None and piece.cut("m") is None and piece.cut("x") is None
    above = piece.cut("c")  # of this key more may come: it stays
    assert above.keys == KeyRange("", "c", "m") and piece.keys == KeyRange("", None, "c")
    assert piece.cut("c") is None
    assert piece.reached("d", 1000, True, ["c"]) == "c"


def test_a_piece_that_has_ended_is_not_cut():
    piece = Piece(Whole(0, KeyRange("")), None, None)
    piece.reached("c", 1000, False, ["a"])  # it is the last page
    assert piece.cut("d") is None and piece.progress().is_over
    other = Piece(Whole(0, KeyRange("")), None, None)
    other.reached("c", 1000, True, ["a"])
    assert other.listed({"versions": 1}) == {"versions": 1}
    assert other.cut("d") is None


def test_the_counts_of_a_range_are_told_with_its_last_piece():
    piece = Piece(Whole(3, KeyRange("a")), None, None)
    others = [piece.cut(pivot) for pivot in ("ad", "ac", "ab")]
    assert [other.number for other in others] == [3, 3, 3]
    assert others[1].listed({"keys": 1, "versions": 10}) is None
    further = others[0].cut("ae")
    assert piece.listed({"keys": 0, "versions": 0}) is None
    assert others[0].listed({"keys": 2, "versions": 20}) is None
    assert others[2].listed({"keys": 4, "versions": 40}) is None
    assert further.listed({"keys": 8, "versions": 80}) == {"keys": 15, "versions": 150}


def test_cuts_by_other_threads_while_it_is_listed():
    """One thread lists pieces, three cut them wherever they can."""
    bucket = Bucket({f"{number:05}": 3 for number in range(4000)}, page=10)
    piece = Piece(Whole(0, KeyRange("")), None, None)
    waiting, lines, is_over = [piece], [], threading.Event()
    running = [piece]

    def cut(step):
        number = 0
        while not is_over.is_set():
            number += step
            above = running[number % len(running)].cut(f"{number % 4000:05}")
            if above:
                waiting.append(above)
                running.append(above)

    threads = [threading.Thread(target=cut, args=(step,), daemon=True) for step in (7, 1009, 2503)]
    for thread in threads:
        thread.start()
    lister = Lister(bucket)
    while waiting:
        lines += lister.work_on(waiting.pop())
    is_over.set()
    for thread in threads:
        thread.join(PATIENCE)
    entries, records = entries_and_records(lines)
    assert entries == list(range(bucket.entries)) and len(records) == 1 and lines[-1] == records[0]


def test_a_cut_in_the_moment_of_the_end_counts_or_is_refused():
    """Between the end of the listing and the record nothing can be cut off."""
    whole = Whole(0, KeyRange(""))
    piece = Piece(whole, None, None)
    cuts = []
    ended = whole.ended
    with mock.patch.object(whole, "ended", lambda counts: cuts.append(piece.cut("x")) or ended(counts)):
        assert piece.listed({"keys": 1}) == {"keys": 1}
    assert cuts == [None]
