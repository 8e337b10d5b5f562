"""A run's life: planned, applied, applied again, kept here or on S3."""

import json
from pathlib import Path

import pytest

from tests.command import current_state
from tests.damaged_bucket import RESTORE, RUN, damage, entries, lines


@pytest.fixture
def damaged(s3):
    """What the bucket held before the damage."""
    return damage(s3)


def test_what_a_run_folder_holds(s3, damaged, command):
    """run.json, the plan, the outcomes and the summary, as users' own tools read them."""
    planned = command("plan", *RESTORE, *RUN)
    assert (planned.code, planned.writes) == (0, [])
    state = json.loads(Path("run/run.json").read_text())
    assert (state["src"], state["restore_time"], state["plan"]) == (
        "s3://mybucket/p",
        "2014-01-01T07:00:00Z",
        1,
    )
    assert Path("run/summary.json").exists() and not Path("run/restored").exists()
    assert json.loads(Path("run/summary.json").read_text())["outcomes"] is None

    restored = command("apply", "run", "--json", "--quiet")
    assert restored.code == 0
    summary = json.loads(Path("run/summary.json").read_text())
    assert summary == restored.summary
    assert summary["planned"] == {"copy": 10, "remove_markers": 10, "add_marker": 5}
    assert summary["outcomes"] == {"done": 25, "already": 0, "changed": 0, "archived": 0, "failed": 0}
    assert (summary["keys"], summary["versions"], summary["markers"]) == (35, 45, 10)
    assert summary["bytes_copied"] == 10 * len(b"then")
    # One copy more is tried with a condition that must fail. Ten markers, and five to be added, go in one request
    # each at the most.
    assert summary["requests"]["CopyObject"] == 11 and summary["requests"]["DeleteObjects"] <= 15
    plan = {line["key"]: line for line in lines("versions")}
    assert set(plan["p/00"]) == {"key", "action", "reason", "target", "current", "markers", "uncertain"}
    assert set(plan["p/00"]["target"]) == {
        *("version_id", "last_modified", "delete_marker", "etag", "size", "storage_class"),
    }
    assert plan["p/10"]["markers"] == [plan["p/10"]["current"]["version_id"]]
    histories = s3.dump("mybucket")["keys"]
    for outcome in lines("restored"):
        top = histories[outcome["key"]][0]
        if outcome["action"] != "remove_markers":
            assert outcome["version_id"] == top["version_id"]
    assert current_state(s3, "mybucket") == damaged


def test_applying_again_writes_nothing(s3, damaged, command):
    """The same RUN by apply and by the whole command: nothing is sent that could write."""
    assert command(*RESTORE, *RUN).code == 0
    held = entries(s3)
    for argv in (("apply", "run", "--json", "--quiet"), (*RESTORE, *RUN, "--json")):
        again = command(*argv)
        assert (again.code, again.writes) == (0, [])
        assert again.summary["outcomes"]["already"] == 25
        assert again.summary["bytes_copied"] == 0
    assert (entries(s3), current_state(s3, "mybucket")) == (held, damaged)


def test_lost_outcomes(s3, damaged, command):
    """An attempt whose outcomes are lost: what it wrote is found, and not written again."""
    assert command(*RESTORE, *RUN).code == 0
    held = entries(s3)
    state = json.loads(Path("run/run.json").read_text())
    Path("run/run.json").write_text(json.dumps({**state, "applied": []}))
    ended = command("apply", "run", "--json", "--quiet")
    assert ended.code == 0
    # Removing a marker that is gone is no write; its outcome cannot tell the first time from the second.
    assert ended.summary["outcomes"]["already"] == 15 and ended.summary["outcomes"]["done"] == 10
    assert (entries(s3), current_state(s3, "mybucket")) == (held, damaged)
    assert {line["version_id"] for line in lines("restored", 2) if line["action"] == "copy"} == {
        line["version_id"] for line in lines("restored", 1) if line["action"] == "copy"
    }


@pytest.mark.parametrize("runner", ["inline", "local"])
def test_a_run_on_s3(s3, damaged, command, runner):
    """Planned here, applied from a machine that has only the location; then again."""
    s3.create_bucket("runs")
    place = "s3://runs/of/today"
    planned = command("plan", *RESTORE, "--version-info-output", place, "--quiet", "-r", runner)
    assert planned.code == 0
    assert {request["bucket"] for request in planned.writes} == {"runs"}
    s3_options = ("--endpoint-url", s3.endpoint)
    assert command("apply", place, "--quiet", "-r", runner, *s3_options).code == 0
    assert current_state(s3, "mybucket") == damaged
    files = current_state(s3, "runs")
    names = {name.removeprefix("of/today/").split("/")[0].partition("-")[0] for name in files}
    assert names == {
        *("run.json", "_attempts", "ranges", "versions", "begun.json", "restored", "summary.json"),
    }
    again = command("apply", place, "--json", "--quiet", *s3_options)
    assert again.summary["outcomes"]["already"] == 25
    assert {request["bucket"] for request in again.writes} == {"runs"}
    other = command(*RESTORE[:2], "--restore-time", "2014-01-01T06:00:00Z", "--version-info-output", place)
    assert other.code == 2 and "holds another run" in other.err


def test_names_of_runs(damaged, command):
    """By default, and below a parent, after bucket and moment; a taken name gets a number."""
    for _ in range(2):
        assert command("plan", *RESTORE, "--quiet").code == 0
        assert command("plan", *RESTORE, "--quiet", "--version-info-output", "parent/").code == 0
    names = {str(path.parent) for path in Path().rglob("run.json")}
    stem = "mybucket-20140101T070000Z"
    assert names == {stem, f"{stem}-2", f"parent/{stem}", f"parent/{stem}-2"}


def test_planning_again_replaces_a_plan_that_was_not_applied(damaged, command):
    """The same command, the same folder: a fresh listing; once applied, the folder is closed."""
    assert command("plan", *RESTORE, *RUN).code == 0
    assert command("plan", *RESTORE, *RUN).code == 0
    assert json.loads(Path("run/run.json").read_text())["plan"] == 2
    assert command("apply", "run", "--quiet").code == 0
    closed = command("plan", *RESTORE, *RUN)
    assert closed.code == 2 and "is applied already" in closed.err
