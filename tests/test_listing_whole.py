"""The whole job over tiny pages, threads and cuts: every entry once, whatever the keys and whatever goes wrong."""

import random
from collections import Counter

import pytest

from s3distversions import stealing
from s3distversions.pieces import Piece
from tests.damaged_bucket import lines
from tests.odd_keys import FEW

T = "2014-01-01T07:00:00Z"
OLD, NEW = "2014-01-01T06:00:00Z", "2014-01-01T08:00:00Z"
PIECES = [*FEW, "a", "b", "\ud7ff", "\ue000", "\uffee", "\U00010000", "\U0010fffd", "%", "+", " ", "/"]
SHAPES = {
    "digits": lambda dice: f"p/{dice.randrange(10**6):06}",
    "dates": lambda dice: f"p/2014-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}/{dice.randrange(9)}",
    "hex": lambda dice: f"p/{dice.getrandbits(64):016x}",
    "odd": lambda dice: "p/" + "".join(dice.choices(PIECES, k=dice.randrange(1, 5))),
    "prefixes of each other": lambda dice: "p/" + "a" * dice.randrange(1, 300) + dice.choice(["", "b", "/"]),
    "long": lambda dice: "p/" + "k" * 1000 + f"{dice.randrange(1000):022}",
    "one hot key": lambda dice: f"p/{dice.choice(['a', 'hot', 'z'])}",
}


def bucket(shape, seed):
    """Entries to load: 400, of keys of a shape, some written after T, some deleted; in any order of keys."""
    dice = random.Random(seed)
    keys = [SHAPES[shape](dice) for _ in range(400)]
    keys = [key if len(key.encode()) <= 1024 else key[:300] for key in keys]
    for when in (OLD, NEW):
        for key in keys:
            if when == OLD or dice.random() < 0.2:
                entry = {"key": key, "last_modified": when}
                yield {**entry, "delete_marker": True} if dice.random() < 0.1 else {**entry, "size": 1}


def planned(s3, command, run, *more):
    """Plan; return what was counted, and the plan as a set of lines."""
    where = ("--src", "s3://mybucket/p/", "--restore-time", T, "--delete", "--version-info-output", run)
    ended = command("plan", *where, "--json", "--no-progress", *more)
    assert ended.code == 0, ended.err
    counted = {name: ended.summary[name] for name in ("keys", "versions", "markers", "planned")}
    found = Counter(str(sorted(line.items(), key=str)) for line in lines("versions", folder=run))
    assert max(found.values(), default=1) == 1
    return counted, found, Counter(request["operation"] for request in ended.requests)


@pytest.fixture
def cuts(monkeypatch):
    """Cut whatever can be cut, be it for nothing; the pieces that were cut off."""
    for name in ("WASTE_A_PAGE_SEEN", "EMPTY_A_RANGE"):
        monkeypatch.setattr(stealing, name, 10**9)
    monkeypatch.setattr(stealing, "LEAST_LEFT", 0.0)
    monkeypatch.setattr(stealing, "LOOK_SECONDS", 0.0005)
    made, cut = [], Piece.cut

    def counted(self, pivot):
        above = cut(self, pivot)
        if above is not None:
            made.append(pivot)
        return above

    monkeypatch.setattr(Piece, "cut", counted)
    return made


@pytest.mark.parametrize("shape", SHAPES)
def test_every_entry_once(s3, command, cuts, shape):
    """Pages of a few entries, eight threads, as many cuts as can be: the plan is that of one thread."""
    for seed, page_size in ((1, 3), (2, 17), (3, 1)):
        print(f"seed {seed}, pages of {page_size}")
        s3.reset()
        s3.load("mybucket", bucket(shape, seed))
        alone = planned(s3, command, f"alone-{seed}", "--list-parallel", "1")
        assert cuts == []
        s3.settings(page_size=page_size, latency=0.001)
        together = planned(s3, command, f"together-{seed}", "--list-parallel", "8")
        s3.settings(latency=0)
        assert together[:2] == alone[:2]
        assert len(cuts) > 3 or shape == "one hot key"
        cuts.clear()


@pytest.mark.parametrize("shape", ["digits", "odd"])
def test_refusals_and_broken_replies(s3, command, cuts, shape):
    """Refused, reset, cut short: what was read is neither lost nor doubled."""
    s3.load("mybucket", bucket(shape, 4))
    alone = planned(s3, command, "alone", "--list-parallel", "1")
    s3.settings(page_size=5, latency=0.001)
    kinds = ("SlowDown", "InternalError", "reset-before", "cut", "cut-chunked", "error-in-200")
    with s3.faults("ListObjectVersions", *kinds, probability=0.05, seed=5):
        together = planned(s3, command, "together", "--list-parallel", "8")
    assert together[:2] == alone[:2]
    assert cuts


def test_what_is_written_meanwhile(s3, command, cuts, monkeypatch):
    """Keys written while their range is listed: those above the page are found once, nothing is found twice."""
    s3.load("mybucket", bucket("digits", 6))
    s3.set_clock(NEW)
    s3.settings(page_size=10, latency=0.001)
    client, reached, written = s3.client(), Piece.reached, []

    def writing(self, key, entries, more, keys):
        until = reached(self, key, entries, more, keys)
        if more and (until is None or key < until) and len(written) < 30:  # what follows is yet to be read
            written.append(f"{key}!")
            client.put_object(Bucket="mybucket", Key=f"{key}!", Body=b"")
        return until

    monkeypatch.setattr(Piece, "reached", writing)
    planned(s3, command, "run", "--list-parallel", "8")
    keys = Counter(line["key"] for line in lines("versions"))
    assert len(written) > 10 and max(keys.values()) == 1
    assert keys.keys() >= set(written)
