"""What is kept with the bytes: headers, metadata, tags, checksums."""

from base64 import b64encode
from hashlib import sha1, sha256

import pytest

from tests.embedded_s3.contract.calls import copy, delete, entries, get, put, raw, refusal


def test_headers_metadata_and_tags_come_back(client, bucket):
    given = {
        "ContentType": "text/plain",
        "CacheControl": "no-cache",
        "ContentDisposition": "attachment",
        "ContentEncoding": "gzip",
        "ContentLanguage": "fr",
        "Expires": "Wed, 21 Oct 2015 07:28:00 GMT",
        "Metadata": {"a": "1", "b-c": "x  y"},
    }
    put(client, bucket, "k", b"data", Tagging="a=1&b=%20x", **given)
    for reply in (client.head_object(Bucket=bucket, Key="k"), client.get_object(Bucket=bucket, Key="k")):
        reply["Expires"] = reply["ExpiresString"]
        assert {name: reply[name] for name in given} == given
        assert reply["ContentLength"] == 4
        assert reply["LastModified"].microsecond == 0
    tags = client.get_object_tagging(Bucket=bucket, Key="k")["TagSet"]
    assert tags == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": " x"}]
    put(client, bucket, "plain")
    assert client.head_object(Bucket=bucket, Key="plain")["ContentType"] == "binary/octet-stream"


def test_classes_and_redirects_come_back(client, bucket):
    given = {"WebsiteRedirectLocation": "/there", "StorageClass": "STANDARD_IA"}
    put(client, bucket, "k", b"data", **given)
    for reply in (client.head_object(Bucket=bucket, Key="k"), client.get_object(Bucket=bucket, Key="k")):
        assert {name: reply[name] for name in given} == given


def test_a_compressed_body_stays_compressed(client, bucket):
    put(client, bucket, "k", b"no gzip at all", ContentEncoding="gzip")
    assert get(client, bucket, "k") == b"no gzip at all"


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
def test_checksums_are_kept(client, bucket, algorithm):
    # The check values of these algorithms: of the digits 1 to 9.
    known = b64encode(
        {
            "CRC32": bytes.fromhex("cbf43926"),
            "CRC32C": bytes.fromhex("e3069283"),
            "CRC64NVME": bytes.fromhex("ae8b14860a799888"),
            "SHA1": sha1(b"123456789").digest(),
            "SHA256": sha256(b"123456789").digest(),
        }[algorithm]
    ).decode()
    name = f"Checksum{algorithm}"
    put(client, bucket, "k", b"123456789", **{name: known})
    assert client.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")[name] == known
    assert copy(client, bucket, "copy", "k")["CopyObjectResult"][name] == known
    wrong = "A" + known[1:]
    options = {"Bucket": bucket, "Key": "k", "Body": b"123456789", name: wrong}
    assert refusal(client.put_object, **options)[0] == 400


def test_a_wrong_checksum_is_a_bad_digest(client, bucket):
    options = {"Bucket": bucket, "Key": "k", "Body": b"123456789", "ChecksumCRC32": "AAAAAA=="}
    assert refusal(client.put_object, **options) == (400, "BadDigest")


def test_crc64nvme_without_a_word(s3, client, bucket):
    assert raw(s3, "PUT", f"/{bucket}/k", b"123456789")[1]["x-amz-checksum-crc64nvme"] == "rosUhgp5mIg="
    head = client.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert (head["ChecksumCRC64NVME"], head["ChecksumType"]) == ("rosUhgp5mIg=", "FULL_OBJECT")
    assert copy(client, bucket, "copy", "k")["CopyObjectResult"]["ChecksumCRC64NVME"] == "rosUhgp5mIg="


def test_content_encodings(client, bucket):
    """aws-chunked is how a body travels, even where it says so wrongly; the others are kept as they came."""
    for given, kept in (
        ("deflate, gzip", "deflate, gzip"),
        ("gzip, aws-chunked", "gzip"),
        ("aws-chunked,gzip", "gzip"),
        ("aws-chunked", None),
    ):
        put(client, bucket, "k", b"data", ContentEncoding=given)
        assert client.head_object(Bucket=bucket, Key="k").get("ContentEncoding") == kept
        assert get(client, bucket, "k") == b"data"


