"""What the lines of a run add up to, and what people are told about it."""

import pytest

from s3distversions import report
from s3distversions.model import ACTIONS, ADD_MARKER, COPY, REMOVE_MARKERS, STATUSES, Action, Entry, KeyRange
from s3distversions.records import listed, outcome, plan_line, requests_sent
from s3distversions.report import Totals, empty_prefixes, for_people, is_complete, summary

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
        "listed": {**counts(1234, 1000, 5678, 90), "requests": {"ListObjectVersions": 7}},
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


def test_totals_of_a_plan():
    plan = totals(*PLAN)
    assert plan.planned == {COPY: 3, REMOVE_MARKERS: 1, ADD_MARKER: 1}
    assert plan.covering == 2  # a copy over a version, and a delete
    assert plan.uncertain == 1
    assert plan.ranges == {0, 5}
    assert plan.listed == counts(4, 3, 8, 2)
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


def test_empty_prefixes():
    assert empty_prefixes(totals()) == []
    some = totals(*(listed(0, KeyRange(prefix), **counts(0, 0, 0, 0)) for prefix in "ba"))
    assert empty_prefixes(some) == ["there is nothing under 2 of the prefixes: 'a', 'b'"]
    many = totals(*(listed(0, KeyRange(f"{each}"), **counts(0, 0, 0, 0)) for each in range(1000, 2200)))
    names = "'1000', '1001', '1002', '1003', '1004', ..."
    assert empty_prefixes(many) == [f"there is nothing under 1,200 of the prefixes: {names}"]


def test_summary_of_a_restore():
    made = summary(
        state(dest="s3://other"), "2014-03-01T00:01:00Z", totals(*PLAN), totals(*APPLIED), ["a warning"]
    )
    assert sorted(made.pop("failed_keys")) == ["c", "e", "f"]
    assert {name: made[name] for name in made if name not in ("requests", "estimated_usd")} == {
        "restore_time": "2014-01-01T07:00:00Z",
        "began": "2014-03-01T00:00:00Z",
        "ended": "2014-03-01T00:01:00Z",
        "src": "s3://bucket/path",
        "dest": "s3://other",
        "keys": 1234,
        "versions": 5678,
        "markers": 90,
        "planned": {COPY: 3, REMOVE_MARKERS: 1, ADD_MARKER: 1},
        "outcomes": {"done": 2, "already": 1, "changed": 1, "archived": 1, "failed": 1},
        "uncertain": 1,
        "bytes_copied": 1_500_000,
        "warnings": ["a warning"],
    }
    assert made["requests"] == {"CopyObject": 3, "DeleteObjects": 1, "ListObjectVersions": 7}
    assert made["estimated_usd"] == pytest.approx(10 * 0.005 / 1000)


def test_nothing_found_is_zero():
    made = summary(state(listed={**counts(0, 0, 0, 0), "requests": {}}), "", totals(), totals(), [])
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
    unknown = ("keys", "versions", "markers", "planned", "uncertain")
    assert [no_plan_kept[name] for name in unknown] == [None] * 5
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
    made = summary(state(listed=None), "", None, totals(requests_sent({operation: 5_000_000})), [])
    assert made["estimated_usd"] == pytest.approx(5_000 * per_1000)


def test_is_complete():
    assert is_complete(summary(state(), "", totals(*PLAN), None, []))
    assert is_complete(summary(state(), "", totals(), totals(), []))
    assert is_complete(summary(state(), "", totals(), totals(*APPLIED[:2]), []))
    for left in APPLIED[2], APPLIED[4], APPLIED[5]:
        assert not is_complete(summary(state(), "", totals(), totals(APPLIED[0], left), []))


# --- words ---


