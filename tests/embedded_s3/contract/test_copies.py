"""CopyObject, and what stands in its way."""

import threading
from hashlib import md5

from botocore.exceptions import ClientError

from tests.embedded_s3.contract.calls import copy, delete, entries, get, put, refusal


def test_copy_of_a_version_onto_its_own_key(client, bucket):
    given = {"ContentType": "text/x", "CacheControl": "private", "Metadata": {"m": "1"}}
    old = put(client, bucket, "k", b"old", Tagging="t=1", **given)
    new = put(client, bucket, "k", b"new")
    reply = copy(client, bucket, "k", "k", old)
    assert reply["CopyObjectResult"]["ETag"].strip('"') == md5(b"old").hexdigest()
    current, *below = [row[1] for row in entries(client, bucket)]
    assert below == [new, old] and current not in below
    head = client.head_object(Bucket=bucket, Key="k")
    assert {name: head[name] for name in given} == given
    assert client.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "t", "Value": "1"}]


def test_what_a_copy_replies(client, bucket):
    old = put(client, bucket, "k", b"old")
    put(client, bucket, "k", b"new")
    reply = copy(client, bucket, "k", "k", old)
    assert reply["VersionId"] == entries(client, bucket)[0][1] != old
    assert reply["CopySourceVersionId"] == old
    assert reply["CopyObjectResult"]["ETag"] == f'"{md5(b"old").hexdigest()}"'


def test_a_copy_takes_expires_along(client, bucket):
    moment = "Wed, 21 Oct 2015 07:28:00 GMT"
    old = put(client, bucket, "k", b"old", Expires=moment)
    copy(client, bucket, "k", "k", old)
    assert client.head_object(Bucket=bucket, Key="k")["ExpiresString"] == moment


def test_what_a_copy_does_not_take_along_unless_it_is_said(client, bucket):
    put(client, bucket, "k", WebsiteRedirectLocation="/x", StorageClass="STANDARD_IA")
    copy(client, bucket, "x", "k")
    head = client.head_object(Bucket=bucket, Key="x")
    assert "StorageClass" not in head and "WebsiteRedirectLocation" not in head


def test_copy_onto_itself_without_a_change(client, bucket):
    version = put(client, bucket, "k", b"data", Metadata={"m": "1"})
    assert refusal(copy, client, bucket, "k", "k") == (400, "InvalidRequest")
    copy(client, bucket, "k", "k", version)
    copy(client, bucket, "k", "k", StorageClass="STANDARD")
    assert client.head_object(Bucket=bucket, Key="k")["Metadata"] == {"m": "1"}
    copy(client, bucket, "k", "k", MetadataDirective="REPLACE")
    assert client.head_object(Bucket=bucket, Key="k")["Metadata"] == {}


def test_directives_of_copies(client, bucket):
    put(client, bucket, "k", b"data", Metadata={"m": "1"}, ContentType="a/b", Tagging="t=1")
    options = {"Metadata": {"n": "2"}, "ContentType": "c/d", "Tagging": "u=2"}
    copy(client, bucket, "copied", "k", **options)
    copy(client, bucket, "new", "k", MetadataDirective="REPLACE", TaggingDirective="REPLACE", **options)
    for key, metadata, content_type, tag in (
        ("copied", {"m": "1"}, "a/b", "t"),
        ("new", {"n": "2"}, "c/d", "u"),
    ):
        head = client.head_object(Bucket=bucket, Key=key)
        assert (head["Metadata"], head["ContentType"]) == (metadata, content_type)
        assert client.get_object_tagging(Bucket=bucket, Key=key)["TagSet"][0]["Key"] == tag


