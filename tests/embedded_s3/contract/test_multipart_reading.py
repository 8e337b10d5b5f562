"""Reading versions of parts: part by part, and across the seams."""

from random import Random

import pytest

from tests.embedded_s3.contract.calls import copy, get, put, refusal
from tests.embedded_s3.contract.uploads import SMALLEST, begin, complete, put_in_parts, put_part

BODIES = Random("parts").randbytes(SMALLEST), Random("more parts").randbytes(SMALLEST + 1), b"the end"
WHOLE = b"".join(BODIES)


@pytest.fixture
def read(client, bucket):
    """(bucket, ETag) of a version in parts at the key `k`."""
    return bucket, put_in_parts(client, bucket, *BODIES)["ETag"]


def test_part_by_part(client, read):
    bucket, etag = read
    first = 0
    for number, body in enumerate(BODIES, 1):
        for call in (client.head_object, client.get_object):
            reply = call(Bucket=bucket, Key="k", PartNumber=number)
            assert (reply["ResponseMetadata"]["HTTPStatusCode"], reply["PartsCount"]) == (206, 3)
            assert (reply["ContentLength"], reply["ETag"]) == (len(body), etag)
            last = first + len(body) - 1
            assert reply["ContentRange"] == f"bytes {first}-{last}/{len(WHOLE)}"
        assert reply["Body"].read() == body
        first += len(body)


def test_parts_that_are_not_there(client, read):
    bucket, _ = read
    put(client, bucket, "plain", b"data")
    for key, number in (("k", 4), ("plain", 2)):
        about = {"Bucket": bucket, "Key": key, "PartNumber": number}
        assert refusal(client.get_object, **about) == (416, "InvalidPartNumber")
    both = {"Bucket": bucket, "Key": "k", "PartNumber": 1, "Range": "bytes=0-1"}
    assert refusal(client.get_object, **both) == (400, "InvalidRequest")
    reply = client.get_object(Bucket=bucket, Key="plain", PartNumber=1)
    assert reply["Body"].read() == b"data" and "PartsCount" not in reply
    assert "PartsCount" not in client.head_object(Bucket=bucket, Key="k")


def test_ranges_across_parts(client, read):
    bucket, _ = read
    size = len(WHOLE)
    for first, last in (
        (0, 0),
        (SMALLEST - 1, SMALLEST),
        (SMALLEST, SMALLEST),
        (SMALLEST - 2, size - 2),
        (2 * SMALLEST, 2 * SMALLEST + 2),
        (size - 1, size - 1),
        (0, size - 1),
    ):
        reply = client.get_object(Bucket=bucket, Key="k", Range=f"bytes={first}-{last}")
        assert reply["ContentRange"] == f"bytes {first}-{last}/{size}"
        assert reply["Body"].read() == WHOLE[first : last + 1], (first, last)
    assert get(client, bucket, "k", Range="bytes=-9") == WHOLE[-9:]
    assert get(client, bucket, "k", Range=f"bytes={SMALLEST * 2}-") == WHOLE[SMALLEST * 2 :]
    beyond = {"Bucket": bucket, "Key": "k", "Range": f"bytes={size}-"}
    assert refusal(client.get_object, **beyond) == (416, "InvalidRange")


def test_a_copy_is_in_one_part(client, bucket):
    put_in_parts(client, bucket, b"a" * SMALLEST, b"b")
    etag = copy(client, bucket, "copy", "k")["CopyObjectResult"]["ETag"]
    assert etag == client.put_object(Bucket=bucket, Key="plain", Body=b"a" * SMALLEST + b"b")["ETag"]
    reply = client.get_object(Bucket=bucket, Key="copy", PartNumber=1)
    assert reply["ContentLength"] == SMALLEST + 1 and "PartsCount" not in reply


def test_an_empty_part(client, bucket):
    upload = begin(client, bucket)
    etag = complete(client, bucket, upload, [put_part(client, bucket, upload, 1, b"")])["ETag"]
    assert etag == '"59adb24ef3cdbe0297f05b395827453f-1"'  # the MD5 of the MD5 of nothing
    assert get(client, bucket, "k") == b""
