"""The prefix list: what its lines mean, what is refused, and that nothing in it is listed twice."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3distversions.errors import UsageError
from s3distversions.location import Location, parse
from s3distversions.model import KeyRange
from s3distversions.prefixes import meant, read
from tests.test_location import lists

SRC = Location("mybucket", "mypath")


def ranges(text, src=SRC):
    return read(text.encode() if isinstance(text, str) else text, "list.txt", src)


def prefixes(text, src=SRC):
    return [keys.prefix for keys in ranges(text, src)]


@pytest.mark.parametrize(
    "text, found",
    [
        ("/1\n/2\n", ["mypath/1", "mypath/2"]),
        ("1\n2", ["mypath/1", "mypath/2"]),
        ("2\r\n1\r\n", ["mypath/1", "mypath/2"]),
        ("\ufeff1\n\n \n\t\r\n2\n", ["mypath/1", "mypath/2"]),
        (
            "s3://mybucket/mypath/1\ns3a://mybucket/mypath/2\ns3n://mybucket/mypath/3/",
            ["mypath/1", "mypath/2", "mypath/3/"],
        ),
        ("1\n1\n/1\ns3://mybucket/mypath/1", ["mypath/1"]),
        ("10\n1\n1/2\n2\n12", ["mypath/1", "mypath/2"]),
        ("a/b/\na\nab", ["mypath/a"]),
        ("/", ["mypath/"]),
        ("//1", ["mypath//1"]),
        ("1 \n 1", ["mypath/ 1", "mypath/1 "]),
        ("café/\u2028x\x0b\x85\n", ["mypath/café/\u2028x\x0b\x85"]),  # line ends to Python, not to us
        ("a\rb\r\r\n", ["mypath/a\rb\r"]),
        ("mypath/1", ["mypath/mypath/1"]),
        ("s3://mybucket/mypath/", ["mypath/"]),
    ],
)
def test_lines(text, found):
    assert prefixes(text) == found
    assert prefixes(gzip.compress(text.encode(), mtime=0)) == found


def test_the_source_itself_is_all_of_it():
    assert ranges("1\ns3://mybucket/mypath\n2/3") == [KeyRange.of_key("mypath"), KeyRange("mypath/")]
    assert ranges("1\n/\n2/3", Location("mybucket", "")) == [KeyRange("")]
    assert ranges("s3://mybucket\nmypath", Location("mybucket", "")) == [KeyRange("")]


def test_of_a_whole_bucket():
    assert prefixes("/1\n2\ns3://mybucket/3", Location("mybucket", "")) == ["1", "2", "3"]


@pytest.mark.parametrize(
    "data, said",
    [
        (b"", "holds no prefix"),
        (b"\n \r\n", "holds no prefix"),
        (b"\xef\xbb\xbf", "holds no prefix"),
        (gzip.compress(b"", mtime=0), "holds no prefix"),
        (b"1\n\xff\xfe", "line 2 of the prefix list list.txt is not UTF-8"),
        (b"1\ncaf\xe9", "line 2 .* is not UTF-8"),
        ("1\n".encode("utf-16"), "UTF-16"),
        (b"\xfe\xff\x001", "UTF-16"),
        (gzip.compress(b"1\n", mtime=0)[:-9], "damaged .gz"),
        (gzip.compress(b"1\n" * 99, mtime=0)[:-8] + bytes(8), "damaged .gz"),
        (b"\x1f\x8b1\n2\n", "damaged .gz"),
        (b"1\ns3://other/mypath/1", "line 2 .* is outside --src s3://mybucket/mypath"),
        (b"s3://mybucket/mypath2/1", "outside --src"),
        (b"s3://mybucket/", "outside --src"),
        (b"s3://mybucket/mypat", "outside --src"),
        (b"s3:///1", "no valid bucket name"),
        (b"a" * 1018, "line 1 .* is 1025 bytes long"),
    ],
)
def test_what_is_refused(data, said):
    with pytest.raises(UsageError, match=said):
        ranges(data)


def test_the_longest_prefix():
    assert prefixes("a" * 1017) == ["mypath/" + "a" * 1017]


beginnings = st.text("ab/", min_size=1, max_size=4)
# a name, the same with its slash, or a full location; and now and then the source itself
lines = (
    beginnings | beginnings.map(lambda text: "/" + text) | beginnings.map("s3://mybucket/mypath/{}".format)
)
lines |= st.sampled_from(["/", "s3://mybucket/mypath/", "s3://mybucket/mypath"])
keys_below = st.text("ab/", max_size=6).map("mypath/".__add__) | st.sampled_from(
    ["mypath", "mypath2", "mypath2/a"]
)


@settings(deadline=None)
@given(st.lists(lines, min_size=1), st.lists(keys_below, min_size=10))
def test_the_ranges_cover_what_the_lines_mean_once(written, keys):
    found = ranges("\n".join(written))
    assert found == sorted(found, key=lambda keys: keys.prefix)
    for key in keys:
        wanted = any(lists(each, key) for line in written for each in meant(line.encode(), "", SRC))
        assert sum(lists(each, key) for each in found) == wanted


@settings(deadline=None)
@given(st.lists(lines, min_size=1), st.randoms())
def test_neither_order_nor_doubles_matter(written, random):
    shuffled = written + random.sample(written, len(written) // 2)
    random.shuffle(shuffled)
    assert ranges("\r\n".join(shuffled)) == ranges("\n".join(written))


def test_meant_is_what_the_interface_says():
    src = parse("s3://mybucket/mypath", "--src")
    for line in (b"/1", b"1", b"s3://mybucket/mypath/1"):
        assert meant(line, "", src) == [KeyRange("mypath/1")]
