"""Two commands with the same run at the same time, as from a schedule that meets itself: they end as one, or one of
them is told of the other; and an undo puts back what either has written."""

from itertools import count
from pathlib import Path

import pytest

from s3distversions import folder
from tests.command import current_state
from tests.damaged_bucket import entries
from tests.killed_writes import die_after
from tests.small_accident import ENTRIES, NOW, RESTORE, RUN, THEN, break_it

STEPS = {name: getattr(folder.Folder, name) for name in ("create", "write", "claim", "publish")}


def meeting(monkeypatch, after, others, other):
    """Let another command run when the first has left something in the run's folder `after` times: between what
    it has read there and what it writes. How it ended goes to `others`."""
    steps = count()
    for name, step in STEPS.items():

        def met(self, *arguments, step=step):
            if next(steps) == after:
                others.append(other())
            return step(self, *arguments)

        monkeypatch.setattr(folder.Folder, name, met)


@pytest.mark.parametrize("writes", [None, 1])
@pytest.mark.parametrize("verb", [(), ("plan",)])
def test_with_another_restore(s3, command, monkeypatch, tmp_path, verb, writes):
    """The other begins, and ends or is killed after so many writes, between any two steps of the first."""

    def other():
        with monkeypatch.context() as context:
            for name, step in STEPS.items():
                context.setattr(folder.Folder, name, step)
            if writes is not None:
                die_after(context, writes)
            return command(*RESTORE, *RUN, "--quiet", "--write-parallel", "1")

    refused = 0
    for after in count():
        break_it(s3)
        (tmp_path / str(after)).mkdir()
        monkeypatch.chdir(tmp_path / str(after))
        others = []
        with monkeypatch.context() as context:
            meeting(context, after, others, other)
            first = command(*verb, *RESTORE, *RUN, "--quiet")
        if not others:
            break
        assert others[0].code == 0 or (others[0].code == 130 and writes is not None), others
        if first.code:
            refused += 1
            assert (first.code, first.err.count("\n")) == (2, 2), first.err
            assert "another command writes by another plan of the run in run" in first.err or (
                verb and "the run in run is applied already" in first.err
            )
        if first.code or verb:
            assert command("apply", "run", "--quiet").code == 0
        assert (current_state(s3, "mybucket"), entries(s3)) == (THEN, ENTRIES)
        assert command("undo", "run", "--quiet").code == 0
        assert current_state(s3, "mybucket") == NOW, (after, Path("run/run.json").read_text())
    assert after >= (4 if verb else 12) and 0 < refused < after


def test_the_guards_of_another_command_do_not_count(s3, command, monkeypatch, tmp_path):
    """A plan that allows every delete is made in the folder of a restore that allows none."""

    def other():
        with monkeypatch.context() as context:
            for name, step in STEPS.items():
                context.setattr(folder.Folder, name, step)
            return command("plan", *RESTORE, *RUN, "--quiet")

    for after in count():
        break_it(s3)
        (tmp_path / str(after)).mkdir()
        monkeypatch.chdir(tmp_path / str(after))
        others = []
        with monkeypatch.context() as context:
            meeting(context, after, others, other)
            guarded = command(*RESTORE, *RUN, "--quiet", "--max-delete", "0")
        assert guarded.code == 1 and "1 of 2 keys would be deleted" in guarded.err, (after, guarded.err)
        assert (current_state(s3, "mybucket"), entries(s3)) == (NOW, ENTRIES - 1)
        if not others:
            break
        assert others[0].code == 0
    assert after >= 6


def test_one_job_was_first(s3, command):
    """While a plan was made that had not yet begun: it is not applied, then or later."""
    break_it(s3)
    assert command("plan", *RESTORE, *RUN, "--quiet").code == 0
    Path("run/begun.json").write_text('{"plan": null, "listed": null}')
    for error in ("another command writes by another plan of the run in run", "holds no finished plan"):
        ended = command("apply", "run", "--quiet")
        assert (ended.code, ended.writes) == (2, []) and error in ended.err
