"""What the lines of a run add up to."""

import pytest

from s3distversions.model import ACTIONS, ADD_MARKER, COPY, REMOVE_MARKERS, STATUSES, KeyRange
from s3distversions.records import listed, outcome
from s3distversions.report import is_complete, summary
from s3distversions.words import nothing_there
from tests.reported_run import APPLIED, COPIED, PLAN, counts, state, totals


def test_totals_of_a_plan():
    plan = totals(*PLAN)
    assert plan.planned == {COPY: 3, REMOVE_MARKERS: 1, ADD_MARKER: 1}
    assert plan.covering == 3  # a copy over a version, one over a marker, and a delete
    assert plan.uncertain == 1
    assert plan.ranges == {0, 5}
    assert plan.listed == counts(4, 3, 8, 2) | {"archived_keys": 0, "archived_bytes": 0}
    assert plan.empty_prefixes == ["q"]
    assert plan.requests == {"ListObjectVersions": 5, "HeadObject": 1}
    assert plan.outcomes == {}


def test_totals_of_outcomes():
    applied = totals(*APPLIED)
    assert applied.outcomes == {"done": 2, "already": 1, "changed": 1, "failed": 1, "archived": 1}
    assert applied.bytes_copied == 1_500_000  # not what an earlier attempt copied
    assert sorted(line["key"] for line in applied.not_done) == ["c", "e", "f"]
    assert applied.requests == {"CopyObject": 3, "DeleteObjects": 1}
    assert applied.planned == {} and applied.ranges == set()


def test_totals_of_mixed_lines():
    """--one-job has the records of ranges and the outcomes in one output."""
    mixed = totals(*PLAN, *APPLIED)
    assert mixed.requests == {"ListObjectVersions": 5, "HeadObject": 1, "CopyObject": 3, "DeleteObjects": 1}
    assert (sum(mixed.planned.values()), sum(mixed.outcomes.values())) == (5, 6)
    assert mixed.listed["versions"] == 8


def test_totals_hold_the_first_lines_only():
    applied = totals(*(outcome(f"{number}", COPIED, "failed", error="no") for number in range(1000)))
    assert applied.outcomes == {"failed": 1000}
    assert [line["key"] for line in applied.not_done] == [f"{number}" for number in range(100)]


def empty_prefixes(listed, is_filtered=False):
    return nothing_there(listed, "s3://bucket", True, is_filtered)


def test_empty_prefixes():
    assert empty_prefixes(totals()) == []
    some = totals(*(listed(0, KeyRange(prefix), **counts(0, 0, 0, 0)) for prefix in "ba"))
    assert empty_prefixes(some) == ["there is nothing under 2 of the prefixes: 'a', 'b'"]
    filtered = "there is nothing that passes the filters under 2 of the prefixes: 'a', 'b'"
    assert empty_prefixes(some, is_filtered=True) == [filtered]
    many = totals(*(listed(0, KeyRange(f"{each}"), **counts(0, 0, 0, 0)) for each in range(1000, 2200)))
    names = "'1000', '1001', '1002', '1003', '1004', ..."
    assert empty_prefixes(many) == [f"there is nothing under 1,200 of the prefixes: {names}"]


def test_a_prefix_in_several_ranges_is_empty_if_all_are():
    some = totals(
        *(listed(number, KeyRange("a"), **counts(keys, 0, 0, 0)) for number, keys in enumerate([0, 1, 0]))
    )
    assert empty_prefixes(some) == []


def test_nothing_at_all():
    nothing = totals(listed(0, KeyRange("p/"), **counts(0, 0, 0, 0)))
    said = "there is nothing in 's3://bucket/p', and nothing was there; is it spelt right?"
    assert nothing_there(nothing, "s3://bucket/p", False, False) == [said]
    said = said.replace("nothing", "nothing that passes the filters", 1)
    assert nothing_there(nothing, "s3://bucket/p", False, True) == [said]
    assert nothing_there(totals(*PLAN), "s3://bucket/p", False, False) == []