def test_content_md5_is_checked(client, bucket):
    about = {"Bucket": bucket, "Key": "k", "Body": b"data"}
    assert refusal(client.put_object, **about, ContentMD5="ICy5YqxZB1uWSwcVLSNLcA==") == (400, "BadDigest")
    assert refusal(client.put_object, **about, ContentMD5="x") == (400, "InvalidDigest")


def test_bodies_in_aws_chunked_form(s3, client, bucket):
    """SDKs send them over TLS, when a checksum follows the data."""
    headers = {
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": "5",
        "Content-Encoding": "aws-chunked",
        "x-amz-trailer": "x-amz-checksum-crc32",
        "Expect": "100-continue",
    }
    body = b"3;chunk-signature=0\r\nhel\r\n2;chunk-signature=1\r\nlo\r\n0;chunk-signature=2\r\n"
    good, bad = (body + b"x-amz-checksum-crc32:" + crc + b"\r\n\r\n" for crc in (b"NhCmhg==", b"AAAAAA=="))
    assert raw(s3, "PUT", f"/{bucket}/k", good, headers)[0] == 200
    head = client.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert (head["ChecksumCRC32"], head["ContentLength"]) == ("NhCmhg==", 5)
    assert "ContentEncoding" not in head
    assert raw(s3, "PUT", f"/{bucket}/k", bad, headers)[0] == 400
    assert raw(s3, "PUT", f"/{bucket}/k", body[:30], headers)[0] == 400


def test_tagging_of_versions(client, bucket):
    old, new = put(client, bucket, "k", Tagging="a=old"), put(client, bucket, "k")
    tags = [{"Key": "b", "Value": ""}]
    reply = client.put_object_tagging(Bucket=bucket, Key="k", VersionId=old, Tagging={"TagSet": tags})
    assert reply["VersionId"] == old
    assert client.get_object_tagging(Bucket=bucket, Key="k", VersionId=old)["TagSet"] == tags
    assert client.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []
    assert (
        client.head_object(Bucket=bucket, Key="k", VersionId=old)["ResponseMetadata"]["HTTPHeaders"][
            "x-amz-tagging-count"
        ]
        == "1"
    )
    client.delete_object_tagging(Bucket=bucket, Key="k", VersionId=old)
    assert client.get_object_tagging(Bucket=bucket, Key="k", VersionId=old)["TagSet"] == []
    assert [row[1] for row in entries(client, bucket)] == [new, old]


def test_delete_markers_have_no_tags(client, bucket):
    put(client, bucket, "k")
    marker = delete(client, bucket, "k")
    for options in ({}, {"VersionId": marker}):
        assert refusal(client.get_object_tagging, Bucket=bucket, Key="k", **options)[0] == 405


def test_limits_of_tags_and_metadata(client, bucket):
    def tags(*pairs):
        return {"TagSet": [{"Key": key, "Value": value} for key, value in pairs]}

    about = {"Bucket": bucket, "Key": "k"}
    put(client, bucket, "k")
    for wrong in ([("k" * 129, "")], [("k", "v" * 257)], [("a", "1"), ("a", "2")], [("aws:x", "")]):
        assert refusal(client.put_object_tagging, **about, Tagging=tags(*wrong)) == (400, "InvalidTag")
    many = tags(*((f"k{number}", "") for number in range(11)))
    assert refusal(client.put_object_tagging, **about, Tagging=many) == (400, "BadRequest")
    assert refusal(client.put_object, **about, Tagging="a=1&a=2") == (400, "InvalidArgument")
    large = {"m": "v" * 2048}
    assert refusal(client.put_object, **about, Metadata=large) == (400, "MetadataTooLarge")
    assert refusal(client.put_object, **about, StorageClass="OUTPOSTS") == (400, "InvalidStorageClass")
