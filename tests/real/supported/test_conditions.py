"""No real server here heeds the conditions of copies and deletes: the job finds out, and looks at each key before."""

import json
from collections import Counter

import pytest

from tests.real.looking import check_kept, rows, state
from tests.real.running import moment_between, s3distversions

OVER = [f"p/over-{number}" for number in range(4)]
NEW = [f"p/new-{number}" for number in range(3)]


@pytest.fixture
def damaged(client, new_bucket):
    """(a bucket in which keys were overwritten and created since; the moment before)."""
    bucket = new_bucket()
    for key in OVER:
        client.put_object(Bucket=bucket, Key=key, Body=b"then")
    moment = moment_between()
    for key in [*OVER, *NEW]:
        client.put_object(Bucket=bucket, Key=key, Body=b"now")
    return bucket, moment


def restore(damaged):
    """The command line, less the verb and the run."""
    bucket, moment = damaged
    return ["--src", f"s3://{bucket}/p", "--restore-time", moment, "--delete", "--version-info-output", "run"]


def check_warned(ended):
    """The run names the operations, and the gap that is left."""
    before, after = json.loads(ended.out)["warnings"]
    assert before.startswith(
        "this server does not heed the conditions of CopyObject and DeleteObjects: each key"
    )
    assert after.startswith(
        "the widest gap between the look at a key and the end of its CopyObject or DeleteObjects was "
    )


def test_nothing_is_written_twice(client, damaged):
    """What was written to find out counts: every key gets one entry."""
    bucket, _ = damaged
    before = rows(client, bucket)
    ended = s3distversions(*restore(damaged))
    assert (ended.code, ended.err) == (0, "")
    check_warned(ended)
    assert json.loads(ended.out)["outcomes"]["done"] == len(OVER) + len(NEW)
    after = rows(client, bucket)
    check_kept(before, after, lambda key: True)
    assert state(client, bucket, after) == dict.fromkeys(OVER, b"then")
    assert Counter(row.key for row in after) == {**dict.fromkeys(OVER, 3), **dict.fromkeys(NEW, 2)}


def test_what_somebody_wrote_since_the_plan_is_left_alone(client, damaged):
    bucket, _ = damaged
    s3distversions("plan", *restore(damaged)).check_reads_only()
    theirs = [OVER[0], OVER[2], NEW[1]]
    for key in theirs:
        client.put_object(Bucket=bucket, Key=key, Body=b"somebody's")
    client.delete_object(Bucket=bucket, Key=OVER[3])
    ended = s3distversions("apply", "run")
    assert ended.code == 3 and json.loads(ended.out)["outcomes"]["changed"] == len(theirs) + 1
    check_warned(ended)
    expected = {OVER[1]: b"then", **dict.fromkeys(theirs, b"somebody's")}
    assert state(client, bucket, rows(client, bucket)) == expected
