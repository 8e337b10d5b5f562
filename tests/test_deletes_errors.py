"""Deletes: what an error says of which keys; each request is sent once."""

import pytest
from botocore.exceptions import EndpointConnectionError, ParamValidationError, ReadTimeoutError

from s3distversions import deletes
from s3distversions.deletes import Deletion, Reply, delete
from tests.scripted_deletes import Scripted, error


@pytest.mark.parametrize(
    "passing", ["SlowDown", "InternalError", "ServiceUnavailable", "ConditionalRequestConflict"]
)
def test_errors_of_single_keys_are_those_of_them_alone(passing):
    """Inside a 200; what passes is done again by `pace`, not here."""
    scripted = Scripted(lambda number, key: passing if key in "bd" else {})
    wanted = [Deletion(key, etag="e") for key in "abcd"]
    replies = delete(scripted, "bucket", wanted)
    assert [replies[each] for each in wanted] == [Reply(), Reply(passing, "said S3")] * 2
    assert scripted.keys == [["a", "b", "c", "d"]]


@pytest.mark.parametrize("final", ["AccessDenied", "PreconditionFailed", "SlowDown", "InternalError", "503"])
@pytest.mark.parametrize("key", ["a", "\x01"])
def test_every_error_is_handed_on_at_once(final, key):
    scripted = Scripted(lambda number, key: error(final) if key == "\x01" else final)
    reply = delete(scripted, "bucket", [Deletion(key)])[Deletion(key)]
    assert reply.error == final and "said S3" in reply.message
    assert len(scripted.sent) == 1


def test_an_error_of_a_request_is_that_of_each_of_its_keys(monkeypatch):
    monkeypatch.setattr(deletes, "BATCH", 2)
    scripted = Scripted(lambda number, key: error("AccessDenied", 403) if number == 1 else {})
    wanted = [Deletion(key) for key in "abc"]
    replies = delete(scripted, "bucket", wanted)
    assert [replies[each].error for each in wanted] == ["AccessDenied", "AccessDenied", None]
    assert "said S3" in replies[wanted[0]].message
    assert scripted.keys == [["a", "b"], ["c"]]


def test_s3_that_cannot_be_reached_ends_the_task():
    unreachable = EndpointConnectionError(endpoint_url="http://127.0.0.1")
    scripted = Scripted(lambda number, key: unreachable)
    with pytest.raises(EndpointConnectionError):
        delete(scripted, "bucket", [Deletion("a")])


@pytest.mark.parametrize(
    "trouble, name",
    [
        (ParamValidationError(report="no"), "ParamValidationError"),
        (ReadTimeoutError(endpoint_url="http://127.0.0.1"), "ReadTimeoutError"),
    ],
)
def test_what_botocore_refuses_or_waits_for_in_vain_fails_those_keys(monkeypatch, trouble, name):
    monkeypatch.setattr(deletes, "BATCH", 1)
    scripted = Scripted(lambda number, key: trouble if key == "a" else {})
    replies = delete(scripted, "bucket", [Deletion("a"), Deletion("b")])
    assert replies[Deletion("a")].error == name
    assert replies[Deletion("b")] == Reply()
