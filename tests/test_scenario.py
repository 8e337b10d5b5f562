"""The original's integration scenario and example, through the whole job, in every way to run it."""

import gzip
import json
import os
import subprocess
import sys

import pytest

from tests.command import check_requests, current_state

T = "2014-01-01T14:00:00+07:00"
BEFORE = "a=a b=b b=b-revised c=c c d=d e=e f=f f=f-revised g=g g h=h h h=h-recreated".split()  # noqa: SIM905 - read as a story
AFTER = "d e=e-revised f=f-double-revised g=g-recreated y=y z=z z".split()  # noqa: SIM905
THEN = {
    "a": b"a",
    "b": b"b-revised",
    "d": b"d",
    "e": b"e",
    "f": b"f-revised",
    "h": b"h-recreated",
}
CREATED = {"g": b"g-recreated", "y": b"y"}
RESTORE = ("--src", "s3://mybucket/mypath", "--restore-time", T)


def play(client, steps, folder="mypath/"):
    """Put `key=content`, delete `key`."""
    for step in steps:
        key, put, content = step.partition("=")
        if put:
            client.put_object(Bucket="mybucket", Key=folder + key, Body=content.encode())
        else:
            client.delete_object(Bucket="mybucket", Key=folder + key)


@pytest.fixture
def bucket(s3):
    """The scenario, everything before T in one second and everything after in another, and neighbours."""
    s3.create_bucket("mybucket")
    s3.create_bucket("elsewhere")
    client = s3.client()
    s3.set_clock("2014-01-01T07:00:00Z")  # T itself counts
    play(client, BEFORE)
    play(client, ["x=neighbour"], "mypath2/")
    s3.set_clock("2014-01-01T07:00:01Z")
    play(client, AFTER)
    play(client, ["x=neighbour-revised", "w=new"], "mypath2/")
    return "mybucket"


def in_path(key):
    return key == "mypath" or key.startswith("mypath/")


def below(s3, bucket, folder):
    """Return the current state of what is below a folder, and assert that the neighbours are untouched."""
    state = current_state(s3, bucket)
    if bucket == "mybucket":
        assert state["mypath2/x"] == b"neighbour-revised" and state["mypath2/w"] == b"new"
    return {key.removeprefix(folder): content for key, content in state.items() if key.startswith(folder)}


@pytest.mark.parametrize("delete", [True, False], ids=["with --delete", "without"])
@pytest.mark.parametrize("how", ["inline", "local", "one-job", "one-job local", "undelete by copy"])
def test_in_place(s3, bucket, command, delete, how):
    """With --delete exactly what was there is left; without it also what was created since."""
    options = ["-r", "local"] if "local" in how else []
    options += ["--one-job"] if "one-job" in how else []
    options += ["--undelete", "copy"] if "copy" in how else []
    ended = command(*RESTORE, *options, *(["--delete"] if delete else []), "--json", "--quiet")
    assert (ended.code, ended.err) == (0, "")
    assert below(s3, bucket, "mypath/") == (THEN if delete else THEN | CREATED)
    check_requests(ended.requests, ("mybucket", in_path), ("mybucket", in_path))
    summary = ended.summary
    assert (summary["keys"], summary["versions"], summary["markers"]) == (10, 16, 5)
    undeleted = {"copy": 3, "remove_markers": 0} if "copy" in how else {"copy": 2, "remove_markers": 1}
    planned = undeleted | {"add_marker": 2 if delete else 0}
    assert summary["planned"] == (None if "one-job" in how else planned)
    assert summary["outcomes"]["done"] == sum(planned.values())
    assert sum(each["operation"] == "CopyObject" for each in ended.changes) == planned["copy"]
    again = command(*RESTORE, *options, *(["--delete"] if delete else []), "--quiet")
    assert (again.code, again.writes) == (0, [])


