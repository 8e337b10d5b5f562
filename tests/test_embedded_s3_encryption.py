"""The default encryption of a bucket in the embedded S3: what a write gets that asks for none."""

import pytest

from tests.embedded_s3.contract.calls import copy, get, put, refusal
from tests.embedded_s3_users import allow, message, user

KEY = "arn:aws:kms:us-east-1:111122223333:key/ours"


@pytest.fixture(scope="module")
def owner(running_s3):
    return running_s3.client()


@pytest.fixture
def client(s3, owner):
    """The owner's client; there is a versioned bucket."""
    s3.create_bucket("bucket")
    return owner


def set_default(client, **default):
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]}
    client.put_bucket_encryption(Bucket="bucket", ServerSideEncryptionConfiguration=rules)


def told(client):
    (rule,) = client.get_bucket_encryption(Bucket="bucket")["ServerSideEncryptionConfiguration"]["Rules"]
    return rule["ApplyServerSideEncryptionByDefault"]


def of(client, key):
    head = client.head_object(Bucket="bucket", Key=key)
    return head["ServerSideEncryption"], head.get("SSEKMSKeyId")


def test_the_default_is_for_what_asks_for_none(client):
    put(client, "bucket", "before", b"data")
    assert told(client) == {"SSEAlgorithm": "AES256"}
    set_default(client, SSEAlgorithm="aws:kms", KMSMasterKeyID=KEY)
    assert told(client) == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}
    put(client, "bucket", "put")
    put(client, "bucket", "asked", ServerSideEncryption="AES256")
    copy(client, "bucket", "copied", "before")
    about = {"Bucket": "bucket", "Key": "parts"}
    upload = client.create_multipart_upload(**about)["UploadId"]
    part = client.upload_part(**about, UploadId=upload, PartNumber=1, Body=b"part")
    parts = {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}
    client.complete_multipart_upload(**about, UploadId=upload, MultipartUpload=parts)
    assert {of(client, key) for key in ("put", "copied", "parts")} == {("aws:kms", KEY)}
    assert {of(client, key) for key in ("before", "asked")} == {("AES256", None)}
    client.delete_bucket_encryption(Bucket="bucket")
    assert told(client) == {"SSEAlgorithm": "AES256"}
    put(client, "bucket", "put")
    assert of(client, "put") == ("AES256", None)


def test_wrong_defaults(client):
    assert refusal(set_default, client, SSEAlgorithm="aes") == (400, "MalformedXML")
    wrong = {"SSEAlgorithm": "AES256", "KMSMasterKeyID": KEY}
    assert refusal(set_default, client, **wrong) == (400, "InvalidArgument")
    assert told(client) == {"SSEAlgorithm": "AES256"}


def test_bucket_keys_are_as_in_the_bucket_unless_it_is_said(client):
    set_default(client, SSEAlgorithm="aws:kms", KMSMasterKeyID=KEY)
    kms = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KEY}
    for expected, asked in (
        (True, {}),
        (True, kms),
        (None, {**kms, "BucketKeyEnabled": False}),
        (None, {"ServerSideEncryption": "aws:kms:dsse", "SSEKMSKeyId": KEY}),
        (None, {"ServerSideEncryption": "AES256"}),
    ):
        put(client, "bucket", "k", **asked)
        assert client.head_object(Bucket="bucket", Key="k").get("BucketKeyEnabled") == expected, asked


