"""300 random buckets through the whole job: in place and to a destination, with pages of any size."""

import pytest

from tests.random_buckets import differences, random_bucket, shrunk

SEEDS = range(300)
GROUPS = 20  # tests, so that workers share them


@pytest.mark.parametrize("group", range(GROUPS))
def test_random_buckets(group, s3, command):
    """No key is wrong, the plan and the second run write nothing, and nothing else is asked for."""
    for seed in SEEDS[group::GROUPS]:
        bucket = random_bucket(seed)
        found = differences(bucket, s3, command)
        if found:
            small = shrunk(bucket, lambda candidate: bool(differences(candidate, s3, command)))
            pytest.fail(f"seed {seed}: {differences(small, s3, command) or found}\n{small}")
