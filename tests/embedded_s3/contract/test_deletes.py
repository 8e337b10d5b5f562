"""DeleteObject with a condition, and DeleteObjects."""

from tests.embedded_s3.contract.calls import delete, entries, put, raw, refusal


def test_conditional_delete(client, bucket):
    etag = client.put_object(Bucket=bucket, Key="k", Body=b"data")["ETag"]
    about = {"Bucket": bucket, "Key": "k"}
    assert refusal(client.delete_object, **about, IfMatch='"other"') == (412, "PreconditionFailed")
    client.delete_object(**about, IfMatch=etag)
    assert refusal(client.delete_object, **about, IfMatch=etag) == (404, "NoSuchKey")
    assert refusal(client.delete_object, **about, IfMatch="*") == (404, "NoSuchKey")
    put(client, bucket, "k")
    client.delete_object(**about, IfMatch="*")
    assert len(entries(client, bucket)) == 4


def test_delete_objects_of_markers_and_versions(client, bucket):
    """As a restore removes markers: each by its id, nothing else goes."""
    ids = {key: (put(client, bucket, key), delete(client, bucket, key)) for key in ("a", "b", "c d+e")}
    markers = [{"Key": key, "VersionId": marker} for key, (_, marker) in ids.items()]
    reply = client.delete_objects(Bucket=bucket, Delete={"Objects": markers})
    told = sorted((each["Key"], each["VersionId"]) for each in reply["Deleted"])
    assert told == sorted((each["Key"], each["VersionId"]) for each in markers)
    assert entries(client, bucket) == [(key, version, True, False) for key, (version, _) in ids.items()]


def test_delete_objects_adds_markers(client, bucket):
    version = put(client, bucket, "a")
    (done,) = client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}]})["Deleted"]
    assert done["DeleteMarker"] is True
    assert entries(client, bucket) == [
        ("a", done["DeleteMarkerVersionId"], True, True),
        ("a", version, False, False),
    ]


def test_delete_objects(client, bucket):
    version, marker = put(client, bucket, "a"), delete(client, bucket, "a")
    etag = client.put_object(Bucket=bucket, Key="c", Body=b"c")["ETag"]
    objects = [
        {"Key": "a", "VersionId": marker},
        {"Key": "a", "VersionId": version},
        {"Key": "b"},
        {"Key": "b"},
        {"Key": "c", "ETag": "other"},
        {"Key": "c", "ETag": etag},
        {"Key": "a", "VersionId": "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"},
    ]
    reply = client.delete_objects(Bucket=bucket, Delete={"Objects": objects})
    first, second, third, fourth, fifth = reply["Deleted"]
    assert first == {"Key": "a", "VersionId": marker, "DeleteMarker": True, "DeleteMarkerVersionId": marker}
    assert second == {"Key": "a", "VersionId": version}
    assert third["DeleteMarker"] and third["DeleteMarkerVersionId"] != fourth["DeleteMarkerVersionId"]
    assert fifth["Key"] == "c"
    assert [(error["Key"], error["Code"]) for error in reply["Errors"]] == [
        ("c", "PreconditionFailed"),
        ("a", "NoSuchVersion"),
    ]
    quiet = {"Objects": [{"Key": "d"}], "Quiet": True}
    assert "Deleted" not in client.delete_objects(Bucket=bucket, Delete=quiet)


def test_delete_objects_fails_as_a_whole(s3, client, bucket):
    put(client, bucket, "a")
    for keys in (["a", "\x01"], ["a", "\ufffe"], ["a"] * 1001):
        objects = {"Objects": [{"Key": key} for key in keys]}
        assert refusal(client.delete_objects, Bucket=bucket, Delete=objects) == (400, "MalformedXML")
    assert len(entries(client, bucket)) == 1
    body = b"<Delete><Object><Key>a</Key></Object></Delete>"
    assert raw(s3, "POST", f"/{bucket}?delete", body)[0] == 400  # no digest


def test_delete_objects_with_line_ends_in_keys(client, bucket):
    keys = ["\n", "\r", "\r\n", "\t", " a ", "<&>"]
    for key in keys:
        put(client, bucket, key)
    client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    assert sorted({row[0] for row in entries(client, bucket)}) == sorted(keys)
    assert sum(row[3] for row in entries(client, bucket)) == len(keys)
