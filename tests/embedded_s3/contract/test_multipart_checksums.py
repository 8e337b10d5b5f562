"""Checksums of uploads in parts: of the whole, or of the checksums of the parts."""

import zlib
from base64 import b64decode, b64encode
from hashlib import sha1, sha256

import pytest

from tests.embedded_s3.contract.calls import copy, put, refusal
from tests.embedded_s3.contract.uploads import SMALLEST, begin, complete, copy_part, put_part

BODIES = b"a" * SMALLEST, b"the end"
WHOLE = b"".join(BODIES)
DIGESTS = {
    "CRC32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "SHA1": lambda data: sha1(data).digest(),
    "SHA256": lambda data: sha256(data).digest(),
}
# Of the two bodies and of the whole.
CRCS = {
    "CRC32": ("r/zBbw==", "b7Eb0Q==", "UDdeww=="),
    "CRC32C": ("WpuOeg==", "wrJgkg==", "9WwjGg=="),
    "CRC64NVME": ("PbvLEkWUSgg=", "/9Hj3R7tWhc=", "/sibae8xldY="),
}
INVALID, BAD = (400, "InvalidRequest"), (400, "BadDigest")


def base64(data):
    return b64encode(data).decode()


def put_bodies(client, bucket, upload, algorithm):
    """Parts as a completion names them, with their checksums."""
    name, parts = f"Checksum{algorithm}", []
    for number, body in enumerate(BODIES, 1):
        about = {"Bucket": bucket, "Key": "k", "UploadId": upload, "PartNumber": number}
        reply = client.upload_part(**about, Body=body, ChecksumAlgorithm=algorithm)
        parts.append({"PartNumber": number, "ETag": reply["ETag"], name: reply[name]})
    return parts


def checksum_of(client, bucket, algorithm, **options):
    """(checksum, type) that a reader is told."""
    head = client.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED", **options)
    return head.get(f"Checksum{algorithm}"), head.get("ChecksumType")


@pytest.mark.parametrize("algorithm", DIGESTS)
def test_checksums_of_checksums(client, bucket, algorithm):
    name, digest = f"Checksum{algorithm}", DIGESTS[algorithm]
    begun = client.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm=algorithm)
    assert (begun["ChecksumAlgorithm"], begun["ChecksumType"]) == (algorithm, "COMPOSITE")
    upload = begun["UploadId"]
    parts = put_bodies(client, bucket, upload, algorithm)
    assert [part[name] for part in parts] == [base64(digest(body)) for body in BODIES]
    listed = client.list_parts(Bucket=bucket, Key="k", UploadId=upload)
    assert [row[name] for row in listed["Parts"]] == [part[name] for part in parts]
    assert (listed["ChecksumAlgorithm"], listed["ChecksumType"]) == (algorithm, "COMPOSITE")
    bare = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in parts]
    assert refusal(complete, client, bucket, upload, bare) == INVALID
    wrong = [part | {name: base64(digest(b"other"))} for part in parts]
    assert refusal(complete, client, bucket, upload, wrong) == (400, "InvalidPart")
    assert refusal(complete, client, bucket, upload, parts, **{name: base64(digest(WHOLE))}) == BAD
    assert refusal(complete, client, bucket, upload, parts, ChecksumType="FULL_OBJECT") == INVALID
    expected = base64(digest(b"".join(map(digest, BODIES)))) + "-2"
    reply = complete(client, bucket, upload, parts, **{name: expected})
    assert (reply[name], reply["ChecksumType"]) == (expected, "COMPOSITE")
    assert checksum_of(client, bucket, algorithm) == (expected, "COMPOSITE")
    assert checksum_of(client, bucket, algorithm, PartNumber=2) == (parts[1][name], "COMPOSITE")
    listed = client.list_object_versions(Bucket=bucket)["Versions"][0]
    assert (listed["ChecksumAlgorithm"], listed["ChecksumType"]) == ([algorithm], "COMPOSITE")
    copied = copy(client, bucket, "copy", "k")["CopyObjectResult"]
    assert (copied[name], copied["ChecksumType"]) == (base64(digest(WHOLE)), "FULL_OBJECT")


