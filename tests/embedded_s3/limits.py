"""Request limits of prefixes: S3 takes so many reads and writes a second, and answers the rest with 503.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .errors import S3Error
from .request import Request

# What S3 promises for each partition of a bucket's keys, in requests a second.
READS, WRITES = 5500.0, 3500.0
READING = ("GetObject", "HeadObject", "GetObjectTagging", "GetObjectAttributes", "GetObjectAcl")
LISTING = ("ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads")
_MARKERS = ("marker", "start-after", "key-marker")


@dataclass(slots=True)
class Tokens:
    """A bucket of tokens: holds those of one second, and `rate` more come back in each."""

    rate: float
    left: float = field(init=False)
    moment: float

    def __post_init__(self) -> None:
        self.left = self.rate

    def take(self, now: float) -> bool:
        """Take one, if there is one."""
        self.left = min(self.rate, self.left + (now - self.moment) * self.rate)
        self.moment = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Limits:
    """The limits that tests have set, on `bucket/prefix`; the longest that a key begins with counts.

    Their time is the real one, that always goes on, whatever the server's clock says; or, where a test sets
    `time`, that alone: then exactly so many requests pass.
    """

    def __init__(self) -> None:
        self.time: float | None = None
        self.throttled: dict[str, Counter[str]] = {}
        self._tokens: dict[str, dict[str, Tokens]] = {}

    def set(self, limits: dict[str, dict[str, float]]) -> None:
        """Limits a second: {"bucket/prefix": {"reads": N, "writes": N}}; one that is left out is S3's own.

        All that were set before end. Raises ValueError.
        """
        now = self.now()
        tokens = {}
        for prefix, given in limits.items():
            rates = {"reads": READS, "writes": WRITES} | given
            if "/" not in prefix or len(rates) > 2 or min(rates.values()) < 1:
                raise ValueError("limits: {'bucket/prefix': {'reads': N, 'writes': N}}, at least 1 a second")
            tokens[prefix] = {kind: Tokens(rate, now) for kind, rate in rates.items()}
        self._tokens = tokens
        self.throttled = {prefix: Counter(reads=0, writes=0) for prefix in limits}

    def set_time(self, seconds: float | None) -> None:
        """The time from now on: never before what it was; None: the real one again."""
        if seconds is not None and seconds < (self.time or 0):
            raise ValueError("limits_time goes on, not back")
        if (seconds is None) != (self.time is None):  # from one clock to another no time has passed
            for tokens in (tokens for both in self._tokens.values() for tokens in both.values()):
                tokens.moment = time.monotonic() if seconds is None else seconds
        self.time = seconds

    def told(self) -> dict[str, Any]:
        """The limits that are set."""
        return {
            prefix: {kind: tokens.rate for kind, tokens in both.items()}
            for prefix, both in self._tokens.items()
        }

    def now(self) -> float:
        """Seconds."""
        return time.monotonic() if self.time is None else self.time

    def count(self, bucket: str, key: str, kind: str) -> None:
        """Count one request on a key, "reads" or "writes". Raises S3Error SlowDown where it is too many."""
        if not self._tokens:
            return
        where = f"{bucket}/{key}"
        prefix = max((prefix for prefix in self._tokens if where.startswith(prefix)), key=len, default=None)
        if prefix is not None and not self._tokens[prefix][kind].take(self.now()):
            self.throttled[prefix][kind] += 1
            raise S3Error("SlowDown")

    def check(self, request: Request) -> None:
        """Count a request. Raises S3Error SlowDown. The keys of DeleteObjects are counted one by one."""
        if request.operation in LISTING:
            query = request.query
            # A listing reads from its marker on, or from the first key with the prefix.
            begin = max([query.get("prefix", ""), *(query.get(name, "") for name in _MARKERS)])
            self.count(request.bucket, begin, "reads")
        elif request.key:
            reads = request.operation in READING or request.method in ("GET", "HEAD")
            self.count(request.bucket, request.key, "reads" if reads else "writes")
