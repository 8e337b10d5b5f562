"""The prefix list: lines that a user wrote, in; the beginnings of keys that are in scope, out."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from s3distversions.errors import UsageError
from s3distversions.location import SCHEMES, Location, check_key, parse
from s3distversions.model import KeyRange

BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
# What is read into memory at once: a list of some millions of lines. A device has no end, and a .gz may be
# a thousand times longer than it looks.
MOST_BYTES = 256 << 20


def whole(file: Any, name: str) -> bytes:
    """Return all that a file holds. UsageError if that is more than anybody wrote by intent."""
    data = bytes(file.read(MOST_BYTES + 1))
    if len(data) > MOST_BYTES:
        raise UsageError(
            f"{name} holds more than {MOST_BYTES >> 20} MiB",
            "A shorter prefix covers all that begin with it.",
        )
    return data


def read(data: bytes, name: str, src: Location) -> list[KeyRange]:
    """Return the ranges that the prefix list `data`, the content of the file `name`, puts in scope.

    Sorted; doubles, and prefixes that begin with another of the list, are left out: nothing is listed twice.
    UsageError for a list that is empty, unreadable, or names what is outside `src`.
    """
    ranges: set[KeyRange] = set()
    for number, line in enumerate(unpack(data, name).split(b"\n"), 1):
        ranges.update(meant(line, f"line {number} of the prefix list {name}", src))
    if not ranges:
        raise UsageError(f"the prefix list {name} holds no prefix", "Write one beginning of a key a line.")
    return list(outermost(sorted(ranges, key=lambda keys: keys.prefix)))


def unpack(data: bytes, name: str) -> bytes:
    """Return the list as UTF-8 without a byte order mark, unpacked where it is a .gz."""
    if data.startswith(b"\x1f\x8b"):
        try:
            data = whole(gzip.GzipFile(fileobj=io.BytesIO(data)), f"the prefix list {name}")
        except (OSError, EOFError, zlib.error) as error:
            raise UsageError(f"the prefix list {name} is a damaged .gz", "Pack it again.") from error
    if data[:2] in BOMS:
        raise UsageError(f"the prefix list {name} is {BOMS[data[:2]]}", "Save it as UTF-8.")
    return data.removeprefix(b"\xef\xbb\xbf")


def meant(line: bytes, where: str, src: Location) -> list[KeyRange]:
    """Return the ranges that one line means under `src`; none for a blank line.

    `/1` and `1` under s3://mybucket/mypath both mean `mypath/1`; s3://mybucket/mypath/1 is accepted too.
    """
    if b"\0" in line:  # rather UTF-16 without a mark, or names that end so, than what anybody calls a key
        raise UsageError(
            f"{where} holds a NUL byte", "Save the list as UTF-8, one beginning of a key a line."
        )
    try:
        text = line.removesuffix(b"\r").decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"{where} is not UTF-8", "S3's keys are UTF-8 text.") from error
    if not text.strip():
        return []
    if not text.startswith(SCHEMES):
        prefix = src.below + text.removeprefix("/")
        check_key(prefix, where)
        return [KeyRange(prefix)]
    location = parse(text, where)
    if location == src:
        return src.ranges()
    if location.bucket != src.bucket or not location.path.startswith(src.below):
        raise UsageError(f"{where} is outside --src {src.uri}: {text}", "Give prefixes below --src.")
    return [KeyRange(location.path)]


def outermost(ranges: Iterable[KeyRange]) -> Iterator[KeyRange]:
    """Yield those of `ranges`, sorted by prefix, that no other of them covers."""
    last: KeyRange | None = None
    for keys in ranges:
        if last is None or last.is_key or not keys.prefix.startswith(last.prefix):
            last = keys
            yield keys
