"""The original's integration scenario, through the whole job, on a real server."""

import pytest

from tests.real.looking import check_kept, rows, state
from tests.real.running import moment_between, s3distversions
from tests.test_scenario import AFTER, BEFORE, CREATED, THEN


def play(client, bucket, steps, folder="mypath/"):
    """Put `key=content`, delete `key`, one after the other."""
    for step in steps:
        key, put, content = step.partition("=")
        if put:
            client.put_object(Bucket=bucket, Key=folder + key, Body=content.encode())
        else:
            client.delete_object(Bucket=bucket, Key=folder + key)


@pytest.fixture
def played(client, new_bucket):
    """(the bucket of the scenario, with neighbours; the moment to restore)."""
    bucket = new_bucket()
    play(client, bucket, BEFORE)
    play(client, bucket, ["x=neighbour"], "mypath2/")
    moment = moment_between()
    play(client, bucket, AFTER)
    play(client, bucket, ["x=neighbour-revised", "w=new"], "mypath2/")
    return bucket, moment


def in_path(key):
    return key.startswith("mypath/")


WAYS = [
    ([], True),
    ([], False),
    (["-r", "local"], True),
    (["--one-job"], True),
    (["--undelete", "copy"], False),
]


@pytest.mark.parametrize(("options", "delete"), WAYS)
def test_in_place(client, played, options, delete):
    """What was there is back, no version is gone, the neighbours are as they were, a second run does nothing."""
    bucket, moment = played
    before = rows(client, bucket)
    restore = ["--src", f"s3://{bucket}/mypath", "--restore-time", moment]
    restore += [*options, *(["--delete"] if delete else [])]
    if "--one-job" not in options:
        s3distversions("plan", *restore).check_reads_only()
        assert rows(client, bucket) == before
    ended = s3distversions(*restore, "--version-info-output", "run")
    assert (ended.code, ended.err) == (0, "")
    after = rows(client, bucket)
    found = state(client, bucket, after)
    expected = THEN if delete else THEN | CREATED
    assert {key.removeprefix("mypath/"): found[key] for key in found if in_path(key)} == expected
    check_kept(before, after, in_path)
    copies = 3 if "copy" in options else 2
    assert ended.requests["CopyObject"] == copies
    s3distversions(*restore, "--version-info-output", "again").check_reads_only()
    assert rows(client, bucket) == after


@pytest.mark.parametrize("delete", [True, False], ids=["with --delete", "without"])
def test_to_a_destination(client, played, new_bucket, delete):
    """The source stays as it is; what only the destination has stays too."""
    source, moment = played
    bucket = new_bucket()
    play(client, bucket, ["g=with a history there", "own=not from the source", "a=to be covered"], "to/")
    play(client, bucket, ["x=neighbour"], "to2/")
    before, there = rows(client, source), rows(client, bucket)
    restore = ["--src", f"s3://{source}/mypath", "--restore-time", moment, "--dest", f"s3://{bucket}/to"]
    restore += ["--delete"] if delete else []
    ended = s3distversions(*restore, "--version-info-output", "run")
    assert (ended.code, ended.err) == (0, "")
    after = rows(client, bucket)
    kept = {"own": b"not from the source"} | ({} if delete else {"g": b"with a history there"})
    found = {key.removeprefix("to/"): content for key, content in state(client, bucket, after).items()}
    assert found == THEN | kept | {"to2/x": b"neighbour"}
    assert rows(client, source) == before
    check_kept(there, after, lambda key: key.startswith("to/"))
    s3distversions(*restore, "--version-info-output", "again").check_reads_only()
    assert rows(client, bucket) == after
