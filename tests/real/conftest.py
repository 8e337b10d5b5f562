"""For `make test-real` alone: without the server that it names nothing here is collected."""

import os

import pytest

from tests.embedded_s3.contract.calls import bucket_maker
from tests.real.looking import connect, remove

collect_ignore = [] if "S3_CONTRACT_SERVER" in os.environ else ["supported", "refused"]


@pytest.fixture(scope="session")
def client():
    """A boto3 client for the server."""
    return connect()


@pytest.fixture
def new_bucket(client, tmp_path, monkeypatch):
    """A function that makes a bucket, removed at the end; the working directory is an empty one."""
    monkeypatch.chdir(tmp_path)
    made = []
    yield bucket_maker(client, "real", made)
    for name in made:
        remove(client, name)
