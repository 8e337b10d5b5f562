"""How many tasks a job on a cluster has, and how much memory each: from the work, never from the user. Pure."""

from __future__ import annotations

from s3distversions.parameters import Parameters

# Ranges that the driver looks for, a request each. Where a bucket holds less than MOST_RANGES times ten pages,
# there are fewer.
MOST_RANGES = 4_000
# Hashes spread them unevenly: of some thirty, the task that gets most gets a third more than the mean. Inside
# it, threads take from each other (`stealing`).
RANGES_A_TASK = 32
# As many as get all that S3 gives: a task of 32 requests in flight asks some 300 pages a second, and S3 answers
# 5,500 a second in each part of its index: https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
MOST_LISTING_TASKS = 500
# Half a minute of writes, beside some five seconds until a task has begun.
ACTIONS_A_TASK = 5_000
MOST_WRITING_TASKS = 1_000

JVM_HEAP_MB = 256  # sorts so much at a time, whatever the cluster's own jobs do, and hands lines to Python
SORT_MB = 100
JVM_BESIDES_MB = 192
PYTHON_MB = 160  # before a request is sent
MB_A_REQUEST = 2  # in flight: a page of the listing, and what is made of it
STEP_MB = 256  # YARN gives memory in steps


def listing_tasks(ranges: int) -> int:
    """Return how many tasks list so many key ranges."""
    return min(-(-max(ranges, 1) // RANGES_A_TASK), MOST_LISTING_TASKS)


def writing_tasks(actions: int) -> int:
    """Return how many tasks carry out so many actions, or look at so many keys."""
    return min(-(-max(actions, 1) // ACTIONS_A_TASK), MOST_WRITING_TASKS)


def memory_mb(in_flight: int) -> int:
    """Return how much memory a task needs that has so many requests in flight, in MiB: the JVM and Python."""
    needed = JVM_HEAP_MB + JVM_BESIDES_MB + PYTHON_MB + MB_A_REQUEST * in_flight
    return -(-needed // STEP_MB) * STEP_MB


def jobconf(tasks: int, parameters: Parameters) -> dict[str, str]:
    """Return Hadoop's properties for a job of so many tasks in each step. All steps have the same."""
    memory = memory_mb(max(parameters.list_parallel, parameters.write_parallel))
    sizes = {"mapreduce.job.reduces": str(tasks), "mapreduce.task.io.sort.mb": str(SORT_MB)}
    for half in ("map", "reduce"):
        sizes[f"mapreduce.{half}.memory.mb"] = str(memory)
        sizes[f"mapreduce.{half}.java.opts"] = f"-Xmx{JVM_HEAP_MB}m"
    return sizes
