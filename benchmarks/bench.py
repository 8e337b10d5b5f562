"""python -m benchmarks.bench: first figures, beside plain boto3 loops on the same server in the same run.

Prints a Markdown table. The server is the embedded S3, a process on this machine: it answers at once, so
that what is measured is what the client spends, not how it waits for AWS.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import boto3

from benchmarks.measure import Measured, measure
from tests.demo import console_command, forget_surroundings
from tests.embedded_s3 import EmbeddedS3

RESTORE_TIME = datetime.fromisoformat("2014-01-01T14:00:00+00:00")
VERSIONS_A_KEY = 10
CHANGED_SINCE = 20  # one key in so many has been written since
PREFIXES = [f"data/{number:02}/" for number in range(32)]
VERSIONS_BUCKET, KEYS_BUCKET = "versions", "overwritten"
RUNNERS = ("inline", "local")
LATENCY = 0.03  # seconds: what a copy of a small object takes on AWS, about
LOOPS = [sys.executable, "-m", "benchmarks.loops"]


class Row(NamedTuple):
    """A line of the table: what was done, to how many of what, each time it was measured."""

    what: str
    number: int
    unit: str
    measured: list[Measured]

    @property
    def median(self) -> Measured:
        """The run that took the median of the wall times."""
        return sorted(self.measured, key=lambda run: run.wall)[len(self.measured) // 2]

    @property
    def rate(self) -> float:
        """How many a second, in the median run."""
        return self.number / self.median.wall

    @property
    def cpu_each(self) -> float:
        """CPU seconds of the client for one, in the median run."""
        return self.median.cpu / self.number


def versions(number: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield `number` versions, VERSIONS_A_KEY to a key, as entries to load."""
    for start in range(0, number, VERSIONS_A_KEY):
        identity = start // VERSIONS_A_KEY
        key = f"{PREFIXES[identity % len(PREFIXES)]}{identity:08}"
        changed = identity % CHANGED_SINCE == 0
        for place in reversed(range(min(VERSIONS_A_KEY, number - start))):
            moment = RESTORE_TIME - timedelta(hours=place - changed, seconds=chance.randrange(3600))
            yield {"key": key, "last_modified": moment.isoformat(), "size": chance.randrange(1_000_000)}


