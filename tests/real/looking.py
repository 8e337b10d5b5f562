"""What a real server holds, looked at past the job; and what the job may have changed there."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import boto3
from botocore.config import Config

from tests.embedded_s3.contract.calls import entries


class Row(NamedTuple):
    """One entry as it stands in a listing."""

    key: str
    version_id: str
    is_latest: bool
    delete_marker: bool


def connect() -> Any:
    """Return a client for the server that the tests are given."""
    config = Config(
        s3={"addressing_style": "path"}, proxies={}, read_timeout=60, retries={"total_max_attempts": 2}
    )
    endpoint = os.environ["S3_CONTRACT_ENDPOINT"]
    return boto3.session.Session().client("s3", endpoint_url=endpoint, config=config)


def rows(client: Any, bucket: str) -> list[Row]:
    """Return everything that a bucket holds, in the order of the documents.

    The next page begins at the last entry of the one before: Ceph's own markers garble `+` and `%`.
    """
    found: list[Row] = []
    where: dict[str, str] = {}
    while page := [Row(*row) for row in entries(client, bucket, **where)]:
        assert not {*page} & {*found}, "a page comes twice"
        found += page
        where = {"KeyMarker": page[-1].key, "VersionIdMarker": page[-1].version_id}
    return found


def state(client: Any, bucket: str, listed: list[Row]) -> dict[str, bytes]:
    """Return {key: content} of what a reader finds, for the keys that a listing names; read key by key."""
    present = [row.key for row in listed if row.is_latest and not row.delete_marker]
    return {key: client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in present}


def check_kept(before: list[Row], after: list[Row], in_scope: Any) -> None:
    """Assert that every version is still there, and nothing changed but keys that are `in_scope(key)`."""
    kept, now = ({(row.key, row.version_id, row.delete_marker) for row in each} for each in (before, after))
    assert not [gone for gone in kept - now if not gone[2]], "versions were removed"
    assert not [key for key, *_ in kept ^ now if not in_scope(key)], "keys outside the scope were written"


def remove(client: Any, bucket: str) -> None:
    """Remove a bucket with all that it holds: what its first page names, until that is empty.

    Some servers cannot be asked for the next page; and MinIO's DeleteObject does not remove null markers.
    """
    while first := [*entries(client, bucket)]:
        objects = [{"Key": key, "VersionId": version_id} for key, version_id, *_ in first[:1000]]
        reply = client.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        assert "Errors" not in reply, reply["Errors"]
    client.delete_bucket(Bucket=bucket)
