"""What the embedded S3 sends, and what it has done, under each kind of fault: seen on the socket."""

import time

import pytest

from tests.raw_requests import ask, connection, read

COPY = ("PUT", "/mybucket/copy")
SOURCE = {"x_amz_copy_source": "/mybucket/key"}
CODES = {
    "SlowDown": 503,
    "ServiceUnavailable": 503,
    "InternalError": 500,
    "ConditionalRequestConflict": 409,
    "OperationAborted": 409,
    "ExpiredToken": 400,
    "AccessDenied": 403,
}


@pytest.fixture(autouse=True)
def bucket(s3):
    """A bucket with one key."""
    s3.load("mybucket", [{"key": "key", "last_modified": "2014-01-01T00:00:00Z", "content": "x" * 1000}])


def copies(s3):
    """How often the key has been copied."""
    return len(s3.dump("mybucket")["keys"].get("copy", ()))


def last(s3):
    """The fault and the status of the last request, as the log tells them."""
    record = s3.requests()[-1]
    return record["fault"], record["status"]


@pytest.mark.parametrize("when", ["", "-before", "-after"])
@pytest.mark.parametrize("code", CODES)
def test_errors(s3, code, when):
    """In place of the second reply; the others are as ever. Only `-after` something was done."""
    s3.fault("CopyObject", code + when, at=2)
    first, second, third = (ask(s3, *COPY, **SOURCE) for _ in range(3))
    assert first.status == third.status == "HTTP/1.1 200 OK"
    assert second.status.split()[1] == str(CODES[code]) and second.end == "whole"
    assert f"<Code>{code}</Code>".encode() in second.body
    assert copies(s3) == (3 if when == "-after" else 2)
    assert [(record["fault"], record["error"]) for record in s3.requests()] == [
        (None, None),
        (f"{code}{when or '-before'}", code),
        (None, None),
    ]


@pytest.mark.parametrize("when, done", [("before", 0), ("after", 1)])
def test_reset(s3, when, done):
    """A real one: the client's socket says ECONNRESET, and nothing has come."""
    s3.fault("CopyObject", f"reset-{when}")
    came = ask(s3, *COPY, **SOURCE)
    assert (came.end, came.pieces, copies(s3)) == ("reset", 0, done)
    assert last(s3) == (f"reset-{when}", None)


@pytest.mark.parametrize("when, done", [("before", 0), ("after", 1)])
def test_timeout(s3, when, done):
    """Nothing comes and nothing ends, while others are served."""
    s3.fault("CopyObject", f"timeout-{when}", times=1)
    with connection(s3, *COPY, **SOURCE) as silent:
        assert ask(s3, "GET", "/mybucket/key").body == b"x" * 1000
        assert ask(s3, *COPY, **SOURCE).end == "whole"
        assert read(silent, "PUT", silence=0.1).end == "silence"
    assert copies(s3) == 1 + done
    assert last(s3) == (None, 200) and s3.requests()[0]["fault"] == f"timeout-{when}"


def test_drip(s3):
    """The reply is whole and right, and takes its time."""
    usual = ask(s3, "GET", "/mybucket/key")
    s3.fault("GetObject", "drip", seconds=0.3)
    began = time.monotonic()
    came = ask(s3, "GET", "/mybucket/key")
    assert time.monotonic() - began >= 0.25
    assert (came.status, came.body, came.end) == (usual.status, usual.body, "whole") and came.pieces > 1
    assert came.headers.items() >= {"etag": usual.headers["etag"], "content-length": "1000"}.items()


def test_cut(s3):
    """The length is promised, and half of it comes."""
    s3.fault("GetObject", "cut")
    came = ask(s3, "GET", "/mybucket/key")
    assert (came.status, came.body, came.end) == ("HTTP/1.1 200 OK", b"x" * 500, "closed")
    assert came.headers["content-length"] == "1000"
    assert last(s3) == ("cut-after", 200)


def test_cut_chunked(s3):
    """No length, and the end of the last chunk never comes."""
    s3.fault("GetObject", "cut-chunked")
    came = ask(s3, "GET", "/mybucket/key")
    assert came.headers["transfer-encoding"] == "chunked" and "content-length" not in came.headers
    assert (came.body, came.end) == (b"3e8\r\n" + b"x" * 500, "closed")


@pytest.mark.parametrize("kind", ["cut", "cut-chunked"])
@pytest.mark.parametrize("method", ["HEAD", "DELETE"])
def test_cut_where_there_is_no_body(s3, kind, method):
    """The head ends in the middle."""
    s3.fault(None, kind)
    came = ask(s3, method, "/mybucket/key")
    assert came.status and came.end == "closed" and "x-amz-id-2" not in came.headers