def test_copy_sources_that_cannot_be_copied(client, bucket):
    put(client, bucket, "k")
    marker = delete(client, bucket, "k")
    assert refusal(copy, client, bucket, "x", "k") == (404, "NoSuchKey")
    assert refusal(copy, client, bucket, "x", "k", marker) == (400, "InvalidRequest")
    assert refusal(copy, client, bucket, "x", "never") == (404, "NoSuchKey")
    wrong = {"Bucket": bucket, "Key": "x", "CopySource": "nothing"}
    assert refusal(client.copy_object, **wrong) == (400, "InvalidArgument")
    wrong["CopySource"] = {"Bucket": "no-such-bucket", "Key": "k"}
    assert refusal(client.copy_object, **wrong) == (404, "NoSuchBucket")


def test_archived_versions_cannot_be_read_or_copied(client, bucket):
    put(client, bucket, "cold", StorageClass="GLACIER")
    assert refusal(copy, client, bucket, "x", "cold") == (403, "InvalidObjectState")
    assert refusal(client.get_object, Bucket=bucket, Key="cold") == (403, "InvalidObjectState")


def test_copy_of_more_than_5_gb_is_refused(s3, client, bucket):
    s3.load(bucket, [{"key": "k", "size": 5 * 1024**3}, {"key": "large", "size": 5 * 1024**3 + 1}])
    copy(client, bucket, "copy", "k")
    assert refusal(copy, client, bucket, "x", "large") == (400, "InvalidRequest")
    assert client.head_object(Bucket=bucket, Key="copy")["ContentLength"] == 5 * 1024**3


def test_the_source_of_a_copy_must_have_the_etag(client, bucket):
    etag = client.put_object(Bucket=bucket, Key="k", Body=b"data")["ETag"]
    assert refusal(copy, client, bucket, "x", "k", CopySourceIfMatch='"other"')[0] == 412
    copy(client, bucket, "x", "k", CopySourceIfMatch=etag)


def test_conditions_on_the_source_of_a_copy(client, bucket):
    put(client, bucket, "k", b"data")
    head = client.head_object(Bucket=bucket, Key="k")
    etag, moment = head["ETag"], head["LastModified"]
    failed = 412, "PreconditionFailed"
    for name, value in (
        ("CopySourceIfMatch", "other"),
        ("CopySourceIfNoneMatch", etag),
        ("CopySourceIfModifiedSince", moment),
        ("CopySourceIfUnmodifiedSince", moment.replace(year=2000)),
    ):
        assert refusal(copy, client, bucket, "x", "k", **{name: value}) == failed
    copy(
        client,
        bucket,
        "x",
        "k",
        CopySourceIfMatch=etag,
        CopySourceIfUnmodifiedSince=moment.replace(year=2000),
    )


def test_conditions_on_the_destination_of_a_write(client, bucket):
    put(client, bucket, "source", b"source")
    etag = client.put_object(Bucket=bucket, Key="k", Body=b"data")["ETag"]

    def write_by_copy(**options):
        return copy(client, bucket, "k", "source", **options)["CopyObjectResult"]["ETag"]

    def write_by_put(**options):
        return client.put_object(Bucket=bucket, Key="k", **options)["ETag"]

    for write in (write_by_put, write_by_copy):
        assert refusal(write, IfMatch='"other"') == (412, "PreconditionFailed")
        assert refusal(write, IfNoneMatch="*") == (412, "PreconditionFailed")
        etag = write(IfMatch=etag)
        delete(client, bucket, "k")
        assert refusal(write, IfMatch=etag) == (404, "NoSuchKey")
        etag = write(IfNoneMatch="*")  # a current marker is as good as nothing
        assert refusal(write, IfNoneMatch=etag) == (501, "NotImplemented")
        assert refusal(write, IfMatch="*") == (501, "NotImplemented")
        assert refusal(write, IfMatch=etag, IfNoneMatch="*") == (501, "NotImplemented")


def test_a_put_can_demand_what_it_covers(client, bucket):
    about = {"Bucket": bucket, "Key": "k"}
    etag = client.put_object(**about, Body=b"data")["ETag"]
    assert refusal(client.put_object, **about, IfMatch='"other"') == (412, "PreconditionFailed")
    client.put_object(**about, IfMatch=etag)


