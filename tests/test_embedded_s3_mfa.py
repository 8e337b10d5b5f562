"""MFA delete in the embedded S3: what cannot be done without the device of the account's root."""

import pytest

from tests.embedded_s3.contract.calls import copy, delete, entries, get, put, refusal

DENIED = 403, "AccessDenied"
CODE = "arn:aws:iam::111122223333:mfa/root-account-mfa-device 123456"


@pytest.fixture(scope="module")
def owner(running_s3):
    return running_s3.client()


@pytest.fixture
def client(s3, owner):
    """The owner's client; there is a bucket with MFA delete."""
    s3.create_bucket("bucket", mfa_delete=True)
    return owner


def test_deletes_by_id(s3, client):
    version, marker = put(client, "bucket", "k", b"data"), delete(client, "bucket", "k")
    for version_id in (marker, version):
        by_id = {"Bucket": "bucket", "Key": "k", "VersionId": version_id}
        assert refusal(client.delete_object, **by_id) == DENIED
        assert refusal(client.delete_object, **by_id, MFA=CODE.replace("6", "7")) == DENIED
    copy(client, "bucket", "k", "k", version)  # writing needs no code, nor does adding a marker
    assert get(client, "bucket", "k") == b"data"
    for version_id in (marker, version):
        client.delete_object(Bucket="bucket", Key="k", VersionId=version_id, MFA=CODE)
    assert len(entries(client, "bucket")) == 1


def test_deletes_of_many_fail_as_a_whole(s3, client):
    version = put(client, "bucket", "k")
    objects = {"Objects": [{"Key": "other"}, {"Key": "k", "VersionId": version}]}
    assert refusal(client.delete_objects, Bucket="bucket", Delete=objects) == DENIED
    assert len(entries(client, "bucket")) == 1
    reply = client.delete_objects(Bucket="bucket", Delete={"Objects": objects["Objects"][:1]})
    assert len(reply["Deleted"]) == 1  # markers alone
    reply = client.delete_objects(Bucket="bucket", Delete=objects, MFA=CODE)
    assert len(reply["Deleted"]) == 2


def test_the_state_of_versioning(s3, client):
    change = {"Bucket": "bucket", "VersioningConfiguration": {"Status": "Suspended"}}
    assert refusal(client.put_bucket_versioning, **change) == DENIED
    assert client.get_bucket_versioning(Bucket="bucket")["Status"] == "Enabled"
    off = {"Status": "Enabled", "MFADelete": "Disabled"}
    client.put_bucket_versioning(Bucket="bucket", VersioningConfiguration=off, MFA=CODE)
    client.put_bucket_versioning(**change)
    on = {"Status": "Enabled", "MFADelete": "Enabled"}
    turned_on = {"Bucket": "bucket", "VersioningConfiguration": on}
    assert refusal(client.put_bucket_versioning, **turned_on) == DENIED
    client.put_bucket_versioning(**turned_on, MFA=CODE)
    assert client.get_bucket_versioning(Bucket="bucket")["MFADelete"] == "Enabled"


def test_the_code_is_of_the_root_alone(s3, client):
    version = put(client, "bucket", "k")
    s3.add_user("user", {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}})
    by_id = {"Bucket": "bucket", "Key": "k", "VersionId": version, "MFA": CODE}
    assert refusal(s3.client(aws_access_key_id="user").delete_object, **by_id) == DENIED
    client.delete_object(**by_id)
