"""A run's life: planned, cut, applied, applied again, killed, resumed, kept on S3; and other writers meanwhile."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from s3distversions import execute
from tests.command import current_state

RESTORE = ("--src", "s3://mybucket/p", "--restore-time", "2014-01-01T07:00:00Z", "--delete")
RUN = ("--version-info-output", "run", "--quiet")


@pytest.fixture
def damaged(s3):
    """30 keys at 7:00; a second later ten overwritten, ten deleted, five created. Returns the state then."""
    s3.create_bucket("mybucket")
    client = s3.client()
    s3.set_clock("2014-01-01T07:00:00Z")
    for number in range(30):
        client.put_object(Bucket="mybucket", Key=f"p/{number:02}", Body=b"then")
    then = current_state(s3, "mybucket")
    s3.set_clock("2014-01-01T07:00:01Z")
    for number in range(10):
        client.put_object(Bucket="mybucket", Key=f"p/{number:02}", Body=b"now")
    for number in range(10, 20):
        client.delete_object(Bucket="mybucket", Key=f"p/{number:02}")
    for number in range(30, 35):
        client.put_object(Bucket="mybucket", Key=f"p/{number:02}", Body=b"now")
    s3.set_clock("2014-01-01T07:00:02Z")
    return then


def entries(s3):
    """How many entries the bucket holds."""
    return sum(len(history) for history in s3.dump("mybucket")["keys"].values())


def lines(kind, number=1, folder="run"):
    """The lines of an attempt that have a key."""
    parts = sorted(Path(folder, kind, str(number)).glob("part-*"))
    found = [json.loads(line) for part in parts for line in part.read_text().splitlines()]
    return [line for line in found if "key" in line]


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
    # Ten markers, and five to be added, go in one request each at the most.
    assert summary["requests"]["CopyObject"] == 10 and summary["requests"]["DeleteObjects"] <= 15
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


def test_a_plan_cut_by_hand(s3, damaged, command):
    """Only the lines that are left are carried out; records may go too."""
    command("plan", *RESTORE, *RUN)
    for part in Path("run/versions/1").glob("part-*"):
        kept = [line for line in part.read_text().splitlines() if '"p/0' in line]
        part.write_text("\n\n".join(kept))  # no line end, and blank lines, as editors leave them
    ended = command("apply", "run", "--quiet", "--json")
    assert (ended.code, ended.summary["outcomes"]["done"]) == (0, 10)
    state = current_state(s3, "mybucket")
    assert all(state[f"p/{number:02}"] == b"then" for number in range(10))
    assert "p/10" not in state and "p/30" in state


def test_an_emptied_plan(damaged, command):
    """Nothing is left to do, and nobody waits for standard input."""
    command("plan", *RESTORE, *RUN)
    for part in Path("run/versions/1").glob("part-*"):
        part.write_text("")
    ended = command("apply", "run", "--quiet")
    assert (ended.code, ended.writes) == (0, [])


def test_writes_of_others_are_left_alone(s3, damaged, command):
    """Keys that were written after the plan are reported, with exit code 3, and not touched."""
    command("plan", *RESTORE, *RUN)
    client = s3.client()
    client.put_object(Bucket="mybucket", Key="p/00", Body=b"somebody's")  # was to be copied over
    client.delete_object(Bucket="mybucket", Key="p/01")  # was to be copied over
    client.put_object(Bucket="mybucket", Key="p/10", Body=b"somebody's")  # its marker was to be removed
    client.put_object(Bucket="mybucket", Key="p/30", Body=b"somebody's")  # was to be deleted
    client.delete_object(Bucket="mybucket", Key="p/31")  # was to be deleted, and is: as if by us
    ended = command("apply", "run", "--json", "--quiet")
    assert ended.code == 3
    assert ended.summary["failed_keys"] == ["p/00", "p/01", "p/30"] or set(ended.summary["failed_keys"]) == {
        *("p/00", "p/01", "p/30"),
    }
    assert ended.summary["outcomes"] == {"done": 21, "already": 1, "changed": 3, "archived": 0, "failed": 0}
    state = current_state(s3, "mybucket")
    assert state["p/00"] == state["p/10"] == state["p/30"] == b"somebody's"
    assert "p/01" not in state and "p/31" not in state


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


@pytest.mark.parametrize("after", [1, 4, 9, 12])
def test_killed_while_it_writes(s3, damaged, command, monkeypatch, after):
    """An attempt that dies after some writes, as a task does: the next finishes, and does nothing twice."""
    carry_out = execute.carry_out
    done = []

    def dying(client, parameters, batch):
        for outcome in carry_out(client, parameters, batch):
            done.append(outcome)
            if len(done) == after:
                raise KeyboardInterrupt
            yield outcome

    with monkeypatch.context() as context:
        context.setattr(execute, "carry_out", dying)
        killed = command(*RESTORE, *RUN, "--write-parallel", "1")
    assert killed.code == 130 and killed.err.count("\n") == 2
    assert json.loads(Path("run/run.json").read_text())["applied"] == []
    ended = command(*RESTORE, *RUN)
    assert ended.code == 0
    assert current_state(s3, "mybucket") == damaged
    # 45 versions and 10 markers; 10 copies and 5 markers more, 10 markers gone.
    assert entries(s3) == 60


def test_kill_9(s3, tmp_path, command):
    """The real thing: the process is killed in the middle, the same command is run again."""
    s3.load(
        "mybucket",
        (
            {"key": f"p/{number:04}", "last_modified": f"2014-01-01T07:00:0{second}Z", "content": f"{second}"}
            for number in range(3000)
            for second in (0, 1)
        ),
    )
    argv = [
        sys.executable,
        "-m",
        "s3distversions",
        *RESTORE,
        *RUN,
        "--endpoint-url",
        s3.endpoint,
        "--no-conf",
    ]
    process = subprocess.Popen(
        argv, env={**os.environ, **s3.environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    while process.poll() is None:
        if sum(request["operation"] == "CopyObject" for request in s3.requests()) >= 200:
            process.send_signal(signal.SIGKILL)
            break
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    copied = entries(s3) - 6000
    assert 200 <= copied < 3000, "killed too late to show anything"
    ended = command(*RESTORE, *RUN, "--json")
    assert ended.code == 0
    assert ended.summary["outcomes"]["done"] + ended.summary["outcomes"]["already"] == 3000
    assert ended.summary["outcomes"]["already"] >= 200
    assert entries(s3) == 9000
    assert set(current_state(s3, "mybucket").values()) == {b"0"}


def test_two_at_once(s3, damaged, command):
    """Two applies of one run: both end, each key is written once."""
    command("plan", *RESTORE, *RUN)
    argv = [sys.executable, "-m", "s3distversions", "apply", "run", "--quiet", "--no-conf"]
    environment = {**os.environ, **s3.environment}
    ended = []

    def apply():
        ended.append(subprocess.run(argv, env=environment, capture_output=True, text=True, check=False))

    threads = [threading.Thread(target=apply) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.returncode for each in ended] == [0, 0], [each.stderr for each in ended]
    assert (entries(s3), current_state(s3, "mybucket")) == (60, damaged)


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
    assert {name.removeprefix("of/today/").split("/")[0] for name in files} == {
        *("run.json", "ranges.jsonl", "versions", "restored", "summary.json"),
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


@pytest.mark.parametrize("runner", ["inline", "local"])
def test_a_torn_plan(damaged, command, runner):
    """A line that was broken by hand: the task's own words reach the person, on every runner."""
    command("plan", *RESTORE, *RUN)
    part = next(part for part in Path("run/versions/1").glob("part-*") if '"p/' in part.read_text())
    lines = part.read_text().splitlines()
    part.write_text("\n".join([*lines[:-1], '{"key": "p/', ""]))
    ended = command("apply", "run", "--quiet", "-r", runner)
    assert (ended.code, ended.writes) == (2, [])
    assert ended.err.splitlines() == [
        """s3distversions: error: the plan holds a line that is not JSON: '{"key": "p/'""",
        "hint: Cut whole lines from a plan, but do not edit or break them; or make a new plan.",
    ]


def test_a_failing_task_of_local_tells_why(s3, damaged, command, tmp_path):
    """Tasks of -r local are processes: the error of one is told in its own words, in two lines."""
    command("plan", *RESTORE, *RUN)
    part = next(part for part in Path("run/versions/1").glob("part-*") if '"p/0' in part.read_text())
    line = next(line for line in part.read_text().splitlines() if '"p/0' in line)
    part.write_text(part.read_text() + line.replace("overwritten since", "because I say so") + "\n")
    ended = command("apply", "run", "--quiet", "-r", "local")
    assert ended.code == 1
    assert json.loads(line)["key"] not in [request["key"] for request in ended.writes]
    assert ended.err.splitlines()[0].startswith(
        "s3distversions: error: the plan holds two different lines of 'p/0"
    )
