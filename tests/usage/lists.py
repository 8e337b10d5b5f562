"""Prefix lists that are refused: what they hold, and where they are."""

import gzip
import os

from tests.usage.table import Bad, file, folder, given


def flipped(data: bytes) -> bytes:
    """Another bit in the middle."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


LISTS = [
    ("empty", b"", "the prefix list list holds no prefix"),
    ("blank lines", b"\n \t\r\n\n", "the prefix list list holds no prefix"),
    ("a BOM alone", b"\xef\xbb\xbf", "the prefix list list holds no prefix"),
    ("an empty .gz", gzip.compress(b""), "the prefix list list holds no prefix"),
    ("UTF-16", "1\r\n".encode("utf-16"), "the prefix list list is UTF-16"),
    ("UTF-16, big end first", b"\xfe\xff\x001\x00\n", "the prefix list list is UTF-16"),
    ("UTF-16 without a mark", "1\r\n".encode("utf-16-le"), "line 1 of the prefix list list holds a NUL byte"),
    (
        "UTF-16, big end first, without a mark",
        "1\n".encode("utf-16-be"),
        "line 1 of the prefix list list holds a NUL byte",
    ),
    ("UTF-32", "1\n".encode("utf-32"), "the prefix list list is UTF-16"),
    ("names that end with NUL", b"1\0002\0", "line 1 of the prefix list list holds a NUL byte"),
    ("a .zip", b"PK\x03\x04\x14\0\0\0", "line 1 of the prefix list list holds a NUL byte"),
    ("a .bz2", b"BZh91AY&SY\x89\xc8\x8a\xbe", "line 1 of the prefix list list is not UTF-8"),
    ("a .zst", b"(\xb5/\xfd\x04X", "line 1 of the prefix list list is not UTF-8"),
    ("a .gz in a .gz", gzip.compress(gzip.compress(b"1")), "line 1 of the prefix list list holds a NUL byte"),
    ("UTF-16 in a .gz", gzip.compress("1\n".encode("utf-16")), "the prefix list list is UTF-16"),
    ("an overlong slash", b"1\xc0\xaf\n", "line 1 of the prefix list list is not UTF-8"),
    ("half a character", "1\né".encode()[:-1], "line 2 of the prefix list list is not UTF-8"),
    ("spaces of all kinds", "\u00a0\n\u2003\n\u3000\r\n".encode(), "the prefix list list holds no prefix"),
    (
        "1025 bytes in two-byte letters",
        "é".encode() * 510,
        "line 1 of the prefix list list is 1025 bytes long",
    ),
    (
        "1025 bytes behind a scheme",
        b"s3://versioned/path/" + b"x" * 1020,
        "line 1 of the prefix list list 's3://versioned/path/" + "x" * 1020 + "' is 1025 bytes long",
    ),
    (
        "a directory bucket's",
        b"s3://mine--usw2-az1--x-s3/1\n",
        "line 1 of the prefix list list 's3://mine--usw2-az1--x-s3/1' is a directory bucket",
    ),
    ("Latin 1", "1\nbücher\n".encode("latin-1"), "line 2 of the prefix list list is not UTF-8"),
    ("surrogates as UTF-8", b"\xed\xa0\x80\n", "line 1 of the prefix list list is not UTF-8"),
    ("a long line", b"1\n" + b"x" * 1020, "line 2 of the prefix list list is 1025 bytes long"),
    (
        "a .gz with a bit flipped",
        flipped(gzip.compress(b"1\n" * 99, mtime=0)),
        "the prefix list list is a damaged .gz",
    ),
    ("a .gz cut in its head", gzip.compress(b"1\n")[:8], "the prefix list list is a damaged .gz"),
    ("text with a .gz's magic", b"\x1f\x8b1\n2\n", "the prefix list list is a damaged .gz"),
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
    Bad(
        "a list below a file",
        given("--prefixes", "list/1"),
        "--prefixes list/1: Not a directory",
        setup=file("list", b"1"),
    ),
    Bad(
        "a list with a long name",
        given("--prefixes", "l" * 300),
        f"--prefixes {'l' * 300}: File name too long",
    ),
    Bad("a list with a line end", given("--prefixes", "a\nb"), "--prefixes a b: No such file or directory"),
    Bad(
        "a list with an escape",
        given("--prefixes", "\x1b[31mred"),
        "--prefixes \\x1b[31mred: No such file or directory",
    ),
    Bad("the null device", given("--prefixes", os.devnull), f"the prefix list {os.devnull} holds no prefix"),
    Bad(
        "a device without end",
        given("--prefixes", "/dev/zero"),
        "--prefixes /dev/zero holds more than 256 MiB",
    ),
    Bad(
        "a .gz that is longer than it looks",
        given("--prefixes", "list"),
        "the prefix list list holds more than 256 MiB",
        setup=file("list", gzip.compress(bytes(1 << 20)) * 257),
    ),
    Bad(
        "a file as a URI",
        given("--prefixes", "file:///list"),
        "--prefixes file:///list: this runner reads local files and s3:// only",
    ),
    Bad(
        "two lists in one",
        given("--prefixes", "list,list"),
        "--prefixes list,list: No such file or directory",
        setup=file("list", b"1"),
    ),
    Bad(
        "blank lines on standard input",
        given("--prefixes", "-"),
        "the prefix list - holds no prefix",
        stdin=b"\n\r\n",
    ),
    Bad(
        "invalid UTF-8 on standard input",
        given("--prefixes=-"),
        "line 2 of the prefix list - is not UTF-8",
        stdin=b"1\n\xff\n",
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
