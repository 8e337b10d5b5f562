"""Plans that were cut, emptied or broken by hand before they are applied."""

import json
from pathlib import Path

import pytest

from tests.command import current_state
from tests.damaged_bucket import RESTORE, RUN, damage


@pytest.fixture
def damaged(s3):
    """What the bucket held before the damage."""
    return damage(s3)


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
    assert json.loads(line)["key"] not in [request["key"] for request in ended.changes]
    assert ended.err.splitlines()[0].startswith(
        "s3distversions: error: the plan holds two different lines of 'p/0"
    )
