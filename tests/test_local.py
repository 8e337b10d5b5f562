"""`-r local`: no process is left, and the command never waits for one that is gone, however its tasks end."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from functools import partial

import pytest
from mrjob.step import StepFailedException
from s3distversions.jobs.restore import RestoreVersions

from s3distversions import local
from tests.watched_threads import PATIENCE

# As mrjob runs a task: a shell, and in it Python. It tells that it is at work, and would go on for ever.
WORKS_FOR_EVER = ["sh", "-c", "echo $$ > $TOLD; sleep 1000; true"]
HEAD_START = """
import os, sys
sys.stdin.readline()
sys.exit(1)
"""


@pytest.fixture
def runner():
    with RestoreVersions(args=["-r", "local", "--no-conf"]).make_runner() as runner:
        yield runner


def task(runner, args, folder, stdin=subprocess.DEVNULL, **environment):
    """What mrjob makes of a task, with less around it."""
    devnull = subprocess.DEVNULL
    return partial(
        runner._run_process, 0, args, stdin, devnull, devnull, str(folder), {**os.environ, **environment}
    )


def at_work(pipe):
    """Wait until the task tells that it is at work; return the process group it is in."""
    with open(pipe) as told:
        return int(told.read())


def is_gone(group):
    """Whether every process of the group ends: they have been told to, and may need a moment."""
    for _ in range(PATIENCE * 20):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_it_is_ours_and_takes_the_processors_it_may_use(monkeypatch, runner):
    assert isinstance(runner, local.LocalRunner)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {1, 5, 7})
    assert runner._num_cores() == 3
    with RestoreVersions(args=["-r", "local", "--no-conf", "--num-cores", "5"]).make_runner() as told:
        assert told._num_cores() == 5


def test_tasks_that_end_well(runner, tmp_path):
    runner._run_multiple(task(runner, ["touch", f"{number}"], tmp_path) for number in range(20))
    assert {path.name for path in tmp_path.iterdir()} == {f"{number}" for number in range(20)}


def test_one_that_fails_ends_the_others(monkeypatch, runner, tmp_path):
    """And those that have not begun do not begin."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    pipe = tmp_path / "told"
    os.mkfifo(pipe)
    reading, writing = os.pipe()
    groups = []

    def fail_when_the_other_is_at_work():
        groups.append(at_work(pipe))
        os.close(writing)

    threading.Thread(target=fail_when_the_other_is_at_work, daemon=True).start()
    tasks = [
        task(runner, WORKS_FOR_EVER, tmp_path, TOLD=str(pipe)),
        task(runner, [sys.executable, "-c", HEAD_START], tmp_path, stdin=reading),
        task(runner, ["touch", "begun"], tmp_path),
    ]
    with pytest.raises(StepFailedException, match="exit status 1"):
        runner._run_multiple(iter(tasks))
    os.close(reading)
    assert is_gone(groups[0])
    assert not (tmp_path / "begun").exists()


def test_an_interruption_ends_them(runner, tmp_path):
    """Ctrl-C in the command's main thread, while tasks are at work and others have ended."""
    pipe = tmp_path / "told"
    os.mkfifo(pipe)
    groups = []

    def interrupt():
        groups.append(at_work(pipe))
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Thread(target=interrupt, daemon=True).start()
        with pytest.raises(KeyboardInterrupt):
            runner._run_multiple(
                [
                    task(runner, ["true"], tmp_path),
                    task(runner, WORKS_FOR_EVER, tmp_path, TOLD=str(pipe)),
                ]
            )
    finally:
        signal.signal(signal.SIGINT, before)
    assert is_gone(groups[0])


def test_a_task_that_is_killed_is_a_failure(runner, tmp_path):
    """As when the machine has no memory left: mrjob's pool would wait for its process for ever."""
    with pytest.raises(StepFailedException, match="SIGKILL"):
        runner._run_multiple([task(runner, ["sh", "-c", "kill -9 $$"], tmp_path)])


def test_a_signal_just_before_the_wait_is_noticed(monkeypatch):
    """A wait without an end would sleep through it: hence slices."""
    monkeypatch.setattr(local, "LOOK_EVERY_SECONDS", 0.01)
    never, looks = Future(), []

    def wait(*args):
        looks.append(args)
        if len(looks) == 3:
            raise KeyboardInterrupt
        return real_wait(*args)

    real_wait = local.wait
    monkeypatch.setattr(local, "wait", wait)
    ended = threading.Event()

    def run():
        with pytest.raises(KeyboardInterrupt):
            local.waited_for([never])
        ended.set()

    threading.Thread(target=run, daemon=True).start()
    assert ended.wait(PATIENCE)
