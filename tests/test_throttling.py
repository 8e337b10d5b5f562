"""The whole command on a server that limits the writes of each prefix, in real time: ends soon, fails no key."""

import time

import pytest
from botocore.retries.quota import RetryQuota

from s3distversions import areas, client, execute, pace, rate
from tests.histories import moment

FOUR = ["p0/", "p1/", "p2/", "p3/"]
LIMIT, EACH = 100, 200  # writes a second, and keys, of each prefix
T = 1


def entries(prefixes, number):
    """Of each prefix, keys that were overwritten, deleted, and created, as many of each kind, one after the other."""
    for prefix in prefixes:
        for each in range(number):
            key = f"{prefix}{each:04}"
            if each % 3 != 2:
                yield {"key": key, "last_modified": moment(T), "content": f"{each}"}
            if each % 3 == 1:
                yield {"key": key, "last_modified": moment(T + 1), "delete_marker": True}
            else:
                yield {"key": key, "last_modified": moment(T + 1), "content": "now"}


@pytest.fixture
def restore(s3, command):
    """Restores a bucket that is loaded, deletes included, and returns how it ended and in how many seconds."""

    def run(*options):
        began = time.monotonic()
        argv = ["--src", "s3://bucket", "--restore-time", moment(T), "--delete", "--json", "--quiet"]
        ended = command(*argv, *options)
        return ended, time.monotonic() - began

    return run


def check_state(s3, prefixes, number):
    """Every key is as it was."""
    stands = {key: history[0]["delete_marker"] for key, history in s3.dump("bucket")["keys"].items()}
    assert stands == {f"{prefix}{each:04}": each % 3 == 2 for prefix in prefixes for each in range(number)}


def counts(ended):
    """{status: how many}, of those that there are."""
    return {status: number for status, number in ended.summary["outcomes"].items() if number}


def writes_sent(s3, ended):
    """How many writes were sent: copies, and keys of deletes."""
    return sum(len(request["deleted"] or "1") for request in ended.writes)


def test_limits_of_four_prefixes(s3, restore, monkeypatch):
    """As in the promise, all at a fifth of its size."""
    monkeypatch.setattr(rate, "START", rate.START / 5)
    monkeypatch.setattr(execute, "BATCH", execute.BATCH // 5)
    s3.load("bucket", entries(FOUR, EACH))
    s3.settings(limits={f"bucket/{prefix}": {"writes": LIMIT} for prefix in FOUR}, limits_time=None)
    ended, seconds = restore()
    refused = sum(of_prefix["writes"] for of_prefix in s3.throttled().values())
    assert (ended.code, ended.err) == (0, ""), ended
    assert counts(ended) == {"done": 4 * EACH}
    assert refused < 0.15 * writes_sent(s3, ended)  # mostly at the beginning, and there is hardly more
    least = (EACH - LIMIT) / LIMIT
    assert least < seconds < 1.3 * least + 10  # the start of the command and its tasks, on a busy machine
    check_state(s3, FOUR, EACH)


def test_a_prefix_that_takes_nothing_fails_alone(s3, restore, monkeypatch):
    monkeypatch.setattr(areas, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(pace, "PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(rate, "LEAST", 100.0)
    s3.load("bucket", entries(FOUR, 30))
    with s3.faults():
        for operation in ("CopyObject", "DeleteObjects/key"):
            s3.fault(operation, "SlowDown", prefix="p1/")
        ended, _ = restore()
    assert (ended.code, ended.err) == (3, ""), ended
    assert counts(ended) == {"done": 90, "failed": 30}
    assert all(key.startswith("p1/") for key in ended.summary["failed_keys"])


@pytest.mark.usefixtures("impatient")
def test_a_quota_of_retries_that_is_used_up_is_no_failure(s3, restore, monkeypatch):
    """botocore repeats nothing then; what it hands on is done later."""
    monkeypatch.setattr(RetryQuota, "acquire", lambda *_: False)
    client._make.cache_clear()
    s3.load("bucket", entries(FOUR, 15))
    with s3.faults():
        for seed, kind in enumerate(["SlowDown", "InternalError", "reset-before"]):
            s3.fault("CopyObject", kind, probability=0.2, seed=seed)
        s3.fault("DeleteObjects", "SlowDown", "InternalError", "reset-before", at=[1, 2, 3])
        for seed, kind in enumerate(["SlowDown", "InternalError"]):
            s3.fault("DeleteObjects/key", kind, probability=0.2, seed=seed)
        ended, _ = restore()
        hits = sum(fault["hits"] for fault in s3.faults_told())
    assert (ended.code, ended.err) == (0, ""), ended
    assert hits > 5 and counts(ended) == {"done": 60}
    check_state(s3, FOUR, 15)
