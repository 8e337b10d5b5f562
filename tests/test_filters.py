"""Which keys are in scope: --include and --exclude as the AWS CLI documents them, --srcPattern as S3DistCp does."""

from types import SimpleNamespace

import pytest

from s3distversions import planning
from s3distversions.columns import Made
from s3distversions.filters import in_scope
from s3distversions.location import parse
from s3distversions.model import Entry, KeyRange
from s3distversions.parameters import Parameters
from s3distversions.pieces import Piece, Whole

T = "2014-01-01T07:00:00Z"
KEYS = ["foo.txt", "bar.txt", "baz.jpg", "foo/a.txt", "foo/b/c.jpg", "Foo.TXT", "a\nb.txt", "é[1].txt"]


def scope(*filters, src="s3://mybucket/path", src_pattern=None):
    """Return what tells whether a key is in scope; filters: "+glob" includes, "-glob" excludes."""
    pairs = tuple(({"+": "include", "-": "exclude"}[each[0]], each[1:]) for each in filters)
    return in_scope(Parameters(parse(src, "--src"), T, filters=pairs, src_pattern=src_pattern))


@pytest.mark.parametrize(
    "filters, kept",
    [
        ("", KEYS),
        ("-*", []),
        ("-* +*", KEYS),
        ("+* -*", []),
        ("-* +*.txt", ["foo.txt", "bar.txt", "foo/a.txt", "a\nb.txt", "é[1].txt"]),
        ("+*.txt", KEYS),
        ("+*.txt -*.txt", ["baz.jpg", "foo/b/c.jpg", "Foo.TXT"]),
        ("-*.txt +foo*", ["foo.txt", "baz.jpg", "foo/a.txt", "foo/b/c.jpg", "Foo.TXT"]),
        ("-foo/*", ["foo.txt", "bar.txt", "baz.jpg", "Foo.TXT", "a\nb.txt", "é[1].txt"]),
        ("-* +foo/*.jpg", ["foo/b/c.jpg"]),
        ("-* +?oo.???", ["foo.txt", "Foo.TXT"]),
        ("-* +[a-b]*", ["bar.txt", "baz.jpg", "a\nb.txt"]),
        ("-* +[!a-z]*", ["Foo.TXT", "é[1].txt"]),
        ("-* +é[[]1].txt", ["é[1].txt"]),
        ("-* +path/foo.txt", []),
        ("-* +/foo.txt", []),
        ("-* +foo", []),
        ("-* +.*", []),
        ("-* +foo.txt -*oo* +*/a*", ["foo/a.txt"]),
    ],
)
def test_include_and_exclude(filters, kept):
    is_in_scope = scope(*filters.split())
    assert [key for key in KEYS if is_in_scope(f"path/{key}")] == kept


@pytest.mark.parametrize(
    "src, key, name",
    [
        ("s3://mybucket", "a/b", "a/b"),
        ("s3://mybucket/a", "a/b", "b"),
        ("s3://mybucket/a/", "a/b", "b"),
        ("s3://mybucket/a/b", "a/b", "b"),  # the key that --src names: its last part
        ("s3://mybucket/a/b", "a/b/", ""),  # the empty object that stands for a folder
        ("s3://mybucket/a/b", "a/b//c", "/c"),
        ("s3://mybucket//a", "/a/b", "b"),
        ("s3://mybucket/a*[b", "a*[b/c", "c"),  # nothing in --src itself is a pattern
    ],
)
def test_on_what_the_patterns_are_held(src, key, name):
    excluded = scope("-*", f"+{name}", src=src)
    assert excluded(key) and not scope("-*", f"+{name}x", src=src)(key)


@pytest.mark.parametrize(
    "pattern, kept",
    [
        (r".*\.txt", ["foo.txt", "bar.txt", "foo/a.txt", "é[1].txt"]),
        (r"s3://mybucket/path/foo.txt", ["foo.txt"]),
        (r"s3://mybucket/path/[^/]*", ["foo.txt", "bar.txt", "baz.jpg", "Foo.TXT", "a\nb.txt", "é[1].txt"]),
        (r"foo.*", []),  # the whole s3://bucket/key, not its end
        (r"s3://mybucket/path/foo", []),  # nor its beginning
        (r".*/path/(foo|bar)\.txt", ["foo.txt", "bar.txt"]),
        (r"(?i).*/foo\.txt", ["foo.txt", "Foo.TXT"]),
        (r"(?s).*b\.txt", ["a\nb.txt"]),
    ],
)
def test_src_pattern(pattern, kept):
    is_in_scope = scope(src_pattern=pattern)
    assert [key for key in KEYS if is_in_scope(f"path/{key}")] == kept


def test_both_must_agree():
    is_in_scope = scope("-*.jpg", src_pattern=r".*/foo.*")
    assert [key for key in KEYS if is_in_scope(f"path/{key}")] == ["foo.txt", "foo/a.txt"]


def test_what_is_excluded_is_neither_counted_nor_planned(monkeypatch):
    """And the range it lies in is listed to its end, with a record and with progress."""
    old, new = "2014-01-01T00:00:00Z", "2014-01-02T00:00:00Z"
    entries = [
        Entry(key, version_id, when, key == "path/c", None if key == "path/c" else version_id, 1, None, False)
        for key in ("path/a", "path/b", "path/c")
        for version_id, when in (("2", new), ("1", old))
    ]
    there = [
        Entry("to/b", "9", new, False, "9", 1, None, True),
        Entry("to/c", "9", new, False, "9", 1, None, True),
    ]
    listings = {"mybucket": entries, "other": there}

    def histories(client, bucket, keys):
        for key in dict.fromkeys(each.key for each in listings[bucket]):
            yield key, iter([each for each in listings[bucket] if each.key == key])

    monkeypatch.setattr(planning, "histories", histories)
    monkeypatch.setattr(planning, "pages", lambda client, bucket, keys, *_: iter([Made(listings[bucket])]))
    parameters = Parameters(parse("s3://mybucket/path", ""), T, parse("s3://other/to", ""))

    def planned(filters):
        piece = Piece(Whole(3, KeyRange("path/")), None, None)
        told, wanted = [], Parameters(parameters.src, T, parameters.dest, filters=filters)
        lines = list(planning.plan_piece(SimpleNamespace(), wanted, piece, told.append))
        record = {name: lines[-1][name] for name in counted}
        return [line["key"] for line in lines[:-1]], record, sum(told)

    counted = ("record", "range", "prefix", "keys", "existing", "versions", "markers")
    keys, record, told = planned(())
    assert (keys, told) == (["path/a", "path/b"], 6)
    assert list(record.values()) == ["listed", 3, "path/", 3, 2, 4, 2]
    keys, record, told = planned((("exclude", "a"), ("exclude", "c")))
    assert (keys, told) == (["path/b"], 6)
    assert list(record.values()) == ["listed", 3, "path/", 1, 1, 2, 0]
    keys, record, told = planned((("exclude", "*"),))
    assert (keys, told) == ([], 6)
    assert list(record.values()) == ["listed", 3, "path/", 0, 0, 0, 0]
