"""python -m benchmarks.listing: how fast versions are listed, beside boto3's paginator, mc and rclone; one run.

The server is `benchmarks.endless_s3`, a process on this machine: a page costs it less than any of the tools.
Prints Markdown: the table, how it grows, what 1e9 versions would take, and which goals are met.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import billion, listing_table, scaling
from benchmarks.endless_pages import KINDS, bucket_of
from benchmarks.endless_process import ROOT, EndlessS3
from benchmarks.listers import Lister, boto3_paginator, ours, peers
from benchmarks.listing_table import BOTO3, INLINE, LOCAL, Row
from benchmarks.timed import own_peak, timed
from tests.demo import forget_surroundings

FLAT = KINDS[0]
PICTURE = ROOT / "docs" / "listing-scaling.svg"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


class Bench:
    """Measures, as the arguments say, with all files in one folder."""

    def __init__(self, given: argparse.Namespace, folder: str) -> None:
        self.given, self.folder = given, folder
        self.inline = ours("inline", given.list_parallel)._replace(name=INLINE)
        self.local = ours("local", given.list_parallel)._replace(name=LOCAL)
        self.boto3 = boto3_paginator()._replace(name=BOTO3)
        self.peers, self.words = peers() if given.peers else ([], ["mc and rclone were left out"])

    def row(self, lister: Lister, versions: int, shape: str = FLAT, latency: float = 0, **tls: str) -> Row:
        """Measure one tool on a bucket of its own. RuntimeError if it fails, or has not seen every entry."""
        at = f"{datetime.now():%H:%M:%S}"
        print(
            f"{at} {lister.name}: {versions:,} versions, {shape}, {latency:.0f} ms",
            file=sys.stderr,
            flush=True,
        )
        options: dict[str, Any] = {"versions": versions, "shape": shape, "latency": latency, **tls}
        with EndlessS3(**options, processes=self.given.server_processes) as server:
            command, more = lister.command(server.endpoint)
            ran = timed(
                server, command, self.folder, {**more, "AWS_CA_BUNDLE": tls["certificate"]} if tls else more
            )
        if not lister.right(ran, bucket_of(versions, shape)):
            raise RuntimeError(f"{lister.name} has not listed {versions:,} versions, but: {ran.output[:500]}")
        return Row(lister.name, shape, latency, bool(tls), versions, lister.serial, ran)

    def rows(self) -> Iterator[Row]:
        """Measure all that stands in the table."""
        given = self.given
        for latency in sorted({0.0, *given.latency}):  # all else is compared with those that do not wait
            for lister in (self.boto3, *self.peers):
                yield self.row(lister, given.serial_waiting if latency else given.serial, latency=latency)
            for lister in (self.inline, self.local):
                yield self.row(lister, given.versions, latency=latency)
        half = max(given.versions // 2, 1)
        for shape in given.shapes:
            yield self.row(self.inline, half, shape)
        certificate = self.certificate()
        if certificate:
            yield self.row(self.boto3, given.serial_waiting, certificate=certificate)
            for versions in (max(given.versions // 10, 1), given.versions):
                yield self.row(self.inline, versions, certificate=certificate)

    def certificate(self) -> str | None:
        """Return a file with a certificate for this machine and its key; None where none can be made."""
        about = "-days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
        command = (
            f"openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem {about}".split()
        )
        try:
            subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            self.words.append(f"TLS is skipped: {error}")
            return None
        file = Path(self.folder, "certificate.pem")
        file.write_bytes(file.read_bytes() + Path(self.folder, "key.pem").read_bytes())
        return str(file)


def basis(rows: list[Row], growth: list[Row]) -> billion.Basis:
    """Return what 1e9 versions are computed from: this tool over TLS where that was measured, as on AWS.

    What a further version takes is told by a small and a large bucket: the start of Python, once, is left out.
    """
    over_tls = [row for row in rows if row.tls]
    alike = over_tls or [*rows, *growth]
    mine = [row for row in alike if row.tool == INLINE and not row.latency and row.shape == FLAT]
    small, large = (end(mine, key=lambda row: row.versions) for end in (min, max))
    more = large.versions - small.versions
    cpu = (large.ran.cpu - small.ran.cpu) / more if more else 1 / large.per_core
    served, boto3 = large.ran.served, listing_table.compared_with(large, rows)
    how = "over TLS" if over_tls else "without TLS, which AWS adds"
    where = (
        f"{INLINE}, {how}; its CPU from {small.versions:,} to {large.versions:,} versions, its start left out"
    )
    return billion.Basis(
        served.pages / large.versions, cpu, served.sent / large.versions, 1 / boto3.per_core, where
    )


def about(given: argparse.Namespace, load_before: float) -> str:
    """Return what a reader has to know of the figures."""
    return f"""\
