"""What each request to the embedded S3 needs to be allowed, and the conditions under which it is."""

import pytest

from tests.embedded_s3.contract.calls import get, put, refusal
from tests.embedded_s3.process import ACCESS_KEY
from tests.embedded_s3_users import allow, client_of, message, user

KMS_KEY = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"


@pytest.fixture
def client(s3):
    """The owner's client; there is a versioned bucket."""
    s3.create_bucket("bucket")
    return client_of(s3, ACCESS_KEY)


def test_what_each_request_needs(s3, client):
    """As in AWS's table of required permissions, and in the log."""
    old, new = put(client, "bucket", "k", b"old", Tagging="a=1"), put(client, "bucket", "k", b"new")
    etag = client.head_object(Bucket="bucket", Key="k")["ETag"]
    tags = {"TagSet": []}
    lock = {"ObjectLockLegalHoldStatus": "ON"}
    client.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    version = {"Key": "k", "VersionId": old}
    two = [version, {"Key": "l"}, {"Key": "k", "ETag": etag}]
    for needed, call, options in (
        ("GetObject", client.head_object, {"Key": "k"}),
        ("GetObjectVersion", client.get_object, version),
        ("GetObjectTagging", client.get_object_tagging, {"Key": "k"}),
        ("GetObjectVersionTagging", client.get_object_tagging, version),
        ("PutObjectVersionTagging", client.put_object_tagging, {**version, "Tagging": tags}),
        ("ListBucketVersions", client.list_object_versions, {}),
        ("ListBucket", client.list_objects_v2, {}),
        ("ListBucket", client.head_bucket, {}),
        ("GetBucketVersioning", client.get_bucket_versioning, {}),
        ("PutObject", client.put_object, {"Key": "m"}),
        ("PutObject PutObjectTagging", client.put_object, {"Key": "m", "Tagging": "a=1"}),
        ("PutObject PutObjectAcl", client.put_object, {"Key": "m", "ACL": "private"}),
        ("PutObject PutObjectLegalHold", client.put_object, {"Bucket": "locked", "Key": "m", **lock}),
        ("PutObject GetObject", client.put_object, {"Key": "k", "Body": b"new", "IfMatch": etag}),
        ("PutObject", client.put_object, {"Key": "n", "IfNoneMatch": "*"}),
        ("DeleteObjectVersion DeleteObject GetObject", client.delete_objects, {"Delete": {"Objects": two}}),
        ("DeleteObject", client.delete_object, {"Key": "m"}),
        ("DeleteObjectVersion", client.delete_object, {"Key": "k", "VersionId": new}),
    ):
        s3.clear_requests()
        call(**{"Bucket": "bucket", **options})
        (request,) = s3.requests()
        assert request["needed"] == [f"s3:{action}" for action in needed.split()], request["operation"]
        assert request["denied"] == []
        # Exactly these are enough, and without any one of them it is denied.
        for action in request["needed"]:
            others = [other for other in request["needed"] if other != action]
            user(s3, *([allow(*others)] if others else []), name="lacking")
            s3.clear_requests()
            lacking = getattr(client_of(s3, "lacking"), call.__name__)
            if call == client.delete_objects:
                lacking(**{"Bucket": "bucket", **options})
            else:
                assert refusal(lacking, **{"Bucket": "bucket", **options})[0] == 403, (needed, action)
            assert action in s3.requests()[-1]["denied"]


CONFIGURATIONS = {
    "GetLifecycleConfiguration": "get_bucket_lifecycle_configuration",
    "GetBucketWebsite": "get_bucket_website",
    "GetBucketRequestPayment": "get_bucket_request_payment",
    "GetBucketObjectLockConfiguration": "get_object_lock_configuration",
    "GetEncryptionConfiguration": "get_bucket_encryption",
    "PutLifecycleConfiguration": "delete_bucket_lifecycle",
    "DeleteBucketWebsite": "delete_bucket_website",
    "GetReplicationConfiguration": "get_bucket_replication",
    "GetBucketNotification": "get_bucket_notification_configuration",
}


def test_what_configurations_need(s3, client):
    """Who may not read one is not told either that there is none."""
    for action, call in CONFIGURATIONS.items():
        others = [f"s3:{other}" for other in CONFIGURATIONS if other != action]
        refused = getattr(user(s3, allow(*others)), call)
        assert f'perform: s3:{action} on resource: "arn:aws:s3:::bucket"' in message(refused, Bucket="bucket")
        allowed = getattr(user(s3, allow(f"s3:{action}")), call)
        try:
            allowed(Bucket="bucket")
        except client.exceptions.ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404, action