@pytest.mark.parametrize("delete", [True, False], ids=["with --delete", "without"])
@pytest.mark.parametrize("dest", ["s3://mybucket/other", "s3://elsewhere", "s3://elsewhere/a/b/"])
def test_to_a_destination(s3, bucket, command, dest, delete):
    """The source stays as it is; what only the destination has stays too."""
    name, _, folder = dest.removeprefix("s3://").partition("/")
    folder = folder.rstrip("/") + "/" if folder else ""
    client = s3.client()
    client.put_object(Bucket=name, Key=folder + "g", Body=b"absent at T, with a history")
    client.put_object(Bucket=name, Key=folder + "own", Body=b"not from the source")
    client.put_object(Bucket=name, Key=folder + "a", Body=b"to be covered")
    before = s3.dump("mybucket")["keys"]
    ended = command(*RESTORE, "--dest", dest, *(["--delete"] if delete else []), "--quiet")
    assert (ended.code, ended.err) == (0, "")
    kept = {"own": b"not from the source"} | ({} if delete else {"g": b"absent at T, with a history"})
    assert below(s3, name, folder) == THEN | kept
    after = s3.dump("mybucket")["keys"]
    assert {key: after[key] for key in before if in_path(key)} == {
        key: before[key] for key in before if in_path(key)
    }
    again = command(*RESTORE, "--dest", dest, *(["--delete"] if delete else []), "--quiet")
    assert (again.code, again.writes) == (0, [])


LISTS = {
    "as the original has it": b"/1\n/2\n",
    "without slashes": b"1\n2\n",
    "in full": b"s3://mybucket/mypath/1\ns3n://mybucket/mypath/2\n",
    "from Windows": b"\xef\xbb\xbf/1\r\n\r\n/2",
    "packed": gzip.compress(b"/1\n/2\n"),
    "with doubles, and prefixes of prefixes": b"/2\n/11\n/1\n/1\n/2\n/22\n",
}


# What a list means does not depend on the runner: -r local sees one of them.
CASES = [(name, "inline") for name in LISTS] + [("as the original has it", "local")]


@pytest.mark.parametrize("where", ["local", "s3"])
@pytest.mark.parametrize(("name", "runner"), CASES)
def test_only_prefixes_are_in_scope(s3, command, tmp_path, name, where, runner):
    """The README's example of the original: prefixes /1 and /2, under s3://mybucket/mypath."""
    s3.create_bucket("mybucket")
    s3.create_bucket("lists")
    client = s3.client()
    keys = [
        "mypath/1",
        "mypath/11",
        "mypath/1/x",
        "mypath/2",
        "mypath/22/y",
        "mypath/3",
        "mypath/0",
        "mypath",
        "mypath2/1",
        "1",
    ]
    s3.set_clock("2014-01-01T07:00:00Z")
    for key in keys:
        client.put_object(Bucket="mybucket", Key=key, Body=b"then")
    s3.set_clock("2014-01-01T07:00:01Z")
    for key in keys:
        client.put_object(Bucket="mybucket", Key=key, Body=b"now")
    prefixes = tmp_path / "prefixes.txt"
    prefixes.write_bytes(LISTS[name])
    if where == "s3":
        client.put_object(Bucket="lists", Key="prefixes.txt", Body=LISTS[name])
        prefixes = "s3://lists/prefixes.txt"
    ended = command(*RESTORE, "--prefixes", str(prefixes), "-r", runner, "--quiet")
    assert (ended.code, ended.err) == (0, "")
    assert {key for key, content in current_state(s3, "mybucket").items() if content == b"then"} == set(
        keys[:5]
    )
    assert [request for request in ended.requests if request["bucket"] == "lists" and request["write"]] == []


def test_a_prefix_under_which_there_is_nothing_is_a_warning(bucket, command, tmp_path):
    """A misspelt prefix is seen."""
    (tmp_path / "prefixes").write_text("a\nnothing-here\n")
    ended = command(*RESTORE, "--prefixes", "prefixes", "--json", "--no-progress")
    warning = "there is nothing under 1 of the prefixes: 'mypath/nothing-here'"
    assert (ended.code, ended.err) == (0, f"s3distversions: warning: {warning}\n")
    assert ended.summary["warnings"] == [warning]


@pytest.mark.parametrize("prefixes", ["prefixes.txt", "-"])
def test_the_console_script_from_any_folder(s3, bucket, tmp_path, prefixes):
    """As a user runs it: a process, a folder of its own, the prefix list in a file or on standard input."""
    (tmp_path / "prefixes.txt").write_text("/\n")
    script = os.path.join(os.path.dirname(sys.executable), "s3distversions")
    ended = subprocess.run(
        [
            script,
            *RESTORE,
            "--prefixes",
            prefixes,
            "--delete",
            "--json",
            "--endpoint-url",
            s3.endpoint,
            "--no-conf",
        ],
        cwd=tmp_path,
        env={**os.environ, **s3.environment},
        input=b"/\n",
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["outcomes"]["done"] == 5
    assert below(s3, bucket, "mypath/") == THEN
    assert (tmp_path / "mybucket-20140101T070000Z" / "summary.json").exists()
