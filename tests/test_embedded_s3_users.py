"""Users of the embedded S3 with policies of their own, and other accounts: who may do what, and what a refusal says."""

import json

import pytest

from tests.embedded_s3.contract.calls import copy, delete, get, put, refusal
from tests.embedded_s3.process import ACCESS_KEY
from tests.embedded_s3_users import allow, client_of, message, user
from tests.raw_requests import connection, read

USER = "arn:aws:iam::111122223333:user/reader"


@pytest.fixture
def client(s3):
    """The owner's client; there is a versioned bucket."""
    s3.create_bucket("bucket")
    return client_of(s3, ACCESS_KEY)


def test_a_user_may_do_nothing_at_first(s3, client):
    version = put(client, "bucket", "k", b"data")
    reader = user(s3)
    before = s3.dump("bucket")
    for call, options in (
        (reader.get_object, {"Key": "k"}),
        (reader.list_object_versions, {}),
        (reader.put_object, {"Key": "k"}),
        (reader.delete_object, {"Key": "k", "VersionId": version}),
        (reader.put_bucket_policy, {"Policy": "{}"}),
        (reader.delete_bucket, {}),
    ):
        assert refusal(call, Bucket="bucket", **options) == (403, "AccessDenied"), call
    assert refusal(reader.create_bucket, Bucket="another") == (403, "AccessDenied")
    assert refusal(reader.list_buckets) == (403, "AccessDenied")
    assert s3.dump("bucket") == before


@pytest.mark.parametrize(("who", "told"), [(ACCESS_KEY, "100 Continue"), ("nobody-known", "403 Forbidden")])
def test_who_asks_first_whether_to_send_is_told(s3, client, who, told):
    """Expect: 100-continue, with the body yet to come."""
    asked = {"Authorization": f"AWS {who}:none", "Expect": "100-continue", "Content-Length": 4}
    with connection(s3, "PUT", "/bucket/k", **asked) as connected:
        assert read(connected, "PUT").status == f"HTTP/1.1 {told}"
        if told.startswith("100"):
            connected.sendall(b"data")
            assert read(connected, "PUT").status == "HTTP/1.1 200 OK"
    assert ("k" in s3.dump("bucket")["keys"]) == told.startswith("100")


def test_what_a_refusal_says(s3, client):
    put(client, "bucket", "a/k")
    reader = user(s3, allow("s3:Get*"), allow("s3:GetObject", resource="arn:aws:s3:::*/b/*", effect="Deny"))
    told = f'User: {USER} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::bucket/a/k"'
    because = "because no identity-based policy allows the s3:PutObject action"
    assert message(put, reader, "bucket", "a/k") == f"{told} {because}"
    denied = message(get, reader, "bucket", "b/k")
    assert denied.endswith("with an explicit deny in an identity-based policy")
    statement = {**allow("s3:PutObject", effect="Deny", resource="arn:aws:s3:::bucket/*"), "Principal": "*"}
    client.put_bucket_policy(Bucket="bucket", Policy=json.dumps({"Statement": statement}))
    explicit = "with an explicit deny in a resource-based policy"
    assert message(put, reader, "bucket", "a/k") == f"{told} {explicit}"
    assert message(put, client, "bucket", "a/k") == f"{told} {explicit}".replace("user/reader", "root")


def test_the_policy_of_a_bucket_can_allow_what_a_user_s_does_not(s3, client):
    version = put(client, "bucket", "k", b"data")
    reader, other = user(s3), user(s3, name="other")
    statement = {**allow("s3:GetObject*", resource="arn:aws:s3:::bucket/*"), "Principal": {"AWS": USER}}
    client.put_bucket_policy(Bucket="bucket", Policy=json.dumps({"Statement": statement}))
    assert get(reader, "bucket", "k", VersionId=version) == b"data"
    assert refusal(get, other, "bucket", "k") == (403, "AccessDenied")
    statement["Principal"] = {"AWS": "111122223333"}  # everybody in the account
    client.put_bucket_policy(Bucket="bucket", Policy=json.dumps({"Statement": statement}))
    assert get(other, "bucket", "k") == b"data"


