"""Replies to writes that no S3 should send: nothing is called done that is not; the next apply mends it."""

import pytest

from s3distversions.client import ATTEMPTS
from s3distversions.pace import ATTEMPTS as OUR_ATTEMPTS
from s3distversions.probes import BUSY
from tests.hostile.bucket import check_nothing_lost, check_outcomes, state, wanted
from tests.hostile.writes import ALONE, COPIES, DELETES, successes

# A condition cannot tell a copy over this one from what stood there: it may be sent more than once.
TWIN = "p/twin in name"
COPIED = {"p/ odd+100%", "p/copied", "p/copied too", "p/stacked", TWIN}
ABOUT = {
    "CopyObject": COPIED,
    "DeleteObjects": {"p/created", "p/undeleted", "p/undeleted twice"},
    "DeleteObject": {"p/created\x01", "p/undeleted\x01"},
}
KINDS = [
    (operation, kind)
    for operation, kinds in (("CopyObject", COPIES), ("DeleteObjects", DELETES), ("DeleteObject", ALONE))
    for kind in kinds
]
# Requests of a kind for one key: botocore's attempts, as long as its quota lasts, and one before, times our own.
MOST = (ATTEMPTS + 1) * OUR_ATTEMPTS


@pytest.mark.parametrize(
    ("operation", "kind"), KINDS, ids=[f"{operation}: {kind.name}" for operation, kind in KINDS]
)
def test_nothing_is_called_done_that_is_not(operation, kind, hostile, s3, model, restore):
    before = s3.dump("mybucket")
    hostile.does(successes(kind.change), operation, kind.done)
    ended = restore("--json")
    assert hostile.changed
    statuses = check_outcomes(s3, model)
    about = {key: statuses.pop(key) for key in ABOUT[operation]}
    assert {about[key] for key in about if key != TWIN} == kind.statuses
    # What a reply leaves unread on its connection may cost another request its reply.
    assert set(statuses.values()) <= {"done", "already"}
    assert ended.code == (0 if set(about.values()) <= {"done", "already"} else 3), ended.err
    assert hostile.count(operation) <= MOST * (len(about) + BUSY)
    check_nothing_lost(s3, before)

    hostile.does()
    again = restore.command("apply", "run", "--quiet")
    assert (again.code, again.err) == (0, "")
    assert state(s3) == wanted(model)
    check_nothing_lost(s3, before)