def test_summary_of_a_restore():
    made = summary(
        state(dest="s3://other"), "2014-03-01T00:01:00Z", totals(*PLAN), totals(*APPLIED), ["a warning"]
    )
    assert sorted(made.pop("failed_keys")) == ["c", "e", "f"]
    assert {name: made[name] for name in made if name not in ("requests", "estimated_usd")} == {
        "kind": "restore",
        "restore_time": "2014-01-01T07:00:00Z",
        "began": "2014-03-01T00:00:00Z",
        "ended": "2014-03-01T00:01:00Z",
        "src": "s3://bucket/path",
        "dest": "s3://other",
        "keys": 1234,
        "versions": 5678,
        "markers": 90,
        "ranges": 5,
        "planned": {COPY: 3, REMOVE_MARKERS: 1, ADD_MARKER: 1},
        "outcomes": {"done": 2, "already": 1, "changed": 1, "archived": 1, "failed": 1},
        "uncertain": 1,
        "untold": 0,
        "archived": None,
        "bytes_copied": 1_500_000,
        "copied_twice": 0,
        "verified": None,
        "undo": None,
        "warnings": ["a warning"],
    }
    assert made["requests"] == {"ListObjectVersions": 7}
    assert made["estimated_usd"] == pytest.approx(7 * 0.005 / 1000)


def test_nothing_found_is_zero():
    made = summary(state(listed=counts(0, 0, 0, 0), requests={}), "", totals(), totals(), [])
    assert made["planned"] == dict.fromkeys(ACTIONS, 0)
    assert made["outcomes"] == dict.fromkeys(STATUSES, 0)
    unchanged = ("keys", "versions", "markers", "uncertain", "bytes_copied", "estimated_usd")
    assert {made[name] for name in unchanged} == {0}
    assert made["failed_keys"] == []


def test_what_is_not_known_is_null():
    planned_only = summary(state(), "", totals(*PLAN), None, [])
    assert planned_only["outcomes"] is None and planned_only["bytes_copied"] is None
    assert planned_only["planned"] and planned_only["uncertain"] == 1
    no_plan_kept = summary(state(listed=None), "", None, totals(*APPLIED), [])
    unknown = ("keys", "versions", "markers", "ranges", "planned", "uncertain")
    assert [no_plan_kept[name] for name in unknown] == [None] * 6
    of_an_earlier_release = summary(state(listed=counts(1, 1, 1, 0)), "", totals(), None, [])
    assert of_an_earlier_release["ranges"] is None and of_an_earlier_release["keys"] == 1
    assert no_plan_kept["outcomes"]["done"] == 2


def test_what_failed_is_named_also_when_more_was_merely_left():
    changed = (outcome(f"{number}", COPIED, "changed", error="somebody") for number in range(100))
    applied = totals(*changed, outcome("broken", COPIED, "failed", error="AccessDenied: no"))
    assert "broken" in summary(state(), "", totals(), applied, [])["failed_keys"]


@pytest.mark.parametrize(
    "operation, per_1000",
    [
        ("ListObjectVersions", 0.005),
        ("CopyObject", 0.005),
        ("HeadObject", 0.0004),
        ("DeleteObject", 0),
        ("DeleteObjects", 0),
    ],
)
def test_estimated_cost(operation, per_1000):
    made = summary(state(listed=None, requests={operation: 5_000_000}), "", None, totals(), [])
    assert made["estimated_usd"] == pytest.approx(5_000 * per_1000)


def test_is_complete():
    assert is_complete(summary(state(), "", totals(*PLAN), None, []))
    assert is_complete(summary(state(), "", totals(), totals(), []))
    assert is_complete(summary(state(), "", totals(), totals(*APPLIED[:2]), []))
    for left in APPLIED[2], APPLIED[4], APPLIED[5]:
        assert not is_complete(summary(state(), "", totals(), totals(APPLIED[0], left), []))