@pytest.mark.parametrize("when, done", [("before", 0), ("after", 1)])
def test_error_in_200(s3, when, done):
    """As CopyObject, CompleteMultipartUpload and DeleteObjects can answer."""
    s3.fault("CopyObject", f"error-in-200-{when}", code="SlowDown")
    came = ask(s3, *COPY, **SOURCE)
    assert came.status == "HTTP/1.1 200 OK" and b"<Error><Code>SlowDown</Code>" in came.body
    assert (came.end, copies(s3)) == ("whole", done)


@pytest.mark.parametrize("when, done", [("before", 0), ("after", 1)])
def test_empty(s3, when, done):
    """Status 200, and neither a body nor the version's id."""
    s3.fault("CopyObject", f"empty-{when}")
    came = ask(s3, *COPY, **SOURCE)
    assert (came.status, came.body, came.end) == ("HTTP/1.1 200 OK", b"", "whole")
    assert "x-amz-version-id" not in came.headers and copies(s3) == done


def test_keys_inside_a_delete(s3):
    """The others are deleted, and the status is 200."""
    client = s3.client()
    for key in "abcd":
        client.put_object(Bucket="mybucket", Key=key)
    s3.fault("DeleteObjects/key", "InternalError", key="b")
    s3.fault("DeleteObjects/key", "SlowDown", at=4)
    reply = client.delete_objects(Bucket="mybucket", Delete={"Objects": [{"Key": key} for key in "abcd"]})
    assert [row["Key"] for row in reply["Deleted"]] == ["a", "c"]
    assert {row["Key"]: row["Code"] for row in reply["Errors"]} == {"b": "InternalError", "d": "SlowDown"}
    keys = s3.dump("mybucket")["keys"]
    assert [keys[key][0]["delete_marker"] for key in "abcd"] == [True, False, True, False]
    told = s3.requests()[-1]["deleted"]
    assert [row["error"] for row in told] == [None, "InternalError", None, "SlowDown"]


def test_boto3_sees_what_it_would_see(s3):
    """Its own retries get through what passes, and a copy whose reply is lost is made twice."""
    client = s3.client()
    s3.fault("CopyObject", "reset-after", "error-in-200", "SlowDown", at=[1, 2])
    client.copy_object(Bucket="mybucket", Key="copy", CopySource={"Bucket": "mybucket", "Key": "key"})
    assert copies(s3) == 2
    assert [record["fault"] for record in s3.requests()] == ["reset-after", "error-in-200-before", None]


def calls(client, upload_id):
    """What boto3 is asked for, by operation, and what its answer has where it is the right one."""
    copy = {"Bucket": "mybucket", "Key": "copy", "CopySource": {"Bucket": "mybucket", "Key": "key"}}
    part = client.upload_part(Bucket="mybucket", Key="parts", PartNumber=1, UploadId=upload_id, Body=b"x")
    upload = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    whole = {"Bucket": "mybucket", "Key": "parts", "UploadId": upload_id, "MultipartUpload": upload}
    objects = {"Bucket": "mybucket", "Delete": {"Objects": [{"Key": "key"}]}}
    return {
        "CopyObject": (client.copy_object, copy, "CopyObjectResult"),
        "CompleteMultipartUpload": (client.complete_multipart_upload, whole, "ETag"),
        "DeleteObjects": (client.delete_objects, objects, "Deleted"),
        "ListObjectVersions": (client.list_object_versions, {"Bucket": "mybucket"}, "Versions"),
        "ListObjectsV2": (client.list_objects_v2, {"Bucket": "mybucket"}, "Contents"),
    }


@pytest.mark.parametrize("kind", ["error-in-200", "cut", "reset-before", "SlowDown"])
@pytest.mark.parametrize(
    "operation",
    ["CopyObject", "CompleteMultipartUpload", "DeleteObjects", "ListObjectVersions", "ListObjectsV2"],
)
def test_boto3_asks_again(s3, operation, kind):
    """Each of these faults is one to boto3, wherever an answer has a document."""
    client = s3.client()
    upload = client.create_multipart_upload(Bucket="mybucket", Key="parts")
    call, parameters, name = calls(client, upload["UploadId"])[operation]
    s3.fault(operation, kind, at=1)
    reply = call(**parameters)
    assert reply[name] and reply["ResponseMetadata"]["RetryAttempts"] == 1


def test_boto3_takes_an_empty_reply_for_success(s3):
    """Which is why the job's own client does not: nothing was copied."""
    s3.fault("CopyObject", "empty-before", at=1)
    s3.client().copy_object(Bucket="mybucket", Key="copy", CopySource={"Bucket": "mybucket", "Key": "key"})
    assert copies(s3) == 0
