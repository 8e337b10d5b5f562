"""What a history is: a stack, whatever the clock says."""

from tests.embedded_s3.contract.calls import copy, delete, entries, get, put, set_versioning


def test_enabled_puts_and_deletes_stack(client, bucket):
    first, second = put(client, bucket, "k", b"1"), put(client, bucket, "k", b"2")
    marker, third = delete(client, bucket, "k"), put(client, bucket, "k", b"3")
    assert entries(client, bucket) == [
        ("k", third, True, False),
        ("k", marker, False, True),
        ("k", second, False, False),
        ("k", first, False, False),
    ]


def test_a_delete_of_a_deleted_key_adds_a_marker(client, bucket):
    version = put(client, bucket, "k")
    marker, again = delete(client, bucket, "k"), delete(client, bucket, "k")
    assert entries(client, bucket) == [
        ("k", again, True, True),
        ("k", marker, False, True),
        ("k", version, False, False),
    ]


def test_delete_of_a_key_that_never_was_adds_a_marker(client, bucket):
    reply = client.delete_object(Bucket=bucket, Key="never")
    assert reply["DeleteMarker"] is True
    assert entries(client, bucket) == [("never", reply["VersionId"], True, True)]


def test_versions_and_markers_are_interleaved_even_within_one_second(s3, client, bucket):
    s3.set_clock("2014-01-01T00:00:00Z")
    try:
        ids = [
            call(client, bucket, key)
            for key in ("a", "b")
            for call in (put, delete, put, put, delete, delete, put)
        ]
    finally:
        s3.set_clock(None)
    assert [row[1] for row in entries(client, bucket)] == ids[6::-1] + ids[:6:-1]
    assert [row[3] for row in entries(client, bucket)][:7] == [False, True, True, False, False, True, False]


def test_order_is_the_stack_whatever_the_clock_says(s3, client, bucket):
    s3.set_clock("2014-01-02T00:00:00Z")
    later = put(client, bucket, "k")
    s3.set_clock("2014-01-01T00:00:00Z")
    earlier = put(client, bucket, "k")
    s3.set_clock(None)
    assert [row[1] for row in entries(client, bucket)] == [earlier, later]


def test_suspended_put_replaces_the_null_entry_wherever_it_stands(client, new_bucket):
    bucket = new_bucket(None)
    put(client, bucket, "k", b"before")
    set_versioning(client, bucket, "Enabled")
    kept = put(client, bucket, "k", b"kept")
    assert [row[1] for row in entries(client, bucket)] == [kept, "null"]
    set_versioning(client, bucket, "Suspended")
    put(client, bucket, "k", b"after")
    assert entries(client, bucket) == [("k", "null", True, False), ("k", kept, False, False)]
    assert get(client, bucket, "k") == get(client, bucket, "k", VersionId="null") == b"after"


def test_suspended_delete_replaces_the_null_entry_by_a_null_marker(client, bucket):
    kept = put(client, bucket, "k")
    set_versioning(client, bucket, "Suspended")
    put(client, bucket, "k", b"gone for good")
    for _ in range(2):
        delete(client, bucket, "k")
    assert entries(client, bucket) == [("k", "null", True, True), ("k", kept, False, False)]


def test_version_ids_in_replies(client, new_bucket):
    never, enabled, suspended = new_bucket(None), new_bucket(), new_bucket("Suspended")
    assert put(client, never, "k") is None
    assert len(put(client, enabled, "k")) > 20
    assert put(client, suspended, "k") is None
    assert "VersionId" not in client.head_object(Bucket=never, Key="k")
    assert client.head_object(Bucket=suspended, Key="k")["VersionId"] == "null"
    assert delete(client, never, "k") is None


def test_null_in_replies(client, new_bucket):
    bucket = new_bucket("Suspended")
    put(client, bucket, "k")
    assert copy(client, bucket, "copy", "k")["VersionId"] == "null"
    assert delete(client, bucket, "k") == "null"


def test_null_markers_are_removed_like_others(client, bucket):
    version = put(client, bucket, "k")
    set_versioning(client, bucket, "Suspended")
    delete(client, bucket, "k")
    set_versioning(client, bucket, "Enabled")
    client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k", "VersionId": "null"}]})
    assert entries(client, bucket) == [("k", version, True, False)]


def test_a_null_marker_is_removed_alone(client, bucket):
    version = put(client, bucket, "k")
    set_versioning(client, bucket, "Suspended")
    delete(client, bucket, "k")
    set_versioning(client, bucket, "Enabled")
    delete(client, bucket, "k", VersionId="null")
    assert entries(client, bucket) == [("k", version, True, False)]


def test_delete_in_a_never_versioned_bucket_is_for_good(client, new_bucket):
    bucket = new_bucket(None)
    put(client, bucket, "k")
    delete(client, bucket, "k")
    delete(client, bucket, "k")
    assert entries(client, bucket) == []


def test_delete_by_id_removes_that_entry_alone(client, bucket):
    ids = [put(client, bucket, "k", b"%d" % number) for number in range(3)]
    marker = delete(client, bucket, "k")
    assert client.delete_object(Bucket=bucket, Key="k", VersionId=ids[1])["VersionId"] == ids[1]
    removed = client.delete_object(Bucket=bucket, Key="k", VersionId=marker)
    assert removed["DeleteMarker"] is True and removed["VersionId"] == marker
    assert entries(client, bucket) == [("k", ids[2], True, False), ("k", ids[0], False, False)]
    assert get(client, bucket, "k") == b"2"
    delete(client, bucket, "k", VersionId=ids[1])  # gone already: no error
    for version_id in (ids[0], ids[2]):
        delete(client, bucket, "k", VersionId=version_id)
    assert entries(client, bucket) == []


def test_a_history_of_many_entries(client, bucket):
    ids = [put(client, bucket, "k", b"%d" % number) for number in range(60)]
    delete(client, bucket, "k", VersionId=ids[30])
    assert get(client, bucket, "k", VersionId=ids[29]) == b"29"
    assert [row[1] for row in entries(client, bucket)] == [*ids[:30:-1], *ids[29::-1]]
    page = entries(client, bucket, KeyMarker="k", VersionIdMarker=ids[31], MaxKeys=2)
    assert [row[1] for row in page] == [ids[29], ids[28]]
