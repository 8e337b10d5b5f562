"""Object Lock: who may delete which version, and what a new version gets."""

from contextlib import suppress
from datetime import datetime, timedelta, timezone
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from tests.embedded_s3.contract.calls import copy, delete, entries, put, refusal, set_versioning

DAY = timedelta(days=1)


@pytest.fixture
def locked(client):
    """A bucket made with Object Lock; at the end all goes that may go."""
    name = f"contract-{uuid4()}"
    client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    yield name
    for key, version_id, _, is_marker in entries(client, name):
        about = {"Bucket": name, "Key": key, "VersionId": version_id}
        with suppress(ClientError):  # COMPLIANCE ends when its time is over, and not before
            if not is_marker:
                client.put_object_legal_hold(**about, LegalHold={"Status": "OFF"})
            client.delete_object(**about, BypassGovernanceRetention=True)
    with suppress(ClientError):
        client.delete_bucket(Bucket=name)


def after(days):
    """A moment so many days from now, to the second."""
    return datetime.now(timezone.utc).replace(microsecond=0) + days * DAY


def retention(days, mode="GOVERNANCE"):
    return {"Mode": mode, "RetainUntilDate": after(days)}


def lock(days, mode="GOVERNANCE"):
    """The same as arguments of a write."""
    return {"ObjectLockMode": mode, "ObjectLockRetainUntilDate": after(days)}


def set_default(client, bucket, **default):
    configuration = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": default}}
    client.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=configuration)
    return configuration


def days_left(client, bucket, key, **options):
    until = client.head_object(Bucket=bucket, Key=key, **options)["ObjectLockRetainUntilDate"]
    return round((until - datetime.now(timezone.utc)) / DAY, 2)


def test_a_bucket_with_object_lock(client, locked):
    assert client.get_bucket_versioning(Bucket=locked)["Status"] == "Enabled"
    told = client.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"]
    assert told == {"ObjectLockEnabled": "Enabled"}
    refusal(set_versioning, client, locked, "Suspended")
    assert client.get_bucket_versioning(Bucket=locked)["Status"] == "Enabled"
    configuration = set_default(client, locked, Mode="COMPLIANCE", Days=3)
    told = client.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"]
    assert told == configuration


def test_a_bucket_without(client, bucket):
    missing = 404, "ObjectLockConfigurationNotFoundError"
    assert refusal(client.get_object_lock_configuration, Bucket=bucket) == missing
    put(client, bucket, "k")
    about = {"Bucket": bucket, "Key": "k"}
    assert refusal(client.get_object_retention, **about) == (400, "InvalidRequest")
    assert refusal(client.get_object_legal_hold, **about) == (400, "InvalidRequest")
    assert refusal(put, client, bucket, "k", **lock(1)) == (400, "InvalidRequest")
    hold = {"ObjectLockLegalHoldStatus": "ON"}
    assert refusal(copy, client, bucket, "l", "k", **hold) == (400, "InvalidRequest")
    assert len(entries(client, bucket)) == 1


def test_what_refusals_say(client, locked):
    assert refusal(set_versioning, client, locked, "Suspended") == (409, "InvalidBucketState")
    version = put(client, locked, "k", **lock(2))
    about = {"Bucket": locked, "Key": "k", "VersionId": version}
    assert refusal(client.delete_object, **about) == (403, "AccessDenied")
    assert refusal(client.put_object_retention, **about, Retention=retention(1)) == (403, "AccessDenied")
    objects = {"Objects": [{"Key": "k", "VersionId": version}]}
    (error,) = client.delete_objects(Bucket=locked, Delete=objects)["Errors"]
    assert error["Code"] == "AccessDenied"


def test_it_can_be_turned_on_later(client, new_bucket):
    plain = new_bucket(None)
    assert refusal(set_default, client, plain, Mode="GOVERNANCE", Days=1) == (409, "InvalidBucketState")
    set_versioning(client, plain, "Enabled")
    set_default(client, plain, Mode="GOVERNANCE", Days=1)
    assert refusal(set_versioning, client, plain, "Suspended") == (409, "InvalidBucketState")


@pytest.mark.parametrize(
    ("default", "code"),
    [
        ({"Mode": "GOVERNANCE", "Days": 1, "Years": 1}, "MalformedXML"),
        ({"Mode": "governance", "Days": 1}, "MalformedXML"),
        ({"Mode": "GOVERNANCE"}, "MalformedXML"),
        ({"Mode": "GOVERNANCE", "Days": 0}, "InvalidRetentionPeriod"),
    ],
)
def test_wrong_default_retentions(client, locked, default, code):
    assert refusal(set_default, client, locked, **default) == (400, code)
    told = client.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"]
    assert "Rule" not in told


def test_governance(client, locked):
    version = put(client, locked, "k", **lock(2))
    about = {"Bucket": locked, "Key": "k", "VersionId": version}
    refusal(client.delete_object, **about)
    objects = {"Objects": [{"Key": "k", "VersionId": version}]}
    (error,) = client.delete_objects(Bucket=locked, Delete=objects)["Errors"]
    assert (error["Key"], error["VersionId"]) == ("k", version)
    assert [row[1] for row in entries(client, locked)] == [version]
    refusal(client.put_object_retention, **about, Retention=retention(1))
    client.put_object_retention(**about, Retention=retention(3))  # longer is free
    assert days_left(client, locked, "k") == 3
    refusal(client.put_object_retention, **about, Retention=retention(4, "COMPLIANCE"))
    client.put_object_retention(**about, Retention=retention(1), BypassGovernanceRetention=True)
    assert days_left(client, locked, "k") == 1
    client.delete_object(**about, BypassGovernanceRetention=True)
    assert entries(client, locked) == []


