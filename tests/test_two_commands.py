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


def unmet(monkeypatch):
    """What another command finds: the folder's steps as they are."""
    for name, step in STEPS.items():
        monkeypatch.setattr(folder.Folder, name, step)


def meetings(s3, monkeypatch, tmp_path, first, other):
    """Run `first` again and again, each time in a new place and over a new accident, and let it meet `other`
    between other two steps; yield which, how the first ended and how the other did, None when it met none."""
    for after in count():
        break_it(s3)
        (tmp_path / str(after)).mkdir()
        monkeypatch.chdir(tmp_path / str(after))
        others = []
        with monkeypatch.context() as context:
            meeting(context, after, others, other)
            ended = first()
        yield after, ended, others[0] if others else None
        if not others:
            return


@pytest.mark.parametrize("writes", [None, 1])
@pytest.mark.parametrize("verb", [(), ("plan",)])
def test_with_another_restore(s3, command, monkeypatch, tmp_path, verb, writes):
    """The other begins, and ends or is killed after so many writes, between any two steps of the first."""

    def first():
        return command(*verb, *RESTORE, *RUN, "--quiet")

    def other():
        with monkeypatch.context() as context:
            unmet(context)
            if writes is not None:
                die_after(context, writes)
            return command(*RESTORE, *RUN, "--quiet", "--write-parallel", "1")

    refused = 0
    for after, ended, met in meetings(s3, monkeypatch, tmp_path, first, other):
        if met is None:
            break
        assert met.code == 0 or (met.code == 130 and writes is not None), met
        if ended.code:
            refused += 1
            assert (ended.code, ended.err.count("\n")) == (2, 2), ended.err
            assert "another command writes by another plan of the run in run" in ended.err or (
                verb and "the run in run is applied already" in ended.err
            )
        if ended.code or verb:
            assert command("apply", "run", "--quiet").code == 0
        assert (current_state(s3, "mybucket"), entries(s3)) == (THEN, ENTRIES)
        assert command("undo", "run", "--quiet").code == 0
        assert current_state(s3, "mybucket") == NOW, (after, Path("run/run.json").read_text())
    assert after >= (4 if verb else 12) and 0 < refused < after


def test_the_guards_of_another_command_do_not_count(s3, command, monkeypatch, tmp_path):
    """A plan that allows every delete is made in the folder of a restore that allows none."""

    def first():
        return command(*RESTORE, *RUN, "--quiet", "--max-delete", "0")

    def other():
        with monkeypatch.context() as context:
            unmet(context)
            return command("plan", *RESTORE, *RUN, "--quiet")

    for after, ended, met in meetings(s3, monkeypatch, tmp_path, first, other):
        assert ended.code == 1 and "1 of 2 keys would be deleted" in ended.err, (after, ended.err)
        assert (current_state(s3, "mybucket"), entries(s3)) == (NOW, ENTRIES - 1)
        assert met is None or met.code == 0
    assert after >= 6


def test_one_job_was_first(s3, command):
    """While a plan was made that had not yet begun: it is not applied, then or later."""
    break_it(s3)
    assert command("plan", *RESTORE, *RUN, "--quiet").code == 0
    Path("run/begun.json").write_text('{"plan": null, "listed": null}')
    for error in ("another command writes by another plan of the run in run", "holds no finished plan"):
        ended = command("apply", "run", "--quiet")
        assert (ended.code, ended.writes) == (2, []) and error in ended.err
