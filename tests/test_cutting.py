"""Cutting a scope by probes: ranges that hold about equally much, no key lost, few requests, always an end."""

import base64
import random
import uuid
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from s3distversions import cutting, parts
from s3distversions.cutting import MORE_PROBES, cut
from s3distversions.model import KeyRange
from tests.odd_keys import ODD_KEYS
from tests.scripted_listing_of_keys import Keys

WORDS = ("archive", "final", "images", "invoices", "orders", "processed", "raw", "results", "temp", "thumbs")
FOLDERS = ("alpha", "beta", "gamma", "logs", "misc", "raw", "tmp", "users", "zeta")
EVERYTHING = [KeyRange("")]


def uniform(n, seed):
    return (f"{seed.getrandbits(128):032x}" for _ in range(n))


def skewed(n, seed):
    for number in range(n):
        yield f"{'hot' if number % 10 else seed.choice(FOLDERS)}/{seed.getrandbits(64):016x}"


def skewed_numbers(n, seed):
    for number in range(n):
        yield f"data/{'big' if number % 10 else seed.choice(FOLDERS)}/{number:010}"


def dates(n, seed):
    begin, step = datetime(2012, 1, 1), timedelta(days=1000) / n
    for number in range(n):
        yield f"logs/{begin + step * number:%Y/%m/%d/%H}/host-{number % 7:02}/{number:08}.log.gz"


def times(n, seed):
    begin, step = datetime(2013, 11, 1), timedelta(days=400) / n
    return (f"{begin + step * number:%Y-%m-%dT%H:%M:%S}-{seed.getrandbits(32):08x}" for number in range(n))


def uuids(n, seed):
    return (f"users/{uuid.UUID(int=seed.getrandbits(128), version=4)}/profile.json" for _ in range(n))


def sequential(n, seed):
    return (f"{number:012}" for number in range(n))


def unpadded(n, seed):
    return (f"item-{number}.json" for number in range(n))


def base64s(n, seed):
    return (base64.urlsafe_b64encode(seed.randbytes(12)).decode() for _ in range(n))


