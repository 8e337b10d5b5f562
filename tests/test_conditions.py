"""The look at a key just before its write, where the server passes over the condition that the write bears."""

import pytest
from botocore.exceptions import ClientError

from s3distversions import client as product
from s3distversions.conditions import COPY_OBJECT, DELETE_OBJECT, PROBED, Conditions, of_copy
from s3distversions.listing import entries
from s3distversions.location import Location
from s3distversions.model import Access, KeyRange
from s3distversions.parameters import Parameters
from tests.command import put

T = "2014-01-01T07:00:00Z"
UPLOAD = "CompleteMultipartUpload"


@pytest.fixture
def client(s3, monkeypatch):
    """The product's own client, which asks in its own way; there is s3://mybucket."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    s3.create_bucket("mybucket")
    s3.set_clock(T)
    product._make.cache_clear()
    yield product.make(Access(s3.endpoint), 4)
    product._make.cache_clear()


def conditions(client, *ignored, is_probed=True):
    return Conditions(client, Parameters(Location("mybucket", ""), T, unconditional=ignored), is_probed)


def play(client, history):
    """Write the entries of a key, oldest first: "a" is content, "-" a marker."""
    for content in history:
        if content == "-":
            client.delete_object(Bucket="mybucket", Key="k")
        else:
            put(client, "k", content.encode())


def current(client):
    """What a plan would say stands there."""
    return next(iter(entries(client, "mybucket", KeyRange.of_key("k"))), None)


@pytest.mark.parametrize(
    ("before", "after", "stands"),
    [
        ("", "", True),
        ("", "a", False),
        ("", "a-", False),
        ("a", "", True),
        ("a", "b", False),
        ("a", "a", False),
        ("a", "-", False),
        ("a-", "", True),
        ("a-", "-", False),
        ("a-", "b", False),
        ("a-", "b-", False),
    ],
)
def test_what_a_look_sees(client, before, after, stands):
    """More than conditions do: ids, too, not only ETags; and which marker it is."""
    play(client, before)
    planned = current(client)
    play(client, after)
    assert conditions(client).stands("k", planned) is stands


def test_a_server_that_does_not_name_the_marker(client):
    """Then one marker passes for another, as with the condition; and a marker for nothing."""

    class Nameless:
        @staticmethod
        def head_object(**_):
            raise ClientError(
                {"Error": {"Code": "404"}, "ResponseMetadata": {"HTTPHeaders": {}}}, "HeadObject"
            )

    play(client, "a-")
    assert conditions(Nameless).stands("k", current(client)) and conditions(Nameless).stands("k", None)
    play(client, "a")
    assert not conditions(Nameless).stands("k", current(client))


def test_a_bucket_without_versions(s3, client):
    """A HEAD tells no id there."""
    s3.create_bucket("mybucket", "")
    play(client, "a")
    planned = current(client)
    assert planned.version_id == "null" and conditions(client).stands("k", planned)
    play(client, "b")
    assert not conditions(client).stands("k", planned)


def test_nothing_is_sent_where_something_else_stands(client):
    play(client, "a")
    looking = conditions(client, COPY_OBJECT)
    sent = []
    with pytest.raises(ClientError, match="PreconditionFailed"):
        looking.sent(COPY_OBJECT, lambda **arguments: sent.append(arguments), None, {"Key": "k"})
    looking.sent(COPY_OBJECT, lambda **arguments: sent.append(arguments), current(client), {"Key": "k"})
    assert sent == [{"Key": "k", **of_copy(current(client))}]
    assert looking.widest_gap > 0


def test_no_look_where_conditions_are_heeded(s3, client):
    heeding = conditions(client)
    s3.clear_requests()
    assert heeding.sent(COPY_OBJECT, lambda **arguments: arguments, None, {"Key": "k"})["IfNoneMatch"] == "*"
    assert s3.requests() == [] and heeding.widest_gap == 0 and heeding.records() == []


def test_what_is_known_of_operations(client):
    """Uploads are as copies; what nobody has tried counts as not heeded, and is told as little as what is."""
    assert all(conditions(client).are_heeded(each) for each in (*PROBED, UPLOAD))
    ignoring = conditions(client, COPY_OBJECT)
    assert [ignoring.are_heeded(each) for each in (*PROBED, UPLOAD)] == [False, True, True, False]
    unknown = conditions(client, is_probed=False)
    assert not any(unknown.are_heeded(each) for each in (*PROBED, UPLOAD)) and unknown.records() == []
    unknown.found(COPY_OBJECT, True)
    unknown.found(DELETE_OBJECT, False)
    assert [unknown.are_heeded(each) for each in (*PROBED, UPLOAD)] == [True, False, False, True]
    assert [each["operations"] for each in unknown.records()] == [[DELETE_OBJECT]]


@pytest.mark.parametrize(("kind", "error"), [("AccessDenied", "AccessDenied"), ("InternalError", "500")])
def test_a_look_that_fails(s3, client, impatient, kind, error):
    """As the write would: denied, with what it needs; or to be tried again."""
    impatient_client = product.make(Access(s3.endpoint), 4)
    with s3.faults("HeadObject", kind):
        refusal = conditions(impatient_client).refusal("k", None)
    assert refusal.error == error
    assert ("s3:GetObject" in refusal.message) == (kind == "AccessDenied")
    assert conditions(impatient_client).refusal("k", None) is None


def test_the_widest_gap_is_kept(client):
    looking = conditions(client)
    with looking.gap():
        pass
    first = looking.widest_gap
    with looking.gap(is_looked_at=False):
        put(client, "k")
    assert 0 < first == looking.widest_gap
    with looking.gap():
        put(client, "k")
    assert looking.widest_gap > first
