"""The entries of a page read by one regular expression, where that provably reads all of them.

A thousand entries take a parser and a loop ten milliseconds. Nearly every page is of one plain form: its entries
follow one another without a gap, each with the same fields in the same order. There one expression finds them all
in one millisecond. Split by it, the page must leave nothing between two entries; what is left around them goes,
with the last of them, to the real parser, which has to find that one and no other. Whatever is not of that form the real parser reads as a whole: here nothing is guessed and
nothing refused.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from s3distversions.columns import Texts

# What stands in a field is looked at by columns afterwards: that is faster than classes of characters here.
FIELDS = ("Key", "VersionId", "IsLatest", "LastModified", "ETag", "Size", "StorageClass")
# What delete markers may lack.
OF_VERSIONS = {"ETag", "ChecksumAlgorithm", "ChecksumType", "Size", "StorageClass"}
CHECKSUMS = "<ChecksumAlgorithm>[A-Z0-9_]+</ChecksumAlgorithm><ChecksumType>[A-Z_]+</ChecksumType>"
OWNER = (
    r"<Owner>(?:<ID>[\w.:@/+=-]*</ID>)?(?:<DisplayName>[\w.:@/+= -]*</DisplayName>|<DisplayName/>)?</Owner>"
)
NOT_READ = ("Owner", "ChecksumAlgorithm", "ChecksumType")
FIRST = re.compile("<Version>(.*?)</Version>", re.DOTALL)
CHILD = re.compile("<([A-Za-z]+)>.*?</\\1>", re.DOTALL)
NOT_PLAIN = re.compile("<[!?]")  # comments, CDATA and the like: what stands in them may be no entry at all

# Each set is what `parse` takes, or less: markup, references to characters and spaces are in none of them.
VISIBLE = bytes(set(range(0x21, 0x7F)) - set(b"<>&"))
IN_KEYS, IN_ETAGS = VISIBLE, VISIBLE.replace(b'"', b"")
DIGITS = string.digits.encode()
IN_IDS = (string.ascii_letters + string.digits + "._~!$'()*+,;=:@/-").encode()
QUOTE = "&quot;"
LONGEST_ID, LONGEST_SIZE = 1024, 99  # characters
MOMENT = b"0000-00-00T00:00:00.000Z\n"  # its digits as zeros
TO_ZEROS = bytes.maketrans(b"123456789", b"0" * 9)
HOUR = len("0000-00-00T00")  # characters of a moment
TENS_OF_MINUTES, TENS_OF_SECONDS = (slice(place, None, len(MOMENT)) for place in (14, 17))


class Found(NamedTuple):
    """What was read of a page: its columns, keys still encoded, and the document with the last entry alone."""

    keys: list[str]
    is_latest: list[bool]
    delete_markers: list[bool]
    texts: Texts
    rest: bytes


def find(body: bytes) -> Found | None:
    """Return what a page holds, None unless it is sure to be all."""
    try:
        text = body.decode("ascii")
    except UnicodeDecodeError:
        return None
    first = FIRST.search(text)
    elements = {child[1]: child[0] for child in CHILD.finditer(first[1])} if first else {}
    if not {*FIELDS} <= elements.keys() <= {*FIELDS, *NOT_READ}:
        return None
    # What is not read is mostly the same in all, which is found faster than any mixture.
    for owner in (elements.get("Owner", ""), None):
        expression = like(tuple(elements), owner)
        pieces = expression.split(text)
        width = expression.groups + 1
        if len(pieces) > width and not any(pieces[width:-1:width]):
            return checked(text, pieces, [name for name in elements if name in FIELDS])
    return None


def checked(text: str, pieces: list[str], names: Sequence[str]) -> Found | None:
    """Return what the pieces of a page are: what is before an entry, its kind, its fields, and so on."""
    if NOT_PLAIN.search(pieces[0], 1) or NOT_PLAIN.search(pieces[-1]):
        return None
    width = len(names) + 2
    columns = {name: pieces[place::width] for place, name in enumerate(names, 2)}
    delete_markers = list(map({"DeleteMarker"}.__contains__, pieces[1::width]))
    fill_in(columns, delete_markers)
    if not all(is_right(columns[name]) for name, is_right in CHECKS.items()):
        return None
    texts = Texts(*(columns[name] for name in ("VersionId", "LastModified", "ETag", "Size", "StorageClass")))
    rest = f"{pieces[0]}{last_entry(text, pieces[-1])}{pieces[-1]}"
    is_latest = list(map({"true"}.__contains__, columns["IsLatest"]))
    return Found(columns["Key"], is_latest, delete_markers, texts, rest.encode())


def fill_in(columns: dict[str, list[str]], delete_markers: Sequence[bool]) -> None:
    """Put something in place of what delete markers, and they alone, may lack; nobody reads it."""
    if True not in delete_markers:
        return
    places = [place for place, delete_marker in enumerate(delete_markers) if delete_marker]
    for name in ("ETag", "Size", "StorageClass"):
        column = columns[name]
        for place in places:
            column[place] = "0"


def last_entry(text: str, tail: str) -> str:
    """Return the text of the entry before `tail`, with which `text` ends."""
    end = len(text) - len(tail)
    return text[max(text.rfind(f"<{kind}>", 0, end) for kind in ("Version", "DeleteMarker")) : end]


@lru_cache(256)
def like(names: tuple[str, ...], owner: str | None) -> re.Pattern[str]:
    """Return the expression for entries with these elements. Its groups: the kind, and what is read.

    owner: the element that tells who owns each; None, or if it is not plain: they may have several owners.
    """
    same = re.escape(owner) if owner and re.fullmatch(OWNER, owner, re.ASCII) else f"(?:{OWNER}|)"
    # `(?:...|)` is a fifth faster than `(?:...)?`.
    element = {name: f"<{name}>([^<]+)</{name}>" for name in FIELDS} | {
        "VersionId": f"<VersionId>([^<]{{1,{LONGEST_ID}}})</VersionId>",
        "ETag": f"<ETag>{QUOTE}([^<]+){QUOTE}</ETag>",
        "Size": f"<Size>([^<]{{1,{LONGEST_SIZE}}})</Size>",
        "Owner": same,
        "ChecksumAlgorithm": f"(?:{CHECKSUMS}|)",
        "ChecksumType": "",
    }
    if "ChecksumAlgorithm" not in names:
        element["ETag"] += element["ChecksumAlgorithm"]  # of some entries, and not of the first
    texts = []
    for is_of_versions, several in groupby(names, key=OF_VERSIONS.__contains__):
        here = "".join(element[name] for name in several)
        texts.append(f"(?:{here}|)" if is_of_versions else here)
    return re.compile(f"<(Version|DeleteMarker)>{''.join(texts)}</\\1>", re.ASCII)


def holds_only(characters: bytes, column: Iterable[str | None]) -> bool:
    """Are all texts made of these characters, and is none missing?"""
    try:
        return not "".join(column).encode().translate(None, characters)  # type: ignore[arg-type]
    except TypeError:
        return False


def are_moments(column: Sequence[str]) -> bool:
    """Is each a time in UTC with three decimals, such as 2014-01-01T07:00:00.000Z?"""
    together = "\n".join([*column, ""]).encode()
    return (
        together.translate(TO_ZEROS) == MOMENT * len(column)
        and max(together[TENS_OF_MINUTES]) <= ord("5")
        and max(together[TENS_OF_SECONDS]) <= ord("5")
        and all(map(is_hour, {moment[:HOUR] for moment in column}))
    )


@lru_cache(4096)
def is_hour(text: str) -> bool:
    """Is it an hour of a day of the calendar?"""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return text[-2:] < "24"  # which Python 3.14 takes for the next day's first


CHECKS: dict[str, Callable[[Sequence[str]], bool]] = {
    "Key": lambda column: holds_only(IN_KEYS, column),
    "VersionId": lambda column: holds_only(IN_IDS, column),
    "IsLatest": lambda column: {"true", "false"}.issuperset(column),
    "LastModified": are_moments,
    "ETag": lambda column: holds_only(IN_ETAGS, column),
    "Size": lambda column: holds_only(DIGITS, column),
    "StorageClass": lambda column: holds_only(IN_ETAGS, set(column)),
}