def deep(n, seed):
    """Not among them: folders 0 to 11, of which 10 and 11 lie hidden between 1 and 2; they may stay together."""
    for number in range(n // 250):
        folder = f"company/department-{number % 10}/customer-{seed.randrange(400)}/{seed.choice(WORDS)}"
        folder += f"/{seed.randrange(2010, 2015)}/{seed.choice(WORDS)}/batch-{number:05}"
        yield from (f"{folder}/part-{each:05}.parquet" for each in range(250))


def cyrillic(n, seed):
    return ("café/" + "".join(seed.choices("каталогдокументыфайл", k=8)) for _ in range(n))


def cuts_of(monkeypatch, keys, wanted, ranges=EVERYTHING, width=16, worth=500, **options):
    """Return the listing of keys, what it was cut into, and how many keys each range holds; all are held once."""
    listing = keys if isinstance(keys, Keys) else Keys(keys, **options)
    monkeypatch.setattr(cutting, "fetch", listing.fetch)
    monkeypatch.setattr(parts, "WORTH", worth)
    found = cut(None, "bucket", ranges, wanted, width)
    sizes = [len(listing.held(keys)) for keys in found]
    assert sum(sizes) == sum(len(listing.held(keys)) for keys in ranges)
    assert len(found) <= max(wanted, len(ranges))
    assert listing.requests <= len(ranges) + max(wanted - len(ranges), 0) + MORE_PROBES
    return listing, found, sizes


# shape, and how many times the mean the largest of 64 and of 256 ranges may hold
@pytest.mark.parametrize(
    "shape, most_of_64, most_of_256",
    [
        (uniform, 2.5, 2.5),
        (skewed, 5, 4),
        (skewed_numbers, 3, 3),
        (dates, 9, 2.5),
        (times, 3, 3),
        (uuids, 2.5, 2.5),
        (sequential, 2.5, 2.5),
        (unpadded, 6, 4),
        (base64s, 2.5, 2.5),
        (deep, 16, 7),
        (cyrillic, 6, 7),
    ],
)
def test_ranges_hold_about_equally_much(monkeypatch, shape, most_of_64, most_of_256):
    keys = sorted(shape(200_000, random.Random(6)))
    for wanted, most in ((64, most_of_64), (256, most_of_256)):
        listing, found, sizes = cuts_of(monkeypatch, keys, wanted)
        balance = max(sizes) * len(sizes) / len(keys)
        print(
            f"{shape.__name__}: {len(found)} ranges, {listing.requests} requests, largest {balance:.2f} x mean"
        )
        assert len(found) == wanted
        assert balance <= most
        assert listing.requests <= 2 * len(found)


def test_one_hot_key_ends(monkeypatch):
    """Versions of one key cannot be cut apart, and must not be tried to."""
    few = [f"{folder}/{number}" for folder in ("few", "some") for number in range(300)]
    listing, _, sizes = cuts_of(monkeypatch, ["hot"] * 100_000 + few, 256)
    assert max(sizes) < 100_000 + 400
    assert listing.requests < 100


@pytest.mark.parametrize("key", ["hot", "a/b/" * 200 + "hot", "\x01", "x" * 1024, "\U0010ffff"])
def test_a_single_key_ends(monkeypatch, key):
    listing, found, _ = cuts_of(monkeypatch, [key] * 100_000, 256, worth=0.001)
    assert len(found) <= 2
    assert listing.requests < 30


def test_what_is_small_is_not_cut(monkeypatch):
    listing, found, _ = cuts_of(monkeypatch, [f"{number:05}" for number in range(900)], 64, worth=10_000)
    assert (found, listing.requests) == (EVERYTHING, 1)
    listing, found, _ = cuts_of(monkeypatch, [f"{number:05}" for number in range(3000)], 64, worth=10_000)
    assert len(found) <= 12 and listing.requests <= 20


def test_nothing_is_there(monkeypatch):
    listing, found, _ = cuts_of(monkeypatch, [], 64)
    assert (found, listing.requests) == (EVERYTHING, 1)


def test_prefixes_are_cut_where_they_are_large(monkeypatch):
    seed = random.Random(6)
    keys = [f"large/{seed.getrandbits(64):016x}" for _ in range(100_000)]
    keys += [f"small{prefix}/{number}" for prefix in range(10) for number in range(50)]
    ranges = [KeyRange.of_key("small0/1"), KeyRange("large/")]
    ranges += [KeyRange(f"small{prefix}/") for prefix in range(1, 10)]
    _, found, sizes = cuts_of(monkeypatch, keys, 64, ranges)
    assert set(ranges) - {KeyRange("large/")} < set(found)
    assert len(found) == 64
    assert max(sizes) < 5 * 100_000 / 54


def test_as_many_prefixes_as_wanted_cost_nothing(monkeypatch):
    ranges = [KeyRange(f"{number:03}") for number in reversed(range(100))]
    listing, found, _ = cuts_of(monkeypatch, [f"{number:05}" for number in range(5000)], 100, ranges)
    assert (found, listing.requests) == (ranges[::-1], 0)


def test_neighbours_share_their_boundary_and_stay_in_their_range(monkeypatch):
    keys = [f"a/{number:06}" for number in range(50_000)] + ["a", "b"]
    whole = KeyRange("a/", "a/001000", "a/040000")
    _, found, _ = cuts_of(monkeypatch, keys, 32, [whole])
    assert (found[0].after, found[-1].until) == (whole.after, whole.until)
    assert [keys.until for keys in found[:-1]] == [keys.after for keys in found[1:]]
    assert len(found) == 32


def test_a_server_that_repeats_the_marker(monkeypatch):
    """As Ceph does: what is not above it is no answer."""
    _, found, sizes = cuts_of(monkeypatch, [f"{number:07}" for number in range(50_000)], 32, repeats=True)
    assert len(found) == 32 and max(sizes) < 4 * 50_000 / 32
    monkeypatch.setattr(cutting, "fetch", Keys("abbbc", repeats=True).fetch)
    for size in (1, 2, 10):
        found, is_all = cutting.Cutting(None, "bucket", None, 1)._above("", "b", size)
        assert (found, is_all) in ((["c"], True), ([], False))


EDGES = "\0\x01\t\n %+/09AZaz~\x7f\u00e9\ud7ff\ue000\ufdd0\ufffd\ufffe\uffff\U00010000\U0010fffd\U0010ffff"
ODD = st.sampled_from(ODD_KEYS) | st.text(EDGES, min_size=1, max_size=5)


@settings(max_examples=150, deadline=None)
@given(
    st.sets(ODD, min_size=1, max_size=60),
    st.sampled_from(["", "a", "a/", "\x01", "x" * 1023]),
    st.integers(2, 40),
    st.booleans(),
)
@example({"a", "a/", "a/b", "a\0", "a!", "a\uffff", "a\U0010ffff"}, "", 40, True)
def test_no_key_is_lost_whatever_keys_are(keys, prefix, wanted, repeats):
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(cutting, "PAGE_SIZE", 2)
        options = {"worth": 0.001, "repeats": repeats, "page_size": 2}
        listing, found, _ = cuts_of(monkeypatch, keys, wanted, [KeyRange(prefix)], 2, **options)
    held = [key for keys in found for key in listing.held(keys)]
    assert held == [key for key in sorted(keys) if key.startswith(prefix)]
    for left, right in pairwise(found):
        assert left.until == right.after


def test_keys_written_meanwhile_are_in_one_range(monkeypatch):
    """The ranges hold what is written later too, above all keys and between them."""
    keys = [f"a/{number:06}" for number in range(50_000)]
    _, found, _ = cuts_of(monkeypatch, keys, 32, [KeyRange("a/")])
    for key in [
        "a/",
        "a/\x01",
        "a/0",
        "a/000001x",
        "a/zzz",
        "a/\U0010ffff",
        *(each.until or "a/" for each in found),
    ]:
        assert sum(len(Keys([key]).held(each)) for each in found) == 1, key


def test_errors_are_let_through(monkeypatch):
    def fetch(*_):
        raise OSError("no route")

    monkeypatch.setattr(cutting, "fetch", fetch)
    with pytest.raises(OSError, match="no route"):
        cut(None, "bucket", EVERYTHING, 10, 4)
