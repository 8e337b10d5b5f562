"""Prefix lists that are refused: what they hold, and where they are."""

import gzip

from tests.usage.table import Bad, file, folder, given

LISTS = [
    ("empty", b"", "the prefix list list holds no prefix"),
    ("blank lines", b"\n \t\r\n\n", "the prefix list list holds no prefix"),
    ("a BOM alone", b"\xef\xbb\xbf", "the prefix list list holds no prefix"),
    ("an empty .gz", gzip.compress(b""), "the prefix list list holds no prefix"),
    ("UTF-16", "1\r\n".encode("utf-16"), "the prefix list list is UTF-16"),
    ("UTF-16, big end first", b"\xfe\xff\x001\x00\n", "the prefix list list is UTF-16"),
    ("Latin 1", "1\nbücher\n".encode("latin-1"), "line 2 of the prefix list list is not UTF-8"),
    ("surrogates as UTF-8", b"\xed\xa0\x80\n", "line 1 of the prefix list list is not UTF-8"),
    ("a long line", b"1\n" + b"x" * 1020, "line 2 of the prefix list list is 1025 bytes long"),
    ("a cut .gz", gzip.compress(b"1\n")[:-4], "the prefix list list is a damaged .gz"),
    (
        "a .gz with garbage behind",
        gzip.compress(b"1\n") + b"garbage",
        "the prefix list list is a damaged .gz",
    ),
    ("a .gz of its magic", b"\x1f\x8b", "the prefix list list is a damaged .gz"),
    (
        "another path",
        b"s3://versioned/path2/1",
        "line 1 of the prefix list list is outside --src s3://versioned/path: s3://versioned/path2/1",
    ),
    (
        "above",
        b"/1\ns3://versioned",
        "line 2 of the prefix list list is outside --src s3://versioned/path: s3://versioned",
    ),
    (
        "another bucket",
        b"s3://other/path/1\n",
        "line 1 of the prefix list list is outside --src s3://versioned/path: s3://other/path/1",
    ),
    (
        "no bucket",
        b"s3:///path/1\n",
        "line 1 of the prefix list list 's3:///path/1' has no valid bucket name",
    ),
]

REFUSED = [
    *(
        Bad(f"list: {name}", given("--prefixes", "list"), error, setup=file("list", content))
        for name, content, error in LISTS
    ),
    Bad("a missing list", given("--prefixes", "none"), "--prefixes none: No such file or directory"),
    Bad(
        "a folder for a list",
        given("--prefixes", "list"),
        "--prefixes list: Is a directory",
        setup=folder("list"),
    ),
    Bad("nothing on standard input", given("--prefixes", "-"), "the prefix list - holds no prefix"),
    Bad(
        "UTF-16 on standard input",
        given("--prefixes", "-"),
        "the prefix list - is UTF-16",
        stdin="1\n".encode("utf-16"),
    ),
    Bad(
        "a list on HDFS",
        given("--prefixes", "hdfs:///list"),
        "--prefixes hdfs:///list: this runner reads local files and s3:// only",
    ),
    Bad(
        "a list on the web",
        given("--prefixes", "https://example.com/list"),
        "--prefixes https://example.com/list: this runner reads local files and s3:// only",
    ),
    Bad(
        "a list in no bucket",
        given("--prefixes", "s3:///list"),
        "--prefixes 's3:///list' has no valid bucket name",
    ),
    Bad(
        "a bucket for a list",
        given("--prefixes", "s3://other"),
        "--prefixes s3://other names no object",
    ),
    Bad(
        "a missing object for a list",
        given("--prefixes", "s3://other/none"),
        "--prefixes s3://other/none: no such object",
        may_ask=True,
    ),
    Bad(
        "a list in a missing bucket",
        given("--prefixes", "s3://nowhere/list"),
        "reading s3://nowhere/list: NoSuchBucket: The specified bucket does not exist",
        may_ask=True,
    ),
    Bad(
        "an empty object for a list",
        given("--prefixes", "s3://other/empty"),
        "the prefix list s3://other/empty holds no prefix",
        may_ask=True,
    ),
]
