"""Random histories: restored, undone, the undo undone, with a verification of each; and runs that are killed."""

import pytest

from tests.command import check_requests, current_state
from tests.damaged_bucket import RESTORE, RUN, damage
from tests.killed_writes import die_after
from tests.random_buckets import BUCKET, OTHER, play, random_bucket


@pytest.mark.parametrize("seed", [0, 1, 2, 6, 10])
def test_a_random_run_is_undone_and_done_again(s3, command, seed):
    """After the undo every key reads as before the run, after the undo of the undo as after it; what nobody
    else touches is verified without a complaint, and undone a second time without a write."""
    bucket = random_bucket(seed)
    play(bucket, s3)
    written = BUCKET if bucket.dest is None else OTHER
    before = current_state(s3, written)
    runs = ["run", "undo", "undo-of-undo"]
    commands = [
        bucket.command(),
        ["undo", "run", "--quiet"],
        ["undo", "undo", "--quiet"],
    ]
    states = []
    for argv, run in zip(commands, runs, strict=True):
        ended = command(*argv, "--version-info-output", run)
        assert ended.code == 0, ended.err + ended.out
        scope = (lambda key: True) if bucket.dest is not None else bucket.in_source
        check_requests(ended.requests, (BUCKET, bucket.in_source), (written, scope))
        states.append(current_state(s3, written))
        verified = command("verify", run, "--quiet")
        assert (verified.code, verified.writes) == (0, []), verified.out
    assert states[1] == before
    assert states[2] == states[0]
    again = command("undo", "undo", "--quiet")
    assert (again.code, again.writes) == (0, []), again.out


@pytest.mark.parametrize("after", [1, 8, 17, 24])
def test_a_killed_run_is_undone(s3, command, monkeypatch, after):
    """An attempt that died after some writes has a plan, and no outcomes: where its writes stand tells."""
    damage(s3)
    before = current_state(s3, "mybucket")
    with monkeypatch.context() as context:
        die_after(context, after)
        assert command(*RESTORE, *RUN, "--write-parallel", "1").code == 130
    assert current_state(s3, "mybucket") != before
    undone = command("undo", "run", "--quiet", "--json")
    assert undone.code == 0, undone.out
    assert current_state(s3, "mybucket") == before
    assert sum(undone.summary["planned"].values()) >= after - 1  # one may be under way