def test_words_of_a_plan():
    made = summary(state(), "", totals(*PLAN), None, ["there is nothing under 1 of the prefixes: 'q'"])
    assert for_people(made, "/runs/a run", []) == (
        "s3://bucket/path as it was at 2014-01-01T07:00:00Z\n"
        "  found    1,234 keys with 5,678 versions and 90 delete markers\n"
        "  planned  3 versions to copy back\n"
        "           1 deleted key to bring back by removing delete markers\n"
        "           1 key to delete\n"
        "           1 of them marked uncertain: the listing cannot settle which version was there\n"
        "  cost     7 requests, about $0.00003 on AWS\n"
        "  warning  there is nothing under 1 of the prefixes: 'q'\n"
        "  run      /runs/a run\n"
        "\n"
        "Nothing has been written. Read the plan (in versions/), cut lines from it if you like, then:\n"
        "  s3distversions apply '/runs/a run'"
    )


def test_words_of_a_restore_that_left_something():
    made = summary(state(dest="s3://other/there"), "", totals(*PLAN), totals(*APPLIED), [])
    assert for_people(made, "run", [APPLIED[2], APPLIED[4], APPLIED[5]]) == (
        "s3://bucket/path as it was at 2014-01-01T07:00:00Z, put to s3://other/there\n"
        "  found    1,234 keys with 5,678 versions and 90 delete markers\n"
        "  planned  3 versions to copy back\n"
        "           1 deleted key to bring back by removing delete markers\n"
        "           1 key to delete\n"
        "           1 of them marked uncertain: the listing cannot settle which version was there\n"
        "  done     3 keys, 1 of them by an earlier attempt; 1,500,000 bytes copied inside S3\n"
        "  left     1 written by somebody since the plan: left alone\n"
        "           1 archived: their class has to be thawed before they can be read\n"
        "           1 failed\n"
        "           'c': somebody wrote the key since the plan\n"
        "           'e': AccessDenied: no\n"
        "           'f': InvalidObjectState\n"
        "  cost     11 requests since the run began, about $0.00005 on AWS\n"
        "  run      run\n"
        "\n"
        "To try again what was left, and only that:\n"
        "  s3distversions apply run"
    )


def test_words_where_nothing_had_to_be_done():
    made = summary(state(), "", totals(), None, [])
    assert for_people(made, "run", []) == (
        "s3://bucket/path as it was at 2014-01-01T07:00:00Z\n"
        "  found    1,234 keys with 5,678 versions and 90 delete markers\n"
        "  planned  nothing: every key is as it was\n"
        "  cost     7 requests, about $0.00003 on AWS\n"
        "  run      run\n"
        "\n"
        "Nothing has to be done, and nothing has been written."
    )


def test_words_of_one_job():
    """No plan is kept, so nothing is said of one."""
    applied = totals(outcome("a", COPIED, "done", bytes=3), requests_sent({"CopyObject": 100}))
    words = for_people(summary(state(listed=None), "", None, applied, []), "run", [])
    assert words == (
        "s3://bucket/path as it was at 2014-01-01T07:00:00Z\n"
        "  done     1 key; 3 bytes copied inside S3\n"
        "  cost     100 requests, about $0.00050 on AWS\n"
        "  run      run\n"
        "\n"
        "All done."
    )


def test_what_comes_next():
    assert for_people(summary(state(), "", totals(), totals(), []), "run", []).endswith(
        "\nNothing had to be done."
    )
    changed = totals(APPLIED[0], APPLIED[2])
    words = for_people(summary(state(), "", totals(), changed, []), "run", changed.not_done)
    assert words.endswith("look at them before you plan again.")
    for left in APPLIED[4], APPLIED[5]:
        applied = totals(APPLIED[2], left)
        words = for_people(summary(state(), "", totals(), applied, []), "it's here", applied.not_done)
        assert words.endswith("""\n  s3distversions apply 'it'"'"'s here'""")


def test_a_few_examples_of_what_was_left_are_enough():
    failed = [outcome(f"{number}", COPIED, "failed", error="no") for number in range(7)]
    made = summary(state(), "", totals(), totals(*failed), [])
    words = for_people(made, "run", failed)
    assert words.count(": no\n") == report.NAMES_SHOWN == 5
    assert "'4': no\n           ... the rest is in the run folder\n" in words
    assert "the rest" not in for_people(made, "run", failed[:5])
