"""The job on buckets with MFA delete, with Object Lock, and with limits on requests."""

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from tests.command import check_requests, current_state, put

T = "2014-01-01T07:00:00Z"
RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T)
RUN = ("--version-info-output", "run", "--no-progress")
NOW = {"p/over": b"now", "p/new": b"now"}
THEN = {"p/over": b"then", "p/gone": b"then"}
FAR = datetime(2015, 1, 1, tzinfo=timezone.utc)
# Settings that there are not, and the writes that are only tried.
HARMLESS = {"NoSuchLifecycleConfiguration", "ObjectLockConfigurationNotFoundError", "PreconditionFailed"}


def break_it(s3, client):
    """One key of every kind: overwritten, deleted twice, created since."""
    s3.set_clock(T)
    put(client, "p/over")
    put(client, "p/gone")
    s3.tick()
    put(client, "p/over", b"now")
    put(client, "p/new", b"now")
    for _ in range(2):
        client.delete_object(Bucket="mybucket", Key="p/gone")
    s3.tick()
    assert current_state(s3, "mybucket") == NOW


def errors(ended):
    """What S3 refused."""
    return {request["error"] for request in ended.requests} - {None}


def in_scope(key):
    return key.startswith("p/")


def test_mfa_delete(s3, command):
    """A marker cannot be removed by its id without the device: deleted keys come back by a copy."""
    s3.create_bucket("mybucket", mfa_delete=True)
    break_it(s3, s3.client())
    ended = command(*RESTORE, "--delete", *RUN)
    assert (ended.code, current_state(s3, "mybucket")) == (0, THEN)
    assert "MFA delete is on: markers cannot be removed, deleted keys come back by a copy" in ended.err
    check_requests(ended.requests, ("mybucket", in_scope), ("mybucket", in_scope))
    assert not any(request["denied"] for request in ended.requests) and errors(ended) <= HARMLESS
    by_id = [each for request in ended.writes for each in request["deleted"] or () if each["version_id"]]
    assert by_id == []


def test_undelete_under_mfa_delete(s3, command):
    """By a copy too, which is said, verified, and undone by a marker."""
    s3.create_bucket("mybucket", mfa_delete=True)
    break_it(s3, s3.client())
    ended = command("undelete", "--src", "s3://mybucket/p", *RUN, "--json", "--verify")
    assert (ended.code, current_state(s3, "mybucket")) == (0, NOW | {"p/gone": b"then"})
    assert ended.summary["planned"] == {"copy": 1, "remove_markers": 0, "add_marker": 0}
    assert any("MFA delete is on" in warning for warning in ended.summary["warnings"])
    assert (command("undo", "run", "--quiet").code, current_state(s3, "mybucket")) == (0, NOW)


def test_mfa_delete_turned_on_after_the_plan(s3, command):
    """The plan removes markers, which fails then and is told; what else there is to do is done."""
    s3.create_bucket("mybucket")
    break_it(s3, s3.client())
    assert command("plan", *RESTORE, *RUN).code == 0
    s3.create_bucket("mybucket", mfa_delete=True)
    ended = command("apply", "run", "--no-progress")
    assert ended.code == 3
    assert (
        "'p/gone': AccessDenied: An error occurred (AccessDenied) when calling the DeleteObjects" in ended.out
    )
    assert "Mfa Authentication must be used for this request" in ended.out
    assert current_state(s3, "mybucket") == NOW | {"p/over": b"then"}


@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_object_lock(s3, command, mode):
    """Locked versions stay; what is restored stands above them, with the bucket's own lock."""
    client = s3.client()
    s3.set_clock(T)
    client.create_bucket(Bucket="mybucket", ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": mode, "Days": 30}}
    configuration = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    client.put_object_lock_configuration(Bucket="mybucket", ObjectLockConfiguration=configuration)
    break_it(s3, client)
    before = s3.dump("mybucket")["keys"]
    ended = command(*RESTORE, "--delete", *RUN)
    assert (ended.code, current_state(s3, "mybucket")) == (0, THEN)
    after = s3.dump("mybucket")["keys"]
    for key, history in before.items():
        versions = [entry["version_id"] for entry in history if not entry["delete_marker"]]
        assert [entry["version_id"] for entry in after[key]][-len(versions) :] == versions
    head = client.head_object(Bucket="mybucket", Key="p/over")
    assert head["ObjectLockMode"] == mode and head["ObjectLockRetainUntilDate"].month == 1
    assert errors(ended) <= HARMLESS


def test_a_legal_hold_does_not_come_with_a_copy(s3, command):
    """As docs/limits.md says: a copy gets no lock of its source."""
    client = s3.client()
    client.create_bucket(Bucket="mybucket", ObjectLockEnabledForBucket=True)
    break_it(s3, client)
    oldest = s3.dump("mybucket")["keys"]["p/over"][-1]["version_id"]
    about = {"Bucket": "mybucket", "Key": "p/over"}
    client.put_object_legal_hold(**about, VersionId=oldest, LegalHold={"Status": "ON"})
    retention = {"Mode": "GOVERNANCE", "RetainUntilDate": FAR}
    client.put_object_retention(**about, VersionId=oldest, Retention=retention)
    assert command(*RESTORE, *RUN).code == 0
    head = client.head_object(**about)
    assert not {"ObjectLockMode", "ObjectLockLegalHoldStatus"} & head.keys()
    assert client.head_object(**about, VersionId=oldest)["ObjectLockLegalHoldStatus"] == "ON"


def test_a_storm_of_slow_down(s3, command):
    """One prefix takes few writes a second: it takes its time, and ends exact, nothing done twice."""
    numbers = range(60)
    entries = [{"key": f"p/{kind}/{number}"} for kind in ("over", "gone", "new") for number in numbers]
    at_t = [
        {**entry, "last_modified": T, "content": "then"} for entry in entries if "new" not in entry["key"]
    ]
    later = [
        {**entry, "last_modified": "2014-01-01T07:00:01Z"}
        | ({"delete_marker": True} if "gone" in entry["key"] else {"content": "now"})
        for entry in entries
    ]
    s3.load("mybucket", at_t + later)
    s3.set_clock("2014-01-01T08:00:00Z")
    # Fewer than the keys of one DeleteObjects: some of them are refused, however slow this machine is.
    s3.settings(limits={"mybucket/p/": {"writes": 40}})
    ended = command(*RESTORE, "--delete", *RUN)
    assert s3.throttled()["mybucket/p/"]["writes"] > 0, "no storm, no test"
    then = {f"p/{kind}/{number}": b"then" for kind in ("over", "gone") for number in numbers}
    assert (ended.code, current_state(s3, "mybucket")) == (0, then), ended.out
    outcomes = json.loads(Path("run/summary.json").read_text())["outcomes"]
    assert (outcomes["done"], outcomes["failed"]) == (180, 0)
    lengths = {key.split("/")[1]: set() for key in then} | {"new": set()}
    for key, history in s3.dump("mybucket")["keys"].items():
        lengths[key.split("/")[1]].add(len(history))
    assert lengths == {"over": {3}, "gone": {1}, "new": {2}}
