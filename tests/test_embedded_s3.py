"""What tests tell the embedded S3, and what it tells them; what S3 does is in embedded_s3/contract."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.embedded_s3 import EmbeddedS3, state
from tests.embedded_s3.contract.calls import copy, delete, entries, get, put, refusal
from tests.embedded_s3.control import handle_control
from tests.embedded_s3.process import boto3_session


@pytest.fixture(scope="module")
def running():
    with EmbeddedS3() as s3:
        yield s3


@pytest.fixture
def s3(running):
    running.reset()
    return running


@pytest.fixture
def client(s3):
    return s3.client()


@pytest.fixture
def bucket(s3):
    s3.create_bucket("bucket")
    return "bucket"


def test_log(s3, client, bucket):
    s3.clear_requests()
    version = put(client, bucket, "k")
    number = s3.requests()[-1]["number"]
    assert refusal(copy, client, bucket, "k", "k", version, IfMatch='"x"')[0] == 412
    marker = delete(client, bucket, "k")
    delete(client, bucket, "k", VersionId=marker)
    objects = [{"Key": "k", "VersionId": version}, {"Key": "k", "ETag": "x"}]
    client.delete_objects(Bucket=bucket, Delete={"Objects": objects})
    client.list_object_versions(Bucket=bucket, Prefix="p")
    failed, simple, by_id, batch, listing = s3.requests(since=number)
    assert (failed["operation"], failed["status"], failed["error"]) == (
        "CopyObject",
        412,
        "PreconditionFailed",
    )
    assert failed["copy_source"] == {"bucket": bucket, "key": "k", "version_id": version}
    assert failed["conditions"] == {"If-Match": '"x"'}
    assert failed["access_key"] == "embedded-s3-access-key"
    assert simple["deleted"][0]["was"] is None and simple["version_id"] is None
    assert by_id["version_id"] == marker
    assert by_id["deleted"] == [
        {"key": "k", "version_id": marker, "if_match": None, "was": "delete_marker", "error": None}
    ]
    assert [(item["was"], item["error"]) for item in batch["deleted"]] == [
        ("version", None),
        (None, "NoSuchKey"),
    ]
    assert (listing["operation"], listing["write"], listing["query"]["prefix"]) == (
        "ListObjectVersions",
        False,
        "p",
    )
    assert all(record["write"] and record["bucket"] == bucket for record in (failed, simple, by_id, batch))


def test_clock(s3, client, bucket):
    s3.set_clock("2014-01-01T00:00:00Z")
    put(client, bucket, "k")
    s3.tick(90)
    put(client, bucket, "k")
    s3.set_clock(None)
    put(client, bucket, "k")
    now, second, first = (entry["last_modified"] for entry in s3.dump(bucket)["keys"]["k"])
    assert (first, second) == ("2014-01-01T00:00:00.000Z", "2014-01-01T00:01:30.000Z")
    assert now > "2020"


def test_page_size(s3, client, bucket):
    for number in range(5):
        put(client, bucket, f"{number}")
    s3.page_size(2)
    try:
        page = client.list_object_versions(Bucket=bucket, MaxKeys=1000)
        assert len(page["Versions"]) == 2 and page["IsTruncated"] and page["MaxKeys"] == 1000
        assert len(list(client.get_paginator("list_objects_v2").paginate(Bucket=bucket))) == 3
    finally:
        s3.page_size(1000)


def test_load_and_dump(s3, client, bucket):
    s3.load(
        bucket,
        [
            {"key": "k", "version_id": "null", "last_modified": "2014-01-01T00:00:00Z", "content": "one"},
            {"key": "l", "size": 7, "etag": "abc", "storage_class": "GLACIER", "tags": {"t": "1"}},
            {"key": "k", "version_id": "v2", "last_modified": "2013-01-01T00:00:00Z", "delete_marker": True},
            {"key": "k", "last_modified": "2014-01-01T00:00:00Z", "content": "two", "metadata": {"m": "1"}},
        ],
    )
    assert [row[1:] for row in entries(client, bucket)][1:3] == [("v2", False, True), ("null", False, False)]
    assert get(client, bucket, "k") == b"two"
    assert client.head_object(Bucket=bucket, Key="k")["Metadata"] == {"m": "1"}
    delete(client, bucket, "k", VersionId="v2")
    state = s3.dump(bucket)
    assert [entry["version_id"] for entry in state["keys"]["k"]][1:] == ["null"]
    assert state["keys"]["l"][0]["etag"] == "abc" and state["keys"]["l"][0]["size"] == 7
    with pytest.raises(ValueError, match="unknown names"):
        s3.load(bucket, [{"key": "k", "lastmodified": "2014-01-01T00:00:00Z"}])


def test_mfa_delete_is_shown(s3, client):
    s3.create_bucket("mfa-bucket", mfa_delete=True)
    assert client.get_bucket_versioning(Bucket="mfa-bucket")["MFADelete"] == "Enabled"


def test_reset_and_end():
    with EmbeddedS3(clock="2014-01-01T00:00:00Z") as own:
        client = own.client()
        own.create_bucket("bucket")
        put(client, "bucket", "k")
        assert own.dump("bucket")["keys"]["k"][0]["last_modified"] == "2014-01-01T00:00:00.000Z"
        own.reset()
        assert client.list_buckets()["Buckets"] == []
        assert [record["operation"] for record in own.requests()] == ["ListBuckets"]
    own.close()
    with pytest.raises(OSError):
        own.requests()


def test_it_ends_when_its_parent_is_killed():
    program = """if True:
        import os, signal
        from tests.embedded_s3 import EmbeddedS3
        print(EmbeddedS3().endpoint, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    root = Path(__file__).parents[1]
    command = [sys.executable, "-c", program]
    killed = subprocess.run(command, check=False, cwd=root, capture_output=True, text=True)
    port = int(killed.stdout.rsplit(":", 1)[1])
    for _ in range(50):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.1)
    pytest.fail("it is still there")


def test_a_client_needs_no_profile(s3, monkeypatch):
    """Whatever those who run the tests have set up for themselves."""
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    boto3_session.cache_clear()
    assert s3.client().list_buckets()["Buckets"] == []


def test_the_log_is_bounded(monkeypatch):
    """The oldest leave it, and who asks for those is told; numbers go on."""
    monkeypatch.setattr(state, "LOG_LIMIT", 10)
    store = state.Store()

    def asked(since):
        reply = handle_control(store, "GET", f"/-/requests?since={since}", b"")
        return reply.status, reply.body.decode()

    for number in range(1, 12):
        store.keep({"number": number})
    assert asked(0) == (400, "ValueError: the log is full: requests up to number 5 have left it")
    status, log = asked(5)
    assert status == 200 and [record["number"] for record in json.loads(log)] == [6, 7, 8, 9, 10, 11]
    handle_control(store, "DELETE", "/-/requests", b"")
    assert asked(0) == (200, "[]")


def test_pid(running):
    """Of the process that can be looked at, or killed."""
    assert Path(f"/proc/{running.pid}/cmdline").read_bytes().endswith(b"--until-stdin-closes\0")
