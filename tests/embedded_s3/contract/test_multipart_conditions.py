"""If-Match and If-None-Match of CompleteMultipartUpload, and what happens at the key meanwhile."""

import pytest

from tests.embedded_s3.contract.calls import delete, entries, get, put, refusal
from tests.embedded_s3.contract.uploads import begin, complete, put_in_parts, put_part

FAILED, ABSENT = (412, "PreconditionFailed"), (404, "NoSuchKey")
CONFLICT = 409, "ConditionalRequestConflict"


def prepared(client, bucket):
    """What `complete` takes: an upload with its part."""
    upload = begin(client, bucket)
    return client, bucket, upload, [put_part(client, bucket, upload, 1, b"data")]


def test_if_none_match(client, bucket):
    complete(*prepared(client, bucket), IfNoneMatch="*")
    assert refusal(complete, *prepared(client, bucket), IfNoneMatch="*") == FAILED
    delete(client, bucket, "k")
    complete(*prepared(client, bucket), IfNoneMatch="*")  # a current marker is as good as nothing
    assert [row[3] for row in entries(client, bucket)] == [False, True, False]


def test_if_match(client, bucket):
    assert refusal(complete, *prepared(client, bucket), IfMatch='"x"') == ABSENT
    etag = client.put_object(Bucket=bucket, Key="k", Body=b"old")["ETag"]
    assert refusal(complete, *prepared(client, bucket), IfMatch='"x"') == FAILED
    etag = complete(*prepared(client, bucket), IfMatch=etag)["ETag"]
    assert etag.endswith('-1"')
    complete(*prepared(client, bucket), IfMatch=etag)
    delete(client, bucket, "k")
    assert refusal(complete, *prepared(client, bucket), IfMatch=etag) == ABSENT


def test_conditions_that_are_not_taken(client, bucket):
    etag = put_in_parts(client, bucket, b"data")["ETag"]
    for options in ({"IfNoneMatch": etag}, {"IfMatch": "*"}, {"IfMatch": etag, "IfNoneMatch": "*"}):
        assert refusal(complete, *prepared(client, bucket), **options) == (501, "NotImplemented")


@pytest.mark.parametrize("meanwhile", ["the same bytes", "other bytes", "deleted and written again"])
def test_what_was_written_meanwhile_is_never_covered(client, bucket, meanwhile):
    """Even where the ETag is the one that the condition names: S3 wants a new upload."""
    put(client, bucket, "k", b"old")
    upload = prepared(client, bucket)
    if meanwhile == "deleted and written again":
        delete(client, bucket, "k")
    body = b"other" if meanwhile == "other bytes" else b"old"
    etag = client.put_object(Bucket=bucket, Key="k", Body=body)["ETag"]
    assert refusal(complete, *upload, IfMatch=etag) == CONFLICT
    assert refusal(complete, *upload, IfMatch='"x"') == FAILED
    assert get(client, bucket, "k") == body
    complete(*upload)  # without a condition it is on top


def test_deleted_meanwhile(client, bucket):
    etag = client.put_object(Bucket=bucket, Key="k", Body=b"old")["ETag"]
    upload = prepared(client, bucket)
    assert refusal(complete, *upload, IfNoneMatch="*") == FAILED
    delete(client, bucket, "k")
    assert refusal(complete, *upload, IfNoneMatch="*") == CONFLICT
    assert refusal(complete, *upload, IfMatch=etag) == ABSENT
    complete(*prepared(client, bucket), IfNoneMatch="*")


def test_the_removal_of_an_old_version_is_no_conflict(s3, client, bucket):
    """Not known of AWS; but what a reader sees at the key is as it was."""
    old = put(client, bucket, "k", b"old")
    etag = client.put_object(Bucket=bucket, Key="k", Body=b"new")["ETag"]
    upload = prepared(client, bucket)
    delete(client, bucket, "k", VersionId=old)
    assert complete(*upload, IfMatch=etag)["VersionId"]
