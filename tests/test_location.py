"""Locations: which keys they hold, which ranges list them, and where a key goes in another one."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from s3distversions.errors import UsageError
from s3distversions.location import Location, nameless, overlap, parse, rebase, rebase_range
from s3distversions.model import KeyRange


def at(text):
    return parse(text, "--src")


def lists(keys, key):
    """Would the listing of the range `keys` show `key`?"""
    return (
        key.startswith(keys.prefix)
        and (keys.after is None or key > keys.after)
        and (keys.until is None or key <= keys.until)
    )


@pytest.mark.parametrize(
    "text, bucket, path, uri",
    [
        ("s3://bucket", "bucket", "", "s3://bucket"),
        ("s3://bucket/", "bucket", "", "s3://bucket"),
        ("s3://bucket/path", "bucket", "path", "s3://bucket/path"),
        ("s3n://bucket/path/", "bucket", "path/", "s3://bucket/path/"),
        ("s3a://my.bucket-1/a//b", "my.bucket-1", "a//b", "s3://my.bucket-1/a//b"),
        ("s3://bucket//path", "bucket", "/path", "s3://bucket//path"),
        (
            "s3://Old_Bucket/caf\u00e9 ?#%20",
            "Old_Bucket",
            "caf\u00e9 ?#%20",
            "s3://Old_Bucket/caf\u00e9 ?#%20",
        ),
        ("s3://bucket/" + "é" * 512, "bucket", "é" * 512, "s3://bucket/" + "é" * 512),
    ],
)
def test_parse(text, bucket, path, uri):
    assert (at(text), at(text).uri) == ((bucket, path), uri)


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "is not an S3 location"),
        ("bucket/path", "is not an S3 location"),
        ("S3://bucket", "is not an S3 location"),
        ("https://bucket.s3.amazonaws.com/path", "is not an S3 location"),
        ("s3:/bucket", "is not an S3 location"),
        ("s3://", "no valid bucket name"),
        ("s3:///path", "no valid bucket name"),
        ("s3://ab", "no valid bucket name"),
        ("s3://my bucket", "no valid bucket name"),
        ("s3://bucket-/path", "no valid bucket name"),
        ("s3://bücket", "no valid bucket name"),
        ("s3://bucket\n", "no valid bucket name"),
        ("s3://arn:aws:s3:us-east-1:123456789012:accesspoint/mine", "names an ARN"),
        ("s3://bucket--use1-az4--x-s3/path", "directory bucket"),
        ("s3://bucket/" + "é" * 512 + "a", "1025 bytes long"),
        ("s3://bucket/\udcff", "not UTF-8"),
    ],
)
def test_what_is_no_location_is_refused(text, said):
    with pytest.raises(UsageError, match=said) as caught:
        at(text)
    assert str(caught.value).startswith("--src ")


@pytest.mark.parametrize(
    "text, inside, outside",
    [
        ("s3://b-1", ["a", "/", "path", "\0", "\U0010ffff"], []),
        (
            "s3://b-1/path",
            ["path", "path/", "path/a", "path//a"],
            ["path2", "path2/a", "pat", "a/path", "Path/a", "path-1"],
        ),
        ("s3://b-1/path/", ["path/", "path/a", "path//"], ["path", "path2/a"]),
        ("s3://b-1/a/b", ["a/b", "a/b/c"], ["a/", "a/bc", "a/b2/c", "a"]),
        ("s3://b-1//path", ["/path", "/path/a"], ["path", "path/a"]),
    ],
)
def test_contains_and_ranges(text, inside, outside):
    location = at(text)
    for key in inside + outside:
        assert location.contains(key) == (key in inside), key
        assert sum(lists(keys, key) for keys in location.ranges()) == (key in inside), key


@pytest.mark.parametrize(
    "one, other, is_overlap",
    [
        ("s3://b-1", "s3://b-1", True),
        ("s3://b-1/a", "s3://b-1/a", True),
        ("s3://b-1/a", "s3://b-1/a/", True),
        ("s3://b-1/a", "s3://b-1/a/b", True),
        ("s3://b-1/a/", "s3://b-1/a/b", True),
        ("s3://b-1", "s3://b-1/a", True),
        ("s3://b-1/a", "s3://b-1/ab", False),
        ("s3://b-1/a/", "s3://b-1/ab/", False),
        ("s3://b-1/a/b", "s3://b-1/a/c", False),
        ("s3://b-1/a", "s3://b-2/a", False),
        ("s3://b-1", "s3://b-2", False),
    ],
)
def test_overlap(one, other, is_overlap):
    assert overlap(at(one), at(other)) == overlap(at(other), at(one)) == is_overlap


paths = st.text("ab/", max_size=4)
keys_around = st.text("ab/", min_size=1, max_size=6)


@settings(deadline=None)
@given(paths, paths, keys_around)
def test_a_key_in_both_means_an_overlap(one, other, key):
    one, other = Location("bucket", one), Location("bucket", other)
    assert overlap(one, other) or not (one.contains(key) and other.contains(key))


@pytest.mark.parametrize(
    "src, dest, moves",
    [
        ("s3://b-1/p", None, {"p": "p", "p/": "p/", "p/a": "p/a"}),
        ("s3://b-1/p", "s3://b-2/q", {"p": "q", "p/": "q/", "p/a": "q/a", "p//a": "q//a"}),
        ("s3://b-1/p", "s3://b-2/q/", {"p": "q/p", "p/a": "q/a"}),
        ("s3://b-1/p/", "s3://b-2/q", {"p/": "q/", "p/a": "q/a"}),
        ("s3://b-1/x/p", "s3://b-2", {"x/p": "p", "x/p/": "p/", "x/p/a": "a", "x/p/a/b": "a/b"}),
        ("s3://b-1/x/p/", "s3://b-2", {"x/p/": "p/", "x/p/a": "a"}),
        ("s3://b-1/x/p//", "s3://b-2", {"x/p//": "p//", "x/p//a": "a"}),
        ("s3://b-1", "s3://b-2/q", {"a": "q/a", "/": "q//", "q/a": "q/q/a"}),
        ("s3://b-1", "s3://b-2", {"a": "a", "a/": "a/"}),
    ],
)
def test_rebase(src, dest, moves):
    for key, there in moves.items():
        assert rebase(key, at(src), dest and at(dest)) == there


@pytest.mark.parametrize(
    "src, dest, keys",
    [
        ("s3://b-1/x/p", "s3://b-2", ["x/p", "x/p/"]),
        ("s3://b-1/x/p/", "s3://b-2", ["x/p/"]),
        ("s3://b-1/x/p", "s3://b-2/q/", ["x/p"]),
        ("s3://b-1/x/p/", "s3://b-2/q/", []),
        ("s3://b-1/x/p", "s3://b-2/q", []),
        ("s3://b-1", "s3://b-2", []),
        ("s3://b-1", "s3://b-2/q/", []),
    ],
)
def test_nameless(src, dest, keys):
    assert nameless(at(src), at(dest)) == keys


@settings(deadline=None)
@given(paths, paths, st.lists(keys_around))
def test_keys_stay_in_the_destination_and_only_the_nameless_may_meet_others(src, dest, keys):
    src, dest = Location("b-1", src), Location("b-2", dest)
    keys = {key for key in keys if src.contains(key)}
    for key in keys:
        assert rebase(key, src, dest)
        assert dest.contains(rebase(key, src, dest))
    named = keys - set(nameless(src, dest))
    assert len({rebase(key, src, dest) for key in named}) == len(named)


def test_rebase_range():
    src, dest = at("s3://b-1/p"), at("s3://b-2/q/r")
    assert rebase_range(KeyRange.of_key("p"), src, dest) == KeyRange.of_key("q/r")
    assert rebase_range(KeyRange("p/"), src, dest) == KeyRange("q/r/")
    assert rebase_range(KeyRange("p/a", "p/ab", "p/ac"), src, dest) == KeyRange("q/r/a", "q/r/ab", "q/r/ac")
    assert rebase_range(KeyRange("p/", None, "p/m"), src, at("s3://b-2")) == KeyRange("", None, "m")


@st.composite
def located_ranges(draw):
    """Draw a source, a destination and a range of the source, as they are made: cuts are below its prefix."""
    src, dest = Location("b-1", draw(paths)), Location("b-2", draw(paths))
    if src.own_key and draw(st.booleans()):
        return src, dest, KeyRange.of_key(src.own_key)
    prefix = src.below + draw(st.text("ab/", max_size=2))
    cut = st.none() | st.text("ab/ ", min_size=1, max_size=3).map(lambda end: prefix + end)
    return src, dest, KeyRange(prefix, draw(cut), draw(cut))


@settings(deadline=None)
@given(located_ranges(), st.lists(keys_around), st.lists(st.text("ab/ ", max_size=4)))
def test_a_range_moves_with_its_keys_in_their_order(located, keys, ends):
    src, dest, keys_there = *located[:2], rebase_range(located[2], *located[:2])
    keys = {*keys, *(located[2].prefix + end for end in ends)}
    keys = sorted(key for key in keys if key and lists(located[2], key))
    if not located[2].is_key:  # for those the command has a warning, and an order of their own
        keys = [key for key in keys if key not in nameless(src, dest)]
    assume(keys)
    moved = [rebase(key, src, dest) for key in keys]
    assert moved == sorted(moved)
    assert all(lists(keys_there, key) for key in moved)


@settings(deadline=None)
@given(located_ranges(), st.text("ab/ ", min_size=1, max_size=5))
def test_a_moved_range_holds_no_other_keys(located, key):
    src, dest, keys = located
    if not keys.is_key and src.contains(key) and not lists(keys, key) and key not in nameless(src, dest):
        assert key == src.own_key or not lists(rebase_range(keys, src, dest), rebase(key, src, dest))
