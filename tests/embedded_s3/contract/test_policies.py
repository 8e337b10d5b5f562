"""Policies of buckets: kept, refused where wrong, and what they deny to the owner, or give to everybody."""

import json

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from tests.embedded_s3.contract.calls import copy, delete, entries, get, put, refusal

DENIED = 403, "AccessDenied"
MALFORMED = 400, "MalformedPolicy"


def statement(bucket, effect, actions, path="/*", **more):
    resource = f"arn:aws:s3:::{bucket}{path}"
    return {"Effect": effect, "Principal": "*", "Action": actions, "Resource": resource, **more}


def set_policy(client, bucket, *statements):
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    client.put_bucket_policy(Bucket=bucket, Policy=text)
    return text


@pytest.fixture
def bucket(client, new_bucket):
    """A bucket with versioning, which can be emptied at the end whatever its policy says."""
    name = new_bucket()
    yield name
    client.delete_bucket_policy(Bucket=name)


@pytest.fixture
def anonymous(client):
    """A client without credentials."""
    config = Config(signature_version=UNSIGNED, s3={"addressing_style": "path"}, proxies={})
    session = boto3.session.Session(region_name="us-east-1")
    return session.client("s3", endpoint_url=client.meta.endpoint_url, config=config)


def test_put_get_delete(client, bucket):
    assert refusal(client.get_bucket_policy, Bucket=bucket) == (404, "NoSuchBucketPolicy")
    text = set_policy(client, bucket, statement(bucket, "Allow", "s3:GetObject"))
    assert json.loads(client.get_bucket_policy(Bucket=bucket)["Policy"]) == json.loads(text)
    client.delete_bucket_policy(Bucket=bucket)
    assert refusal(client.get_bucket_policy, Bucket=bucket) == (404, "NoSuchBucketPolicy")
    client.delete_bucket_policy(Bucket=bucket)


def test_status(client, bucket):
    assert refusal(client.get_bucket_policy_status, Bucket=bucket) == (404, "NoSuchBucketPolicy")
    for more, public in (
        ({}, True),
        ({"Principal": {"AWS": ["*"]}}, True),
        ({"Principal": {"AWS": "arn:aws:iam::111122223333:root"}}, False),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, False),
        ({"Effect": "Deny"}, False),
    ):
        set_policy(client, bucket, {**statement(bucket, "Allow", "s3:GetObject"), **more})
        status = client.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]
        assert status["IsPublic"] is public, more


def test_malformed(client, bucket):
    good = statement(bucket, "Allow", "s3:GetObject")
    text = set_policy(client, bucket, good)
    for wrong in (
        {"Effect": "Maybe"},
        {"Action": "s3:GetObjects"},
        {"Resource": "arn:aws:s3:::another-bucket/*"},
        {"Resource": bucket},
        {"Principal": {"AWS": "somebody"}},
        {"NotAction": "s3:PutObject"},
        {"Condition": {"StringAlike": {"s3:prefix": "a"}}},
        {"Condition": {"StringEquals": {"s3:praefix": "a"}}},
        {"Conditions": {}},
    ):
        assert refusal(set_policy, client, bucket, {**good, **wrong}) == MALFORMED, wrong
    for name in ("Effect", "Principal", "Action", "Resource"):
        lacking = {key: value for key, value in good.items() if key != name}
        assert refusal(set_policy, client, bucket, lacking) == MALFORMED, name
    for broken in ("", "[]", "{}", text[:-1], text.replace("2012-10-17", "2013-10-17")):
        assert refusal(client.put_bucket_policy, Bucket=bucket, Policy=broken) == MALFORMED, broken
    assert json.loads(client.get_bucket_policy(Bucket=bucket)["Policy"]) == json.loads(text)


def test_a_deny_counts_for_the_owner_too(client, bucket):
    old, new = put(client, bucket, "p/k", b"old"), put(client, bucket, "p/k", b"new")
    put(client, bucket, "q/k")
    set_policy(client, bucket, statement(bucket, "Deny", ["s3:PutObject", "s3:Delete*Version"], "/p/*"))
    before = entries(client, bucket)
    assert refusal(put, client, bucket, "p/k") == DENIED
    assert refusal(copy, client, bucket, "p/k", "p/k", old) == DENIED
    assert refusal(client.create_multipart_upload, Bucket=bucket, Key="p/k") == DENIED
    assert refusal(delete, client, bucket, "p/k", VersionId=new) == DENIED
    assert entries(client, bucket) == before
    put(client, bucket, "q/k")
    marker = delete(client, bucket, "p/k")
    assert refusal(delete, client, bucket, "p/k", VersionId=marker) == DENIED
    client.delete_bucket_policy(Bucket=bucket)
    delete(client, bucket, "p/k", VersionId=marker)
    assert get(client, bucket, "p/k") == b"new"


def test_deletes_of_many_are_denied_one_by_one(client, bucket):
    versions = {key: put(client, bucket, key) for key in ("a", "b")}
    set_policy(
        client,
        bucket,
        statement(bucket, "Deny", "s3:DeleteObject", "/a"),
        statement(bucket, "Deny", "s3:DeleteObjectVersion", "/b"),
    )
    objects = [{"Key": key} for key in versions]
    objects += [{"Key": key, "VersionId": version} for key, version in versions.items()]
    reply = client.delete_objects(Bucket=bucket, Delete={"Objects": objects})
    told = [(row["Key"], row.get("VersionId"), row["Code"]) for row in reply["Errors"]]
    assert told == [("a", None, "AccessDenied"), ("b", versions["b"], "AccessDenied")]
    assert [(row["Key"], row.get("VersionId")) for row in reply["Deleted"]] == [
        ("b", None),
        ("a", versions["a"]),
    ]


