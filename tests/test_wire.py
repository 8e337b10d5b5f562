"""The short way to S3: the same answers as boto3's, one request each, and whatever is no plain answer by boto3."""

import pytest
from botocore.exceptions import ClientError

from s3distversions import client
from s3distversions.listing import NOT_IN_PARAMETERS
from s3distversions.model import Access
from tests.odd_keys import FEW

BUCKET = "mybucket"
EVERY_TIME_OTHERS = {"RequestId", "HostId", "RetryAttempts"}


@pytest.fixture
def wire(s3, monkeypatch):
    """A client that knows the way to a bucket with a few keys, each overwritten once."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    client._make.cache_clear()
    result = client.make(Access(endpoint_url=s3.endpoint), 4)
    s3.load(
        BUCKET,
        [{"key": key, "content": at, "version_id": at} for key in ("a", *FEW) for at in ("old", "new")],
    )
    result.head_object(Bucket=BUCKET, Key="a")
    s3.clear_requests()
    yield result
    client._make.cache_clear()


def copy(key="a", **more):
    """The arguments of a copy of a key's oldest version over it."""
    return {
        "Bucket": BUCKET,
        "Key": key,
        "CopySource": {"Bucket": BUCKET, "Key": key, "VersionId": "old"},
        **more,
    }


def plain(reply):
    """A reply without what differs each time."""
    about = {
        name: value for name, value in reply["ResponseMetadata"].items() if name not in EVERY_TIME_OTHERS
    }
    about["HTTPHeaders"] = sorted(about["HTTPHeaders"])
    result = {**reply, "VersionId": "any", "ResponseMetadata": about}
    if "kms" in reply.get("ServerSideEncryption", ""):  # whose ETags differ each time
        del result["CopyObjectResult"]
    return result


@pytest.mark.parametrize("key", ["a", *FEW])
def test_same_replies(s3, wire, key):
    """Word for word, for any key; one request each."""
    for method, arguments in (
        ("head_object", {"Bucket": BUCKET, "Key": key, "ChecksumMode": "ENABLED"}),
        ("copy_object", copy(key, StorageClass="STANDARD_IA")),
        ("copy_object", copy(key, ServerSideEncryption="aws:kms", BucketKeyEnabled=True)),
    ):
        s3.clear_requests()
        ours = getattr(wire, method)(**arguments)
        assert len(s3.requests()) == 1
        theirs = getattr(wire._client, method)(**arguments)
        assert plain(ours) == plain(theirs)


@pytest.mark.parametrize("key", [key for key in ["a", *FEW] if not NOT_IN_PARAMETERS.search(key)])
def test_same_pages(s3, wire, key):
    """A listing too, after any marker that S3 takes; one request each."""
    wire.list_object_versions(Bucket=BUCKET)
    for more in (
        {"Prefix": key, "MaxKeys": 1},
        {"Prefix": key, "KeyMarker": key, "VersionIdMarker": "new"},
        {"Prefix": "", "KeyMarker": key[:1], "OptionalObjectAttributes": ["RestoreStatus"]},
    ):
        s3.clear_requests()
        ours = wire.list_object_versions(Bucket=BUCKET, EncodingType="url", **more)
        requests = s3.requests()
        theirs = wire._client.list_object_versions(Bucket=BUCKET, EncodingType="url", **more)
        assert (len(requests), ours["Page"]) == (1, theirs["Page"])


REFUSED = {
    "a condition": ("copy_object", copy(IfNoneMatch="*"), "PreconditionFailed"),
    "no such source": ("copy_object", copy(CopySource={"Bucket": BUCKET, "Key": "b"}), "NoSuchKey"),
    "no such key": ("head_object", {"Bucket": BUCKET, "Key": "b"}, "404"),
    "a bad condition": ("head_object", {"Bucket": BUCKET, "Key": "a", "IfMatch": '"x"'}, "412"),
}


