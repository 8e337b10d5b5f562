"""The lines of a plan and of what became of it, and what their run says of itself."""

from s3distversions.model import ADD_MARKER, COPY, REMOVE_MARKERS, Action, Entry, KeyRange
from s3distversions.records import listed, outcome, plan_line, requests_sent
from s3distversions.totals import Totals

V1 = Entry("key", "v1", "2014-01-01T00:00:00Z", False, "e", 3, "STANDARD", False)
V2 = V1._replace(version_id="v2")
M2 = Entry("key", "m2", "2014-01-02T00:00:00Z", True, None, None, None, False)
COPIED = Action(COPY, "overwritten since", V1, V2)
DELETED = Action(REMOVE_MARKERS, "deleted since", V1, M2, ("m2",))
CREATED = Action(ADD_MARKER, "created since", None, V2)


def totals(*lines):
    counted = Totals()
    for line in lines:
        counted.add(line)
    return counted


def counts(keys, existing, versions, markers):
    return {"keys": keys, "existing": existing, "versions": versions, "markers": markers}


def state(**changes):
    """Return what run.json says, as far as a summary needs it."""
    return {
        "restore_time": "2014-01-01T07:00:00Z",
        "began": "2014-03-01T00:00:00Z",
        "src": "s3://bucket/path",
        "dest": None,
        "listed": {**counts(1234, 1000, 5678, 90), "ranges": 5},
        "requests": {"ListObjectVersions": 7},
        **changes,
    }


PLAN = [
    plan_line("a", COPIED),
    plan_line("b", Action(COPY, "missing", V1, None)),
    plan_line("c", Action(COPY, "overwritten and deleted since", V1, M2, uncertain=True)),
    plan_line("d", DELETED),
    plan_line("e", CREATED),
    listed(0, KeyRange("p"), **counts(4, 3, 8, 2)),
    listed(5, KeyRange("q"), **counts(0, 0, 0, 0)),
    requests_sent({"ListObjectVersions": 3, "HeadObject": 1}),
    requests_sent({"ListObjectVersions": 2}),
    requests_sent({}),
    {"record": "of a later release", "range": 99, "requests": {"ListObjectVersions": 50}},
]
APPLIED = [
    outcome("a", COPIED, "done", version_id="v9", bytes=1_500_000),
    outcome("b", COPIED, "already", version_id="v8", bytes=7),
    outcome("c", COPIED, "changed", error="somebody wrote the key since the plan"),
    outcome("d", DELETED, "done"),
    outcome("e", CREATED, "failed", error="AccessDenied: no"),
    outcome("f", COPIED, "archived", error="InvalidObjectState"),
    requests_sent({"CopyObject": 3, "DeleteObjects": 1}),
]
