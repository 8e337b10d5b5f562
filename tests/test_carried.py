"""What copies and uploads are told to carry: pure, each rule by itself."""

import pytest

from s3distversions import carried
from s3distversions.location import Location
from s3distversions.parameters import Parameters
from tests.plan_lines import version

SRC = Location("bucket", "p")
KEY = "arn:aws:kms:us-east-1:111122223333:key/1234-5678"
PLAIN = {"ServerSideEncryption": "AES256", "ContentType": "text/plain"}
KMS = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KEY}


def parameters(**more):
    return Parameters(SRC, "2014-01-01T00:00:00Z", **more)


@pytest.mark.parametrize(
    "head, asked, said",
    [
        (None, {}, {}),  # not asked for: the bucket's default
        ({}, {}, {}),  # old, or a server without encryption: it might refuse to hear of it
        (PLAIN, {}, {"ServerSideEncryption": "AES256"}),
        (KMS, {}, {**KMS, "BucketKeyEnabled": False}),
        ({**KMS, "BucketKeyEnabled": True}, {}, {**KMS, "BucketKeyEnabled": True}),
        (
            {**KMS, "ServerSideEncryption": "aws:kms:dsse"},
            {},
            {**KMS, "ServerSideEncryption": "aws:kms:dsse"},
        ),
        ({"ServerSideEncryption": "aws:fsx"}, {}, {}),
        (KMS, {"sse": "AES256"}, {"ServerSideEncryption": "AES256"}),
        (None, {"sse": "aws:kms"}, {"ServerSideEncryption": "aws:kms"}),
        (
            PLAIN,
            {"sse": "aws:kms:dsse", "sse_kms_key_id": "mine"},
            {"ServerSideEncryption": "aws:kms:dsse", "SSEKMSKeyId": "mine"},
        ),
    ],
)
def test_encryption(head, asked, said):
    assert carried.encryption(parameters(**asked), head) == said


@pytest.mark.parametrize(
    "own, asked, of_copy",
    [
        ("STANDARD", None, "STANDARD"),
        ("STANDARD_IA", None, "STANDARD_IA"),
        ("GLACIER_IR", None, "GLACIER_IR"),
        ("GLACIER", None, "STANDARD"),
        ("DEEP_ARCHIVE", None, "STANDARD"),
        (None, None, "STANDARD"),
        ("STANDARD_IA", "ONEZONE_IA", "ONEZONE_IA"),
        ("DEEP_ARCHIVE", "GLACIER", "GLACIER"),
    ],
)
def test_storage_class(own, asked, of_copy):
    target = version(storage_class=own)
    assert carried.of_copy(parameters(storage_class=asked), target, None) == {"StorageClass": of_copy}


def test_a_copy_is_told_what_it_would_lose():
    head = {**KMS, "WebsiteRedirectLocation": "/there", "ContentType": "x", "Metadata": {"a": "b"}}
    said = carried.of_copy(parameters(acl="private"), version(), head)
    assert said == {
        "StorageClass": "STANDARD",
        "ACL": "private",
        **KMS,
        "BucketKeyEnabled": False,
        "WebsiteRedirectLocation": "/there",
    }


def test_an_upload_is_told_everything():
    head = {
        **{name: name for name in carried.HEADERS},
        "Expires": "a date",
        "ExpiresString": "0",
        "Metadata": {"owner": "nobody"},
        "ServerSideEncryption": "AES256",
        "ChecksumCRC32": "x",
        "ChecksumType": "COMPOSITE",
    }
    said = carried.of_upload(parameters(), version(), head, [("a b", "1&2"), ("c", "é")])
    assert said == {
        **{name: name for name in carried.HEADERS},
        "Expires": "0",
        "Metadata": {"owner": "nobody"},
        "ServerSideEncryption": "AES256",
        "StorageClass": "STANDARD",
        "ChecksumAlgorithm": "CRC32",
        "ChecksumType": "COMPOSITE",
        "Tagging": "a+b=1%262&c=%C3%A9",
    }
    assert carried.of_upload(parameters(), version(), {}, []) == {"StorageClass": "STANDARD"}


@pytest.mark.parametrize(
    "head, asked, is_default",
    [
        ({}, {}, True),
        (PLAIN, {}, True),
        (KMS, {}, False),
        (KMS, {"sse": "AES256"}, True),
        ({**PLAIN, "WebsiteRedirectLocation": "/"}, {}, False),
        ({**PLAIN, "WebsiteRedirectLocation": "/"}, {"sse": "AES256"}, False),
    ],
)
def test_is_as_default(head, asked, is_default):
    assert carried.is_as_default(parameters(**asked), head) == is_default


@pytest.mark.parametrize(
    "head, other, asked, is_so",
    [
        ({}, PLAIN, {}, True),
        (PLAIN, {}, {}, True),
        (PLAIN, KMS, {}, False),
        (KMS, PLAIN, {}, False),
        (KMS, KMS, {}, True),
        (KMS, {**KMS, "SSEKMSKeyId": KEY + "9"}, {}, False),
        (KMS, {**KMS, "BucketKeyEnabled": True}, {}, False),
        (KMS, {**KMS, "ServerSideEncryption": "aws:kms:dsse"}, {}, False),
        (KMS, PLAIN, {"sse": "AES256"}, True),
        (PLAIN, {**KMS, "BucketKeyEnabled": True}, {"sse": "aws:kms"}, True),
        (PLAIN, KMS, {"sse": "aws:kms", "sse_kms_key_id": "1234-5678"}, True),
        (PLAIN, KMS, {"sse": "aws:kms", "sse_kms_key_id": "5678"}, False),
        (PLAIN, KMS, {"sse": "aws:kms", "sse_kms_key_id": "alias/mine"}, None),
    ],
)
def test_is_encrypted_so(head, other, asked, is_so):
    assert carried.is_encrypted_so(parameters(**asked), head, other) is is_so


@pytest.mark.parametrize(
    "head, archived, in_progress",
    [
        ({}, False, False),
        ({"StorageClass": "GLACIER_IR"}, False, False),
        ({"StorageClass": "GLACIER"}, True, False),
        ({"StorageClass": "DEEP_ARCHIVE", "Restore": 'ongoing-request="true"'}, True, True),
        ({"StorageClass": "GLACIER", "Restore": 'ongoing-request="false", expiry-date="Fri"'}, False, False),
        ({"StorageClass": "INTELLIGENT_TIERING"}, False, False),
        ({"StorageClass": "INTELLIGENT_TIERING", "ArchiveStatus": "ARCHIVE_ACCESS"}, True, False),
    ],
)
def test_archives(head, archived, in_progress):
    assert (carried.is_archived(head), carried.is_being_thawed(head)) == (archived, in_progress)
