"""Deletes: which errors are sent again, which are the end of it, and for which keys."""

from types import SimpleNamespace

import pytest
from botocore.exceptions import EndpointConnectionError, ParamValidationError, ReadTimeoutError

from s3distversions import deletes, pace
from s3distversions.deletes import Deletion, Reply, delete
from s3distversions.pace import attempts
from tests.scripted_deletes import Scripted, error

MOST = 6  # attempts


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """No pause is real; these were asked for."""
    asked = []
    monkeypatch.setattr(pace, "time", SimpleNamespace(sleep=asked.append))
    return asked


@pytest.mark.parametrize(
    "passing", ["SlowDown", "InternalError", "ServiceUnavailable", "ConditionalRequestConflict"]
)
def test_errors_of_single_keys_that_pass_are_sent_again_and_only_those(passing, pauses):
    """b is refused twice, d once; both inside a 200, which botocore does not send again."""

    def answer(number, key):
        return passing if (key == "b" and number <= 2) or (key == "d" and number == 1) else {}

    scripted = Scripted(answer)
    wanted = [Deletion(key, etag="e") for key in "abcd"]
    assert delete(scripted, "bucket", wanted) == dict.fromkeys(wanted, Reply())
    assert scripted.keys == [["a", "b", "c", "d"], ["b", "d"], ["b"]]
    assert all(
        each["ETag"] == '"e"' for _, parameters in scripted.sent for each in parameters["Delete"]["Objects"]
    )
    assert len(pauses) == 2 and pauses[0] > 0


def test_an_error_that_does_not_pass_ends_with_it():
    scripted = Scripted(lambda number, key: "SlowDown")
    assert delete(scripted, "bucket", [Deletion("a")]) == {Deletion("a"): Reply("SlowDown", "said S3")}
    assert len(scripted.sent) == MOST == len(list(attempts()))


def test_as_long_as_some_get_through_the_others_are_sent_again(pauses):
    """In a storm S3 takes one key of each request: many more attempts than one that never passes gets."""
    keys = [f"{number:02}" for number in range(3 * MOST)]
    done = set()

    def answer(number, key):
        if len(done) < number:
            done.add(key)
        return {} if key in done else "SlowDown"

    scripted = Scripted(answer)
    wanted = [Deletion(key) for key in keys]
    assert delete(scripted, "bucket", wanted) == dict.fromkeys(wanted, Reply())
    assert len(scripted.sent) == 3 * MOST
    assert len(pauses) == 3 * MOST - 1 and max(pauses) <= pace.PAUSE_SECONDS


@pytest.mark.parametrize("final", ["AccessDenied", "PreconditionFailed", "NoSuchKey", "MethodNotAllowed"])
@pytest.mark.parametrize("key", ["a", "\x01"])
def test_other_errors_are_not_sent_again(final, key, pauses):
    scripted = Scripted(lambda number, key: error(final) if key == "\x01" else final)
    reply = delete(scripted, "bucket", [Deletion(key)])[Deletion(key)]
    assert reply.error == final and "said S3" in reply.message
    assert len(scripted.sent) == 1 and pauses == []


def test_an_error_of_a_request_is_that_of_each_of_its_keys(monkeypatch):
    monkeypatch.setattr(deletes, "BATCH", 2)
    scripted = Scripted(lambda number, key: error("AccessDenied", 403) if number == 1 else {})
    wanted = [Deletion(key) for key in "abc"]
    replies = delete(scripted, "bucket", wanted)
    assert [replies[each].error for each in wanted] == ["AccessDenied", "AccessDenied", None]
    assert "said S3" in replies[wanted[0]].message
    assert scripted.keys == [["a", "b"], ["c"]]


@pytest.mark.parametrize("passing", ["SlowDown", "InternalError", "503", "500", "409"])
@pytest.mark.parametrize("keys", ["ab", "\x01"])
def test_an_error_of_a_request_that_passes_is_sent_again(monkeypatch, passing, keys):
    monkeypatch.setattr(deletes, "BATCH", 2)
    scripted = Scripted(lambda number, key: error(passing, 503) if number == 1 else {})
    wanted = [Deletion(key) for key in keys]
    assert delete(scripted, "bucket", wanted) == dict.fromkeys(wanted, Reply())
    assert len(scripted.sent) == 2


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
