"""For `make test-hadoop` alone: without the cluster that it starts nothing here is collected."""

import os

import pytest

from tests.embedded_s3 import EmbeddedS3
from tests.hadoop.installing import HOME
from tests.hadoop.running import Hadoop
from tests.real.keeping import Kept

collect_ignore_glob = [] if os.environ.get("HADOOP_HOME") == str(HOME) else ["test_*.py"]


@pytest.fixture
def s3():
    """A server with nothing in it."""
    with EmbeddedS3() as server:
        yield server
        server.check_faults()


@pytest.fixture
def hadoop(s3, tmp_path):
    """Runs the command with `-r hadoop`, on `s3`."""
    return Hadoop(s3.endpoint, s3.environment, tmp_path)


@pytest.fixture(scope="module")
def minio():
    """A MinIO of its own."""
    with Kept("minio") as server:
        yield server
        server.keep_log = False
