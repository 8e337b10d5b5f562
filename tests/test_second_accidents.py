"""Accidents that a restore could cause, or hide: each was seen once, and is not seen again."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from s3distversions import applying, cli, prepare
from tests.command import current_state, put

T = "2014-01-01T07:00:00Z"
RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T)
RUN = ("--version-info-output", "run", "--quiet")


@pytest.fixture
def client(s3):
    """A client; there are s3://mybucket and s3://elsewhere, versioned, and the clock stands at T."""
    s3.create_bucket("mybucket")
    s3.create_bucket("elsewhere")
    s3.set_clock(T)
    return s3.client()


def overwrite(s3, client, *keys):
    """Put keys at T, and again a second later."""
    for key in keys:
        put(client, key)
    s3.tick()
    for key in keys:
        put(client, key, b"now")
    s3.tick()


@pytest.mark.parametrize("place", ["runs/", "s3://runs/day/"])
def test_two_commands_that_begin_at_the_same_time(s3, client, command, monkeypatch, place):
    """Each gets a folder of its own, and none writes what the other was asked for."""
    s3.create_bucket("runs")
    overwrite(s3, client, "p/a", "q/a")
    look = prepare.preflight.look
    ended = []

    def meanwhile(*arguments):
        monkeypatch.setattr(prepare.preflight, "look", look)
        other = ("--src", "s3://mybucket/q", "--restore-time", T, "--dest", "s3://elsewhere")
        ended.append(command(*other, "--version-info-output", place, "--quiet"))
        return look(*arguments)

    monkeypatch.setattr(prepare.preflight, "look", meanwhile)
    ended.append(command(*RESTORE, "--version-info-output", place, "--quiet"))
    assert [each.code for each in ended] == [0, 0], ended
    assert current_state(s3, "mybucket") == {"p/a": b"then", "q/a": b"now"}
    assert current_state(s3, "elsewhere") == {"a": b"then"}


def test_a_command_that_finds_its_folder_taken_meanwhile(s3, client, command, monkeypatch):
    """Named by the user, there is no other folder to take: it is another run's."""
    overwrite(s3, client, "p/a")
    look = prepare.preflight.look

    def meanwhile(*arguments):
        monkeypatch.setattr(prepare.preflight, "look", look)
        assert command(*RESTORE, "--dest", "s3://elsewhere", *RUN).code == 0
        return look(*arguments)

    monkeypatch.setattr(prepare.preflight, "look", meanwhile)
    ended = command(*RESTORE, *RUN)
    assert ended.code == 2 and "holds another run" in ended.err
    assert current_state(s3, "mybucket") == {"p/a": b"now"}


def test_a_source_that_was_replaced_is_not_copied(s3, client, command):
    """In a suspended source the entry `null` can be replaced after the plan: it is not what stood there at T."""
    client.put_bucket_versioning(Bucket="mybucket", VersioningConfiguration={"Status": "Suspended"})
    put(client, "p/a")
    to_elsewhere = (*RESTORE, "--dest", "s3://elsewhere")
    assert command("plan", *to_elsewhere, *RUN).code == 0
    s3.tick()
    put(client, "p/a", b"after T")
    ended = command("apply", "run", "--quiet")
    assert ended.code == 3 and current_state(s3, "elsewhere") == {}


@pytest.mark.parametrize("second", [["plan"], []])
def test_one_job_and_a_plan_do_not_share_a_run(s3, client, command, second):
    """An undo looks at the one or at the other: refused before anything is listed or written."""
    overwrite(s3, client, "p/a", "p/b")
    assert command(*RESTORE, *RUN, "--one-job").code == 0
    put(client, "p/a", b"again")
    ended = command(*second, *RESTORE, *RUN)
    assert (ended.code, ended.writes) == (2, [])
    assert "the run in run is applied already" in ended.err
    assert command(*RESTORE, *RUN, "--one-job").code == 0  # that may be repeated
    assert current_state(s3, "mybucket") == {"p/a": b"then", "p/b": b"then"}
    assert command("undo", "run", "--quiet").code == 0
    assert current_state(s3, "mybucket") == {"p/a": b"again", "p/b": b"now"}  # what it covered


