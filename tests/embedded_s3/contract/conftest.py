"""Where the contract tests run: on the embedded S3, or on the server that S3_CONTRACT_ENDPOINT names.

There boto3's own credentials count, and tests that have to tell the server something (`s3`) are left out.
Where S3_CONTRACT_SERVER names a server of tests/real, its table of differences is expected to fail, strictly.
"""

import importlib
import os

import boto3
import pytest
from botocore.config import Config

from tests.embedded_s3 import EmbeddedS3
from tests.embedded_s3.contract.calls import bucket_maker, entries

ENDPOINT = os.environ.get("S3_CONTRACT_ENDPOINT")
SERVER = os.environ.get("S3_CONTRACT_SERVER")


def pytest_collection_modifyitems(config, items):
    """Leave out what only the embedded S3 can be told; mark what is known to differ on a real server."""
    if not ENDPOINT:
        return
    here = [item for item in items if str(item.path).startswith(os.path.dirname(__file__))]
    told = [item for item in here if "s3" in item.fixturenames]
    config.hook.pytest_deselected(items=told)
    items[:] = [item for item in items if item not in told]
    differences = importlib.import_module(f"tests.real.{SERVER}_differences").DIFFERENCES if SERVER else {}
    found = set()
    for item in here:
        for name in (f"{item.path.name}::{item.name}", f"{item.path.name}::{item.originalname}"):
            found.add(name)
            if name in differences:
                # strict: a difference that is no more has to go from the list
                item.add_marker(pytest.mark.xfail(reason=differences[name], strict=True))
    files = {item.path.name for item in here}
    stale = [name for name in differences if name.partition("::")[0] in files and name not in found]
    if stale and not any("::" in argument for argument in config.args):
        raise pytest.UsageError(f"{SERVER}_differences names tests that are no more: {', '.join(stale)}")


@pytest.fixture(scope="session")
def contract_server():
    """The embedded S3 of these tests; None where another server is asked for."""
    if ENDPOINT:
        yield None
        return
    with EmbeddedS3() as running:
        yield running


@pytest.fixture
def s3(contract_server):
    """The embedded S3, with the real clock."""
    assert contract_server, "left out elsewhere: see pytest_collection_modifyitems"
    return contract_server


@pytest.fixture(scope="session")
def client(contract_server):
    """A boto3 client."""
    if contract_server:
        return contract_server.client()
    config = Config(
        s3={"addressing_style": "path"}, proxies={}, read_timeout=20, retries={"total_max_attempts": 2}
    )
    return boto3.session.Session().client("s3", endpoint_url=ENDPOINT, config=config)


@pytest.fixture
def new_bucket(client):
    """A function that makes a bucket: never versioned (None), "Enabled" or "Suspended"; emptied at the end."""
    made = []
    yield bucket_maker(client, "contract", made)
    left = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
    for name in made:
        if name in left:
            remove(client, name)


def remove(client, bucket):
    """Remove a bucket and all that is in it; one by one, as some keys fit into no XML."""
    for _ in range(10):  # the first page again: not every server leads on to the next one
        for key, version_id, *_ in entries(client, bucket):
            if version_id == "null":  # MinIO's DeleteObject leaves null markers
                objects = {"Objects": [{"Key": key, "VersionId": version_id}]}
                client.delete_objects(Bucket=bucket, Delete=objects)
            else:
                client.delete_object(Bucket=bucket, Key=key, VersionId=version_id)
        if not entries(client, bucket):
            break
    client.delete_bucket(Bucket=bucket)


@pytest.fixture
def bucket(new_bucket):
    """A bucket with versioning."""
    return new_bucket()