def test_other_accounts(s3, client):
    """A key that the server was not told of belongs to another account, with buckets of its own."""
    put(client, "bucket", "k", b"data")
    stranger = client_of(s3, "stranger")
    assert message(get, stranger, "bucket", "k") == "Access Denied"
    assert refusal(stranger.create_bucket, Bucket="bucket") == (409, "BucketAlreadyExists")
    stranger.create_bucket(Bucket="strange")
    put(stranger, "strange", "k")
    assert [bucket["Name"] for bucket in stranger.list_buckets()["Buckets"]] == ["strange"]
    assert [bucket["Name"] for bucket in client.list_buckets()["Buckets"]] == ["bucket"]
    assert refusal(get, client, "strange", "k") == (403, "AccessDenied")
    statement = {**allow("s3:GetObject", resource="arn:aws:s3:::strange/*"), "Principal": "*"}
    stranger.put_bucket_policy(Bucket="strange", Policy=json.dumps({"Statement": statement}))
    get(client, "strange", "k")
    reader = user(s3)  # across accounts both policies have to allow it
    assert refusal(get, reader, "strange", "k") == (403, "AccessDenied")
    user(s3, allow("s3:GetObject"))
    get(reader, "strange", "k")


def test_nobody_is_locked_out_of_the_own_bucket_for_good(s3, client):
    everything = {**allow("s3:*", effect="Deny", resource="arn:aws:s3:::bucket*"), "Principal": "*"}
    client.put_bucket_policy(Bucket="bucket", Policy=json.dumps({"Statement": everything}))
    assert refusal(put, client, "bucket", "k") == (403, "AccessDenied")
    reader = user(s3, allow("s3:*"))
    assert refusal(reader.delete_bucket_policy, Bucket="bucket") == (403, "AccessDenied")
    client.delete_bucket_policy(Bucket="bucket")
    put(client, "bucket", "k")


def test_absence_is_told_to_those_who_may_list(s3, client):
    marker = delete(client, "bucket", "gone")
    reader = user(s3, allow("s3:GetObject", "s3:GetObjectVersion"))
    for key in ("absent", "gone"):
        assert "s3:ListBucket" in message(get, reader, "bucket", key)
        assert refusal(reader.head_object, Bucket="bucket", Key=key) == (403, "403")
    user(s3, allow("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"))
    assert "s3:ListBucket" in message(copy, reader, "bucket", "l", "absent")
    user(s3, allow("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:ListBucket"))
    assert refusal(get, reader, "bucket", "absent") == (404, "NoSuchKey")
    assert refusal(copy, reader, "bucket", "l", "absent") == (404, "NoSuchKey")
    assert refusal(get, reader, "bucket", "gone", VersionId=marker)[0] == 405


def test_passing_over_a_retention(s3, client):
    client.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": "2014-02-01T00:00:00Z"}
    version = put(client, "locked", "k", **lock)
    remove = {"Bucket": "locked", "Key": "k", "VersionId": version, "BypassGovernanceRetention": True}
    remover = user(s3, allow("s3:DeleteObjectVersion", "s3:GetObject"))
    assert refusal(remover.delete_object, **remove) == (403, "AccessDenied")
    assert "ObjectLockMode" not in remover.head_object(Bucket="locked", Key="k")
    user(s3, allow("s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectRetention"))
    assert remover.head_object(Bucket="locked", Key="k")["ObjectLockMode"] == "GOVERNANCE"
    user(s3, allow("s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"))
    remover.delete_object(**remove)
    version = put(client, "locked", "k", **lock)
    user(s3, allow("s3:DeleteObjectVersion"))
    s3.set_clock("2014-02-01T00:00:00Z")  # its time is over
    remover.delete_object(Bucket="locked", Key="k", VersionId=version)


def test_presigned_urls_are_of_who_signed_them(s3, client):
    from urllib.request import urlopen

    put(client, "bucket", "k", b"data")
    url = client.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "k"})
    with urlopen(url, timeout=10) as reply:
        assert reply.read() == b"data"
    assert s3.requests()[-1]["access_key"] == ACCESS_KEY
