"""python -m benchmarks.throttling: restores on a server that limits the requests of each prefix, as S3 does.

Prints two Markdown tables: how long `apply` took, beside the least that the limits allow, and how much was
refused; and how a listing goes where a part of the keys is limited, and the others are not.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import throttled_lists
from benchmarks.measure import measure
from tests.demo import console_command, forget_surroundings
from tests.embedded_s3 import EmbeddedS3

RESTORE_TIME = datetime.fromisoformat("2014-01-01T14:00:00+00:00")
PREFIXES = [f"data/{number}/" for number in range(4)]
LATENCY = 0.03  # seconds: what a copy of a small object takes on AWS, about
# More than one process on this machine can copy in a second shows nothing of limits.
CASES = {"deletes": 500, "copies": 75, "both": 200}  # writes a second that each prefix takes


class Figures(NamedTuple):
    """What an `apply` under limits came to; seconds."""

    what: str
    limit: int
    keys: int
    least: float
    wall: float
    writes: int
    refused: int
    failed: int


def entries(what: str, number: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield the entries of `number` keys that were overwritten (to be copied), created (to be deleted), or both."""
    for identity in range(number):
        key = f"{PREFIXES[identity % len(PREFIXES)]}{identity:07}"
        is_copied = what == "copies" or (what == "both" and chance.random() < 0.5)
        for hours in (-1, 1) if is_copied else (1,):
            moment = RESTORE_TIME + timedelta(hours=hours)
            yield {"key": key, "last_modified": moment.isoformat(), "size": chance.randrange(1_000_000)}


def bench(s3: EmbeddedS3, what: str, seconds: int, chance: random.Random, folder: str) -> Figures:
    """Restore so many keys that the limits make it last so many seconds at least."""
    limit = CASES[what]
    number = len(PREFIXES) * limit * (seconds + 1)  # a server's tokens of one second are there already
    bucket, run = f"throttled-{what}", str(Path(folder, what))
    s3.settings(limits={}, latency=0)
    s3.load(bucket, entries(what, number, chance))
    scope = ["--src", f"s3://{bucket}", "--restore-time", RESTORE_TIME.isoformat(), "--delete"]
    common = ["--json", "--quiet"]
    endpoint = ["--endpoint-url", s3.endpoint, "--version-info-output", run]
    measure(s3, [console_command(), "plan", *scope, *endpoint, *common], folder)
    s3.settings(
        limits={f"{bucket}/{prefix}": {"writes": limit} for prefix in PREFIXES},
        limits_time=None,
        latency=LATENCY,
    )
    applied = measure(s3, [console_command(), "apply", run, *common], folder)
    outcomes = json.loads(applied.output)["outcomes"]
    if outcomes["done"] + outcomes["failed"] != number:
        raise RuntimeError(f"the result is wrong: {outcomes}")
    refused = sum(counts["writes"] for counts in s3.throttled().values())
    return Figures(what, limit, number, seconds, applied.wall, number + refused, refused, outcomes["failed"])


def table(rows: list[Figures]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| what | keys | limit of each of 4 prefixes | least, s | wall, s | × the least | refused | failed |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for row in rows:
        times, refused = row.wall / row.least, row.refused / row.writes
        yield (
            f"| {row.what} | {row.keys:,} | {row.limit}/s | {row.least:.0f} | {row.wall:.1f} | {times:.2f} "
            f"| {refused:.1%} | {row.failed} |"
        )


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throttling", description=__doc__)
    parser.add_argument("--seconds", type=int, default=20, help="that the limits make each case last")
    parser.add_argument("--seed", type=int, default=14, help="of kinds and sizes")
    given = parser.parse_args()
    forget_surroundings()
    chance = random.Random(given.seed)
    with tempfile.TemporaryDirectory(prefix="s3distversions-bench-") as folder, EmbeddedS3() as s3:
        listed = list(throttled_lists.bench(s3, given.seconds, folder))
        rows = [bench(s3, what, given.seconds, chance, folder) for what in CASES]
    print("\n".join(table(rows)))
    print("\nWall is of the whole `apply`, its start and that of its tasks included.\n")
    print("\n".join(listed))


if __name__ == "__main__":
    main()