def test_a_put_can_demand_that_nothing_is_there(client, bucket):
    client.put_object(Bucket=bucket, Key="k", IfNoneMatch="*")
    assert refusal(client.put_object, Bucket=bucket, Key="k", IfNoneMatch="*")[0] == 412
    delete(client, bucket, "k")
    client.put_object(Bucket=bucket, Key="k", IfNoneMatch="*")  # a current marker is as good as nothing


def test_a_copy_can_demand_what_it_covers(client, bucket):
    put(client, bucket, "source", b"source")
    put(client, bucket, "k", b"data")
    for condition in ({"IfMatch": '"other"'}, {"IfNoneMatch": "*"}):
        assert refusal(copy, client, bucket, "k", "source", **condition) == (412, "PreconditionFailed")


def test_requests_at_the_same_time_are_atomic(client, bucket):
    client.put_object(Bucket=bucket, Key="k")
    done = []

    def write():
        try:
            client.put_object(Bucket=bucket, Key="only-once", IfNoneMatch="*")
            done.append(True)
        except ClientError:
            done.append(False)

    threads = [threading.Thread(target=write) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False] * 15 + [True]


def test_copy_of_a_multipart_object_is_one_part(s3, client, bucket):
    etag = "d41d8cd98f00b204e9800998ecf8427e-2"
    s3.load(bucket, [{"key": "k", "etag": etag, "size": 10}])
    first, second = (copy(client, bucket, key, "k")["CopyObjectResult"]["ETag"] for key in ("a", "b"))
    assert first == second and "-" not in first
    assert len(get(client, bucket, "k")) == 10
    assert get(client, bucket, "a") == get(client, bucket, "k")


def test_archived_versions_are_thawed(s3, client, bucket):
    version = put(client, bucket, "k", b"data", StorageClass="GLACIER")
    put(client, bucket, "k", b"new")
    about = {"Bucket": bucket, "Key": "k", "VersionId": version}
    restore = {"Days": 2, "GlacierJobParameters": {"Tier": "Bulk"}}
    s3.settings(restore_at_once=False)
    try:
        reply = client.restore_object(**about, RestoreRequest=restore)
        assert reply["ResponseMetadata"]["HTTPStatusCode"] == 202
        assert client.head_object(**about)["Restore"] == 'ongoing-request="true"'
        assert refusal(client.restore_object, **about, RestoreRequest=restore)[0] == 409
        assert refusal(client.get_object, **about) == (403, "InvalidObjectState")
        assert s3.finish_restores() == 1
    finally:
        s3.settings(restore_at_once=True)
    assert client.get_object(**about)["Body"].read() == b"data"
    page = client.list_object_versions(Bucket=bucket, OptionalObjectAttributes=["RestoreStatus"])
    status = next(row["RestoreStatus"] for row in page["Versions"] if row["VersionId"] == version)
    assert status["IsRestoreInProgress"] is False and status["RestoreExpiryDate"]
    copy(client, bucket, "k", "k", version)
    assert "StorageClass" not in client.head_object(Bucket=bucket, Key="k")
    about.pop("VersionId")
    assert refusal(client.restore_object, **about, RestoreRequest=restore) == (403, "InvalidObjectState")


def test_customer_keys(client, bucket):
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    put(client, bucket, "k", b"data", **key)
    assert refusal(client.get_object, Bucket=bucket, Key="k") == (400, "InvalidRequest")
    assert refusal(copy, client, bucket, "x", "k") == (400, "InvalidRequest")
    assert get(client, bucket, "k", **key) == b"data"
    of_source = {f"CopySource{name}": value for name, value in key.items()}
    copy(client, bucket, "x", "k", **of_source)
    assert get(client, bucket, "x") == b"data"
