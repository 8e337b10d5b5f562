"""Runs that are killed between any two steps, and applies at the same time: all ends as if nothing had been."""

import json
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from s3distversions import execute, folder, launch
from tests.command import current_state
from tests.damaged_bucket import entries, lines
from tests.small_accident import ENTRIES, NOW, RESTORE, RUN, THEN, break_it

STEPS = ("create", "write", "claim", "publish")  # those of a folder that leave something there


def killing(monkeypatch, after):
    """Let the command die when it has left something in the run's folder `after` times; return what it has left."""
    left = []
    for step in STEPS:
        whole = getattr(folder.Folder, step)

        def dying(self, *arguments, step=step, whole=whole):
            if len(left) == after:
                raise KeyboardInterrupt
            left.append((step, "/".join(map(str, arguments if step == "claim" else arguments[:1]))))
            return whole(self, *arguments)

        monkeypatch.setattr(folder.Folder, step, dying)
    return left


@pytest.mark.parametrize("undone", [False, True])
def test_killed_between_any_two_steps(s3, command, monkeypatch, undone):
    """The next command finishes it: each key has one outcome and one write, however far the first had come. Or
    undoes it: nothing is left of it; not even of what tried whether the server heeds conditions, which does not."""
    for after in count():
        break_it(s3)
        s3.settings(ignored_conditions=["CopyObject", "DeleteObjects"] if undone else [])
        run = f"run-{after}"
        with monkeypatch.context() as context:
            left = killing(context, after)
            killed = command(*RESTORE, "--version-info-output", run, "--quiet")
        if killed.code == 0:
            break
        assert killed.code == 130 and len(left) == after
        if undone:
            ended = command("undo", run, "--quiet")
            nothing_written = ended.code == 2 and ("claim", "restored/1") not in left
            assert ended.code == 0 or nothing_written, (left, ended.err)
            assert current_state(s3, "mybucket") == NOW
            continue
        verb = ("apply", run) if after % 2 else (*RESTORE, "--version-info-output", run)
        ended = command(*verb, "--json", "--quiet")
        if ended.code == 2 and after % 2:
            assert "holds no" in ended.err and current_state(s3, "mybucket") == NOW
            continue
        assert ended.code == 0, (left, ended.err)
        outcomes = ended.summary["outcomes"]
        assert (outcomes["done"] + outcomes["already"], sum(outcomes.values())) == (3, 3)
        assert (current_state(s3, "mybucket"), entries(s3)) == (THEN, ENTRIES)
    assert after >= 12 and left[-1] == ("write", "summary.json")


@pytest.mark.parametrize("moment", ["before the first write", "after the first write"])
def test_two_applies_at_the_same_time(s3, command, tmp_path, monkeypatch, moment):
    """One runs whole while the other is at work: both end, every key is written once, and the summaries agree."""
    break_it(s3)
    assert command("plan", *RESTORE, *RUN, "--quiet").code == 0
    module, name = (launch, "run_phase") if moment.startswith("before") else (execute, "carry_out")
    original = getattr(module, name)
    run, others = str(tmp_path / "run"), []  # mrjob works in another folder meanwhile

    def with_other(*arguments):
        monkeypatch.setattr(module, name, original)
        if name == "run_phase":
            others.append(apply_elsewhere(run))
            return original(*arguments)
        first, *rest = list(original(*arguments))
        others.append(apply_elsewhere(run))
        return iter([first, *rest])

    monkeypatch.setattr(module, name, with_other)
    ended = command("apply", "run", "--json", "--quiet")
    assert [ended.code, *(other.returncode for other in others)] == [0, 0], (ended, others)
    for summary in (ended.summary, *(json.loads(other.stdout) for other in others)):
        assert summary["outcomes"]["done"] + summary["outcomes"]["already"] == 3
    assert (current_state(s3, "mybucket"), entries(s3)) == (THEN, ENTRIES)
    assert len(json.loads(Path("run/run.json").read_text())["applied"]) == 2


def apply_elsewhere(run):
    """Apply a run in a process of its own: in this one, from another thread, its streams would be this one's."""
    argv = [sys.executable, "-m", "s3distversions", "apply", run, "--json", "--quiet", "--no-conf"]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def test_outcomes_are_not_doubled(s3, command):
    """Each apply has an outcome of every key; the summary counts those of the last."""
    break_it(s3)
    for number in (1, 2, 3):
        ended = command(*RESTORE, *RUN, "--json", "--quiet")
        assert sum(ended.summary["outcomes"].values()) == 3
        assert sorted(line["key"] for line in lines("restored", number)) == ["p/gone", "p/new", "p/over"]
    assert ended.summary["outcomes"]["already"] == 3
