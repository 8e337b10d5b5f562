"""ListMultipartUploads and ListParts."""

import pytest

from tests.embedded_s3.contract.calls import refusal
from tests.embedded_s3.contract.uploads import begin, put_part, uploads


def test_uploads_in_order(client, bucket):
    """By key, and of one key the oldest first, which is not the order of their ids."""
    begun = [(key, begin(client, bucket, key)) for key in ("c", "a", "b", "a", "a")]
    expected = sorted(begun, key=lambda upload: upload[0])
    assert uploads(client, bucket) == expected
    assert uploads(client, bucket, Prefix="a") == expected[:3]
    for size in (1, 2, 3):
        pages = client.get_paginator("list_multipart_uploads").paginate(
            Bucket=bucket, PaginationConfig={"PageSize": size}
        )
        rows = [(row["Key"], row["UploadId"]) for page in pages for row in page.get("Uploads", [])]
        assert rows == expected, size
    assert uploads(client, bucket, KeyMarker="a") == expected[3:]
    assert uploads(client, bucket, KeyMarker="a", UploadIdMarker=expected[1][1]) == expected[2:]
    assert uploads(client, bucket, UploadIdMarker=expected[1][1]) == expected  # ignored without a key
    wrong = {"KeyMarker": "a", "UploadIdMarker": expected[3][1]}
    refused = refusal(client.list_multipart_uploads, Bucket=bucket, **wrong)
    assert refused == (400, "InvalidArgument")


def test_a_page_tells_where_the_next_begins(client, bucket):
    upload = begin(client, bucket, "k", StorageClass="REDUCED_REDUNDANCY", ChecksumAlgorithm="SHA1")
    page = client.list_multipart_uploads(Bucket=bucket)
    assert (page["NextKeyMarker"], page["NextUploadIdMarker"]) == ("k", upload)
    assert (page["IsTruncated"], page["MaxUploads"]) == (False, 1000)
    row = page["Uploads"][0]
    assert (row["StorageClass"], row["ChecksumAlgorithm"]) == ("REDUCED_REDUNDANCY", "SHA1")
    assert row["Owner"]["ID"] and row["Initiator"]["ID"] and row["Initiated"]


def test_going_on_from_an_upload_that_has_ended(s3, client, bucket):
    """As whoever aborts page by page does."""
    left = [begin(client, bucket, key) for key in ("a", "a", "b")]
    where = {}
    while True:
        page = client.list_multipart_uploads(Bucket=bucket, MaxUploads=1, **where)
        for row in page.get("Uploads", []):
            client.abort_multipart_upload(Bucket=bucket, Key=row["Key"], UploadId=row["UploadId"])
            left.remove(row["UploadId"])
        if not page["IsTruncated"]:
            break
        where = {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]}
    assert left == []


def test_prefixes_of_uploads(client, bucket):
    for key in ("a", "b/1", "b/2", "c/d/1", "d"):
        begin(client, bucket, key)
    page = client.list_multipart_uploads(Bucket=bucket, Delimiter="/")
    assert [row["Key"] for row in page["Uploads"]] == ["a", "d"]
    assert [row["Prefix"] for row in page["CommonPrefixes"]] == ["b/", "c/"]
    page = client.list_multipart_uploads(Bucket=bucket, Delimiter="/", Prefix="c/")
    assert [row["Prefix"] for row in page["CommonPrefixes"]] == ["c/d/"]
    page = client.list_multipart_uploads(Bucket=bucket, Delimiter="/", KeyMarker="b/")
    assert [row["Prefix"] for row in page["CommonPrefixes"]] == ["c/"]


@pytest.mark.parametrize("key", ["a b+c%2F", "é/\U0001f600", "tab\tand\nlines", "<&>\"'"])
def test_keys_of_uploads(client, bucket, key):
    upload = begin(client, bucket, key)
    assert uploads(client, bucket) == [(key, upload)]
    put_part(client, bucket, upload, 1, b"data", key=key)
    page = client.list_multipart_uploads(Bucket=bucket, EncodingType="url")
    assert page["Uploads"][0]["UploadId"] == upload
    wrong = {"Bucket": bucket, "EncodingType": "other"}
    assert refusal(client.list_multipart_uploads, **wrong) == (400, "InvalidArgument")


def test_pages_of_parts(client, bucket):
    upload = begin(client, bucket)
    about = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    page = client.list_parts(**about)
    assert "Parts" not in page and page["NextPartNumberMarker"] == 0 and not page["IsTruncated"]
    parts = [put_part(client, bucket, upload, number, b"x" * number) for number in (7, 1, 3)]
    page = client.list_parts(**about)
    rows = [{"PartNumber": row["PartNumber"], "ETag": row["ETag"]} for row in page["Parts"]]
    assert rows == sorted(parts, key=lambda part: part["PartNumber"])
    assert [row["Size"] for row in page["Parts"]] == [1, 3, 7]
    assert page["NextPartNumberMarker"] == 7 and page["StorageClass"] == "STANDARD"
    page = client.list_parts(**about, MaxParts=1, PartNumberMarker=1)
    assert [row["PartNumber"] for row in page["Parts"]] == [3]
    assert page["IsTruncated"] and page["NextPartNumberMarker"] == 3 and page["MaxParts"] == 1
    assert "Parts" not in client.list_parts(**about, PartNumberMarker=7)
