"""The job under faults that pass: every request that it sends, every kind; it ends well, and exact."""

import pytest

from s3distversions.conditions import NOBODYS
from tests.bucket_under_faults import Restore

pytestmark = pytest.mark.usefixtures("impatient")

READS = ["GetBucketVersioning", "ListObjectVersions", "HeadObject", "GetObjectTagging"]
SETTINGS = ["GetBucketLifecycleConfiguration", "GetObjectLockConfiguration"]
WRITES = ["CopyObject", "DeleteObjects", "DeleteObject"]
KINDS = ["SlowDown", "InternalError", "reset-before", "timeout-before", "drip", "cut", "cut-chunked"]
KINDS += ["error-in-200-before", "empty-before"]
AFTER_WRITES = ["InternalError-after", "reset-after", "timeout-after", "error-in-200-after", "empty-after"]
OF_WRITES = ["ServiceUnavailable", "ConditionalRequestConflict", "OperationAborted"]
# A reply without a body that is cut in its head still says in its first line that all went well.
STILL_UNDERSTOOD = {("DeleteObject", "cut-after"), ("DeleteObject", "cut-chunked-after")}


def is_tried(request):
    """Is it a write with a condition that must fail?"""
    etags = [request["conditions"].get("If-Match"), *(row["if_match"] for row in request["deleted"] or ())]
    return f'"{NOBODYS}"' in etags


def keys_of_lost_replies(restore, requests):
    """The keys of the source whose entry was written by a request whose reply said nothing or something else."""
    lost = [
        request
        for request in requests
        if (request["fault"] or "").endswith("-after")
        and request["fault"] != "drip-after"
        and (request["operation"], request["fault"]) not in STILL_UNDERSTOOD
        and not is_tried(request)
    ]
    keys = {request["key"] for request in lost if request["operation"] == "CopyObject"}
    # A marker that was removed cannot be told from one that is removed again.
    keys |= {row["key"] for request in lost for row in request["deleted"] or () if not row["version_id"]}
    return {key for key in restore.to_be_written() if restore.rebased(key) in keys}


def check_passes(s3, restore, *options):
    """Run, with options; assert that nothing is left, wrong or done twice, and that the outcomes say what happened."""
    ended = restore(*options)
    assert (ended.code, ended.err) == (0, ""), ended
    s3.check_faults()
    restore.check_state()
    assert restore.written() == dict.fromkeys(map(restore.rebased, restore.to_be_written()), 1)
    outcomes = restore.outcomes()
    already = {key for key, status in outcomes.items() if status == "already"}
    assert already == keys_of_lost_replies(restore, ended.requests)
    assert {*outcomes.values()} <= {"done", "already"}
    return ended


@pytest.mark.parametrize("to_dest", [False, True])
def test_without_a_fault_every_request_is_sent(s3, command, to_dest):
    """What the tests below are about; else they would show little."""
    ended = check_passes(s3, Restore(s3, command, to_dest))
    assert {request["operation"] for request in ended.requests} == {*READS, *SETTINGS, *WRITES}


def cases(operations):
    """Every kind with every operation; a read that is carried out before the fault differs from no other."""
    return [
        (operation, kind)
        for operation in operations
        for kind in [*KINDS, *(AFTER_WRITES if operation in WRITES else ())]
    ]


@pytest.mark.parametrize("operation, kind", cases([*READS, *WRITES]))
def test_in_place(s3, command, operation, kind):
    """The first request of an operation; of writes the first after the one that is only tried."""
    restore = Restore(s3, command)
    s3.fault(operation, kind, at=1 + (operation in WRITES), seconds=0.1)
    check_passes(s3, restore)


@pytest.mark.parametrize("operation, kind", cases(["CopyObject", "DeleteObjects"]))
def test_to_a_destination(s3, command, operation, kind):
    """Of copies one over what stands there, and one where nothing is."""
    restore = Restore(s3, command, to_dest=True)
    tried = {"CopyObject": 2, "DeleteObjects": 1}[operation]
    s3.fault(operation, kind, at=tried + 1, bucket="elsewhere", seconds=0.1)
    if operation == "CopyObject":
        s3.fault(operation, kind, key="to/kept", times=1)
    check_passes(s3, restore)


@pytest.mark.parametrize("kind", OF_WRITES)
@pytest.mark.parametrize("operation", WRITES)
def test_conflicts_and_so_on(s3, command, operation, kind):
    """Errors that only writes know, twice one after the other."""
    restore = Restore(s3, command)
    s3.fault(operation, kind, at=[2, 3])
    check_passes(s3, restore)


@pytest.mark.parametrize("kind", ["SlowDown", "cut", "reset-before", "reset-after", "empty-after"])
@pytest.mark.parametrize("operation", WRITES)
def test_writes_that_are_only_tried(s3, command, operation, kind):
    """Before the first real one: tried again."""
    restore = Restore(s3, command)
    s3.fault(operation, kind, at=1)
    ended = check_passes(s3, restore)
    assert ended.summary["warnings"] == []


@pytest.mark.parametrize("code", ["SlowDown", "InternalError", "OperationAborted"])
def test_keys_inside_a_delete(s3, command, code):
    """Markers that are not removed and not added, in a request that does the others: those are asked for again."""
    restore = Restore(s3, command)
    for key in ("p/gone-1", "p/new-2", "p/gone twice"):
        s3.fault("DeleteObjects/key", code, key=key, times=2)
    ended = check_passes(s3, restore)
    again = [request for request in ended.requests if request["operation"] == "DeleteObjects"]
    sent = [row["key"] for request in again for row in request["deleted"]]
    assert sent.count("p/gone-2") == sent.count("p/new-1") == 1 and sent.count("p/gone-1") == 3


def test_every_fault_of_a_copy_one_after_the_other(s3, command):
    """One key, whose copy meets them all."""
    restore = Restore(s3, command)
    kinds = ["SlowDown", "reset-before", "empty-before", "error-in-200", "timeout-before", "reset-after"]
    s3.fault("CopyObject", *kinds, key="p/over-1", times=len(kinds))
    check_passes(s3, restore)


def test_in_one_job(s3, command):
    """Without a plan in between: a fault of every operation."""
    restore = Restore(s3, command)
    s3.fault("ListObjectVersions", "cut", at=1)
    s3.fault("HeadObject", "reset-before", at=1)
    s3.fault("GetObjectTagging", "error-in-200", at=2)
    s3.fault("CopyObject", "reset-after", "SlowDown", at=[1, 2])
    s3.fault("DeleteObjects", "empty-after", at=1)
    s3.fault("DeleteObject", "timeout-after", at=1)
    check_passes(s3, restore, "--one-job")