def test_one_job_where_there_is_a_plan(s3, client, command):
    """It would restore what the plan does not hold; applied or not."""
    overwrite(s3, client, "p/a")
    assert command("plan", *RESTORE, *RUN).code == 0
    for _ in range(2):
        ended = command(*RESTORE, *RUN, "--one-job")
        assert (ended.code, ended.writes) == (2, [])
        assert "the run in run has a plan, of which one job would know nothing" in ended.err
        assert command("apply", "run").code == 0


def test_a_plan_that_is_gone(s3, client, command):
    """Once its bucket is written, no other plan takes its place."""
    overwrite(s3, client, "p/a")
    assert command(*RESTORE, *RUN).code == 0
    shutil.rmtree("run/versions")
    ended = command(*RESTORE, *RUN)
    assert (ended.code, ended.writes) == (2, []) and "is applied already" in ended.err


def test_backups_of_editors_do_not_count(s3, client, command):
    """A plan cut by `sed -i.bak` has its old lines in another file: refused, rather than carried out."""
    overwrite(s3, client, "p/a", "p/b")
    assert command("plan", *RESTORE, *RUN).code == 0
    part = next(path for path in Path("run/versions/1").iterdir() if '"p/a"' in path.read_text())
    shutil.copy(part, f"{part}.bak")
    part.write_text("")
    ended = command("apply", "run", "--quiet")
    assert (ended.code, ended.writes) == (2, [])
    assert f"holds '{part.name}.bak', which is no part of a plan" in ended.err


def test_a_thawed_version_comes_back_readable(s3, client, command):
    """As STANDARD: in its own class the copy would be archived again. And then it counts as right."""
    put(client, "p/a", StorageClass="DEEP_ARCHIVE")
    s3.tick()
    version = client.list_object_versions(Bucket="mybucket")["Versions"][0]["VersionId"]
    put(client, "p/a", b"now")
    client.restore_object(Bucket="mybucket", Key="p/a", VersionId=version, RestoreRequest={"Days": 1})
    assert command(*RESTORE, "--quiet").code == 0
    assert client.get_object(Bucket="mybucket", Key="p/a")["Body"].read() == b"then"
    again = command(*RESTORE, "--quiet")
    assert (again.code, again.writes) == (0, [])


def test_a_run_folder_on_s3_writes_no_files_elsewhere(s3, client, command, tmp_path):
    """Names of objects are anything; those of parts are files of the run, or nothing."""
    s3.create_bucket("runs")
    overwrite(s3, client, "p/a")
    place = "s3://runs/x"
    assert command("plan", *RESTORE, "--version-info-output", place, "--quiet").code == 0
    for name in (f"/{tmp_path}/EVIL", "../EVIL", "EVIL/x", "n" * 300, ".."):
        put(client, f"x/versions/1/{name}", b"evil", "runs")
    s3.clear_requests()
    ended = command("apply", place, "--quiet", "--endpoint-url", s3.endpoint)
    assert ended.code == 0 and current_state(s3, "mybucket") == {"p/a": b"then"}
    assert not list(tmp_path.rglob("EVIL"))


def test_a_source_taken_for_a_run_is_not_downloaded(s3, client, command):
    """One look is enough to see that there is no run."""
    for number in range(30):
        put(client, f"p/{number}")
    ended = command("apply", "s3://mybucket/p", "--quiet", "--endpoint-url", s3.endpoint)
    assert ended.code == 2 and len(ended.requests) <= 2


def test_what_was_uploaded_in_parts_is_found_done(s3, client, command):
    """The ETag of a copy is another: that it stands directly above what the plan saw decides."""
    s3.load(
        "mybucket",
        [
            {"key": "p/a", "last_modified": T, "etag": "a" * 32 + "-2", "size": 100},
            {"key": "p/a", "last_modified": "2014-01-01T07:00:01Z", "content": "now"},
        ],
    )
    assert command(*RESTORE, *RUN).code == 0
    state = json.loads(Path("run/run.json").read_text())
    Path("run/run.json").write_text(json.dumps({**state, "applied": []}))
    ended = command("apply", "run", "--quiet", "--json")
    assert (ended.code, ended.summary["outcomes"]["already"]) == (0, 1)
    assert len(s3.dump("mybucket")["keys"]["p/a"]) == 3


