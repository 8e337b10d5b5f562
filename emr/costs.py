"""python emr/costs.py: prints the table of emr/README.md, what a run takes and costs on AWS, computed.

Nothing of it was measured on AWS. What a version takes comes from docs/listing-benchmark.md, as it was measured last.
"""

import re
from pathlib import Path

from s3distversions.prices import DOLLARS

BENCHMARK = Path(__file__).parent.parent / "docs" / "listing-benchmark.md"
# us-east-1, on demand, to be looked up again (https://aws.amazon.com/emr/pricing/): m7g.xlarge, EC2 and EMR.
NODE_DOLLARS_AN_HOUR = 0.1632 + 0.0408
CORES, BITS_A_SECOND = 4, 1.876e9  # of such a node, the network as it is for long
TASKS = 4  # at work on a node
IN_FLIGHT = 32  # requests of a task, as the command has it by default
PAGE_SECONDS, COPY_SECONDS = 0.3, 0.03  # that S3 takes for a page of 1000 versions, and for a small copy
COPY_CPU_SECONDS = 0.74e-3  # docs/benchmarks.md
LISTS_A_SECOND, COPIES_A_SECOND = 5500, 3500  # that S3 allows for one partition of the keys
STARTING_HOURS = 10 / 60  # of the cluster and of the jobs on it
# versions, copies, nodes besides the primary one
RUNS = [
    (10_000_000, 0, 2),
    (10_000_000, 100_000, 2),
    (100_000_000, 0, 2),
    (100_000_000, 1_000_000, 2),
    (1_000_000_000, 0, 4),
    (1_000_000_000, 10_000_000, 4),
    (10_000_000_000, 0, 8),
]


def measured(name: str) -> float:
    """Return a figure per 1000 versions."""
    found = re.search(rf"^\| {name} \| ([\d.,]+)", BENCHMARK.read_text(), re.MULTILINE)
    if not found:
        raise ValueError(f"{BENCHMARK} tells no {name!r}")
    return float(found[1].replace(",", ""))


def seconds(versions: int, copies: int, nodes: int) -> float:
    """Return how long listing and copying take: whatever is the narrowest, with all keys in one partition."""
    lists = versions / 1000 * measured("LIST requests")
    listing = max(
        lists / LISTS_A_SECOND,
        lists * PAGE_SECONDS / (nodes * TASKS * IN_FLIGHT),
        versions / 1000 * measured("CPU of the client") / 1000 / (nodes * CORES),
        versions / 1000 * measured("bytes of the replies") * 8 / (nodes * BITS_A_SECOND),
    )
    copying = max(
        copies / COPIES_A_SECOND,
        copies * COPY_SECONDS / (nodes * TASKS * IN_FLIGHT),
        copies * COPY_CPU_SECONDS / (nodes * CORES),
    )
    return listing + copying


def row(versions: int, copies: int, nodes: int) -> str:
    """Return a line of the table."""
    hours = STARTING_HOURS + seconds(versions, copies, nodes) / 3600
    machines = hours * (nodes + 1) * NODE_DOLLARS_AN_HOUR
    lists = versions / 1000 * measured("LIST requests")
    requests = lists * DOLLARS["ListObjectVersions"] + copies * DOLLARS["CopyObject"]
    cells = (
        f"{versions:,}",
        f"{copies:,}",
        str(nodes),
        f"{hours:.1f}",
        *map("${:,.2f}".format, (machines, requests)),
    )
    return f"| {' | '.join(cells)} | ${machines + requests:,.2f} |"


def table() -> str:
    """Return the table, and what a cluster that stays costs while it does nothing."""
    head = [
        "| versions | copies | nodes | hours | nodes cost | requests cost | together |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    idle = f"A cluster that stays and does nothing: 3 nodes, ${3 * 24 * NODE_DOLLARS_AN_HOUR:.2f} a day."
    return "\n".join([*head, *(row(*run) for run in RUNS), "", idle])


if __name__ == "__main__":
    print(table())
