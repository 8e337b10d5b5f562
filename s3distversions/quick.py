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
from collections.abc import Callable, Sequence
from datetime import date
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
IN_IDS = (string.ascii_letters + string.digits + "._~!$'()*+,;=:@/-").encode()
QUOTE = "&quot;"
LONGEST_ID, LONGEST_SIZE = 1024, 99  # characters
MOMENT = "0000-00-00T00:00:00.000Z"  # its digits as zeros
TO_ZEROS = str.maketrans("123456789", "0" * 9)
HOURS = {(f"{hour:02}"[0], f"{hour:02}"[1]) for hour in range(24)}


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
    elements = tuple({child[1]: child[0] for child in CHILD.finditer(first[1])}.items()) if first else ()
    names = [name for name, _ in elements]
    if not {*FIELDS} <= {*names} <= {*FIELDS, *NOT_READ}:
        return None
    # What is not read is mostly the same in all, which is found faster than any mixture.
    for expression in (like(elements, True), like(elements, False)):
        pieces = expression.split(text)
        width = expression.groups + 1
        if len(pieces) > width and not any(pieces[width:-1:width]):
            return checked(text, pieces, [name for name in names if name in FIELDS])
    return None


def checked(text: str, pieces: list[str], names: Sequence[str]) -> Found | None:
    """Return what the pieces of a page are: what is before an entry, its kind, its fields, and so on."""
    if NOT_PLAIN.search(pieces[0], 1) or NOT_PLAIN.search(pieces[-1]):
        return None
    width = len(names) + 2
    columns = {name: pieces[place::width] for place, name in enumerate(names, 2)}
    delete_markers = [kind == "DeleteMarker" for kind in pieces[1::width]]
    fill_in(columns, delete_markers)
    if not all(is_right(columns[name]) for name, is_right in CHECKS.items()):
        return None
    columns["ETag"] = "".join(columns["ETag"]).removeprefix(QUOTE).removesuffix(QUOTE).split(QUOTE + QUOTE)
    texts = Texts(*(columns[name] for name in ("VersionId", "LastModified", "ETag", "Size", "StorageClass")))
    rest = f"{pieces[0]}{last_entry(text, pieces[-1])}{pieces[-1]}"
    is_latest = [latest == "true" for latest in columns["IsLatest"]]
    return Found(columns["Key"], is_latest, delete_markers, texts, rest.encode())


def fill_in(columns: dict[str, list[str]], delete_markers: Sequence[bool]) -> None:
    """Put something in place of what delete markers, and they alone, may lack; nobody reads it."""
    places = [place for place, delete_marker in enumerate(delete_markers) if delete_marker]
    for name, text in (("ETag", f"{QUOTE}0{QUOTE}"), ("Size", "0"), ("StorageClass", "0")):
        for place in places:
            columns[name][place] = text


def last_entry(text: str, tail: str) -> str:
    """Return the text of the entry before `tail`, with which `text` ends."""
    end = len(text) - len(tail)
    return text[max(text.rfind(f"<{kind}>", 0, end) for kind in ("Version", "DeleteMarker")) : end]


@lru_cache(256)
def like(elements: tuple[tuple[str, str], ...], is_strict: bool) -> re.Pattern[str]:
    """Return the expression for entries with these elements, a name and its text each. Its groups: the kind, and
    what is read. is_strict: who owns them, and the kind of their checksums, if any, is told in the same words."""
    told = dict(elements)
    owner = told.get("Owner", "")
    same = re.escape(owner) if is_strict and re.fullmatch(OWNER, owner, re.ASCII) else f"(?:{OWNER}|)"
    # `(?:...|)` is a fifth faster than `(?:...)?`.
    element = {name: f"<{name}>([^<]+)</{name}>" for name in FIELDS}
    element |= {"Owner": same, "ChecksumAlgorithm": f"(?:{CHECKSUMS}|)", "ChecksumType": ""}
    if "ChecksumAlgorithm" not in told:
        element["ETag"] += element["ChecksumAlgorithm"]  # of some entries, and not of the first
    texts = []
    for is_of_versions, several in groupby(told, key=OF_VERSIONS.__contains__):
        here = "".join(element[name] for name in several)
        texts.append(f"(?:{here}|)" if is_of_versions else here)
    return re.compile(f"<(Version|DeleteMarker)>{''.join(texts)}</\\1>", re.ASCII)


def holds_only(characters: bytes, column: Sequence[str]) -> bool:
    """Is every text there, and made of these characters?"""
    return all(column) and not "".join(column).encode().translate(None, characters)


def are_quoted(column: Sequence[str]) -> bool:
    """Is each an ETag in quotes, written as `&quot;`?"""
    if not all(column) or '"' in "".join(column):
        return False
    together = "\n".join(column).replace(QUOTE, '"')
    return (
        together.count('"') == 2 * len(column)
        and together.count('"\n"') == len(column) - 1
        and together[0] == together[-1] == '"'
        and '""' not in together
        and holds_only(IN_ETAGS + b'"\n', [together])
    )


def are_moments(column: Sequence[str]) -> bool:
    """Is each a time in UTC with three decimals, such as 2014-01-01T07:00:00.000Z?"""
    width, together = len(MOMENT), "".join(column)
    if set(map(len, column)) != {width} or together.translate(TO_ZEROS) != MOMENT * len(column):
        return False
    tens_of_minutes, tens_of_seconds = together[14::width], together[17::width]
    return (
        max(tens_of_minutes) <= "5"
        and max(tens_of_seconds) <= "5"
        and HOURS.issuperset(zip(together[11::width], together[12::width], strict=True))
        and all(map(is_day, {moment[:10] for moment in column}))
    )


@lru_cache(4096)
def is_day(text: str) -> bool:
    """Is it a day of the calendar?"""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


CHECKS: dict[str, Callable[[Sequence[str]], bool]] = {
    "Key": lambda column: holds_only(IN_KEYS, column),
    "VersionId": lambda column: holds_only(IN_IDS, column) and max(map(len, column)) <= LONGEST_ID,
    "IsLatest": lambda column: {"true", "false"}.issuperset(column),
    "LastModified": are_moments,
    "ETag": are_quoted,
    "Size": lambda column: (
        holds_only(string.digits.encode(), column) and max(map(len, column)) <= LONGEST_SIZE
    ),
    "StorageClass": lambda column: holds_only(IN_ETAGS, list(set(column))),
}
