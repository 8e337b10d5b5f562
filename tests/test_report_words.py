"""What people are told about a run."""

from s3distversions import report
from s3distversions.records import outcome
from s3distversions.report import for_people, summary
from tests.reported_run import APPLIED, COPIED, PLAN, state, totals


def test_words_of_a_plan():
    made = summary(state(), "", totals(*PLAN), None, ["there is nothing under 1 of the prefixes: 'q'"])
    assert for_people(made, "/runs/a run", 4, None) == (
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
        "Nothing has been written. Read the plan (in versions/4), cut lines from it if you like, then:\n"
        "  s3distversions apply '/runs/a run'"
    )


def test_words_of_a_restore_that_left_something():
    applied = totals(*APPLIED)
    made = summary(state(dest="s3://other/there"), "", totals(*PLAN), applied, [])
    assert for_people(made, "run", 1, applied) == (
        "s3://bucket/path as it was at 2014-01-01T07:00:00Z, put to s3://other/there\n"
        "  found    1,234 keys with 5,678 versions and 90 delete markers\n"
        "  planned  3 versions to copy back\n"
        "           1 deleted key to bring back by removing delete markers\n"
        "           1 key to delete\n"
        "           1 of them marked uncertain: the listing cannot settle which version was there\n"
        "  done     3 keys, 1 of them by an earlier attempt; 1,500,000 bytes copied inside S3\n"
        "  left     1 failed\n"
        "           1 archived: their class has to be thawed before they can be read\n"
        "           1 written by somebody since the plan: left alone\n"
        "           'e': AccessDenied: no\n"
        "           'f': InvalidObjectState\n"
        "           'c': somebody wrote the key since the plan\n"
        "  cost     7 requests since the run began, about $0.00003 on AWS\n"
        "  run      run\n"
        "\n"
        "Does the role have the permissions that docs/permissions.md lists?\n"
        "To try again what was left, and only that:\n"
        "  s3distversions apply run"
    )


def test_words_where_nothing_had_to_be_done():
    made = summary(state(), "", totals(), None, [])
    assert for_people(made, "run", 1, None) == (
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
    applied = totals(outcome("a", COPIED, "done", bytes=3))
    made = summary(state(listed=None, requests={"CopyObject": 100}), "", None, applied, [])
    words = for_people(made, "run", None, applied)
    assert words == (
        "s3://bucket/path as it was at 2014-01-01T07:00:00Z\n"
        "  done     1 key; 3 bytes copied inside S3\n"
        "  cost     100 requests, about $0.00050 on AWS\n"
        "  run      run\n"
        "\n"
        "All done."
    )


def test_what_comes_next():
    assert for_people(summary(state(), "", totals(), totals(), []), "run", 1, totals()).endswith(
        "\nNothing had to be done."
    )
    changed = totals(APPLIED[0], APPLIED[2])
    words = for_people(summary(state(), "", totals(), changed, []), "run", 1, changed)
    assert words.endswith("look at them before you plan again.")
    for left in APPLIED[4], APPLIED[5]:
        applied = totals(APPLIED[2], left)
        words = for_people(summary(state(), "", totals(), applied, []), "it's here", 1, applied)
        assert words.endswith("""\n  s3distversions apply 'it'"'"'s here'""")


def test_a_few_examples_of_what_was_left_are_enough():
    failed = [outcome(f"{number}", COPIED, "failed", error="no") for number in range(7)]
    made = summary(state(), "", totals(), totals(*failed), [])
    words = for_people(made, "run", 1, totals(*failed))
    assert words.count(": no\n") == report.NAMES_SHOWN == 5
    assert "'4': no\n           ... the rest is in the run folder\n" in words
    assert "the rest" not in for_people(made, "run", 1, totals(*failed[:5]))


def test_a_finished_run_says_that_it_did_not_look():
    again = totals({**APPLIED[1], "looked_at": False})
    words = for_people(summary(state(), "", totals(*PLAN), again, []), "run", 1, again)
    assert words.endswith(
        "\nThis run was finished before; the bucket was not looked at. For its state now, begin a new run."
    )