def test_what_a_copy_needs(s3, client):
    for bucket in ("source", "destination"):
        s3.create_bucket(bucket)
    tagged = put(client, "source", "tagged", Tagging="a=1")
    plain = put(client, "source", "plain")
    read, write = "arn:aws:s3:::source/*", "arn:aws:s3:::destination/*"

    def copied(key, version, *statements, **options):
        writer = user(s3, *statements)
        where = {"Bucket": "source", "Key": key} | ({"VersionId": version} if version else {})
        return writer.copy_object(Bucket="destination", Key=key, CopySource=where, **options)

    reading = allow("s3:GetObjectVersion", resource=read)
    writing = allow("s3:PutObject", resource=write)
    etag = copied("plain", plain, reading, writing)["CopyObjectResult"]["ETag"]
    copied("plain", None, allow("s3:GetObject", resource=read), writing)
    tags = (
        allow("s3:GetObjectVersion", "s3:GetObjectVersionTagging", resource=read),
        allow("s3:PutObject", "s3:PutObjectTagging", resource=write),
    )
    copied("tagged", tagged, *tags)
    copied("tagged", tagged, reading, writing, TaggingDirective="REPLACE")
    matched = allow("s3:PutObject", "s3:GetObject", resource=write)
    copied("plain", plain, reading, matched, IfMatch=etag)
    for version, statements, options in (
        (plain, (allow("s3:GetObject", resource=read), writing), {}),
        (None, (reading, writing), {}),
        (plain, (reading,), {}),
        (plain, (writing,), {}),
        (plain, (reading, writing), {"IfMatch": etag}),
    ):
        assert refusal(copied, "plain", version, *statements, **options) == (403, "AccessDenied"), statements
    for statements in ((reading, tags[1]), (tags[0], writing)):
        assert refusal(copied, "tagged", tagged, *statements) == (403, "AccessDenied"), statements
    assert s3.requests()[-1]["denied"] == ["s3:PutObjectTagging"]


def test_keys_of_kms(s3, client):
    secret = {"ServerSideEncryption": "aws:kms"}
    put(client, "bucket", "k", b"data", **secret)
    reader = user(s3, allow("s3:GetObject"))
    told = message(get, reader, "bucket", "k")
    assert f'is not authorized to perform: kms:Decrypt on resource: "{KMS_KEY}"' in told
    user(s3, allow("s3:GetObject"), allow("kms:Decrypt", resource=KMS_KEY))
    assert get(reader, "bucket", "k") == b"data"
    user(s3, allow("s3:PutObject"), allow("kms:Decrypt", resource=KMS_KEY))
    put(reader, "bucket", "l")
    assert "kms:GenerateDataKey" in message(put, reader, "bucket", "l", **secret)


@pytest.mark.parametrize(
    ("condition", "options", "allowed"),
    [
        ({"StringEquals": {"aws:username": "reader"}}, {}, True),
        ({"StringEquals": {"aws:username": "writer"}}, {}, False),
        ({"StringEquals": {"s3:RequestObjectTag/team": "a"}}, {"Tagging": "team=a"}, True),
        ({"StringEquals": {"s3:RequestObjectTag/team": "a"}}, {"Tagging": "team=b"}, False),
        ({"StringEquals": {"s3:RequestObjectTag/team": "a"}}, {}, False),
        ({"StringEqualsIfExists": {"s3:RequestObjectTag/team": "a"}}, {}, True),
        ({"ForAllValues:StringLike": {"s3:RequestObjectTagKeys": ["t*"]}}, {"Tagging": "team=b&to=c"}, True),
        ({"ForAllValues:StringLike": {"s3:RequestObjectTagKeys": ["t*"]}}, {"Tagging": "team=b&x=c"}, False),
        ({"ForAnyValue:StringLike": {"s3:RequestObjectTagKeys": ["t*"]}}, {"Tagging": "team=b&x=c"}, True),
        ({"Null": {"s3:if-none-match": "false"}}, {"IfNoneMatch": "*"}, True),
        ({"Null": {"s3:if-none-match": "false"}}, {}, False),
        ({"StringNotEquals": {"s3:x-amz-storage-class": "GLACIER"}}, {"StorageClass": "GLACIER"}, False),
        ({"StringNotEquals": {"s3:x-amz-storage-class": "GLACIER"}}, {}, True),
        ({"Bool": {"aws:SecureTransport": True}}, {}, False),
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, {}, True),
        ({"NotIpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, {}, False),
        ({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/r*"}}, {}, True),
    ],
)
def test_conditions(s3, client, condition, options, allowed):
    writer = user(s3, allow("s3:PutObject", Condition=condition), allow("s3:PutObjectTagging"))
    if allowed:
        put(writer, "bucket", "k", **options)
    else:
        assert refusal(put, writer, "bucket", "k", **options) == (403, "AccessDenied")


def test_wrong_policies_of_users(s3):
    with pytest.raises(ValueError, match="invalid action"):
        user(s3, allow("s3:GetObjects"))
    with pytest.raises(ValueError, match="invalid condition key: s3:praefix"):
        user(s3, allow("s3:ListBucket", Condition={"StringEquals": {"s3:praefix": "a"}}))
    with pytest.raises(ValueError, match="should not specify a principal"):
        user(s3, {**allow("s3:ListBucket"), "Principal": "*"})
    with pytest.raises(ValueError, match="variables"):
        user(s3, allow("s3:GetObject", resource="arn:aws:s3:::bucket/${aws:username}/*"))
