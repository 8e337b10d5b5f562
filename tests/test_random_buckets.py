"""300 random buckets through the whole job: in place and to a destination, with pages of any size."""

import pytest

from tests.random_buckets import differences, random_bucket, shrunk

SEEDS = range(300)
GROUPS = 20  # tests, so that workers share them
SOON = 6  # groups that `make test` has time for; `make test-long` runs the others


def check(seed, s3, command, *options):
    """Fail, with the smallest bucket that shows it, if anything is wrong with the bucket of a seed."""
    bucket = random_bucket(seed)
    found = differences(bucket, s3, command, *options)
    if found:
        small = shrunk(bucket, lambda candidate: bool(differences(candidate, s3, command, *options)))
        pytest.fail(f"seed {seed}: {differences(small, s3, command, *options) or found}\n{small}")


@pytest.mark.parametrize(
    "group", [*range(SOON), *(pytest.param(group, marks=pytest.mark.long) for group in range(SOON, GROUPS))]
)
def test_random_buckets(group, s3, command):
    """No key is wrong, the plan and the second run write nothing, and nothing else is asked for."""
    for seed in SEEDS[group::GROUPS]:
        check(seed, s3, command)


@pytest.mark.parametrize("seed", range(300, 320))
def test_in_one_job(seed, s3, command):
    """The same in a single MapReduce job."""
    check(seed, s3, command, "--one-job")


@pytest.mark.parametrize("seed", range(320, 324))
def test_on_local(seed, s3, command):
    """The same with tasks that are processes of their own."""
    check(seed, s3, command, "-r", "local")
