"""ListObjectVersions, ListObjects, ListObjectsV2."""

import pytest

from tests.embedded_s3.contract.calls import delete, entries, paged, put, raw, refusal, set_versioning


@pytest.mark.parametrize("max_keys", [1, 2, 3, 7, 1000])
def test_pages_of_any_size_give_the_same(client, bucket, max_keys):
    for key in ("a", "b/1", "b/2", "c"):
        for call in (put, delete, put):
            call(client, bucket, key)
    whole = entries(client, bucket)
    assert len(whole) == 12
    rows, number = paged(client, bucket, max_keys)
    assert rows == whole
    assert number == -(-12 // max_keys)
    assert paged(client, bucket, max_keys, Prefix="b/")[0] == whole[3:9]


def test_key_marker_alone_starts_after_all_of_that_key(client, bucket):
    for key in ("a", "a", "c", "c"):
        put(client, bucket, key)
    assert [row[0] for row in entries(client, bucket, KeyMarker="a")] == ["c", "c"]
    assert entries(client, bucket, KeyMarker="c") == []


def test_a_key_marker_need_not_exist(client, bucket):
    for key in ("a", "a", "c", "c"):
        put(client, bucket, key)
    assert [row[0] for row in entries(client, bucket, KeyMarker="b")] == ["c", "c"]


def test_a_key_marker_may_lie_outside_the_prefix(client, bucket):
    for key in ("a", "a", "c", "c"):
        put(client, bucket, key)
    assert [row[0] for row in entries(client, bucket, Prefix="c", KeyMarker="a")] == ["c", "c"]
    assert entries(client, bucket, Prefix="a", KeyMarker="b") == []


def test_a_listing_goes_on_behind_a_null_marker(client, bucket):
    version = put(client, bucket, "k")
    set_versioning(client, bucket, "Suspended")
    delete(client, bucket, "k")
    set_versioning(client, bucket, "Enabled")
    assert entries(client, bucket, KeyMarker="k", VersionIdMarker="null") == [("k", version, False, False)]


def test_a_listing_goes_on_from_what_has_been_deleted(client, bucket):
    ids = [put(client, bucket, "a") for _ in range(3)]
    put(client, bucket, "b")
    for version_id in ids:
        delete(client, bucket, "a", VersionId=version_id)
    page = entries(client, bucket, KeyMarker="a", VersionIdMarker=ids[1])
    assert [row[0] for row in page] == ["b"]


def test_parameters_of_listings_that_are_refused(s3, client, bucket):
    version = put(client, bucket, "a")
    other = put(client, bucket, "b")
    invalid = 400, "InvalidArgument"
    for wrong in (
        {"VersionIdMarker": version},
        {"KeyMarker": "a", "VersionIdMarker": other},
        {"KeyMarker": "a", "VersionIdMarker": "x"},
        {"KeyMarker": "a\x01"},
        {"KeyMarker": "a\x7f"},
        {"KeyMarker": "a\x85"},
        {"KeyMarker": "a\ufffe"},
        {"Prefix": "\x01"},
        {"MaxKeys": -1},
    ):
        assert refusal(client.list_object_versions, Bucket=bucket, **wrong) == invalid
    for query in ("max-keys=x", "encoding-type=x", "key-marker=a&version-id-marker="):
        assert raw(s3, "GET", f"/{bucket}?versions&{query}")[0] == 400
    assert client.list_object_versions(Bucket=bucket, MaxKeys=5000)["MaxKeys"] == 1000
    empty = client.list_object_versions(Bucket=bucket, MaxKeys=0)
    assert empty["IsTruncated"] is False and "Versions" not in empty


def test_common_prefixes(client, bucket):
    for key in ("a", "b/1", "b/2", "b/2", "c/d/1", "e"):
        put(client, bucket, key)
    delete(client, bucket, "b/1")
    page = client.list_object_versions(Bucket=bucket, Delimiter="/")
    assert [row["Key"] for row in page["Versions"]] == ["a", "e"]
    assert [row["Prefix"] for row in page["CommonPrefixes"]] == ["b/", "c/"]
    page = client.list_object_versions(Bucket=bucket, Delimiter="/", Prefix="c/")
    assert [row["Prefix"] for row in page["CommonPrefixes"]] == ["c/d/"]


def test_pages_of_common_prefixes(client, bucket):
    for key in ("a", "b/1", "b/2", "b/2", "c/d/1", "e"):
        put(client, bucket, key)
    page = client.list_object_versions(Bucket=bucket, Delimiter="/", MaxKeys=2)
    assert page["NextKeyMarker"] == "b/" and "NextVersionIdMarker" not in page
    for marker in ("b/", "b/1"):
        page = client.list_object_versions(Bucket=bucket, Delimiter="/", KeyMarker=marker)
        assert [row["Prefix"] for row in page["CommonPrefixes"]] == ["c/"]


def test_listings_of_objects(client, bucket):
    for key in ("a", "b/1", "b/2", "c/1", "d"):
        put(client, bucket, key)
    delete(client, bucket, "c/1")
    delete(client, bucket, "d")
    for method in (client.list_objects, client.list_objects_v2):
        assert [row["Key"] for row in method(Bucket=bucket)["Contents"]] == ["a", "b/1", "b/2"]
        page = method(Bucket=bucket, Delimiter="/")
        assert "b/" in [row["Prefix"] for row in page["CommonPrefixes"]]
    assert client.list_objects_v2(Bucket=bucket, StartAfter="a", MaxKeys=1)["Contents"][0]["Key"] == "b/1"
    for name in ("list_objects", "list_objects_v2", "list_object_versions"):
        pages = client.get_paginator(name).paginate(Bucket=bucket, PaginationConfig={"PageSize": 1})
        keys = [row["Key"] for page in pages for row in page.get("Contents", page.get("Versions", []))]
        assert keys == (["a", "b/1", "b/2"] + (["c/1", "d"] if name == "list_object_versions" else []))


def test_a_prefix_below_which_all_is_deleted_is_not_listed(client, bucket):
    put(client, bucket, "c/1")
    delete(client, bucket, "c/1")
    assert "CommonPrefixes" not in client.list_objects_v2(Bucket=bucket, Delimiter="/")


def test_times_in_listings(s3, client, bucket):
    s3.set_clock("2014-01-01T07:00:00.125Z")
    put(client, bucket, "k")
    page = raw(s3, "GET", f"/{bucket}?versions")[2]
    s3.settings(milliseconds=True)
    with_milliseconds = raw(s3, "GET", f"/{bucket}?versions")[2]
    s3.settings(milliseconds=False, clock=None)
    assert b"<LastModified>2014-01-01T07:00:00.000Z</LastModified>" in page
    assert b"<LastModified>2014-01-01T07:00:00.125Z</LastModified>" in with_milliseconds