@pytest.mark.parametrize("algorithm", ["aws:kms", "aws:kms:dsse"])
def test_keys_of_kms_are_told_of_each_version(client, algorithm):
    """By their ARN, however they were named; the ETag is no MD5, so that of a copy is another one."""
    secret = {"ServerSideEncryption": algorithm, "SSEKMSKeyId": KEY.rpartition("/")[2]}
    put(client, "bucket", "plain", b"data")
    upload = client.create_multipart_upload(Bucket="bucket", Key="parts", **secret)
    assert (upload["ServerSideEncryption"], upload["SSEKMSKeyId"]) == (algorithm, KEY)
    part = client.upload_part_copy(
        Bucket="bucket", Key="parts", UploadId=upload["UploadId"], PartNumber=1, CopySource="bucket/plain"
    )
    assert part["SSEKMSKeyId"] == KEY
    parts = {"Parts": [{"ETag": part["CopyPartResult"]["ETag"], "PartNumber": 1}]}
    about = {"Bucket": "bucket", "Key": "parts", "UploadId": upload["UploadId"]}
    assert client.complete_multipart_upload(**about, MultipartUpload=parts)["SSEKMSKeyId"] == KEY
    put(client, "bucket", "put", b"data", **secret)
    copied = copy(client, "bucket", "copied", "plain", **secret)
    assert copied["SSEKMSKeyId"] == KEY
    again = copy(client, "bucket", "again", "plain", **secret)
    assert {of(client, key) for key in ("put", "parts", "copied", "again")} == {(algorithm, KEY)}
    etags = {
        client.head_object(Bucket="bucket", Key=key)["ETag"] for key in ("plain", "put", "copied", "again")
    }
    assert len(etags) == 4 and again["CopyObjectResult"]["ETag"] in etags
    copy(client, "bucket", "back", "copied")
    assert of(client, "back") == ("AES256", None)  # a copy has the encryption that is said, or the bucket's


def test_keys_of_customers(client):
    """Without the key not even a HEAD is answered; the copy of such a version is as it is said, or in the bucket."""
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    other = {**key, "SSECustomerKey": "o" * 32}
    put(client, "bucket", "k", b"data", **key)
    about = {"Bucket": "bucket", "Key": "k"}
    assert refusal(client.head_object, **about)[0] == 400
    assert refusal(client.get_object, **about) == (400, "InvalidRequest")
    assert refusal(client.get_object, **about, **other) == (403, "AccessDenied")
    words = "The object was stored using a form of Server Side Encryption. The correct parameters must be provided"
    with pytest.raises(client.exceptions.ClientError, match=f"{words} to retrieve the object.$") as caught:
        copy(client, "bucket", "x", "k")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert caught.value.response["Error"]["Code"] == "InvalidRequest"
    upload = client.create_multipart_upload(Bucket="bucket", Key="x")["UploadId"]
    part = {"Bucket": "bucket", "Key": "x", "UploadId": upload, "PartNumber": 1, "CopySource": "bucket/k"}
    assert refusal(client.upload_part_copy, **part) == (400, "InvalidRequest")
    copy(client, "bucket", "x", "k", **{f"CopySource{name}": value for name, value in key.items()})
    assert of(client, "x") == ("AES256", None)
    assert client.head_object(**about, **key)["SSECustomerAlgorithm"] == "AES256"


def test_loaded_encryption(s3, client):
    for kind in ("AES256", "aws:kms", "aws:kms:dsse", "SSE-C"):
        s3.load("bucket", [{"key": kind, "content": "data", "encryption": kind}])
    assert [of(client, kind)[0] for kind in ("AES256", "aws:kms", "aws:kms:dsse")] == [
        *("AES256", "aws:kms", "aws:kms:dsse")
    ]
    assert refusal(client.head_object, Bucket="bucket", Key="SSE-C")[0] == 400
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    assert get(client, "bucket", "SSE-C", **key) == b"data"
    dumped = s3.dump("bucket")["keys"]
    assert len({versions[0]["etag"] for versions in dumped.values()}) == 4  # one of them an MD5
    assert len({versions[0]["content"] for versions in dumped.values()}) == 1
    own = {"x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": KEY}
    s3.load("bucket", [{"key": "own", "size": 7, "encryption": own}])
    assert of(client, "own") == ("aws:kms", KEY)


def test_a_multipart_upload_with_a_key_of_kms_is_read_again(s3, client):
    secret = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KEY}
    writer = user(s3, allow("s3:PutObject"), allow("kms:GenerateDataKey", resource=KEY))
    assert "kms:Decrypt" in message(writer.create_multipart_upload, Bucket="bucket", Key="k", **secret)
    put(writer, "bucket", "k", **secret)
    user(s3, allow("s3:PutObject"), allow("kms:GenerateDataKey", "kms:Decrypt", resource=KEY))
    writer.create_multipart_upload(Bucket="bucket", Key="k", **secret)