def overwritten(prefix: str, number: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield `number` keys that were overwritten after the restore time, as entries to load."""
    for identity in range(number):
        for hours in (-1, 1):
            moment = RESTORE_TIME + timedelta(hours=hours)
            size = chance.randrange(1_000_000)
            yield {"key": f"{prefix}{identity:08}", "last_modified": moment.isoformat(), "size": size}


def bench_plan(s3: EmbeddedS3, number: int, repeat: int, chance: random.Random, folder: str) -> list[Row]:
    """Measure `plan` over `number` versions, as one range and as many, beside a loop that only counts."""
    s3.load(VERSIONS_BUCKET, versions(number, chance))
    prefixes = Path(folder, "prefixes.txt")
    prefixes.write_text("\n".join(PREFIXES))
    loop = [*LOOPS, "count", s3.endpoint, VERSIONS_BUCKET]
    plan = [*tool(s3, "plan", "--src", f"s3://{VERSIONS_BUCKET}")]
    several = f"`plan --prefixes`, a list of {len(PREFIXES)}"
    rows = [Row(what, number, "versions", []) for what in ("boto3 paginator that counts", "`plan`", several)]
    for turn in range(repeat):
        tell(f"planning, round {turn + 1} of {repeat}")
        for row, command in zip(rows, [loop, plan, [*plan, "--prefixes", str(prefixes)]], strict=True):
            row.measured.append(measure(s3, command, folder))
    for row in rows:
        for ran in row.measured:
            found = json.loads(ran.output)
            check(found == number if row is rows[0] else found["versions"] == number, row.what)
    return rows


def bench_restore(
    s3: EmbeddedS3, number: int, sample: int, repeat: int, latency: float, chance: random.Random, folder: str
) -> list[Row]:
    """Measure restores of `number` overwritten keys, beside a loop that copies `sample` keys of the kind.

    latency: seconds that every request waits for its reply, as on a network.
    """
    waits = f", {latency * 1000:.0f} ms a request" if latency else ""
    loop_row = Row(f"boto3 loop of `copy_object`, one after the other{waits}", sample, "keys", [])
    tool_rows = [
        Row(f"restore: list, plan, copy; `-r {runner}`{waits}", number, "keys", []) for runner in RUNNERS
    ]
    for turn in range(repeat):
        tell(f"restoring{waits}, round {turn + 1} of {repeat}")
        bucket = f"{KEYS_BUCKET}-{waits and 'waiting-'}{turn}"
        s3.load(bucket, overwritten("loop/", sample, chance))
        for runner in RUNNERS:
            s3.load(bucket, overwritten(f"{runner}/", number, chance))
        s3.settings(latency=latency)
        loop = [*LOOPS, "restore", s3.endpoint, bucket, "loop/", RESTORE_TIME.isoformat()]
        loop_row.measured.append(measure(s3, loop, folder))
        for runner, row in zip(RUNNERS, tool_rows, strict=True):
            command = tool(s3, "restore", "--src", f"s3://{bucket}/{runner}", "-r", runner)
            row.measured.append(measure(s3, command, folder))
            check(json.loads(row.measured[-1].output)["outcomes"]["done"] == number, row.what)
        s3.settings(latency=0)
        for key, history in s3.dump(bucket)["keys"].items():
            check(history[0]["etag"] == history[-1]["etag"], f"{key} in {bucket}")
    return [loop_row, *tool_rows]


def tool(s3: EmbeddedS3, *arguments: str) -> list[str]:
    """Return the command line of the tool, silent and with its summary as JSON."""
    common = ["--restore-time", RESTORE_TIME.isoformat(), "--endpoint-url", s3.endpoint, "--json", "--quiet"]
    return [console_command(), *arguments, *common]


def check(right: bool, what: str) -> None:
    """Raise RuntimeError unless it is right: a figure of wrong work says nothing."""
    if not right:
        raise RuntimeError(f"the result is wrong: {what}")


def tell(what: str) -> None:
    """Say on standard error what takes the time."""
    print(f"{datetime.now():%H:%M:%S} {what}", file=sys.stderr, flush=True)


def table(groups: list[list[Row]]) -> Iterator[str]:
    """Yield the lines of the table; the first row of a group is what its others are compared with."""
    columns: dict[str, Callable[[Row, Row], str]] = {
        "what": lambda row, _: row.what,
        "number": lambda row, _: f"{row.number:,} {row.unit}",
        "wall, s": lambda row, _: f"{row.median.wall:.2f}",
        "spread": lambda row, _: spread(row),
        "a second": lambda row, _: f"{row.rate:,.0f}",
        "× the loop": lambda row, loop: f"{row.rate / loop.rate:.1f}",
        "client CPU, s": lambda row, _: f"{row.median.cpu:.2f}",
        "CPU each, µs": lambda row, _: f"{row.cpu_each * 1e6:,.0f}",
        "CPU × the loop": lambda row, loop: f"{row.cpu_each / loop.cpu_each:.2f}",
        "server CPU, s": lambda row, _: "?" if row.median.server_cpu is None else f"{row.median.server_cpu:.2f}",
        "requests": lambda row, _: f"{row.median.requests:,}",
    }  # fmt: skip
    yield f"| {' | '.join(columns)} |"
    yield "|---" + "|---:" * (len(columns) - 1) + "|"
    for group in groups:
        for row in group:
            yield f"| {' | '.join(cell(row, group[0]) for cell in columns.values())} |"


def spread(row: Row) -> str:
    """Return how far the wall times of a row lie apart, in per cent of the median."""
    walls = [run.wall for run in row.measured]
    return f"{(max(walls) - min(walls)) / row.median.wall:.0%}" if len(walls) > 1 else "not known"


def about(arguments: argparse.Namespace, load_before: float) -> str:
    """Return what a reader has to know of the figures."""
    return f"""
Measured with `python -m benchmarks.bench --versions {arguments.versions} --keys {arguments.keys} \
--sample {arguments.sample} --repeat {arguments.repeat} --seed {arguments.seed}`: \
Python {platform.python_version()}, boto3 {boto3.__version__}, {platform.system()} on {platform.machine()}, \
{os.cpu_count()} cores (load average {load_before:.1f} before, {os.getloadavg()[0]:.1f} after), \
shared by client and server.
Of {arguments.repeat} rounds, one after the other, the median; *spread* is what lies between the fastest and \
the slowest, the noise of this machine. Differences below it mean nothing.
Client CPU is of the whole process, its start included; server CPU is what the embedded S3 spent on it \
meanwhile. It answers at once, but where a wait is named: on AWS a page takes 0.15 s and more, a copy 0.03 s.
Of the keys that are planned one in {CHANGED_SINCE} has changed since the restore time. \
The loop restores a sample of keys of the same kind as the tool's; \
it does without conditions, outcomes and a run folder."""


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    parser.add_argument("--versions", type=int, default=1_000_000, help="that are planned over")
    parser.add_argument("--keys", type=int, default=20_000, help="that the tool restores")
    parser.add_argument("--sample", type=int, default=2_000, help="keys that the loop restores")
    parser.add_argument("--repeat", type=int, default=1, help="how often each is measured")
    parser.add_argument("--seed", type=int, default=14, help="of times and sizes")
    given = parser.parse_args()
    forget_surroundings()
    chance = random.Random(given.seed)
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="s3distversions-bench-") as folder, EmbeddedS3() as s3:
        restores = bench_restore(s3, given.keys, given.sample, given.repeat, 0, chance, folder)
        few = max(given.sample // 10, 1)
        waiting = bench_restore(s3, given.keys, few, given.repeat, LATENCY, chance, folder)
        plans = bench_plan(s3, given.versions, given.repeat, chance, folder)
    print("\n".join(table([plans, restores, waiting])))
    print(about(given, load_before))


if __name__ == "__main__":
    main()