def test_compliance(client, locked):
    version = put(client, locked, "k")
    about = {"Bucket": locked, "Key": "k", "VersionId": version}
    end = {"Mode": "COMPLIANCE", "RetainUntilDate": datetime.now(timezone.utc) + timedelta(seconds=600)}
    client.put_object_retention(**about, Retention=end)
    for bypass in (True, False):
        refusal(client.delete_object, **about, BypassGovernanceRetention=bypass)
        shorter = {**end, "RetainUntilDate": end["RetainUntilDate"] - timedelta(seconds=60)}
        for other in (shorter, {**end, "Mode": "GOVERNANCE"}):
            call = client.put_object_retention
            refusal(call, **about, Retention=other, BypassGovernanceRetention=bypass)
    told = client.get_object_retention(**about)["Retention"]
    assert (
        told["Mode"] == "COMPLIANCE" and abs(told["RetainUntilDate"] - end["RetainUntilDate"]) < DAY / 86400
    )


def test_legal_hold(client, locked):
    version = put(client, locked, "k")
    about = {"Bucket": locked, "Key": "k", "VersionId": version}
    client.put_object_legal_hold(**about, LegalHold={"Status": "ON"})
    assert client.head_object(Bucket=locked, Key="k")["ObjectLockLegalHoldStatus"] == "ON"
    refusal(client.delete_object, **about, BypassGovernanceRetention=True)
    assert [row[1] for row in entries(client, locked)] == [version]
    client.put_object_legal_hold(**about, LegalHold={"Status": "OFF"})
    assert client.get_object_legal_hold(**about)["LegalHold"] == {"Status": "OFF"}
    client.delete_object(**about)
    assert entries(client, locked) == []


def test_simple_deletes_and_markers_are_free(client, locked):
    version = put(client, locked, "k", **lock(1))
    marker = delete(client, locked, "k")
    assert [row[1] for row in entries(client, locked)] == [marker, version]
    assert refusal(client.get_object_retention, Bucket=locked, Key="k", VersionId=marker)[0] == 405
    delete(client, locked, "k", VersionId=marker)
    put(client, locked, "k")  # and so is writing over it
    assert len(entries(client, locked)) == 2


def test_the_default_is_for_all_that_is_written(client, locked):
    source = put(client, locked, "k", **lock(9))
    set_default(client, locked, Mode="GOVERNANCE", Days=2)
    assert days_left(client, locked, "k") == 9
    copied = copy(client, locked, "k", "k", source)["VersionId"]  # never with the lock of its source
    assert days_left(client, locked, "k", VersionId=copied) == 2
    put(client, locked, "l")
    put(client, locked, "m", **lock(5))
    assert (days_left(client, locked, "l"), days_left(client, locked, "m")) == (2, 5)
    hold = copy(client, locked, "n", "k", ObjectLockLegalHoldStatus="ON")["VersionId"]
    about = {"Bucket": locked, "Key": "n", "VersionId": hold}
    assert client.get_object_legal_hold(**about)["LegalHold"]["Status"] == "ON"
    set_default(client, locked, Mode="GOVERNANCE", Years=1)
    put(client, locked, "o")
    assert days_left(client, locked, "o") == 365


def test_wrong_locks(client, locked):
    for options in (
        {"ObjectLockMode": "GOVERNANCE"},
        {"ObjectLockRetainUntilDate": after(1)},
        lock(-1),
        lock(1, "governance"),
        {"ObjectLockLegalHoldStatus": "MAYBE"},
    ):
        assert refusal(put, client, locked, "k", **options) == (400, "InvalidArgument"), options
    assert entries(client, locked) == []
    version = put(client, locked, "k")
    about = {"Bucket": locked, "Key": "k", "VersionId": version}
    assert refusal(client.put_object_retention, **about, Retention=retention(1, "x")) == (400, "MalformedXML")
    assert refusal(client.put_object_legal_hold, **about, LegalHold={"Status": "x"}) == (400, "MalformedXML")
    assert refusal(client.put_object_retention, **about, Retention=retention(-1)) == (400, "InvalidArgument")
    nothing = 404, "NoSuchObjectLockConfiguration"
    assert refusal(client.get_object_retention, **about) == nothing
    assert refusal(client.get_object_legal_hold, **about) == nothing


def test_uploads_in_parts(client, locked):
    set_default(client, locked, Mode="GOVERNANCE", Days=2)
    about = {"Bucket": locked, "Key": "k"}
    for options, days in (({}, 2), (lock(7), 7)):
        upload = client.create_multipart_upload(**about, **options)["UploadId"]
        part = client.upload_part(**about, UploadId=upload, PartNumber=1, Body=b"part")
        parts = {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}
        done = client.complete_multipart_upload(**about, UploadId=upload, MultipartUpload=parts)
        assert days_left(client, locked, "k") == days
        refusal(client.delete_object, **about, VersionId=done["VersionId"])
