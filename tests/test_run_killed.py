"""Runs that are killed while they write: the next attempt finishes, and does nothing twice."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import current_state
from tests.damaged_bucket import RESTORE, RUN, damage, entries
from tests.killed_writes import die_after


@pytest.fixture
def damaged(s3):
    """What the bucket held before the damage."""
    return damage(s3)


@pytest.mark.parametrize("after", [1, 4, 9, 12])
def test_killed_while_it_writes(s3, damaged, command, monkeypatch, after):
    """An attempt that dies after some writes, as a task does: the next finishes, and does nothing twice."""
    with monkeypatch.context() as context:
        die_after(context, after)
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
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    copied = entries(s3) - 6000  # the server notes a request before it does what it asks
    assert 0 < copied < 3000, "killed too late to show anything"
    ended = command(*RESTORE, *RUN, "--json")
    assert ended.code == 0
    assert ended.summary["outcomes"]["done"] + ended.summary["outcomes"]["already"] == 3000
    assert ended.summary["outcomes"]["already"] >= copied
    assert entries(s3) == 9000
    assert set(current_state(s3, "mybucket").values()) == {b"0"}
