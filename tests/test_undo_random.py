"""Random histories: restored, undone, the undo undone, with a verification of each; and runs that are killed."""

import pytest

from s3distversions import execute
from tests.command import check_requests, current_state
from tests.damaged_bucket import RESTORE, RUN, damage
from tests.histories import play_on_s3
from tests.random_buckets import BUCKET, OTHER, random_bucket


def played(s3, seed):
    """Make the random bucket of a seed; return it."""
    bucket = random_bucket(seed)
    client = s3.client()
    for name, operations in ((BUCKET, bucket.operations), (OTHER, bucket.there)):
        client.create_bucket(Bucket=name)
        play_on_s3(operations, client, name, s3.set_clock)
    s3.set_clock("2015-01-01T00:00:00Z")
    s3.page_size(bucket.page_size)
    return bucket


@pytest.mark.parametrize("seed", [0, 1, 2, 6, 10])
def test_a_random_run_is_undone_and_done_again(s3, command, seed):
    """After the undo every key reads as before the run, after the undo of the undo as after it; what nobody
    else touches is verified without a complaint, and undone a second time without a write."""
    bucket = played(s3, seed)
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
    carry_out = execute.carry_out
    done = []

    def dying(writing, batch):
        for outcome in carry_out(writing, batch):
            done.append(outcome)
            if len(done) == after:
                raise KeyboardInterrupt
            yield outcome

    with monkeypatch.context() as context:
        context.setattr(execute, "carry_out", dying)
        assert command(*RESTORE, *RUN, "--write-parallel", "1").code == 130
    assert current_state(s3, "mybucket") != before
    undone = command("undo", "run", "--quiet", "--json")
    assert undone.code == 0, undone.out
    assert current_state(s3, "mybucket") == before
    assert sum(undone.summary["planned"].values()) >= after - 1  # one may be under way
