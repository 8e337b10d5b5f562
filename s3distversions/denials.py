"""Writes that S3 denies: which permission is missing, and when it is no use to go on."""

from __future__ import annotations

import re
import threading
from collections import Counter

from s3distversions.client import HINTS
from s3distversions.errors import S3Error
from s3distversions.model import ADD_MARKER, COPY, DONE, FAILED, REMOVE_MARKERS
from s3distversions.records import Line

MOST = 10  # writes of a kind that are denied in one task, and none that has passed, before it gives up
# What S3 says where it names the action: https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
NAMED = re.compile(r"is not authorized to perform: ([\w-]+:\w+)")
DENIED = ("AccessDenied", "403", "KMS.AccessDeniedException", "AccessDeniedException")
NEEDED = {
    COPY: "s3:PutObject, or s3:GetObjectVersion of the source",
    REMOVE_MARKERS: "s3:DeleteObjectVersion",
    ADD_MARKER: "s3:DeleteObject",
}


def missing(message: str | None, kind: str) -> str:
    """Return, in words, the permission that a denied action of a kind lacks: S3 names it, or what it needs."""
    return named(message) or f"what it needs ({NEEDED[kind]}), or a device's code,"


def named(message: str | None) -> str | None:
    """Return the permission that S3 names in the message of a denial, if it does."""
    found = NAMED.search(message or "")
    return found[1] if found else None


class Denials:
    """Counts the writes of a task that were denied before any of their kind has passed. Any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._denied: Counter[str] = Counter()  # by action
        self._passed: set[str] = set()

    def note(self, line: Line) -> None:
        """Take note of an outcome. S3Error if what it did is denied whatever the key: no key can be done then."""
        kind, error = line["action"], line["error"] or ""
        with self._lock:
            if line["status"] == DONE:
                self._passed.add(kind)
            elif line["status"] == FAILED and error.partition(":")[0] in DENIED:
                self._denied[kind] += 1
            if self._denied[kind] < MOST or kind in self._passed:
                return
        what = f"{missing(error, kind)} is missing: the first {MOST} writes of a kind were all denied"
        raise S3Error(f"{what}, the last one of {line['key']!r}: {error}", HINTS["AccessDenied"])
