"""Canned ACLs, and what they let others do: only where ACLs are enabled, which AWS's new buckets are not."""

import pytest
from botocore import UNSIGNED

from tests.embedded_s3.contract.calls import delete, get, put, refusal, set_versioning
from tests.embedded_s3.contract.uploads import uploads

DENIED = 403, "AccessDenied"

EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"
KNOWN = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"


@pytest.fixture
def nobody(s3):
    return s3.client(signature_version=UNSIGNED)


@pytest.fixture
def stranger(s3):
    return s3.client(aws_access_key_id="of-another-account")


def test_without_an_acl_others_may_nothing(client, nobody, stranger, bucket):
    put(client, bucket, "k", b"data")
    for other in (nobody, stranger):
        for call in (other.get_object, other.put_object, other.delete_object):
            assert refusal(call, Bucket=bucket, Key="k") == DENIED
        assert refusal(other.list_objects_v2, Bucket=bucket) == DENIED


def test_objects(client, nobody, stranger, bucket):
    version = put(client, bucket, "k", b"data", ACL="public-read")
    assert get(nobody, bucket, "k") == get(nobody, bucket, "k", VersionId=version) == b"data"
    assert refusal(nobody.get_object, Bucket=bucket, Key="another") == DENIED  # be it there or not
    client.put_object_acl(Bucket=bucket, Key="k", ACL="authenticated-read")
    assert refusal(nobody.get_object, Bucket=bucket, Key="k") == DENIED
    assert get(stranger, bucket, "k") == b"data"
    assert refusal(stranger.put_object, Bucket=bucket, Key="k") == DENIED


def test_buckets(client, nobody, bucket):
    put(client, bucket, "k", b"data")
    client.put_bucket_acl(Bucket=bucket, ACL="public-read")
    assert [row["Key"] for row in nobody.list_objects_v2(Bucket=bucket)["Contents"]] == ["k"]
    assert uploads(nobody, bucket) == []
    assert refusal(nobody.get_object, Bucket=bucket, Key="k") == DENIED
    assert refusal(nobody.get_object, Bucket=bucket, Key="another") == (404, "NoSuchKey")
    assert refusal(nobody.put_object, Bucket=bucket, Key="k") == DENIED
    client.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    put(nobody, bucket, "k", b"new")
    delete(nobody, bucket, "k")
    assert refusal(set_versioning, nobody, bucket, "Suspended") == DENIED


@pytest.mark.parametrize(
    ("acl", "expected"),
    [
        ("private", []),
        ("bucket-owner-full-control", []),
        ("public-read", [(EVERYBODY, "READ")]),
        ("public-read-write", [(EVERYBODY, "READ"), (EVERYBODY, "WRITE")]),
        ("authenticated-read", [(KNOWN, "READ")]),
    ],
)
def test_grants(client, bucket, acl, expected):
    put(client, bucket, "k")
    client.put_object_acl(Bucket=bucket, Key="k", ACL=acl)
    client.put_bucket_acl(Bucket=bucket, ACL=acl)
    for reply in (client.get_object_acl(Bucket=bucket, Key="k"), client.get_bucket_acl(Bucket=bucket)):
        own, *others = reply["Grants"]
        assert own == {
            "Grantee": {"ID": reply["Owner"]["ID"], "Type": "CanonicalUser"},
            "Permission": "FULL_CONTROL",
        }
        assert [(row["Grantee"]["URI"], row["Permission"]) for row in others] == expected


def test_the_owner_that_a_request_expects(s3, client, bucket):
    put(client, bucket, "k")
    for call in (client.list_objects_v2, client.get_bucket_versioning):
        call(Bucket=bucket, ExpectedBucketOwner="111122223333")
        assert refusal(call, Bucket=bucket, ExpectedBucketOwner="123456789012") == DENIED
    source = {"CopySource": {"Bucket": bucket, "Key": "k"}, "ExpectedSourceBucketOwner": "123456789012"}
    assert refusal(client.copy_object, Bucket=bucket, Key="l", **source) == DENIED
