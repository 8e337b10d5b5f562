"""What the tests share: one embedded S3 for each worker, and the command run in this process."""

import pytest
from botocore.retries.standard import ExponentialBackoff

from s3distversions import areas, client, pace, rate
from tests.command import Command
from tests.embedded_s3.process import EmbeddedS3


@pytest.fixture(scope="session")
def running_s3():
    """The worker's server."""
    with EmbeddedS3() as s3:
        yield s3


@pytest.fixture
def s3(running_s3):
    """The worker's server, empty, its clock at the first moment of 2014; a fault that is never met fails."""
    running_s3.reset()
    running_s3.set_clock("2014-01-01T00:00:00Z")
    yield running_s3
    running_s3.check_faults()


@pytest.fixture
def command(s3, tmp_path, monkeypatch):
    """Runs `s3distversions` in this process, in an empty working directory, with `s3` as its endpoint."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    return Command(s3)


@pytest.fixture(scope="module")
def impatient():
    """The command gives up a reply after a second, and hardly pauses before it asks again."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(client, "READ_TIMEOUT_SECONDS", 1)
        monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0.001)
        monkeypatch.setattr(pace, "PAUSE_SECONDS", 0.001)
        monkeypatch.setattr(areas, "PATIENCE_SECONDS", 0.1)
        monkeypatch.setattr(rate, "LEAST", 50.0)
        client._make.cache_clear()
        yield
    client._make.cache_clear()