def test_a_suspended_destination_and_what_lies_below_a_marker(s3, client, command):
    """A copy there replaces the entry `null`, also where a marker hides it: only with --overwrite."""
    put(client, "p/a")
    s3.create_bucket("there", "Suspended")
    put(client, "a", b"null", "there")
    client.put_bucket_versioning(Bucket="there", VersioningConfiguration={"Status": "Enabled"})
    client.delete_object(Bucket="there", Key="a")
    client.put_bucket_versioning(Bucket="there", VersioningConfiguration={"Status": "Suspended"})
    ended = command(*RESTORE, "--dest", "s3://there", "--quiet")
    assert (ended.code, ended.writes) == (1, [])


def test_the_same_bytes_with_other_metadata_are_not_ours(s3, client, command):
    """Somebody uploads T's bytes with metadata of their own after the plan: that is a change."""
    overwrite(s3, client, "p/a")
    assert command("plan", *RESTORE, *RUN).code == 0
    put(client, "p/a", b"then", Metadata={"of": "somebody"})
    ended = command("apply", "run", "--quiet", "--json")
    assert (ended.code, ended.summary["outcomes"]["changed"]) == (3, 1)


def test_a_null_marker_that_became_a_version(s3, client, command):
    """What is removed by its id is a delete marker, or it is not removed."""
    put(client, "p/a")
    s3.tick()
    client.put_bucket_versioning(Bucket="mybucket", VersioningConfiguration={"Status": "Suspended"})
    client.delete_object(Bucket="mybucket", Key="p/a")
    client.put_bucket_versioning(Bucket="mybucket", VersioningConfiguration={"Status": "Enabled"})
    assert command("plan", *RESTORE, *RUN).code == 0
    client.put_bucket_versioning(Bucket="mybucket", VersioningConfiguration={"Status": "Suspended"})
    put(client, "p/a", b"somebody's")
    client.put_bucket_versioning(Bucket="mybucket", VersioningConfiguration={"Status": "Enabled"})
    ended = command("apply", "run", "--quiet", "--json")
    assert (ended.code, ended.summary["outcomes"]["changed"]) == (3, 1)
    assert current_state(s3, "mybucket") == {"p/a": b"somebody's"}


def test_an_edited_list_of_markers_removes_no_version(s3, client, command):
    """A version's id among those of the markers."""
    old = put(client, "p/a", b"old")["VersionId"]
    put(client, "p/a")
    s3.tick()
    client.delete_object(Bucket="mybucket", Key="p/a")
    assert command("plan", *RESTORE, *RUN).code == 0
    for part in Path("run/versions/1").glob("part-*"):
        lines = [json.loads(line) for line in part.read_text().splitlines()]
        for line in lines:
            if "key" in line:
                line["markers"].append(old)
        part.write_text("".join(json.dumps(line) + "\n" for line in lines))
    ended = command("apply", "run", "--quiet")
    assert (ended.code, ended.writes) == (3, [])


def test_a_finished_run_does_not_claim_to_have_looked(s3, client, command):
    """It says that it was finished before, and what to do."""
    overwrite(s3, client, "p/a")
    assert command(*RESTORE, *RUN).code == 0
    put(client, "p/a", b"a second accident")
    ended = command(*RESTORE, "--version-info-output", "run", "--no-progress")
    assert "is taken up: what happened since then is not in its plan" in ended.err
    assert ended.out.splitlines()[-1].startswith(
        "This run was finished before; the bucket was not looked at."
    )


def test_the_same_line_twice(s3, client, command):
    """Carried out once, and nothing is missed."""
    overwrite(s3, client, "p/a")
    assert command("plan", *RESTORE, *RUN).code == 0
    for part in Path("run/versions/1").glob("part-*"):
        part.write_text(part.read_text() * 2)
    ended = command("apply", "run", "--quiet", "--json")
    assert (ended.code, ended.summary["outcomes"]["done"]) == (0, 1)


def test_an_outcome_among_the_lines_of_a_plan(s3, client, command):
    """It would make its key count as done."""
    overwrite(s3, client, "p/a")
    assert command(*RESTORE, *RUN).code == 0
    outcomes = "".join(part.read_text() for part in Path("run/restored/1").glob("part-*"))
    part = next(Path("run/versions/1").glob("part-*"))
    part.write_text(part.read_text() + outcomes)
    ended = command("apply", "run", "--quiet")
    assert (ended.code, ended.writes) == (2, [])
    assert "the plan holds an outcome, of 'p/a'" in ended.err


