"""Others who write while a run is on its way: people, and the same run a second time."""

import os
import subprocess
import sys
import threading

import pytest

from tests.command import current_state
from tests.damaged_bucket import RESTORE, RUN, damage, entries


@pytest.fixture
def damaged(s3):
    """What the bucket held before the damage."""
    return damage(s3)


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
