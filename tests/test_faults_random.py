"""Random buckets under random faults, at a tenth of all requests; and a storm, at a fifth of them."""

from random import Random

import pytest
from botocore.retries.quota import RetryQuota

from tests.bucket_under_faults import Restore
from tests.random_buckets import differences, random_bucket

pytestmark = pytest.mark.usefixtures("impatient")

PASSING = ["SlowDown", "InternalError", "InternalError-after", "reset-before", "reset-after", "drip"]
PASSING += ["cut-chunked", "cut", "error-in-200", "error-in-200-after", "empty-before", "empty-after"]
SEEDS = range(400, 420)
GROUPS = 5


class Faulty:
    """The command, with random faults at a share of its requests; counts both."""

    def __init__(self, s3, command, seed, share):
        self.s3, self.command, self.share = s3, command, share
        self.random = Random(seed)
        self.requests = self.hits = 0

    def __call__(self, *argv):
        self.s3.fault(None, *PASSING, probability=self.share, seed=self.random.getrandbits(32), seconds=0.01)
        ended = self.command(*argv)
        (told,) = self.s3.end_faults()
        self.requests += told["matched"]
        self.hits += told["hits"]
        return ended


@pytest.mark.parametrize("group", range(GROUPS))
def test_random_buckets(s3, command, group):
    """In place and to a destination: exact, exit code 0, and the second run finds nothing to do."""
    faulty = Faulty(s3, command, group, share=0.1)
    for seed in SEEDS[group::GROUPS]:
        found = differences(random_bucket(seed), s3, faulty)
        assert not found, f"bucket {seed}, faults {group}"
    assert 2 <= faulty.hits < 0.25 * faulty.requests


@pytest.mark.parametrize("to_dest", [False, True])
def test_storm(s3, command, monkeypatch, to_dest):
    """botocore's quota of retries is used up, so that it repeats nothing: the same command, until it is done."""
    monkeypatch.setattr(RetryQuota, "acquire", lambda *_: False)
    restore = Restore(s3, command, to_dest)
    restore.command = faulty = Faulty(s3, command, 1, share=0.2)
    codes = []
    while not codes or (codes[-1] and len(codes) < 20):
        ended = restore()
        codes.append(ended.code)
        assert ended.code in (0, 1, 3) and "defect" not in ended.err, ended
        assert len(ended.err.splitlines()) == (2 if ended.code == 1 else 0), ended
    assert codes[-1] == 0 and len(codes) > 1 and faulty.hits > 2
    restore.check_state()
    assert {*restore.written().values()} == {1}
