"""Runs that are undone: the bucket reads as before them, and what somebody else has written is left alone."""

import json
from pathlib import Path

import pytest

from tests.command import current_state, put
from tests.damaged_bucket import RESTORE, RUN, damage, entries, lines

QUIET = ("--quiet", "--json")


@pytest.fixture
def before(s3):
    """What a reader sees before the restore: the damage."""
    damage(s3)
    return current_state(s3, "mybucket")


def undo(command, run="run", to="undo", *more):
    """Undo a run into a folder."""
    return command("undo", run, "--version-info-output", to, *QUIET, *more)


def test_a_run_is_undone_and_done_again(s3, before, command):
    """Ten copies, ten markers removed, five added: each is put back; and the undo is undone like any run."""
    restored = command(*RESTORE, *RUN)
    assert restored.code == 0
    then = current_state(s3, "mybucket")
    undone = undo(command)
    assert undone.code == 0
    assert current_state(s3, "mybucket") == before
    assert undone.summary["planned"] == {"copy": 10, "remove_markers": 5, "add_marker": 10}
    assert undone.summary["outcomes"]["done"] == 25
    assert undone.summary["undo"] == {"of": str(Path("run").absolute()), "left": 0, "left_keys": []}
    assert (undone.summary["kind"], undone.summary["src"]) == ("undo", "s3://mybucket/p")
    assert all(each["bucket"] == "mybucket" for each in undone.requests)
    state = json.loads(Path("undo/run.json").read_text())
    assert state["undo_of"] == str(Path("run").absolute())
    assert state["restore_time"] == json.loads(Path("run/run.json").read_text())["began"]
    again = undo(command, "undo", "undo-of-undo")
    assert (again.code, again.summary["outcomes"]["done"]) == (0, 25)
    assert current_state(s3, "mybucket") == then


@pytest.mark.parametrize("verb", [("verify", "undo"), ("apply", "undo"), ("undo", "run")])
def test_nothing_is_left_to_undo(s3, before, command, verb):
    """After an undo a second one has nothing to do, and so have an apply and a verification of the first."""
    assert command(*RESTORE, *RUN).code == 0
    assert undo(command).code == 0
    held = entries(s3)
    again = command(*verb, *QUIET)
    assert (again.code, again.writes, entries(s3)) == (0, [], held)
    if verb[0] == "verify":
        assert again.summary["verified"]["keys"] == 25 and again.summary["verified"]["wrong"] == 0
        state = json.loads(Path("run/run.json").read_text())
        Path("run/run.json").write_text(json.dumps({**state, "began": "2014-01-01T00:00:00Z"}))
        other = command(*verb, "--quiet")
        assert other.code == 2 and "holds another run than the one that was undone" in other.err
    if verb[0] == "undo":
        assert not any(again.summary["planned"].values())


def test_a_plan_of_an_undo(s3, before, command):
    """--dry-run writes nothing; what it leaves is carried out by apply, and by the same command without it."""
    assert command(*RESTORE, *RUN).code == 0
    then = current_state(s3, "mybucket")
    planned = undo(command, "run", "undo", "--dry-run")
    assert (planned.code, planned.writes, current_state(s3, "mybucket")) == (0, [], then)
    assert len(lines("versions", folder="undo")) == 25
    wrong = command("verify", "undo", *QUIET)
    assert (wrong.code, wrong.writes) == (3, [])
    assert wrong.summary["verified"]["wrong"] == 25
    assert command("apply", "undo", "--quiet", "--verify").code == 0
    assert current_state(s3, "mybucket") == before


