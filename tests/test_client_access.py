"""How S3 is spoken to: unsigned, at the requester's cost; and that S3 knows the names that options take."""

import contextlib
from types import SimpleNamespace

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from botocore.loaders import Loader

from s3distversions import client, values, wire
from s3distversions.errors import ProtocolError
from s3distversions.model import Access

SHAPES = Loader().load_service_model("s3", "service-2")["shapes"]
CALLS = {  # what the job asks, and what it must say for it
    "list_object_versions": {"Bucket": "b-b"},
    "head_object": {"Bucket": "b-b", "Key": "k"},
    "get_object": {"Bucket": "b-b", "Key": "k"},
    "get_object_tagging": {"Bucket": "b-b", "Key": "k"},
    "copy_object": {"Bucket": "b-b", "Key": "k", "CopySource": {"Bucket": "b-b", "Key": "k"}},
    "put_object": {"Bucket": "b-b", "Key": "k"},
    "delete_object": {"Bucket": "b-b", "Key": "k"},
    "delete_objects": {"Bucket": "b-b", "Delete": {"Objects": [{"Key": "k"}]}},
    "restore_object": {"Bucket": "b-b", "Key": "k"},
    "create_multipart_upload": {"Bucket": "b-b", "Key": "k"},
    "upload_part_copy": {
        "Bucket": "b-b",
        "Key": "k",
        "UploadId": "u",
        "PartNumber": 1,
        "CopySource": {"Bucket": "b-b", "Key": "k"},
    },
    "complete_multipart_upload": {"Bucket": "b-b", "Key": "k", "UploadId": "u"},
    "abort_multipart_upload": {"Bucket": "b-b", "Key": "k", "UploadId": "u"},
    "get_bucket_versioning": {"Bucket": "b-b"},  # for which botocore knows no such argument
}


@pytest.fixture(scope="module", autouse=True)
def credentials():
    """Some, and no clients that were made with others."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        monkeypatch.setattr(client, "ATTEMPTS", 1)
        client._make.cache_clear()
        yield
    client._make.cache_clear()


PAGE = b"<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>"


class Session:
    """In place of the connections: keeps what is sent, and answers all of it alike."""

    def __init__(self):
        self.requests = []
        self.shorter = False

    def send(self, request):
        self.requests.append(request)
        body = PAGE if "?versions" in request.url else b"<Result><ETag>e</ETag></Result>"
        raw = SimpleNamespace(stream=lambda: iter([body]), read=lambda *_: b"")
        return AWSResponse(request.url, 200, {"ETag": "e", "Content-Length": "0"}, raw)

    def ask(self, request, read):
        """The shorter way."""
        self.shorter = True
        return read(self.send(request))


def sent(access, operation, **arguments):
    """Return the headers of an operation that is sent twice: the second may have gone a shorter way."""
    made, session = client.make(access, 1), Session()
    made._endpoint.http_session = made._exchange = session
    for _ in range(2):
        with contextlib.suppress(ClientError, ProtocolError):  # the answer fits some of them only
            getattr(made, operation)(**arguments)
    assert session.shorter == (operation in wire.OPERATIONS)
    return session.requests[0].headers, session.requests[-1].headers


@pytest.mark.parametrize("operation", CALLS)
def test_the_requester_pays(operation):
    endpoint = "http://127.0.0.1:1"
    for headers in sent(Access(endpoint, request_payer="requester"), operation, **CALLS[operation]):
        assert str(headers["x-amz-request-payer"]).strip("b'") == "requester"
        assert "x-amz-request-payer" in str(headers["Authorization"]), "it is signed"
    for headers in sent(Access(endpoint), operation, **CALLS[operation]):
        assert "x-amz-request-payer" not in headers and headers["Authorization"]


@pytest.mark.parametrize("operation", ["list_object_versions", "copy_object", "head_object"])
def test_unsigned(operation, monkeypatch):
    """Also where there are no credentials at all."""
    access = Access("http://127.0.0.1:1", no_sign_request=True)
    for headers in sent(access, operation, **CALLS[operation]):
        assert "Authorization" not in headers


def test_unsigned_without_credentials(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    access = Access("http://127.0.0.1:2", no_sign_request=True)
    for headers in sent(access, "head_object", **CALLS["head_object"]):
        assert "Authorization" not in headers


@pytest.mark.parametrize(
    "shape, names",
    [
        ("StorageClass", values.STORAGE_CLASSES),
        ("ServerSideEncryption", values.ENCRYPTIONS),
        ("ObjectCannedACL", values.ACLS),
        ("Tier", values.TIERS),
        ("RequestPayer", [values.REQUESTER]),
    ],
)
def test_the_names_are_those_of_s3(shape, names):
    assert len(names) == len(set(names)) and set(names) <= set(SHAPES[shape]["enum"])
