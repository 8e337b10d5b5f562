"""The job under faults that do not pass: an error for people, nothing wrong, and a repeated run that ends well."""

import pytest
from botocore.retries.quota import RetryQuota

from s3distversions import client
from s3distversions.list_pace import HINT
from tests.bucket_under_faults import Restore

pytestmark = pytest.mark.usefixtures("few_attempts")

RENEW = "hint: Renew the credentials, then run the same command again."
ROLE = "hint: Does the role have the permissions that docs/permissions.md lists? Where the requester pays: --request-payer."
AGAIN = "hint: Run the same command again: what is done is not done twice."
REACHABLE = "hint: Is the endpoint right, and reachable from here?"


@pytest.fixture(scope="module")
def few_attempts(impatient):
    """botocore gives up soon, and no test takes from the retries that its quota leaves to the others."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(client, "ATTEMPTS", 3)
        monkeypatch.setattr(RetryQuota, "acquire", lambda *_: True)
        client._make.cache_clear()
        yield


def check_again(restore):
    """Assert that the same command, without the fault, brings the exact state and writes nothing twice."""
    ended = restore()
    assert (ended.code, ended.err) == (0, ""), ended
    restore.check_state()
    assert restore.written() == dict.fromkeys(map(restore.rebased, restore.to_be_written()), 1)
    assert {*restore.outcomes().values()} <= {"done", "already"}


@pytest.mark.parametrize(
    "operation, kind, hint",
    [
        ("GetBucketVersioning", "ExpiredToken", RENEW),
        ("ListObjectVersions", "ExpiredToken", RENEW),
        ("GetObjectTagging", "ExpiredToken", RENEW),
        ("CopyObject", "ExpiredToken", RENEW),
        ("DeleteObjects", "ExpiredToken", RENEW),
        ("CopyObject", "AccessDenied", f"hint: Nothing was written. {ROLE.removeprefix('hint: ')}"),
        ("DeleteObjects", "AccessDenied", f"hint: Nothing was written. {ROLE.removeprefix('hint: ')}"),
        ("DeleteObject", "AccessDenied", f"hint: Nothing was written. {ROLE.removeprefix('hint: ')}"),
        ("GetBucketVersioning", "AccessDenied", ROLE),
        ("ListObjectVersions", "AccessDenied", ROLE),
        ("GetBucketVersioning", "SlowDown", AGAIN),
        ("ListObjectVersions", "SlowDown", f"hint: {HINT}"),
        ("HeadObject", "SlowDown", AGAIN),
        ("GetObjectTagging", "InternalError", AGAIN),
        ("GetBucketVersioning", "reset-before", REACHABLE),
        ("ListObjectVersions", "reset-before", REACHABLE),
        ("ListObjectVersions", "timeout-before", REACHABLE),
        ("ListObjectVersions", "cut-chunked", REACHABLE),
        ("HeadObject", "reset-before", REACHABLE),
        ("ListObjectVersions", "cut", None),
        ("ListObjectVersions", "empty-before", None),
        ("ListObjectVersions", "error-in-200-before", None),
        ("GetBucketVersioning", "empty-before", None),
        ("HeadObject", "empty-before", None),
    ],
)
def test_what_ends_the_command(s3, command, operation, kind, hint):
    """Exit code 1, an error and a hint, at the first request of the kind and at every further one."""
    restore = Restore(s3, command)
    with s3.faults(operation, kind):
        ended = restore()
    error, said = ended.err.splitlines()
    assert ended.code == 1 and error.startswith("s3distversions: error: ")
    assert said == hint if hint else said.startswith("hint: "), ended.err
    assert ended.changes == []
    check_again(restore)


@pytest.mark.parametrize(
    "operation, kind",
    [
        *(("CopyObject", kind) for kind in ("SlowDown", "error-in-200", "empty-before")),
        ("CopyObject", "reset-before"),
        *(("DeleteObjects", kind) for kind in ("SlowDown", "reset-after", "empty-after")),
        *(("DeleteObject", kind) for kind in ("InternalError", "empty-before")),
        ("DeleteObjects/key", "SlowDown"),
    ],
)
def test_what_fails_keys(s3, command, operation, kind):
    """Exit code 3; the other keys are done, and the outcomes say which were not, as far as it can be known."""
    restore = Restore(s3, command, to_dest=operation == "CopyObject")
    with s3.faults(operation, kind, code="SlowDown"):
        ended = restore()
    assert (ended.code, ended.err) == (3, ""), ended
    outcomes = restore.outcomes()
    failed = {key for key, status in outcomes.items() if status == "failed"}
    # Looked at before, what a lost reply was about is found done, but for markers that are removed.
    assert failed and {"done", "failed"} <= {*outcomes.values()} <= {"done", "failed", "already"}
    assert sorted(ended.summary["failed_keys"]) == sorted(failed)
    assert restore.written() == {restore.rebased(key): 1 for key in restore.to_be_written() - failed}
    check_again(restore)


def test_copies_of_which_no_reply_arrives(s3, command):
    """The server's conditions stay unknown, every key is looked at before its write, and found done."""
    restore = Restore(s3, command, to_dest=True)
    with s3.faults("CopyObject", "reset-after"):
        ended = restore()
    assert (ended.code, {*restore.outcomes().values()}) == (0, {"done", "already"})
    check_again(restore)


def test_token_that_expires_half_way(s3, command):
    """What was written before is found done; the rest is written then."""
    restore = Restore(s3, command, to_dest=True)
    with s3.faults("CopyObject", "ExpiredToken", skip=3):
        assert restore().code == 1
    assert 1 <= len(restore.written()) < len(restore.to_be_written())
    check_again(restore)


def test_twins_that_may_not_be_looked_at(s3, command):
    """Without permission to HEAD nothing tells that nothing has changed: a copy more, and the state is exact."""
    restore = Restore(s3, command)
    with s3.faults("HeadObject", "AccessDenied"):
        assert restore().code == 0
    restore.check_state()
    assert restore.written() == dict.fromkeys([*restore.to_be_written(), "p/twin"], 1)
