"""A listing on a server that limits the requests of one part of the keys: how fast that part is listed, and the others."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import measure
from tests.demo import console_command
from tests.embedded_s3 import EmbeddedS3

AREAS = [f"data/{number}/" for number in range(4)]
LIMITED, OTHERS = AREAS[1], [*AREAS[:1], *AREAS[2:]]
PAGE = 10  # entries; so that the server need not hold a million of them
LATENCY = 0.05  # seconds a page
LIMIT = 10  # pages a second, of the limited part
WIDTH = 16  # requests in flight
LOOK_SECONDS = 0.1
RESTORE_TIME = "2014-01-01T14:00:00Z"


class Listed(NamedTuple):
    """What a plan came to. ended: by area, seconds from its first page to its last; refused: by area."""

    pages: Counter[str]
    ended: dict[str, float]
    refused: Counter[str]


class Watch:
    """Looks at a server's log while a plan is made: when which area was listed last."""

    def __init__(self, s3: EmbeddedS3) -> None:
        self._s3 = s3
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.pages, self.refused = Counter[str](), Counter[str]()
        self._times: dict[str, float] = {}
        self._began: float | None = None

    def __enter__(self) -> Watch:  # noqa: PYI034 - Self is not in Python 3.10
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def listed(self) -> Listed:
        """Return what was seen."""
        began = self._began or 0.0
        return Listed(self.pages, {area: at - began for area, at in self._times.items()}, self.refused)

    def _look(self) -> None:
        since, is_last = 0, False
        while not is_last:
            is_last = self._over.wait(LOOK_SECONDS)
            now = time.monotonic()
            for request in self._s3.requests(since):
                since = request["number"]
                if request["operation"] == "ListObjectVersions":
                    self._began = self._began or now
                    self._count(request, now)

    def _count(self, request: dict[str, object], now: float) -> None:
        begin = str(request["query"].get("key-marker", ""))  # type: ignore[attr-defined]
        area = max((each for each in AREAS if each <= begin), default=AREAS[0])
        self.pages[area] += 1
        if request["status"] == 503:
            self.refused[area] += 1
        else:
            self._times[area] = now


def planned(s3: EmbeddedS3, bucket: str, keys: int, run: Path, folder: str) -> Listed:
    """Plan the restore of a bucket with so many keys, and see how its listing goes."""
    scope = ["--src", f"s3://{bucket}", "--restore-time", RESTORE_TIME, "--list-parallel", str(WIDTH)]
    s3.clear_requests()
    with Watch(s3) as watch:
        where = ["--endpoint-url", s3.endpoint, "--version-info-output", str(run), "--json", "--quiet"]
        ran = measure(s3, [console_command(), "plan", *scope, *where], folder)
    if json.loads(ran.output)["keys"] != keys:
        raise RuntimeError(f"not all keys were listed: {ran.output}")
    return watch.listed()


def bench(s3: EmbeddedS3, seconds: int, folder: str) -> Iterator[str]:
    """Yield a table: a bucket of four parts is listed without a limit, then with one for a part of its keys."""
    bucket, number = "throttled-lists", LIMIT * (seconds + 1) * PAGE
    s3.settings(limits={}, latency=0)
    keys = [f"{area}{key:06}" for area, key in itertools.product(AREAS, range(number))]
    s3.load(bucket, ({"key": key, "last_modified": "2014-01-01T12:00:00Z", "size": 1} for key in keys))
    s3.settings(page_size=PAGE, latency=LATENCY)
    free = planned(s3, bucket, len(keys), Path(folder, "free"), folder)
    s3.settings(limits={f"{bucket}/{LIMITED}": {"reads": LIMIT}}, limits_time=None)
    limited = planned(s3, bucket, len(keys), Path(folder, "limited"), folder)
    s3.settings(limits={}, page_size=1000)
    yield "| part of the keys | limit | listed after, s, without a limit | with it | least | requests refused |"
    yield "|---|---:|---:|---:|---:|---:|"
    for area in (LIMITED, *OTHERS):
        limit, least = (f"{LIMIT}/s", f"{seconds}") if area == LIMITED else ("none", "")
        refused = limited.refused[area] / limited.pages[area]
        yield (
            f"| {area} | {limit} | {free.ended[area]:.1f} | {limited.ended[area]:.1f} | {least} | {refused:.1%} |"
        )