def test_what_somebody_else_wrote_is_left_alone_and_said(s3, before, command):
    """Between the run and its undo: an overwrite, a delete, a marker removed, a key put again: the rest is undone,
    these are named with a reason, and the exit code says so. A verification of the undo knows what was said."""
    assert command(*RESTORE, *RUN).code == 0
    client = s3.client()
    put(client, "p/00", b"foreign")  # was copied back
    client.delete_object(Bucket="mybucket", Key="p/01")  # was copied back
    put(client, "p/10", b"foreign")  # its marker was removed
    put(client, "p/30", b"foreign")  # was deleted
    client.delete_object(Bucket="mybucket", Key="p/31")  # was deleted, and is once more
    now = current_state(s3, "mybucket")
    undone = undo(command)
    assert undone.code == 3
    left = {"p/00", "p/01", "p/10", "p/30", "p/31"}
    assert undone.summary["undo"]["left"] == 5
    assert {each["key"] for each in undone.summary["undo"]["left_keys"]} == left
    assert all("somebody else" in each["reason"] for each in undone.summary["undo"]["left_keys"])
    assert undone.summary["outcomes"]["done"] == 20
    wanted = {**before, **{key: now[key] for key in left & now.keys()}}
    assert current_state(s3, "mybucket") == {
        key: wanted[key] for key in wanted if key not in left or key in now
    }
    told = command("apply", "undo", "--quiet")
    assert told.code == 3 and "5 keys left alone" in told.out and "'p/00': " in told.out
    assert command("verify", "undo", "--quiet").code == 0
    put(client, "p/02", b"foreign")  # after the undo
    verified = command("verify", "undo", *QUIET)
    assert (verified.code, [each["key"] for each in verified.summary["verified"]["wrong_keys"]]) == (
        3,
        ["p/02"],
    )


def test_what_reads_the_same_is_not_written(s3, before, command):
    """Somebody has put back a key by hand already; what was changed again into it is not told apart."""
    assert command(*RESTORE, *RUN).code == 0
    put(s3.client(), "p/00", b"now")
    undone = undo(command)
    assert (undone.code, undone.summary["outcomes"]["done"]) == (0, 24)
    assert current_state(s3, "mybucket") == before


@pytest.mark.parametrize("outcomes", [True, False])
def test_a_destination_is_undone(s3, before, command, outcomes):
    """What was there is there again, what was not is gone, also where the outcomes are lost; the source is not
    written."""
    s3.create_bucket("other")
    client = s3.client()
    for key in ("to/00", "to/31", "to/outside"):
        put(client, key, b"there", "other")
    there = current_state(s3, "other")
    assert command(*RESTORE, "--dest", "s3://other/to", *RUN).code == 0
    assert len(current_state(s3, "other")) == 31
    if not outcomes:
        state = json.loads(Path("run/run.json").read_text())
        Path("run/run.json").write_text(json.dumps({**state, "applied": []}))
    undone = undo(command)
    assert (undone.code, undone.summary["src"]) == (0, "s3://other/to")
    assert {each["bucket"] for each in undone.writes} == {"other"}
    assert current_state(s3, "other") == there and current_state(s3, "mybucket") == before
    assert undone.summary["planned"] == {"copy": 1, "remove_markers": 1, "add_marker": 29}


def test_a_destination_that_keeps_nothing(s3, before, command):
    """What was covered there is gone for good: refused, and nothing is written."""
    s3.create_bucket("plain", "")
    assert command(*RESTORE, "--dest", "s3://plain", "--overwrite", *RUN).code == 0
    undone = undo(command)
    assert (undone.code, undone.writes) == (1, [])
    assert "s3://plain keeps no versions" in undone.err and not Path("undo").exists()


def test_one_job_is_undone(s3, before, command):
    """It keeps no plan; the outcomes of all its attempts say what it did."""
    one_job = (*RESTORE, *RUN, "--one-job")
    assert command(*one_job).code == 0
    put(s3.client(), "p/00", b"foreign")
    assert command(*one_job).code == 0  # covers that again
    assert undo(command).code == 0
    assert current_state(s3, "mybucket") == {**before, "p/00": b"foreign"}


def test_an_undelete_is_undone(s3, before, command):
    """Deleted keys come back, and are deleted again."""
    undeleted = command("undelete", "--src", "s3://mybucket/p", *RUN[:2], *QUIET)
    assert (undeleted.code, undeleted.summary["planned"]["remove_markers"]) == (0, 10)
    assert len(current_state(s3, "mybucket")) == 35
    assert undo(command).code == 0
    assert current_state(s3, "mybucket") == before


