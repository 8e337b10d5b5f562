"""Arithmetic between keys: strictly between, never what S3 refuses, and about where it is asked for."""

import random
import string
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from s3distversions.keyspace import MOST_BYTES, NOT_IN_PARAMETERS, Keyspace
from tests.embedded_s3.markup import has_forbidden_characters
from tests.odd_keys import ODD_KEYS

EDGES = "\0\x01\t\n\x1f !%+/09AZaz~\x7f\x80\x9f\u00e9\ud7ff\ue000\ufdd0\ufffd\ufffe\uffff\U00010000\U0001fffe\U0010fffd\U0010ffff"
ODD = st.sampled_from(ODD_KEYS) | st.text(EDGES, max_size=6)
ODD |= st.builds(
    lambda text, more: (text * 1024)[: 1024 // len(text.encode())] + more,
    st.sampled_from("x%\ud7ff"),
    st.just(""),
)


def learned(keys):
    space = Keyspace()
    for key in keys:
        space.learn(key)
    return space


def test_what_s3_refuses():
    """Control characters but for tab, LF and CR; noncharacters; and surrogates, which are none in UTF-8."""
    for code in range(0x110000):
        is_control = (code < 0x20 and chr(code) not in "\t\n\r") or 0x7F <= code <= 0x9F
        is_none = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE or 0xD800 <= code <= 0xDFFF
        assert bool(NOT_IN_PARAMETERS.match(chr(code))) == (is_control or is_none), hex(code)
        assert not has_forbidden_characters(chr(code)) or is_control or is_none


@settings(max_examples=400, deadline=None)
@given(st.lists(ODD, max_size=8), ODD, ODD | st.none(), st.integers(0, 3), st.floats(0, 1))
@example(["a"], "a", "a\t", 0, 0.5)
@example(["x" * 1024], "x" * 1023, "x" * 1024, 0, 0.5)
@example(["\ud7ff1", "\ue0001"], "\ud7ff", "\ue000", 0, 0.5)
@example(["a", "a/b", "a/bc"], "a", None, 1, 0.99)
def test_between_is_between(keys, low, high, alike, share):
    if high is not None and high < low:
        low, high = high, low
    prefix = low[:alike]
    space = learned(keys)
    space.learn_gap(low, low + "m", keys[0] if keys else None)
    for text in (space.between(low, high, prefix, share), space.past(low, high, prefix)):
        if text is not None:
            assert low < text
            assert high is None or text < high
            assert low.encode() < text.encode()
            assert text.startswith(prefix)
            assert not NOT_IN_PARAMETERS.search(text)
            assert len(text.encode()) <= MOST_BYTES


@settings(max_examples=300, deadline=None)
@given(st.lists(ODD, max_size=8), st.tuples(ODD, ODD, ODD), st.booleans())
def test_shares_grow_with_the_key(keys, three, is_open):
    low, at, high = sorted(three)
    space = learned([*keys, *three])
    share = space.share(low, at, None if is_open else high)
    assert share is None or 0 <= share <= 1
    if at < high and not is_open:
        further = space.share(low, high, high)
        assert further is None or further == pytest.approx(1)


def shape(kind, random):
    return {
        "hex": lambda: f"data/{random.getrandbits(128):032x}",
        "digits": lambda: f"{random.randrange(10**8):08}",
        "letters": lambda: "".join(random.choices(string.ascii_lowercase, k=8)),
        "base64": lambda: "".join(random.choices(string.ascii_letters + string.digits, k=20)),
        "unicode": lambda: "ф/" + "".join(random.choices("абвгдежзиклмнопрст", k=8)),
    }[kind]()


@pytest.mark.parametrize("kind", ["hex", "digits", "letters", "base64", "unicode"])
def test_a_share_is_a_share_of_the_keys(kind):
    seed = random.Random(6)
    keys = sorted({shape(kind, seed) for _ in range(20_000)})
    space = learned(seed.sample(keys, 200))
    low, high = keys[0], keys[-1]
    for wanted in (0.1, 0.25, 0.5, 0.75, 0.9):
        at = space.between(low, high, share=wanted)
        assert at is not None
        assert sum(key <= at for key in keys) / len(keys) == pytest.approx(wanted, abs=0.06)
        assert space.share(low, at, high) == pytest.approx(wanted, abs=0.06)


def test_months_end_at_twelve():
    space = learned(f"2014-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29))
    for year in ("2013", "2012"):  # nothing from the month 30 on
        space.learn_gap(f"{year}-01-01", f"{year}-3", f"{int(year) + 1}-01-01")
    cuts = [space.between("2014-01-01", "2015-01-01", share=n / 10) for n in range(1, 10)]
    assert all(one < other for one, other in pairwise(cuts))
    assert all(cut < "2014-3" for cut in cuts), cuts


def test_numbers_go_on_where_a_shorter_folder_ends():
    """That nothing above 79 was found elsewhere is no reason to take 8 for impossible."""
    space = learned(f"a/{number:04}" for number in range(0, 8000, 7))
    for folder in "bcdef":
        space.learn_gap(f"{folder}/0000", f"{folder}/5", f"{folder}x/0")
    assert space.share("a/0000", "a/7999", "a/9999") == pytest.approx(8 / 9, abs=0.03)


def test_nothing_is_known_of_what_was_never_seen():
    assert Keyspace().share("a", "b", "c") is None
    assert Keyspace().between("a", "a\t") is None
    assert Keyspace().between("b", "a") is None
    assert Keyspace().between("b", None, prefix="a") is None


def test_memory_is_bounded():
    space = Keyspace()
    seed = random.Random(6)
    for _ in range(40):
        space.learn("".join(chr(seed.randrange(0x4E00, 0x9000)) + "/" for _ in range(300)))
    assert len(space._alphabets._seen) <= 4096
    assert max(map(len, space._alphabets._alphabets.values())) < 2000
