"""GetObjectAttributes: what is asked, of what, and what comes back."""

from base64 import b64encode
from hashlib import md5, sha256

import pytest

from tests.embedded_s3.contract.calls import delete, put, refusal
from tests.embedded_s3.contract.uploads import SMALLEST, begin, complete, put_part

ALL = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
BODIES = b"a" * SMALLEST, b"the end"
SHA256 = [b64encode(sha256(body).digest()).decode() for body in BODIES]
ETAG = md5(b"".join(md5(body).digest() for body in BODIES)).hexdigest() + "-2"
ROWS = [
    {"PartNumber": number, "Size": len(body), "ChecksumSHA256": value}
    for number, body, value in zip((1, 2), BODIES, SHA256, strict=True)
]
PAGE = {"TotalPartsCount": 2, "PartNumberMarker": 0, "NextPartNumberMarker": 2, "IsTruncated": False}
PARTS = {**PAGE, "MaxParts": 1000, "Parts": ROWS}
# What is asked -> what comes back, of one object in each form.
OF_PLAIN = [
    ({"ObjectAttributes": ["ETag"]}, {"ETag": md5(b"data").hexdigest()}),
    ({"ObjectAttributes": ["ObjectSize"]}, {"ObjectSize": 4}),
    ({"ObjectAttributes": ["StorageClass"]}, {"StorageClass": "STANDARD"}),
    ({"ObjectAttributes": ["ObjectParts"]}, {}),
    (
        {"ObjectAttributes": ["Checksum", "ObjectSize"]},
        {"Checksum": {"ChecksumCRC32": "rfPzYw==", "ChecksumType": "FULL_OBJECT"}, "ObjectSize": 4},
    ),
]
OF_PARTS = [
    ({"ObjectAttributes": ["ETag", "ObjectSize"]}, {"ETag": ETAG, "ObjectSize": SMALLEST + 7}),
    ({"ObjectAttributes": ["ObjectParts"]}, {"ObjectParts": {"TotalPartsCount": 2}}),
]
OF_PARTS_WITH_CHECKSUMS = [
    ({"ObjectAttributes": ["ObjectParts"]}, {"ObjectParts": PARTS}),
    (
        {"ObjectAttributes": ["ObjectParts"], "MaxParts": 1},
        {
            "ObjectParts": PARTS
            | {"MaxParts": 1, "Parts": ROWS[:1], "NextPartNumberMarker": 1, "IsTruncated": True}
        },
    ),
    (
        {"ObjectAttributes": ["ObjectParts"], "MaxParts": 1, "PartNumberMarker": 1},
        {"ObjectParts": PARTS | {"MaxParts": 1, "Parts": ROWS[1:], "PartNumberMarker": 1}},
    ),
    (
        {"ObjectAttributes": ["Checksum"]},
        {
            "Checksum": {
                "ChecksumSHA256": b64encode(
                    sha256(b"".join(sha256(body).digest() for body in BODIES)).digest()
                ).decode(),
                "ChecksumType": "COMPOSITE",
            }
        },
    ),
]


def attributes(client, bucket, **asked):
    """The attributes in a reply."""
    reply = client.get_object_attributes(Bucket=bucket, Key="k", **asked)
    return {name: reply[name] for name in ALL if name in reply}


def test_of_an_object_written_at_once(client, bucket):
    put(client, bucket, "k", b"data")
    for asked, expected in OF_PLAIN:
        assert attributes(client, bucket, **asked) == expected, asked


@pytest.mark.parametrize(
    ("algorithm", "table"), [(None, OF_PARTS), ("SHA256", OF_PARTS_WITH_CHECKSUMS)], ids=str
)
def test_of_an_object_in_parts(client, bucket, algorithm, table):
    upload = begin(client, bucket, **({"ChecksumAlgorithm": algorithm} if algorithm else {}))
    options = [{"ChecksumSHA256": value} if algorithm else {} for value in SHA256]
    parts = [
        put_part(client, bucket, upload, number, body, **more) | more
        for number, body, more in zip((1, 2), BODIES, options, strict=True)
    ]
    complete(client, bucket, upload, parts)
    for asked, expected in table:
        assert attributes(client, bucket, **asked) == expected, asked


def test_of_versions(client, bucket):
    old, new = put(client, bucket, "k", b"old"), put(client, bucket, "k", b"newer")
    asked = {"Bucket": bucket, "Key": "k", "ObjectAttributes": ["ObjectSize"]}
    for options, version, size in (({}, new, 5), ({"VersionId": old}, old, 3)):
        reply = client.get_object_attributes(**asked, **options)
        assert (reply["VersionId"], reply["ObjectSize"]) == (version, size)
        head = client.head_object(Bucket=bucket, Key="k", **options)
        assert reply["LastModified"] == head["LastModified"]
    marker = delete(client, bucket, "k")
    assert refusal(client.get_object_attributes, **asked) == (404, "NoSuchKey")
    assert refusal(client.get_object_attributes, **asked, VersionId=marker) == (405, "MethodNotAllowed")
    assert client.get_object_attributes(**asked, VersionId=new)["ObjectSize"] == 5


def test_what_is_refused(client, bucket):
    put(client, bucket, "k", SSECustomerAlgorithm="AES256", SSECustomerKey="k" * 32)
    about = {"Bucket": bucket, "Key": "k"}
    for names, code in ((["ETag"], "InvalidRequest"), (["Size"], "InvalidArgument"), ([], "InvalidRequest")):
        refused = refusal(client.get_object_attributes, **about, ObjectAttributes=names)
        assert refused == (400, code), names
