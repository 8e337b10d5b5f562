"""UploadPartCopy: parts that are ranges of versions."""

import pytest

from tests.embedded_s3.contract.calls import delete, get, put, refusal
from tests.embedded_s3.contract.uploads import MIB, SMALLEST, begin, complete, copy_part, put_part

GIB = 1024**3


def test_parts_of_versions(client, bucket):
    old = put(client, bucket, "source", b"0123456789" * MIB)
    put(client, bucket, "source", b"new")
    version = {"Bucket": bucket, "Key": "source", "VersionId": old}
    upload = begin(client, bucket)
    reply = client.upload_part_copy(
        Bucket=bucket,
        Key="k",
        UploadId=upload,
        PartNumber=1,
        CopySource=version,
        CopySourceRange=f"bytes=3-{SMALLEST + 2}",
    )
    assert reply["CopySourceVersionId"] == old and reply["CopyPartResult"]["LastModified"]
    parts = [
        {"PartNumber": 1, "ETag": reply["CopyPartResult"]["ETag"]},
        put_part(client, bucket, upload, 2, b"x" * SMALLEST),
        copy_part(client, bucket, upload, 3, "source"),
    ]
    sizes = client.list_parts(Bucket=bucket, Key="k", UploadId=upload)["Parts"]
    assert [part["Size"] for part in sizes] == [SMALLEST, SMALLEST, 3]
    delete(client, bucket, "source", VersionId=old)
    complete(client, bucket, upload, parts)
    assert get(client, bucket, "k") == (b"3456789012" * MIB)[:SMALLEST] + b"x" * SMALLEST + b"new"


def test_the_etag_of_a_copied_part_is_that_of_its_bytes(client, bucket):
    put(client, bucket, "source", b"0123456789")
    upload = begin(client, bucket)
    copied = copy_part(client, bucket, upload, 1, "source", CopySourceRange="bytes=2-4")
    assert copied == put_part(client, bucket, upload, 1, b"234")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        *[(text, "InvalidArgument") for text in ("0-2", "bytes=0", "bytes=1-", "bytes=-2", "bytes=-")],
        *[(text, "InvalidArgument") for text in ("bytes=a-b", "bytes=0-1,3-4", "bytes=2-1", "bytes=0--1")],
        ("bytes=0-10", "InvalidArgument"),
        ("bytes=100-200", "InvalidRequest"),
    ],
)
def test_ranges_that_are_refused(client, bucket, asked, code):
    put(client, bucket, "source", b"0123456789")
    upload = begin(client, bucket)
    refused = refusal(copy_part, client, bucket, upload, 1, "source", CopySourceRange=asked)
    assert refused == (400, code)


def test_sources_that_are_refused(client, bucket):
    put(client, bucket, "deleted")
    marker = delete(client, bucket, "deleted")
    upload = begin(client, bucket)
    by_id = {"Bucket": bucket, "Key": "deleted", "VersionId": marker}
    assert refusal(copy_part, client, bucket, upload, 1, "deleted") == (404, "NoSuchKey")
    assert refusal(copy_part, client, bucket, upload, 1, "never") == (404, "NoSuchKey")
    assert refusal(copy_part, client, bucket, upload, 1, by_id) == (400, "InvalidRequest")
    assert refusal(copy_part, client, bucket, upload, 1, f"{bucket}/never") == (404, "NoSuchKey")
    put(client, bucket, "k%25")
    assert refusal(copy_part, client, bucket, upload, 1, "k%") == (404, "NoSuchKey")
    assert refusal(copy_part, client, bucket, "no-upload", 1, "k%25") == (404, "NoSuchUpload")
    assert "Parts" not in client.list_parts(Bucket=bucket, Key="k", UploadId=upload)


def test_archived_sources_are_refused(client, bucket):
    put(client, bucket, "cold", StorageClass="GLACIER")
    upload = begin(client, bucket)
    assert refusal(copy_part, client, bucket, upload, 1, "cold") == (403, "InvalidObjectState")


def test_conditions_on_the_source(client, bucket):
    put(client, bucket, "source", b"data")
    head = client.head_object(Bucket=bucket, Key="source")
    etag, moment = head["ETag"], head["LastModified"]
    upload = begin(client, bucket)
    for name, value in (
        ("CopySourceIfMatch", "other"),
        ("CopySourceIfNoneMatch", etag),
        ("CopySourceIfModifiedSince", moment),
        ("CopySourceIfUnmodifiedSince", moment.replace(year=2000)),
    ):
        refused = refusal(copy_part, client, bucket, upload, 1, "source", **{name: value})
        assert refused == (412, "PreconditionFailed"), name
    earlier = {"CopySourceIfUnmodifiedSince": moment.replace(year=2000)}
    assert copy_part(client, bucket, upload, 1, "source", CopySourceIfMatch=etag, **earlier)["ETag"] == etag


def test_large_versions_are_copied_in_parts(s3, client, bucket):
    """Of more than 5 GB, which CopyObject refuses; their bytes are made up and never there at once."""
    size = 7 * GIB + 5
    s3.load(bucket, [{"key": "source", "size": size}])
    upload = begin(client, bucket)
    too_long = {"CopySourceRange": f"bytes=0-{5 * GIB}"}
    assert refusal(copy_part, client, bucket, upload, 1, "source", **too_long) == (400, "InvalidRequest")
    parts = [
        copy_part(client, bucket, upload, number, "source", CopySourceRange=f"bytes={first}-{last}")
        for number, first, last in ((1, 0, 5 * GIB - 1), (2, 5 * GIB, size - 1))
    ]
    complete(client, bucket, upload, parts)
    assert client.head_object(Bucket=bucket, Key="k")["ContentLength"] == size
    around = {"Range": f"bytes={5 * GIB - 3}-{5 * GIB + 3}"}
    assert get(client, bucket, "k", **around) == get(client, bucket, "source", **around)
    upload = begin(client, bucket, "tail")
    tail = {"CopySourceRange": f"bytes={size - 33}-{size - 1}"}
    complete(client, bucket, upload, [copy_part(client, bucket, upload, 1, "source", "tail", **tail)], "tail")
    assert get(client, bucket, "tail") == get(client, bucket, "source", Range="bytes=-33")
    state = s3.dump(bucket)["keys"]
    assert state["k"][0]["content"] == state["source"][0]["content"]