@pytest.mark.parametrize("method, arguments, expected", REFUSED.values(), ids=REFUSED)
def test_same_refusals(s3, wire, method, arguments, expected):
    """The same exception, after one request."""
    with pytest.raises(ClientError) as ours:
        getattr(wire, method)(**arguments)
    assert len(s3.requests()) == 1
    with pytest.raises(ClientError) as theirs:
        getattr(wire._client, method)(**arguments)
    assert type(ours.value) is type(theirs.value)
    assert ours.value.response["Error"] == theirs.value.response["Error"]
    assert ours.value.response["Error"]["Code"] == expected
    assert ours.value.operation_name == theirs.value.operation_name


@pytest.mark.parametrize(
    "kind", ["InternalError-before", "reset-before", "cut-after", "empty-after", "error-in-200-after"]
)
def test_boto3_asks_again(s3, wire, kind):
    """What is no plain answer: its second request is the one that counts."""
    s3.fault("CopyObject", kind, at=1)
    assert wire.copy_object(**copy())["CopyObjectResult"]["ETag"] == '"149603e6c03516362a8da23f624db945"'
    assert [request["operation"] for request in s3.requests()] == ["CopyObject"] * 2


def test_the_way_is_learnt_from_boto3(s3, wire):
    """The first request to each bucket is its own; the second is not, and is signed for the same service."""
    s3.load("elsewhere", [{"key": "a", "content": "old"}])
    asked = []
    wire._client.meta.events.register("before-send.s3", lambda request, **_: asked.append(request.headers))
    for _ in range(2):
        wire.head_object(Bucket="elsewhere", Key="a")
    first, second = asked
    assert "amz-sdk-invocation-id" in first and "amz-sdk-invocation-id" not in second
    assert first["User-Agent"] == second["User-Agent"].encode() or first["User-Agent"] == second["User-Agent"]


def test_a_way_that_is_wrong_is_forgotten(s3, wire):
    """A bucket that has moved: boto3 is asked, and shows the way anew."""
    wire._routes[BUCKET, True] = wire._routes[BUCKET, True]._replace(user_agent="of the old way")
    redirects = iter([301])

    def moved(response_dict, **_):
        response_dict["status_code"] = next(redirects, response_dict["status_code"])

    wire._client.meta.events.register("before-parse.s3.HeadObject", moved)
    assert wire.head_object(Bucket=BUCKET, Key="a")["ContentLength"] == 3
    assert len(s3.requests()) == 2
    assert wire._routes[BUCKET, True].user_agent != "of the old way"


def test_what_only_boto3_can_write(s3, wire):
    """Arguments that are no plain header go its way."""
    assert wire.copy_object(**copy(MetadataDirective="REPLACE", Metadata={"a": "b"}))
    assert wire.head_object(Bucket=BUCKET, Key="a")["Metadata"] == {"a": "b"}
    with pytest.raises(Exception, match="Unknown parameter"):
        wire.head_object(Bucket=BUCKET, Key="a", Whatever="1")


def test_who_pays_is_told(s3, monkeypatch, wire):
    """The hooks that add arguments are heeded on both ways."""
    payer = client.make(Access(endpoint_url=s3.endpoint, request_payer="requester"), 4)
    told = []
    payer._client.meta.events.register(
        "before-send.s3", lambda request, **_: told.append(request.headers.get("x-amz-request-payer"))
    )
    for _ in range(2):
        payer.head_object(Bucket=BUCKET, Key="a")
    assert [each.decode() if isinstance(each, bytes) else each for each in told] == ["requester"] * 2


def test_nobody_signs(s3, wire):
    """Without credentials both ways are unsigned."""
    nobody = client.make(Access(endpoint_url=s3.endpoint, no_sign_request=True), 4)
    signed = []
    nobody._client.meta.events.register(
        "before-send.s3", lambda request, **_: signed.append("Authorization" in request.headers)
    )
    for _ in range(2):
        with pytest.raises(ClientError):
            nobody.head_object(Bucket=BUCKET, Key="a")
    assert signed == [False] * 2
