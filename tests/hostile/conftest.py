"""What the tests share: a hostile server before the worker's embedded S3, and the command that asks it."""

import os
import time
from types import SimpleNamespace

import pytest

from s3distversions import client, order
from tests.command import Command
from tests.hostile.bucket import RESTORE, fill
from tests.hostile.server import Hostile

ATTEMPTS = 3  # of each request, in place of ten
EMPTY_PAGES = 20  # in a row, in place of a thousand
READ_TIMEOUT_SECONDS = 20  # of replies that do come


@pytest.fixture(scope="session")
def running_hostile(running_s3):
    """The worker's hostile server. The command's clients are made for it once, so that tests share them."""
    with pytest.MonkeyPatch.context() as patch, Hostile(running_s3.endpoint) as hostile:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in running_s3.environment.items():
            patch.setenv(name, value)
        patch.setattr(client, "ATTEMPTS", ATTEMPTS)
        patch.setattr(client, "READ_TIMEOUT_SECONDS", READ_TIMEOUT_SECONDS)
        # Or the retries of one test would use up those of the next: they share their clients.
        patch.setattr("botocore.retries.quota.RetryQuota.INITIAL_CAPACITY", 10**9)
        yield hostile


@pytest.fixture
def hostile(running_hostile, monkeypatch):
    """The hostile server, which changes nothing yet; `pauses` are those that were asked for."""
    running_hostile.does()
    running_hostile.pauses = []
    no_pause = SimpleNamespace(sleep=running_hostile.pauses.append, monotonic=time.monotonic)
    monkeypatch.setattr("botocore.endpoint.time", no_pause)
    monkeypatch.setattr("s3distversions.pace.PAUSE_SECONDS", 0.001)
    monkeypatch.setattr("s3distversions.areas.PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr("s3distversions.rate.LEAST", 50.0)
    monkeypatch.setattr(order, "EMPTY_PAGES", EMPTY_PAGES)
    monkeypatch.setattr(
        "s3distversions.exchange.ODD_SECONDS", 0.0
    )  # or one test would spare it the next one's
    yield running_hostile
    running_hostile.does()
    assert running_hostile.trouble == []


@pytest.fixture
def model(s3):
    """The bucket, and its model."""
    return fill(s3)


@pytest.fixture
def restore(hostile, s3, tmp_path, monkeypatch):
    """`restore(*options)` runs the command, and `restore.command(*argv)` any verb, on the hostile server."""
    monkeypatch.chdir(tmp_path)
    seen = SimpleNamespace(endpoint=hostile.endpoint, clear_requests=s3.clear_requests, requests=s3.requests)
    command = Command(seen)

    def restore(*options, verb=(), run="run"):
        return command(*verb, *RESTORE, "--version-info-output", run, *options)

    restore.command = command
    return restore
