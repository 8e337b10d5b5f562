"""What people are told about a run."""

from s3distversions.findings import not_attributed, wrong
from s3distversions.records import outcome
from s3distversions.report import is_complete, summary
from s3distversions.words import NAMES_SHOWN, for_people
from tests.reported_run import APPLIED, COPIED, PLAN, V1, V2, state, totals


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
        "  planned  nothing: no key needs a change\n"
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
    assert words.count(": no\n") == NAMES_SHOWN == 5
    assert "'4': no\n           ... the rest is in the run folder\n" in words
    assert "the rest" not in for_people(made, "run", 1, totals(*failed[:5]))


def test_a_finished_run_says_that_it_did_not_look():
    again = totals({**APPLIED[1], "looked_at": False})
    words = for_people(summary(state(), "", totals(*PLAN), again, []), "run", 1, again)
    assert words.endswith(
        "\nThis run was finished before; the bucket was not looked at. For its state now, begin a new run."
    )


def test_words_of_a_verification():
    """How many keys are wrong, the first of them and why, what comes next; and 100 of them in the summary."""
    done, listed = totals(outcome("a", COPIED, "done")), {"keys": 1234}
    right = totals()
    right.listed.update(listed)
    made = summary(state(), "2014-03-01T00:01:00Z", totals(*PLAN), done, [], right)
    assert made["verified"] == {"ended": "2014-03-01T00:01:00Z", "keys": 1234, "wrong": 0, "wrong_keys": []}
    assert is_complete(made)
    told = for_people(made, "run", 1, done)
    assert "  verified 1,234 keys looked at, 0 not as they should be\n" in told
    assert told.endswith("\nEvery key is as it should be.")
    damaged = totals(*(wrong(f"k{number}", "it is deleted", V1, V2) for number in range(101)))
    made = summary(state(), "", totals(*PLAN), done, [], damaged)
    assert (made["verified"]["wrong"], len(made["verified"]["wrong_keys"])) == (101, 100)
    assert made["verified"]["wrong_keys"][0] == {"key": "k0", "reason": "it is deleted"}
    assert not is_complete(made)
    told = for_people(made, "run", 1, done)
    assert told.count("': it is deleted\n") == NAMES_SHOWN
    assert told.endswith(
        "What is wrong was written since, or is not told apart: look at it, then begin a new run."
    )
    assert for_people(summary(state(), "", totals(*PLAN), None, [], damaged), "run", 1, None).endswith(
        "\n  s3distversions apply run"
    )


def test_words_of_an_undo():
    """Of which run it is, and which keys are not that run's."""
    of = state(kind="undo", undo_of="/runs/a run")
    plan = totals(*PLAN, *(not_attributed(f"k{number}", "somebody wrote it", "v9") for number in range(101)))
    made = summary(of, "", plan, totals(), [])
    assert (made["undo"]["of"], made["undo"]["left"], len(made["undo"]["left_keys"])) == (
        "/runs/a run",
        101,
        100,
    )
    assert made["undo"]["left_keys"][0] == {"key": "k0", "reason": "somebody wrote it"}
    assert not is_complete(made) and is_complete(summary(of, "", totals(*PLAN), totals(), []))
    told = for_people(made, "run", 1, totals())
    assert told.startswith("s3://bucket/path as it was before the run in /runs/a run\n")
    assert "  not ours 101 keys left alone\n           'k0': somebody wrote it\n" in told
    assert made["planned"] == {"copy": 3, "remove_markers": 1, "add_marker": 1}
