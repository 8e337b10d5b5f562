"""How many tasks a job has on a cluster, and how much memory each."""

import pytest

from s3distversions import sizing
from s3distversions.location import parse
from s3distversions.parameters import Parameters


@pytest.mark.parametrize("ranges, tasks", [(0, 1), (1, 1), (32, 1), (33, 2), (4_000, 125), (10**6, 500)])
def test_tasks_that_list(ranges, tasks):
    assert sizing.listing_tasks(ranges) == tasks


@pytest.mark.parametrize("actions, tasks", [(0, 1), (5_000, 1), (5_001, 2), (20_000, 4), (10**8, 1_000)])
def test_tasks_that_write(actions, tasks):
    assert sizing.writing_tasks(actions) == tasks


@pytest.mark.parametrize("in_flight, memory", [(1, 768), (64, 768), (80, 768), (81, 1024), (128, 1024)])
def test_memory(in_flight, memory):
    """In steps of YARN's, so that none of what is asked for is rounded up."""
    assert sizing.memory_mb(in_flight) == memory


def test_settings_follow_the_wider_of_the_two():
    parameters = Parameters(
        src=parse("s3://mybucket", "--src"), restore_time=None, list_parallel=64, write_parallel=128
    )
    assert sizing.jobconf(7, parameters) == {
        "mapreduce.job.reduces": "7",
        "mapreduce.task.io.sort.mb": "100",
        "mapreduce.map.memory.mb": "1024",
        "mapreduce.map.java.opts": "-Xmx256m",
        "mapreduce.reduce.memory.mb": "1024",
        "mapreduce.reduce.java.opts": "-Xmx256m",
    }
