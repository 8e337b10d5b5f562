"""GetObject and HeadObject."""

import pytest
from botocore.exceptions import ClientError

from tests.embedded_s3.contract.calls import delete, get, put, refusal


def test_reading_a_deleted_key(client, bucket):
    version = put(client, bucket, "k", b"data")
    marker = delete(client, bucket, "k")
    with pytest.raises(ClientError) as caught:
        client.get_object(Bucket=bucket, Key="k")
    assert caught.value.response["Error"]["Code"] == "NoSuchKey"
    assert caught.value.response["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"] == "true"
    with pytest.raises(ClientError) as caught:
        client.get_object(Bucket=bucket, Key="k", VersionId=marker)
    about = caught.value.response["ResponseMetadata"]
    assert (about["HTTPStatusCode"], about["HTTPHeaders"]["x-amz-delete-marker"]) == (405, "true")
    assert "last-modified" in about["HTTPHeaders"]
    assert refusal(client.head_object, Bucket=bucket, Key="k", VersionId=marker)[0] == 405
    assert get(client, bucket, "k", VersionId=version) == b"data"


@pytest.mark.parametrize("call", ["get_object", "head_object"])
def test_a_deleted_key_tells_its_marker(client, bucket, call):
    put(client, bucket, "k", b"data")
    marker = delete(client, bucket, "k")
    with pytest.raises(ClientError) as caught:
        getattr(client, call)(Bucket=bucket, Key="k")
    about = caught.value.response["ResponseMetadata"]
    told = (about["HTTPHeaders"].get(f"x-amz-{name}") for name in ("delete-marker", "version-id"))
    assert (about["HTTPStatusCode"], *told) == (404, "true", marker)


def test_version_ids_that_are_not_there(client, bucket):
    version = put(client, bucket, "k")
    delete(client, bucket, "k", VersionId=version)
    assert refusal(client.get_object, Bucket=bucket, Key="k", VersionId=version) == (404, "NoSuchVersion")
    invalid = 400, "InvalidArgument"
    for made_up in ("x", "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"):
        assert refusal(client.get_object, Bucket=bucket, Key="k", VersionId=made_up) == invalid
        assert refusal(client.delete_object, Bucket=bucket, Key="k", VersionId=made_up) == invalid


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [
        ("bytes=0-2", 206, b"012"),
        ("bytes=8-", 206, b"89"),
        ("bytes=-3", 206, b"789"),
        ("bytes=-15", 206, b"0123456789"),
        ("bytes=5-100", 206, b"56789"),
        ("bytes=1-0", 200, b"0123456789"),
        ("bytes=0-1,3-4", 200, b"0123456789"),
        ("bytes=10-", 416, None),
        ("bytes=-0", 416, None),
    ],
)
def test_ranges(client, bucket, asked, status, body):
    put(client, bucket, "k", b"0123456789")
    if body is None:
        expected = status, "InvalidRange"
        assert refusal(client.get_object, Bucket=bucket, Key="k", Range=asked) == expected
        return
    reply = client.get_object(Bucket=bucket, Key="k", Range=asked)
    assert (reply["ResponseMetadata"]["HTTPStatusCode"], reply["Body"].read()) == (status, body)


def test_conditions_of_reads(client, bucket):
    put(client, bucket, "k", b"data")
    head = client.head_object(Bucket=bucket, Key="k")
    etag, moment = head["ETag"], head["LastModified"]
    about = {"Bucket": bucket, "Key": "k"}
    failed, unchanged = (412, "PreconditionFailed"), (304, "304")
    assert refusal(client.get_object, **about, IfMatch='"other"') == failed
    assert refusal(client.get_object, **about, IfNoneMatch=etag) == unchanged
    assert refusal(client.get_object, **about, IfNoneMatch=etag.strip('"')) == unchanged
    assert refusal(client.get_object, **about, IfModifiedSince=moment) == unchanged
    assert refusal(client.get_object, **about, IfUnmodifiedSince=moment.replace(year=2000)) == failed
    client.get_object(**about, IfMatch=etag, IfUnmodifiedSince=moment.replace(year=2000))
    client.get_object(**about, IfNoneMatch='"other"', IfModifiedSince=moment)
    client.get_object(**about, IfUnmodifiedSince=moment)