def test_under_mfa_delete_by_copy(s3, before, command):
    """The markers that the run added cannot be removed: what they hide is copied on top, and that is said."""
    assert command(*RESTORE, *RUN).code == 0
    s3.create_bucket("mybucket", mfa_delete=True)
    undone = undo(command, "run", "undo")
    assert (undone.code, undone.summary["planned"]["copy"]) == (0, 15)
    assert any("MFA" in warning for warning in undone.summary["warnings"])
    assert current_state(s3, "mybucket") == before


def test_where_nothing_can_tell(s3, command):
    """An upload in parts: what the undo has put back it knows by the version id. A second undo of the run does not,
    says so, and writes nothing."""
    in_parts = {"key": "p/a", "parts": [4], "checksum": "CRC32", "checksum_type": "COMPOSITE"}
    for second, content in enumerate(("then", "now!")):
        when = f"2014-01-01T07:00:0{second}Z"
        s3.load("mybucket", [{**in_parts, "content": content, "last_modified": when}])
    s3.set_clock("2014-01-01T07:00:02Z")
    assert command(*RESTORE, *RUN).code == 0
    assert undo(command).code == 0
    assert current_state(s3, "mybucket") == {"p/a": b"now!"}
    assert command("verify", "undo", "--quiet").code == 0
    again = undo(command, "run", "again")
    assert (again.code, again.writes) == (3, [])
    assert "nothing tells" in again.summary["undo"]["left_keys"][0]["reason"]
    s3.load("mybucket", [{**in_parts, "content": "else", "last_modified": "2014-01-01T07:00:03Z"}])
    assert command("verify", "undo", "--quiet").code == 3


def test_a_folder_on_s3(s3, before, command):
    """Both runs are kept there; the undo finds the one that it undoes by its place."""
    s3.create_bucket("runs")
    place, endpoint = "s3://runs/of/", ("--endpoint-url", s3.endpoint)
    assert command(*RESTORE, "--version-info-output", place + "run", "--quiet").code == 0
    assert undo(command, place + "run", place + "undo", *endpoint).code == 0
    assert current_state(s3, "mybucket") == before
    assert command("verify", place + "undo", "--quiet", *endpoint).code == 0


@pytest.mark.parametrize("found", ["nothing", "a plan", "a killed job", "another run", "another undo"])
def test_what_cannot_be_undone(s3, before, command, found):
    """Bad usage, and nothing is written: no run, nothing applied, no journal, a folder that is taken."""
    words = {
        "nothing": "holds no run",
        "a plan": "was never applied",
        "a killed job": "keeps no journal",
        "another run": "holds another run",
        "another undo": "holds another run",
    }
    if found == "a plan":
        assert command("plan", *RESTORE, *RUN).code == 0
    elif found != "nothing":
        assert command(*RESTORE, *RUN, *(["--one-job"] if found == "a killed job" else [])).code == 0
    if found == "a killed job":
        Path("run/restored/2").mkdir()
    if found == "another run":
        assert command("plan", *RESTORE, "--version-info-output", "undo", "--quiet").code == 0
    if found == "another undo":
        put(s3.client(), "p/00", b"now")
        assert command(*RESTORE, "--version-info-output", "third", "--quiet").code == 0
        assert undo(command, "third", "undo", "--dry-run").code == 0
    ended = undo(command)
    assert (ended.code, ended.writes) == (2, [])
    assert words[found] in ended.err


def test_guards_of_an_undo(s3, before, command):
    """It deletes what the run brought back: --max-delete stops it."""
    assert command(*RESTORE, *RUN).code == 0
    then = current_state(s3, "mybucket")
    stopped = undo(command, "run", "undo", "--max-delete", "9")
    assert (stopped.code, stopped.changes, current_state(s3, "mybucket")) == (1, [], then)
    assert command("apply", "undo", "--quiet", "--max-delete", "50%").code == 0
    assert current_state(s3, "mybucket") == before