def test_no_new_plan_where_an_apply_was_killed(s3, client, command, monkeypatch):
    """The old plan is the only record of what the killed apply has written."""
    overwrite(s3, client, "p/a")
    with monkeypatch.context() as context:
        context.setattr(applying, "check_outcomes", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert command(*RESTORE, *RUN).code == 130
    ended = command("plan", *RESTORE, *RUN)
    assert ended.code == 2 and "is applied already" in ended.err


def test_deletes_where_nothing_is_kept_are_found_done(s3, client, command):
    """An unversioned destination, and lost outcomes: what is gone is as it should be."""
    s3.create_bucket("plain", "")
    put(client, "p/a")
    client.delete_object(Bucket="mybucket", Key="p/b")
    put(client, "a", b"to be covered", "plain")
    put(client, "b", b"to be deleted", "plain")
    to_plain = (*RESTORE, "--dest", "s3://plain", "--delete", "--overwrite", *RUN)
    assert command(*to_plain).code == 0
    state = json.loads(Path("run/run.json").read_text())
    Path("run/run.json").write_text(json.dumps({**state, "applied": []}))
    ended = command("apply", "run", "--quiet", "--json")
    assert (ended.code, ended.summary["outcomes"]["already"]) == (0, 2)
    assert current_state(s3, "plain") == {"a": b"then"}


def test_requests_add_up_over_the_attempts(s3, client, command):
    """The cost is that of the run, however often it was taken up."""
    overwrite(s3, client, "p/a", "p/b")
    first = command(*RESTORE, *RUN, "--json").summary["requests"]
    again = command("apply", "run", "--quiet", "--json").summary["requests"]
    # One of them is tried with a condition that must fail.
    assert first["CopyObject"] == again["CopyObject"] == 3
    assert again["GetBucketVersioning"] > first["GetBucketVersioning"]


def test_a_defect_is_told_in_two_lines(command, monkeypatch):
    """Whatever happens: no traceback on the terminal."""
    monkeypatch.setattr(cli, "run", lambda *_: 1 / 0)
    ended = command()
    assert ended.code == 1
    error, hint = ended.err.splitlines()
    assert error == "s3distversions: error: ZeroDivisionError: division by zero"
    file = Path(hint.removeprefix("hint: This is a defect. Please report it, with the file ").rstrip("."))
    assert "ZeroDivisionError" in file.read_text()
    file.unlink()


@pytest.mark.parametrize(
    "runner, how",
    [
        ("inline", "SIGTERM"),
        ("inline", "SIGINT"),
        ("local", "SIGTERM"),
        ("local", "SIGINT"),
        ("local", "SIGHUP"),
    ],
)
def test_a_signal_ends_it(s3, tmp_path, runner, how):
    """What schedulers send to the command, and a terminal, by Ctrl-C or its end, to all its processes.

    Exit code 130, two lines, and no task writes on behind its back.
    """
    instants = [f"2014-01-01T07:00:0{second}Z" for second in (0, 1)]
    numbers = range(3000)
    s3.load(
        "mybucket",
        [{"key": f"p/{n}", "last_modified": at, "content": at} for n in numbers for at in instants],
    )
    s3.settings(latency=0.02)
    argv = [sys.executable, "-m", "s3distversions", *RESTORE, *RUN, "--endpoint-url", s3.endpoint]
    # Whoever runs the tests under nohup has hang-ups ignored, and so would the command.
    heeded = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    process = subprocess.Popen(
        [*argv, "--no-conf", "-r", runner, "--write-parallel", "4"],
        cwd=tmp_path,
        env={**os.environ, **s3.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    signal.signal(signal.SIGHUP, heeded)

    def copies():
        return sum(request["operation"] == "CopyObject" for request in s3.requests())

    while copies() < 50 and process.poll() is None:
        time.sleep(0.05)
    if how == "SIGTERM":
        process.send_signal(signal.SIGTERM)
    else:
        os.killpg(process.pid, signal.Signals[how])
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130 and len(err.splitlines()) == 2, err
    at_the_end = copies()
    while (now := copies()) != at_the_end:
        at_the_end = now
        time.sleep(1)  # tasks that are processes of their own notice within a second
    assert now < 3000
