"""Where the contract tests run: on the embedded S3, or on the server that S3_CONTRACT_ENDPOINT names.

There boto3's own credentials count, and tests that have to tell the server something (`s3`) are skipped.
"""

import os
from uuid import uuid4

import boto3
import pytest

from tests.embedded_s3 import EmbeddedS3
from tests.embedded_s3.contract.calls import set_versioning

ENDPOINT = os.environ.get("S3_CONTRACT_ENDPOINT")


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
    if contract_server is None:
        pytest.skip("only the embedded S3 can be told this")
    return contract_server


@pytest.fixture(scope="session")
def client(contract_server):
    """A boto3 client."""
    return contract_server.client() if contract_server else boto3.client("s3", endpoint_url=ENDPOINT)


@pytest.fixture
def new_bucket(client):
    """A function that makes a bucket: never versioned (None), "Enabled" or "Suspended"; emptied at the end."""
    made = []

    def make(versioning="Enabled"):
        name = f"contract-{uuid4()}"
        client.create_bucket(Bucket=name)
        made.append(name)
        if versioning:
            set_versioning(client, name, versioning)
        return name

    yield make
    left = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
    for name in made:
        if name in left:
            remove(client, name)


def remove(client, bucket):
    """Remove a bucket and all that is in it; one by one, as some keys fit into no XML."""
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for entry in page.get("Versions", []) + page.get("DeleteMarkers", []):
            client.delete_object(Bucket=bucket, Key=entry["Key"], VersionId=entry["VersionId"])
    client.delete_bucket(Bucket=bucket)


@pytest.fixture
def bucket(new_bucket):
    """A bucket with versioning."""
    return new_bucket()