@pytest.mark.parametrize("algorithm", CRCS)
def test_checksums_of_the_whole(client, bucket, algorithm):
    name, (*of_parts, whole) = f"Checksum{algorithm}", CRCS[algorithm]
    upload = begin(client, bucket, ChecksumAlgorithm=algorithm, ChecksumType="FULL_OBJECT")
    parts = [
        put_part(client, bucket, upload, number, body, **{name: value})
        for number, body, value in zip((1, 2), BODIES, of_parts, strict=True)
    ]
    wrong = {name: base64(bytes(len(b64decode(whole))))}
    assert refusal(put_part, client, bucket, upload, 2, BODIES[1], **wrong) == BAD
    assert refusal(complete, client, bucket, upload, parts, **wrong) == BAD
    assert refusal(complete, client, bucket, upload, parts, ChecksumType="COMPOSITE") == INVALID
    reply = complete(client, bucket, upload, parts, ChecksumType="FULL_OBJECT", **{name: whole})
    assert (reply[name], reply["ChecksumType"]) == (whole, "FULL_OBJECT")
    assert checksum_of(client, bucket, algorithm) == (whole, "FULL_OBJECT")


def test_crc64nvme_without_a_word(client, bucket):
    """Of what came with the parts nothing is kept."""
    of_first, _, whole = CRCS["CRC64NVME"]
    begun = client.create_multipart_upload(Bucket=bucket, Key="k")
    assert "ChecksumAlgorithm" not in begun
    upload = begun["UploadId"]
    parts = [put_part(client, bucket, upload, number, body) for number, body in enumerate(BODIES, 1)]
    listed = client.list_parts(Bucket=bucket, Key="k", UploadId=upload)
    assert "ChecksumAlgorithm" not in listed and "ChecksumCRC32" not in listed["Parts"][0]
    with_checksum = [parts[0] | {"ChecksumCRC64NVME": of_first}, parts[1]]
    assert refusal(complete, client, bucket, upload, with_checksum) == (400, "InvalidPart")
    assert refusal(complete, client, bucket, upload, parts, ChecksumType="FULL_OBJECT") == INVALID
    reply = complete(client, bucket, upload, parts)
    assert (reply["ChecksumCRC64NVME"], reply["ChecksumType"]) == (whole, "FULL_OBJECT")
    assert checksum_of(client, bucket, "CRC64NVME") == (whole, "FULL_OBJECT")
    assert "ChecksumCRC64NVME" not in client.head_object(Bucket=bucket, Key="k")


def test_copied_parts_have_the_checksum_of_the_upload(client, bucket):
    put(client, bucket, "source", b"data")
    upload = begin(client, bucket, ChecksumAlgorithm="SHA256")
    part = copy_part(client, bucket, upload, 1, "source", CopySourceRange="bytes=1-2")
    listed = client.list_parts(Bucket=bucket, Key="k", UploadId=upload)["Parts"][0]
    assert listed["ChecksumSHA256"] == base64(sha256(b"at").digest())
    complete(client, bucket, upload, [part | {"ChecksumSHA256": listed["ChecksumSHA256"]}])
    assert checksum_of(client, bucket, "SHA256")[0].endswith("-1")


@pytest.mark.parametrize(
    "options",
    [
        {"ChecksumAlgorithm": "CRC16"},
        {"ChecksumType": "COMPOSITE"},
        {"ChecksumAlgorithm": "CRC64NVME", "ChecksumType": "COMPOSITE"},
        {"ChecksumAlgorithm": "SHA1", "ChecksumType": "FULL_OBJECT"},
        {"ChecksumAlgorithm": "SHA256", "ChecksumType": "FULL_OBJECT"},
    ],
)
def test_kinds_of_checksums_that_are_refused(client, bucket, options):
    assert refusal(begin, client, bucket, **options) == INVALID


def test_a_part_with_another_kind_of_checksum(client, bucket):
    upload = begin(client, bucket, ChecksumAlgorithm="SHA256")
    assert refusal(put_part, client, bucket, upload, 1, b"data", ChecksumAlgorithm="SHA1") == INVALID


def test_one_checksum_is_enough(client, bucket):
    both = {"ChecksumSHA1": base64(sha1(b"").digest()), "ChecksumSHA256": base64(sha256(b"").digest())}
    assert refusal(client.put_object, Bucket=bucket, Key="k", **both) == INVALID