Measured with `python -m benchmarks.listing {" ".join(sys.argv[1:])}`, {datetime.now():%Y-%m-%d}: Python \
{platform.python_version()}, boto3 {version("boto3")}, {platform.system()} on {platform.machine()}, \
{os.cpu_count()} cores (load average {load_before:.1f} before, {os.getloadavg()[0]:.1f} after), shared by client \
and server. Each line was measured once.
Tools that page serially get fewer versions, or the run would take hours: compare rates, not times. \
Ours has at most {given.list_parallel} requests in flight in a task. It also chooses each key's version and \
writes a plan; boto3's loop only counts; mc and rclone print. One key in 100 has been overwritten since \
the restore time. Every request waits, probes too; a page comes chunked, as AWS sends it. CPU is of all processes of the \
client, their start included; the peak is of the largest of them ("<": no more than the benchmark's own, below \
which Linux tells nothing)."""


def put(text: str, file: Path) -> None:
    """Put the figures into a document, between its two marks. ValueError if it has none."""
    before, _, rest = file.read_text().partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{file} has no {BEGIN} and {END}")
    file.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


def measured(given: argparse.Namespace, folder: str) -> str:
    """Measure all; return the document."""
    load_before, bench = os.getloadavg()[0], Bench(given, folder)
    rows = list(bench.rows())
    growth = [bench.row(bench.inline, size) for size in scaling.sizes(given.largest)]
    peak = own_peak()
    if growth and given.into:
        try:
            scaling.draw(growth, PICTURE)
        except ImportError:
            bench.words.append("no picture: matplotlib is not installed (`pip install -e '.[bench]'`)")
    per_version = basis(rows, growth)
    found = [*listing_table.goals(rows, growth), *scaling.goals(growth), *billion.goals(per_version)]
    parts = ["\n".join(listing_table.table(rows, peak)), about(given, load_before), *bench.words]
    parts += ["## How it grows", "\n".join(scaling.table(growth))] if growth else []
    parts += ["## What 1e9 versions take on AWS", "\n".join(billion.lines(per_version))]
    parts += ["## Goals", "\n".join(listing_table.in_lines(found))]
    return "\n\n".join(parts)


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.listing", description=__doc__)
    parser.add_argument("--versions", type=int, default=2_000_000, help="that ours lists")
    parser.add_argument("--serial", type=int, default=200_000, help="that serial tools list")
    parser.add_argument(
        "--serial-waiting", type=int, default=50_000, help="the same where replies wait, and over TLS"
    )
    parser.add_argument(
        "--latency", type=float, nargs="*", default=[0, 100, 250, 300], help="ms that replies wait"
    )
    parser.add_argument(
        "--shapes", nargs="*", choices=KINDS, default=[name for name in KINDS if name != FLAT]
    )
    parser.add_argument("--largest", type=int, default=100_000_000, help="of the growing buckets; 0: none")
    parser.add_argument(
        "--list-parallel", type=int, default=128, help="of ours: requests in flight in a task"
    )
    parser.add_argument("--server-processes", type=int, default=1)
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="without mc and rclone")
    parser.add_argument(
        "--into", type=Path, metavar="FILE", help="put the figures into this document; draw the picture"
    )
    given = parser.parse_args()
    forget_surroundings()
    with tempfile.TemporaryDirectory(prefix="s3distversions-bench-") as folder:
        text = measured(given, folder)
    if given.into:
        put(text, given.into)
    print(text)


if __name__ == "__main__":
    main()
