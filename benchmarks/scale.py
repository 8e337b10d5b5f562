"""python -m benchmarks.scale: how long restores of 1e8 to 1e10 versions take on AWS, and what they cost: a model.

Measures what a page, a copy and a delete take here (`scale_measure`), puts that in the model (`scale_model`), and holds
the model beside real runs here (`scale_check`). Prints Markdown. Nothing of it was measured on AWS.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from benchmarks import scale_check, scale_table
from benchmarks.listing import put
from benchmarks.scale_measure import (
    INLINE,
    LOCAL,
    Calibration,
    Measuring,
    calibrate,
    on_hadoop,
    page_over_tls,
)
from benchmarks.scale_model import Costs
from tests.demo import forget_surroundings
from tests.embedded_s3 import EmbeddedS3


def measured(given: argparse.Namespace) -> str:
    """Measure all; return the document."""
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="s3distversions-bench-") as folder, EmbeddedS3() as s3:
        measuring = Measuring(folder, s3)
        often = max(given.repeat, scale_check.SHORT_REPEAT)  # all else is computed from this
        known = {LOCAL: calibrate(measuring, LOCAL, often, None)}
        costs = known[LOCAL].costs
        on_aws = costs._replace(page=page_over_tls(measuring, LOCAL, often), served_page=0, served_copy=0)
        rows = []
        if given.check:
            if not given.hadoop_only:
                known = {INLINE: calibrate(measuring, INLINE, often, None), **known}
            if given.hadoop is not None:
                # Of what runs inside the cluster nothing tells the CPU: it is that of the same tasks here.
                runner = on_hadoop(given.hadoop, given.hadoop_tasks)
                known[runner] = calibrate(measuring, runner, given.repeat, costs)
            for runner, calibration in known.items():
                if given.hadoop_only and not runner.is_cluster:
                    continue
                rows += scale_check.checked(measuring, runner, calibration, given.repeat)
    parts = [*tables(on_aws), about(given, load_before, measuring.others)]
    if rows:
        found = {runner.name: each for runner, each in known.items()}
        parts += ["## Beside real runs", "\n".join(scale_check.lines(rows)), "\n".join(basis(found))]
    return "\n\n".join(parts)


def tables(costs: Costs) -> list[str]:
    """Return the model's part of the document."""
    several = scale_table.SEVERAL_PARTITIONS
    return [
        "## What it is computed from",
        "\n".join(scale_table.given(costs)),
        f"## Keys in {several} partitions of S3",
        "\n".join(scale_table.whole(costs, several)),
        "## Keys in one partition of S3",
        "\n".join(scale_table.short(costs, 1)),
        "## Beside AWS's Rollback Tool",
        "\n".join(scale_table.rollback(costs, several)),
    ]


def basis(known: dict[str, Calibration]) -> Iterator[str]:
    """Yield a table of what was measured for the check, by the name of the runner."""
    columns = Costs._fields[:6]
    yield f"| runner | {' | '.join(columns)} | start of a plan, s | of a restore, s |"
    yield f"|---{'|---:' * (len(columns) + 2)}|"
    for name, found in known.items():
        cells = " | ".join(f"{each * 1000:.3f}" for each in found.costs[: len(columns)])
        yield f"| {name} | {cells} | {found.plan_start:.2f} | {found.restore_start:.2f} |"
    yield ""
    yield "What the predictions are made of; CPU in milliseconds of one core, *served* is that of the server."


def about(given: argparse.Namespace, load_before: float, others: float) -> str:
    """Return what a reader has to know of the figures."""
    # How a cluster is reached holds places of one machine.
    words = ("OPTIONS" if word == given.hadoop else word for word in sys.argv[1:])
    return f"""\
Measured with `python -m benchmarks.scale {" ".join(words)}`, {datetime.now():%Y-%m-%d}: Python \
{platform.python_version()}, {platform.system()} on {platform.machine()}, {os.cpu_count()} cores (load average \
{load_before:.1f} before, {os.getloadavg()[0]:.1f} after), shared by client and server; each the median of {given.repeat}, of what is short and of what the rest is computed from \
of {max(given.repeat, scale_check.SHORT_REPEAT)}. \
A run during which others on the machine had more than a tenth of the cores was repeated; {others:.0%} is the most \
that they had in one of those that count."""


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--repeat", type=int, default=3, help="how often each is measured")
    parser.add_argument("--no-check", dest="check", action="store_false", help="without runs beside it")
    parser.add_argument(
        "--hadoop",
        metavar="OPTIONS",
        help="check a cluster too, which is there: `-r hadoop` and these options",
    )
    parser.add_argument("--hadoop-tasks", type=int, default=2, help="that it runs at a time")
    parser.add_argument("--hadoop-only", action="store_true", help="check nothing but the cluster")
    parser.add_argument("--into", type=Path, metavar="FILE", help="put the figures into this document")
    given = parser.parse_args()
    forget_surroundings()
    text = measured(given)
    if given.into:
        put(text, given.into)
    print(text)


if __name__ == "__main__":
    main()
