"""Multipart uploads: from the beginning to a version, or to nothing."""

from datetime import datetime, timezone
from hashlib import md5

import pytest

from tests.embedded_s3.contract.calls import delete, entries, get, put, refusal
from tests.embedded_s3.contract.uploads import (
    SMALLEST,
    begin,
    complete,
    put_in_parts,
    put_part,
    uploads,
)

NO_SUCH_UPLOAD = 404, "NoSuchUpload"


def test_a_version_of_parts(client, bucket):
    given = {"ContentType": "text/x", "CacheControl": "private", "Metadata": {"m": "1"}}
    old = put(client, bucket, "k", b"old")
    upload = begin(client, bucket, Tagging="t=1", StorageClass="REDUCED_REDUNDANCY", **given)
    put_part(client, bucket, upload, 3, b"replaced")
    last = put_part(client, bucket, upload, 3, b"c")
    first = put_part(client, bucket, upload, 1, b"a" * SMALLEST)
    put_part(client, bucket, upload, 2, b"not wanted")
    assert get(client, bucket, "k") == b"old"
    reply = complete(client, bucket, upload, [first, last])
    etag = md5(md5(b"a" * SMALLEST).digest() + md5(b"c").digest()).hexdigest()
    assert (reply["Bucket"], reply["Key"], reply["ETag"]) == (bucket, "k", f'"{etag}-2"')
    assert [row[1] for row in entries(client, bucket)] == [reply["VersionId"], old]
    assert get(client, bucket, "k") == b"a" * SMALLEST + b"c"
    head = client.head_object(Bucket=bucket, Key="k")
    assert {name: head[name] for name in given} == given
    assert (head["ETag"], head["ContentLength"]) == (reply["ETag"], SMALLEST + 1)
    assert head["StorageClass"] == "REDUCED_REDUNDANCY"
    assert client.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "t", "Value": "1"}]
    assert uploads(client, bucket) == []


def test_it_counts_from_when_it_began_and_stands_where_it_was_completed(s3, client, bucket):
    s3.set_clock("2014-01-01T00:00:00Z")
    try:
        upload = begin(client, bucket)
        s3.tick(60)
        below = put(client, bucket, "k", b"meanwhile")
        part = put_part(client, bucket, upload, 1, b"data")
        s3.tick(60)
        version = complete(client, bucket, upload, [part])["VersionId"]
    finally:
        s3.set_clock(None)
    assert [row[1:3] for row in entries(client, bucket)] == [(version, True), (below, False)]
    began = datetime(2014, 1, 1, tzinfo=timezone.utc)
    assert client.head_object(Bucket=bucket, Key="k")["LastModified"] == began


def test_completions_that_are_refused(client, bucket):
    upload = begin(client, bucket)
    one, two = (put_part(client, bucket, upload, number, b"data") for number in (1, 2))
    other = {"PartNumber": 1, "ETag": '"d41d8cd98f00b204e9800998ecf8427e"'}
    for parts, code in (
        ([two, one], "InvalidPartOrder"),
        ([one | {"PartNumber": 9}], "InvalidPart"),
        ([other], "InvalidPart"),
        ([one, two], "EntityTooSmall"),
        ([], "MalformedXML"),
    ):
        assert refusal(complete, client, bucket, upload, parts) == (400, code), parts
    assert refusal(complete, client, bucket, upload, [one], MpuObjectSize=5) == (400, "InvalidRequest")
    assert entries(client, bucket) == []
    complete(client, bucket, upload, [one | {"ETag": one["ETag"].strip('"')}], MpuObjectSize=4)
    assert get(client, bucket, "k") == b"data"


def test_completed_again(client, bucket):
    """Whoever lost the reply may ask again."""
    upload = begin(client, bucket)
    part = put_part(client, bucket, upload, 1, b"data")
    first, again = (complete(client, bucket, upload, [part]) for _ in range(2))
    assert [again[name] for name in ("ETag", "VersionId")] == [first[name] for name in ("ETag", "VersionId")]
    assert len(entries(client, bucket)) == 1
    assert refusal(put_part, client, bucket, upload, 1, b"data") == NO_SUCH_UPLOAD


def test_aborted(client, bucket):
    upload, other = begin(client, bucket), begin(client, bucket)
    part = put_part(client, bucket, upload, 1, b"data")
    client.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=upload)
    about = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    assert refusal(client.abort_multipart_upload, **about) == NO_SUCH_UPLOAD
    assert refusal(client.list_parts, **about) == NO_SUCH_UPLOAD
    assert refusal(put_part, client, bucket, upload, 2, b"data") == NO_SUCH_UPLOAD
    assert refusal(complete, client, bucket, upload, [part]) == NO_SUCH_UPLOAD
    assert refusal(complete, client, bucket, other, [part], key="another") == NO_SUCH_UPLOAD
    assert uploads(client, bucket) == [("k", other)]
    assert entries(client, bucket) == []


@pytest.mark.parametrize("number", [-1, 0, 10001])
def test_part_numbers_that_are_refused(client, bucket, number):
    upload = begin(client, bucket)
    assert refusal(put_part, client, bucket, upload, number, b"") == (400, "InvalidArgument")


def test_where_versions_are_not_kept(client, new_bucket):
    for status in (None, "Suspended"):
        bucket = new_bucket(status)
        put(client, bucket, "k", b"old")
        assert put_in_parts(client, bucket, b"new").get("VersionId") in (None, "null")
        assert [row[1] for row in entries(client, bucket)] == ["null"]
        assert get(client, bucket, "k") == b"new"


def test_a_marker_is_covered(client, bucket):
    upload = begin(client, bucket)
    part = put_part(client, bucket, upload, 1, b"data")
    marker = delete(client, bucket, "k")
    version = complete(client, bucket, upload, [part])["VersionId"]
    assert [row[1] for row in entries(client, bucket)] == [version, marker]


def test_uploads_do_not_keep_a_bucket(client, new_bucket):
    bucket = new_bucket()
    begin(client, bucket)
    client.delete_bucket(Bucket=bucket)
    assert refusal(client.list_multipart_uploads, Bucket=bucket) == (404, "NoSuchBucket")


def test_parts_with_the_customers_key(client, bucket):
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    plain, encrypted = begin(client, bucket), begin(client, bucket, **key)
    wrong = 400, "InvalidRequest"
    assert refusal(put_part, client, bucket, plain, 1, b"data", **key) == wrong
    assert refusal(put_part, client, bucket, encrypted, 1, b"data") == wrong
    other = key | {"SSECustomerKey": "x" * 32}
    assert refusal(put_part, client, bucket, encrypted, 1, b"data", **other) == wrong
    complete(client, bucket, encrypted, [put_part(client, bucket, encrypted, 1, b"data", **key)], **key)
    assert refusal(client.get_object, Bucket=bucket, Key="k") == wrong
    assert get(client, bucket, "k", **key) == b"data"
