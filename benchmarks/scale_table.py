"""What the scale model says of clusters on AWS, as tables; and beside it what AWS's own tool states. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.scale_model import (
    TASK_START,
    Costs,
    Estimate,
    Setup,
    Work,
    estimate,
    node_dollars,
    request_dollars,
)
from s3distversions.sizing import ACTIONS_A_TASK, MOST_RANGES, MOST_WRITING_TASKS, RANGES_A_TASK

VERSIONS = (10**8, 10**9, 10**10)
RESTORES = (10**6, 10**7, 10**8)
NODES = (1, 5, 20, 50, 200)
# Dollars an hour of an m5.xlarge in us-east-1, on demand: EC2 and what EMR adds. https://aws.amazon.com/emr/pricing/
NODE_HOUR = 0.192 + 0.048
SEVERAL_PARTITIONS = 16
# An m5.xlarge has 4 cores, and gives YARN 12 GiB, of which a task with 32 requests in flight takes 768 MiB:
# https://docs.aws.amazon.com/emr/latest/ReleaseGuide/emr-hadoop-task-config.html
CONTAINER = 3.6  # seconds of CPU, from a run on the cluster of `make test-hadoop`: see docs/scale-model.md
AWS = Setup(
    nodes=1,
    cores=4,
    slots=16,
    listing_tasks=MOST_RANGES // RANGES_A_TASK,
    actions_a_task=ACTIONS_A_TASK,
    most_writing_tasks=MOST_WRITING_TASKS,
    ranges=MOST_RANGES,
    uneven=4 / 3,
    page_wait=0.3,
    write_wait=0.03,
    probe_wait=0.035,
    task_start=TASK_START,
    container=CONTAINER,
    start=120.0,
)
MILLION = 10**6
# What its README states, in whole hours, and the same work here: https://github.com/aws-solutions-library-samples/
# guidance-for-rolling-back-changes-to-datasets-in-amazon-s3 (2025-11-17: $11; since S3 Metadata is counted too, $12)
ROLLBACK = {
    "10 million changes, in 10 billion objects": (Work(10**10, 10**7), "under 1 hour", "not stated"),
    "100 million changes, in 10 billion objects": (Work(10**10, 10**8), "under 5 hours", "not stated"),
    "1 million objects created, 1 million overwritten, 1 million deleted, in 1 billion": (
        Work(10**9 + 2 * MILLION, MILLION, 2 * MILLION), "not stated", "about $11",
    ),
}  # fmt: skip
ROLLBACK_NODES = (20, 50)


def on_aws(nodes: int, partitions: int) -> Setup:
    """Return the cluster of which the tables are."""
    return AWS._replace(nodes=nodes, partitions=partitions)


def dollars(work: Work, found: Estimate, nodes: int) -> tuple[float, float]:
    """Return what S3's requests cost, and what the nodes do."""
    return request_dollars(work, found.pages), node_dollars(found.seconds, nodes, NODE_HOUR)


def whole(costs: Costs, partitions: int) -> Iterator[str]:
    """Yield the table of all sizes: both phases, what binds each, and what it costs."""
    yield (
        "| versions | restores | nodes | listing | binds | writing | binds | whole | most of it "
        "| requests | nodes' hours | together |"
    )
    yield "|---:|---:|---:|---:|---|---:|---|---:|---|---:|---:|---:|"
    for versions in VERSIONS:
        for restores in RESTORES:
            for nodes in NODES:
                work = Work(versions, restores)
                found = estimate(work, on_aws(nodes, partitions), costs)
                requests, machines = dollars(work, found, nodes)
                yield (
                    f"| {power(versions)} | {power(restores)} | {nodes} | {time(found.listing.seconds)} "
                    f"| {found.listing.binds} | {time(found.writing.seconds)} | {found.writing.binds} "
                    f"| {time(found.seconds)} | {found.binds} | {price(requests)} | {price(machines)} "
                    f"| {price(requests + machines)} |"
                )


def short(costs: Costs, partitions: int) -> Iterator[str]:
    """Yield the table of the same sizes with another number of partitions: the whole time, and what most of it is."""
    yield f"| versions | restores | {' | '.join(f'nodes: {nodes}' for nodes in NODES)} |"
    yield f"|---:|---:|{'---|' * len(NODES)}"
    for versions in VERSIONS:
        for restores in RESTORES:
            found = [estimate(Work(versions, restores), on_aws(nodes, partitions), costs) for nodes in NODES]
            cells = " | ".join(f"{time(each.seconds)}, {each.binds}" for each in found)
            yield f"| {power(versions)} | {power(restores)} | {cells} |"


def rollback(costs: Costs, partitions: int) -> Iterator[str]:
    """Yield what AWS's Rollback Tool states beside what the model says of the same work."""
    here = (f"here, {nodes} nodes: time | dollars" for nodes in ROLLBACK_NODES)
    yield f"| what is rolled back | AWS's tool: time | dollars | {' | '.join(here)} |"
    yield f"|---|---|---|{'---:|---:|' * len(ROLLBACK_NODES)}"
    for what, (work, hours, stated) in ROLLBACK.items():
        cells = []
        for nodes in ROLLBACK_NODES:
            found = estimate(work, on_aws(nodes, partitions), costs)
            cells.append(f"{time(found.seconds)} | {price(sum(dollars(work, found, nodes)))}")
        yield f"| {what} | {hours} | {stated} | {' | '.join(cells)} |"


def given(costs: Costs) -> Iterator[str]:
    """Yield what the tables are computed from."""
    yield "| what | seconds or number |"
    yield "|---|---:|"
    names = {
        "CPU of a page of 1000 versions, over TLS, all cores at work": f"{costs.page * 1000:.2f} ms",
        "CPU of a copy": f"{costs.copy * 1000:.2f} ms",
        "CPU of a delete, of a batch": f"{costs.delete * 1000:.3f} ms",
        "CPU of the command itself for a key of the plan": f"{costs.line * 1e6:.1f} µs",
        "LIST requests per 1000 versions": f"{costs.pages_a_version * 1000:.3f}",
    }
    for name, value in names.items():
        yield f"| {name} | {value} |"


def price(dollars: float) -> str:
    """Return dollars in words."""
    return f"${dollars:,.2f}"


def power(number: int) -> str:
    """Return a power of ten as people write it."""
    return f"1e{len(str(number)) - 1}"


def time(seconds: float) -> str:
    """Return a time in words."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
