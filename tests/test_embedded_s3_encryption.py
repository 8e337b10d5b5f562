"""The default encryption of a bucket in the embedded S3: what a write gets that asks for none."""

import pytest

from tests.embedded_s3.contract.calls import copy, put, refusal

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
