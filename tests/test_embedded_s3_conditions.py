"""The embedded S3 as a server that ignores conditions, as MinIO and Ceph do."""

from contextlib import suppress

import pytest
from botocore.exceptions import ClientError

from tests.embedded_s3.contract.calls import copy, delete, entries, put, refusal
from tests.embedded_s3.contract.uploads import begin, complete, put_part
from tests.embedded_s3_users import allow, user

WRONG = '"wrong"'


@pytest.fixture(scope="module")
def owner(running_s3):
    return running_s3.client()


@pytest.fixture
def client(s3, owner):
    """The owner's client; there is a key, with a version."""
    s3.create_bucket("bucket")
    put(owner, "bucket", "k", b"data")
    return owner


def write_by_copy(client, **condition):
    copy(client, "bucket", "k", "k", MetadataDirective="REPLACE", **condition)


def write_by_put(client, **condition):
    put(client, "bucket", "k", b"new", **condition)


def write_by_upload(client, **condition):
    upload = begin(client, "bucket")
    part = put_part(client, "bucket", upload, 1, b"part")
    put(client, "bucket", "k", b"meanwhile")
    complete(client, "bucket", upload, [part], **condition)


def delete_one(client, **condition):
    delete(client, "bucket", "k", **condition)


def delete_in_a_batch(client, IfMatch):
    client.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "k", "ETag": IfMatch}]})


WRITES = {
    "CopyObject": write_by_copy,
    "PutObject": write_by_put,
    "CompleteMultipartUpload": write_by_upload,
    "DeleteObject": delete_one,
    "DeleteObjects": delete_in_a_batch,
}


def error_of(s3, operation):
    """What became of the last request of an operation, which sent the condition in any case."""
    sent = next(record for record in s3.requests()[::-1] if record["operation"] == operation)
    (deleted,) = sent["deleted"] or [{"if_match": sent["conditions"].get("If-Match"), "error": sent["error"]}]
    assert deleted["if_match"] == WRONG
    return deleted["error"]


@pytest.mark.parametrize("operation", WRITES)
def test_what_is_ignored_is_ignored_and_nothing_else(s3, client, operation):
    s3.settings(ignored_conditions=[operation])
    WRITES[operation](client, IfMatch=WRONG)
    assert error_of(s3, operation) is None
    written = entries(client, "bucket")
    assert len(written) == (3 if operation == "CompleteMultipartUpload" else 2)
    put(client, "bucket", "k", b"data")
    s3.settings(ignored_conditions=[other for other in WRITES if other != operation])
    with suppress(ClientError):  # one key of many is refused inside a 200
        WRITES[operation](client, IfMatch=WRONG)
    assert error_of(s3, operation) == "PreconditionFailed"


def test_if_none_match_is_ignored_too(s3, client):
    s3.settings(ignored_conditions=["CopyObject"])
    write_by_copy(client, IfNoneMatch="*")
    assert len(entries(client, "bucket")) == 2


def test_conditions_on_sources_are_ignored_on_their_own(s3, client):
    assert refusal(write_by_copy, client, CopySourceIfMatch=WRONG)[0] == 412
    s3.settings(ignored_conditions=["CopySource"])
    write_by_copy(client, CopySourceIfMatch=WRONG)
    assert refusal(write_by_copy, client, IfMatch=WRONG)[0] == 412


def test_who_ignores_a_condition_needs_no_permission_for_it(s3, client):
    s3.settings(ignored_conditions=["DeleteObject", "DeleteObjects", "PutObject"])
    writer = user(s3, allow("s3:PutObject", "s3:DeleteObject"))
    for write in (write_by_put, delete_one, delete_in_a_batch):
        write(writer, IfMatch=WRONG)
    assert len(entries(client, "bucket")) == 4


def test_a_reset_ends_it(s3, client):
    with pytest.raises(ValueError, match="ignored_conditions are of"):
        s3.settings(ignored_conditions=["Copy"])
    s3.settings(ignored_conditions=["CopyObject"])
    s3.reset()
    assert s3.settings()["ignored_conditions"] == []