def test_reading_versions_is_an_action_of_its_own(client, bucket):
    old = put(client, bucket, "k", b"old")
    put(client, bucket, "k", b"new")
    set_policy(
        client, bucket, statement(bucket, "Deny", ["s3:GetObjectVersion", "s3:GetObjectVersionTagging"])
    )
    assert get(client, bucket, "k") == b"new"
    about = {"Bucket": bucket, "Key": "k", "VersionId": old}
    assert refusal(client.get_object, **about) == DENIED
    assert refusal(client.head_object, **about) == (403, "403")
    assert refusal(client.get_object_tagging, **about) == DENIED
    assert refusal(copy, client, bucket, "l", "k", old) == DENIED
    copy(client, bucket, "l", "k")


def test_listing_versions_is_an_action_of_its_own(client, bucket):
    put(client, bucket, "k")
    set_policy(client, bucket, statement(bucket, "Deny", "s3:ListBucketVersions", ""))
    assert refusal(client.list_object_versions, Bucket=bucket) == DENIED
    assert client.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
    set_policy(client, bucket, statement(bucket, "Deny", "s3:ListBucket", ""))
    assert refusal(client.list_objects_v2, Bucket=bucket) == DENIED
    assert refusal(client.head_bucket, Bucket=bucket) == (403, "403")
    assert len(entries(client, bucket)) == 1


def test_tags_are_actions_of_their_own(client, bucket):
    version = put(client, bucket, "k", Tagging="a=1")
    set_policy(client, bucket, statement(bucket, "Deny", "s3:PutObjectTagging"))
    tags = {"TagSet": [{"Key": "a", "Value": "2"}]}
    assert refusal(client.put_object_tagging, Bucket=bucket, Key="k", Tagging=tags) == DENIED
    assert refusal(put, client, bucket, "k", Tagging="a=2") == DENIED
    assert refusal(copy, client, bucket, "l", "k", version) == DENIED  # the tags would come with it
    copy(client, bucket, "l", "k", version, TaggingDirective="REPLACE")
    put(client, bucket, "k")


def test_conditions(client, bucket):
    for key in ("open/k", "shut/k"):
        put(client, bucket, key)
    shut = {"Condition": {"StringNotLike": {"s3:prefix": ["open/*", "open"]}}}
    set_policy(client, bucket, statement(bucket, "Deny", "s3:ListBucket*", "", **shut))
    assert client.list_objects_v2(Bucket=bucket, Prefix="open/")["KeyCount"] == 1
    assert len(client.list_object_versions(Bucket=bucket, Prefix="open")["Versions"]) == 1
    for prefix in ({}, {"Prefix": "shut/"}, {"Prefix": "ope"}):
        assert refusal(client.list_object_versions, Bucket=bucket, **prefix) == DENIED, prefix
    client.delete_bucket_policy(Bucket=bucket)
    first, second = (row[1] for row in entries(client, bucket))
    one = {"Condition": {"StringEquals": {"s3:VersionId": first}}}
    set_policy(client, bucket, statement(bucket, "Deny", "s3:GetObjectVersion", **one))
    assert refusal(get, client, bucket, "open/k", VersionId=first) == DENIED
    get(client, bucket, "shut/k", VersionId=second)


def test_everybody(client, anonymous, bucket):
    put(client, bucket, "open/k", b"data")
    put(client, bucket, "shut/k")
    assert refusal(get, anonymous, bucket, "open/k") == DENIED
    set_policy(client, bucket, statement(bucket, "Allow", "s3:GetObject", "/open/*"))
    assert get(anonymous, bucket, "open/k") == b"data"
    assert refusal(get, anonymous, bucket, "shut/k") == DENIED
    assert refusal(anonymous.list_object_versions, Bucket=bucket) == DENIED
    assert refusal(put, anonymous, bucket, "open/k") == DENIED
    assert get(client, bucket, "open/k") == b"data"


def test_versions_and_absence_for_everybody(client, anonymous, bucket):
    version = put(client, bucket, "open/k", b"data")
    set_policy(client, bucket, statement(bucket, "Allow", "s3:GetObject", "/open/*"))
    assert refusal(get, anonymous, bucket, "open/k", VersionId=version) == DENIED
    # Whether something is there is told to those who may list.
    assert refusal(get, anonymous, bucket, "open/absent") == DENIED
    allowed = statement(bucket, "Allow", "s3:ListBucket", "")
    set_policy(client, bucket, statement(bucket, "Allow", "s3:GetObject", "/open/*"), allowed)
    assert refusal(get, anonymous, bucket, "open/absent") == (404, "NoSuchKey")


def test_not_action_and_not_resource(client, bucket):
    for key in ("p/k", "q/k"):
        put(client, bucket, key)
    most = statement(bucket, "Deny", None)
    most["NotResource"] = most.pop("Resource").replace("/*", "/p/*")
    del most["Action"]
    most["NotAction"] = ["s3:*Policy", "s3:List*", "s3:GetObject", "s3:*Version*", "s3:*Bucket*"]
    set_policy(client, bucket, most)
    put(client, bucket, "p/k")
    assert refusal(put, client, bucket, "q/k") == DENIED
    get(client, bucket, "q/k")
