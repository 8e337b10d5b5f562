"""What the tests share: one embedded S3 for each worker, and the command run in this process."""

import pytest

from tests.command import Command
from tests.embedded_s3.process import EmbeddedS3


@pytest.fixture(scope="session")
def running_s3():
    """The worker's server."""
    with EmbeddedS3() as s3:
        yield s3


@pytest.fixture
def s3(running_s3):
    """The worker's server, empty, its clock at the first moment of 2014."""
    running_s3.reset()
    running_s3.set_clock("2014-01-01T00:00:00Z")
    return running_s3


@pytest.fixture
def command(s3, tmp_path, monkeypatch):
    """Runs `s3distversions` in this process, in an empty working directory, with `s3` as its endpoint."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    return Command(s3)
