"""Servers whose listing loses the order of a history, and how they are told. Pure: no network.

SDKs know a page as a list of versions and a list of delete markers, and some servers send it so: all of one
kind, then all of the other. What a page of one key looks like then can be all in order, and is not:

    written: v1, a marker, v2, v3        sent: v3 (current), v2, v1, the marker

Times do not tell: the four can be of one second, and where times contradict the order it may yet be right: on
AWS a multipart upload bears the time at which it began, on Ceph concurrent writes bear times in no order. So a
server is told by its name, and one that is not known by a second question where its page leaves the order open.
"""

from __future__ import annotations

from itertools import pairwise

from s3distversions import columns
from s3distversions.errors import ProtocolError
from s3distversions.model import Entry
from s3distversions.parse import Page

KEEPS_THE_ORDER = "AmazonS3"
# Part of the header `Server` -> what is known of that server's listing.
LOSES_THE_ORDER = {
    "amazon.com": "moto sends all versions of a page before all delete markers",
    "Werkzeug": "moto sends all versions of a page before all delete markers",
    "VERSITYGW": "Versity S3 Gateway sends all delete markers of a page before all versions",
}
HINT = (
    "Nothing is written on such a basis: only the order tells what came later. docs/servers.md names others."
)


def check_name(page: Page) -> None:
    """Raise ProtocolError if the page comes from a server that is known to lose the order."""
    for name, what in LOSES_THE_ORDER.items():
        if name in (page.server or ""):
            raise ProtocolError(what, HINT)


def open_order(page: Page) -> tuple[Entry, Entry] | None:
    """Return two neighbours of one key that may stand together only because of their kinds; None: there are none.

    There are none unless the page is sorted by kind as a whole, and then only these two. Where a server has
    sorted it, `follows` of what comes after the first of them, asked for alone, is false.
    """
    if page.server in (None, KEEPS_THE_ORDER):
        return None
    listed = columns.of(page.entries)
    kinds = enumerate(pairwise(listed.delete_markers))
    changes = [place for place, (kind, following) in kinds if kind != following]
    if len(changes) != 1 or listed.keys[changes[0]] != listed.keys[changes[0] + 1]:
        return None
    before, after = listed[changes[0]], listed[changes[0] + 1]
    # The current entry is first for certain; what follows a null marker cannot be asked, see below.
    return None if before.is_latest or is_null_marker(before) else (before, after)


def follows(after: Entry, answer: Page) -> bool:
    """Does `after` come first in a page?"""
    return [(entry.key, entry.version_id) for entry in answer.entries[:1]] == [(after.key, after.version_id)]


def sorted_by_kind(before: Entry, after: Entry) -> ProtocolError:
    """Return the error for two neighbours that are none."""
    return ProtocolError(
        f"in the history of {before.key!r} the entry {after.version_id} follows {before.version_id} in a page, "
        "and another one where it is asked for alone: versions and delete markers come apart",
        HINT,
    )


def up_to_where_it_goes_on(page: Page) -> Page:
    """Return the page without its last entry where a server cannot be asked for what follows that.

    Ceph passes over the rest of a key behind a delete marker with the id null. What is left out here begins the
    next page: `listing.leading_on` goes on from the last entry.
    """
    cut = page.is_truncated and len(page.entries) > 1 and is_null_marker(page.entries[-1])
    known = page.server in (None, KEEPS_THE_ORDER)
    return page._replace(entries=page.entries[:-1]) if cut and not known else page


def is_null_marker(entry: Entry) -> bool:
    """Is it a delete marker of a time when versioning was suspended?"""
    return entry.delete_marker and entry.version_id == "null"
