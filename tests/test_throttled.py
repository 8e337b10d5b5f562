"""Refusals of S3 as its client hands them on: those of writes at once, others after botocore's own attempts."""

import pytest
from botocore.exceptions import ClientError

from s3distversions import client
from s3distversions.throttled import PACED, STATUS, hand_on, own_code

SOURCE = {"Bucket": "bucket", "Key": "k"}
SLOW = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Please reduce.</Message></Error>"


@pytest.fixture(params=["the first request", "the way known"])
def refusing(s3, impatient, monkeypatch, request):
    """A client of ours, and a bucket with a key. `wire` sends copies past botocore once it knows the way."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    s3.create_bucket("bucket")
    ours = client.make(client.Access(s3.endpoint), 2)
    ours.put_object(Bucket="bucket", Key="k", Body=b"")
    if request.param == "the way known":
        ours.head_object(**SOURCE)
    s3.clear_requests()
    return ours


CALLS = {
    "CopyObject": lambda ours: ours.copy_object(Bucket="bucket", Key="c", CopySource=SOURCE),
    "DeleteObjects": lambda ours: ours.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "k"}]}),
    "DeleteObject": lambda ours: ours.delete_object(Bucket="bucket", Key="k"),
    "HeadObject": lambda ours: ours.head_object(Bucket="bucket", Key="k"),
    "GetBucketVersioning": lambda ours: ours.get_bucket_versioning(Bucket="bucket"),
}


@pytest.mark.parametrize("kind", ["SlowDown", "ServiceUnavailable"])
@pytest.mark.parametrize("operation", PACED)
def test_a_refused_write_is_handed_on_at_once(s3, refusing, operation, kind):
    s3.fault(operation, kind, at=1)
    with pytest.raises(ClientError) as caught:
        CALLS[operation](refusing)
    assert client.code(caught.value) == kind
    assert caught.value.response["Error"]["Message"]
    assert [request["operation"] for request in s3.requests()] == [operation]
    CALLS[operation](refusing)


@pytest.mark.parametrize("operation", CALLS)
def test_other_errors_are_botocores(s3, refusing, operation):
    s3.fault(operation, "InternalError", at=1)
    CALLS[operation](refusing)
    assert [request["operation"] for request in s3.requests()] == [operation] * 2


@pytest.mark.parametrize("operation", ["HeadObject", "GetBucketVersioning"])
def test_reads_are_botocores(s3, refusing, operation):
    s3.fault(operation, "SlowDown", at=1)
    CALLS[operation](refusing)
    assert [request["operation"] for request in s3.requests()] == [operation] * 2


@pytest.mark.parametrize(
    "status, body, code",
    [
        (503, SLOW, "SlowDown"),
        (500, SLOW, "SlowDown"),  # an error inside a 200, as botocore has found it
        (503, b"", "503"),
        (503, b"<html>busy</html>", "503"),
        (400, SLOW.replace(b"SlowDown", b"Throttling"), "Throttling"),
    ],
)
def test_refusals(status, body, code):
    reply = {"status_code": status, "body": body}
    hand_on(reply)
    assert reply["status_code"] == STATUS
    found = reply["body"].partition(b"<Code>")[2].partition(b"</Code>")[0].decode()
    assert found != code and own_code(found) == code
    assert (b"Please reduce." in reply["body"]) == (b"Please" in body)


@pytest.mark.parametrize(
    "status, body",
    [
        (200, b"<DeleteResult><Error><Code>SlowDown</Code></Error></DeleteResult>"),
        (500, SLOW.replace(b"SlowDown", b"InternalError")),
        (500, b""),
        (409, SLOW.replace(b"SlowDown", b"OperationAborted")),
        (204, b""),
    ],
)
def test_other_replies_stay_as_they_are(status, body):
    reply = {"status_code": status, "body": body}
    hand_on(reply)
    assert reply == {"status_code": status, "body": body}
