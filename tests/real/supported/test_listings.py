"""The job's own listing on a real server: whole and in the order of writing, whatever the page and the key."""

import os

import pytest

from s3distversions import client as clients
from s3distversions import listing
from s3distversions.listing import entries
from s3distversions.model import Access, KeyRange

ODD = ["a", "a b", "a+b", "a%2Fb", "100 %", "é", "😀", "a[x]", "a&b"]


@pytest.fixture
def job():
    """The job's client for listings; the count of its requests begins anew."""
    made = clients.make(Access(os.environ["S3_CONTRACT_ENDPOINT"]), 4, reads_only=True)
    clients.take_requests()
    return made


def ids(job, bucket, keys=KeyRange("")):  # noqa: B008 - a tuple, which nobody can change
    return [(entry.key, entry.version_id) for entry in entries(job, bucket, keys)]


def put(client, bucket, key):
    return key, client.put_object(Bucket=bucket, Key=key)["VersionId"]


def delete(client, bucket, key):
    return key, client.delete_object(Bucket=bucket, Key=key)["VersionId"]


@pytest.mark.parametrize("size", [2, 3, 5, 1000])
def test_odd_keys_across_pages(client, new_bucket, job, monkeypatch, size):
    bucket, written = new_bucket(), []
    for key in sorted(ODD):
        history = [call(client, bucket, key) for call in (put, delete, put, put, delete)]
        written += history[::-1]
    monkeypatch.setattr(listing, "PAGE_SIZE", size)
    assert ids(job, bucket) == written
    for prefix in ("a", "a+", "100 %", "é"):
        assert ids(job, bucket, KeyRange(prefix)) == [row for row in written if row[0].startswith(prefix)]
    assert ids(job, bucket, KeyRange("", "a%2Fb", "a+b")) == [
        row for row in written if "a%2Fb" < row[0] <= "a+b"
    ]


def test_a_history_sorted_by_kind_by_chance_is_asked_for_twice_and_believed(client, new_bucket, job):
    """Versions, and below them all markers: so some servers send every history. This one wrote it so."""
    bucket = new_bucket()
    first = put(client, bucket, "k")
    marker = delete(client, bucket, "k")
    client.delete_object(Bucket=bucket, Key="k", VersionId=first[1])
    versions = [put(client, bucket, "k") for _ in range(3)]
    assert ids(job, bucket) == [*versions[::-1], marker]
    assert clients.take_requests() == {"ListObjectVersions": 2}


def test_nothing_is_lost_behind_a_null_marker(client, new_bucket, job, monkeypatch):
    """Ceph passes over what is below one, where a page ends with it."""
    bucket = new_bucket()
    versions = [put(client, bucket, "k") for _ in range(3)]
    for status, call in (("Suspended", client.delete_object), ("Enabled", client.put_object)):
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
        reply = call(Bucket=bucket, Key="k")
    written = [("k", reply["VersionId"]), ("k", "null"), *versions[::-1]]
    for size in (2, 3, 1000):
        monkeypatch.setattr(listing, "PAGE_SIZE", size)
        assert ids(job, bucket) == written
