"""python -m benchmarks.peers: the same accident undone by s3-pit-restore and by this tool, side by side.

s3-pit-restore (PyPI) is installed into an environment of its own, `.peers/python`. Both work on the embedded S3, in
one run, on buckets that were loaded alike. Prints a Markdown table: how long each took, what each sent, how
many keys are not as they were, and what a second run does.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import accident
from benchmarks.measure import ROOT, Measured, measure
from tests.demo import console_command, forget_surroundings
from tests.embedded_s3 import EmbeddedS3

PEER = "s3-pit-restore==0.9"
WORKERS = 32  # in both tools
WRITES = ("CopyObject", "PutObject", "DeleteObject", "DeleteObjects")
EVERY_KEY_OVERWRITTEN = {kind: [(-2, "put"), (1, "put")] for kind in accident.KINDS}
# Whatever the kind: 27 versions, and in those that were hit one more since.
LONG = [(-hours, "put") for hours in range(28, 1, -1)]
LONG_HISTORIES = {kind: LONG if kind == "untouched" else [*LONG, (1, "put")] for kind in accident.KINDS}
# What happened, to one of how many keys.
DATA = {
    "27 versions a key, one key in three overwritten": (LONG_HISTORIES, 3),
    "a mixed accident to one key in five": (accident.KINDS, 5),
    "a mixed accident to every key": (accident.KINDS, 1),
    "every key overwritten": (EVERY_KEY_OVERWRITTEN, 1),
}


class Row(NamedTuple):
    """A line of the table."""

    data: str
    latency: float
    tool: str
    keys: int
    first: Measured
    sent: Counter[str]  # by operation, in the first run
    wrong: int
    again: int  # writes of a second run

    def cells(self, peer: Row) -> list[str]:
        """Return the cells; `peer` is what the row is compared with."""
        return [
            self.data,
            f"{self.latency * 1000:.0f} ms",
            self.tool,
            f"{self.first.wall:.1f}",
            f"{self.keys / self.first.wall:,.0f}",
            f"{peer.first.wall / self.first.wall:.1f}",
            f"{self.first.cpu:.1f}",
            ", ".join(f"{count:,} {name}" for name, count in sorted(self.sent.items())),
            f"{self.wrong:,}",
            f"{self.again:,}",
        ]


HEAD = [
    *("data", "a request takes", "tool", "wall, s", "keys in scope a second", "× s3-pit-restore"),
    *("client CPU, s", "requests", "wrong keys after", "writes of a second run"),
]


def installed(folder: Path) -> str:
    """Return the path of s3-pit-restore, installed into `folder` if it is not there yet."""
    script = folder / "bin" / "s3-pit-restore"
    if not script.exists():
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", PEER]
        subprocess.run(pip, check=True)
    return str(script)


def compare(
    s3: EmbeddedS3, peer: str, number: int, latency: float, folder: str, chosen: list[str]
) -> list[list[Row]]:
    """Restore the chosen kinds of data by both tools; return the rows, the peer's first in each pair."""
    pairs: list[list[Row]] = []
    for data in chosen:
        kinds, hit = DATA[data]
        rows = []
        for tool in ("s3-pit-restore", "s3distversions"):
            bucket = f"{tool}-{len(pairs)}-{latency * 1000:.0f}"
            s3.load(bucket, accident.entries(number, kinds, hit, seed=14))
            wanted = accident.then(s3.dump(bucket)["keys"])
            s3.settings(latency=latency)
            command = theirs(peer, bucket) if tool == "s3-pit-restore" else ours(s3, bucket)
            first, sent = run(s3, command, folder)
            found = accident.now(s3.dump(bucket)["keys"])
            wrong = sum(found.get(key) != wanted.get(key) for key in found.keys() | wanted.keys())
            _, again = run(s3, command, folder)
            s3.settings(latency=0)
            writes = sum(again[name] for name in WRITES)
            rows.append(Row(data, latency, tool, number, first, sent, wrong, writes))
        pairs.append(rows)
    return pairs


def run(s3: EmbeddedS3, command: list[str], folder: str) -> tuple[Measured, Counter[str]]:
    """Run a command, measured; return the figures and what it sent, by operation."""
    measured = measure(s3, command, folder, AWS_ENDPOINT_URL=s3.endpoint)
    return measured, Counter(request["operation"] for request in s3.requests())


def ours(s3: EmbeddedS3, bucket: str) -> list[str]:
    """Return the command line of this tool."""
    what = ["--src", f"s3://{bucket}", "--restore-time", accident.MOMENT.isoformat(), "--delete"]
    where = ["--endpoint-url", s3.endpoint, "--write-parallel", str(WORKERS)]
    return [console_command(), *what, *where, "--json", "--quiet"]


def theirs(script: str, bucket: str) -> list[str]:
    """Return the command line of s3-pit-restore, which always deletes what was created since."""
    moment = accident.MOMENT.isoformat()
    return [script, "-b", bucket, "-B", bucket, "-t", moment, "--max-workers", str(WORKERS)]


def table(pairs: list[list[Row]]) -> list[str]:
    """Return the lines of the table."""
    lines: list[list[Any]] = [HEAD, ["---"] * len(HEAD)]
    lines += [row.cells(rows[0]) for rows in pairs for row in rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--keys", type=int, default=10_000, help="in scope")
    parser.add_argument("--latency", type=float, nargs="*", default=[0, 0.03], help="seconds a request takes")
    parser.add_argument(
        "--data", nargs="*", choices=DATA, default=list(DATA), help="what happened to the keys"
    )
    given = parser.parse_args()
    forget_surroundings()
    peer = installed(ROOT / ".peers" / "python")
    with tempfile.TemporaryDirectory(prefix="s3distversions-peers-") as folder, EmbeddedS3() as s3:
        pairs = [
            pair for wait in given.latency for pair in compare(s3, peer, given.keys, wait, folder, given.data)
        ]
    print("\n".join(table(pairs)))
    print(json.dumps({"keys": given.keys, "workers": WORKERS, "peer": PEER}), file=sys.stderr)


if __name__ == "__main__":
    main()
