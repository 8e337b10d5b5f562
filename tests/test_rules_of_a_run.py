"""Filters, --only, --keep-newer-than and who pays, by whole commands; and a run that says what it was given."""

import json
from pathlib import Path

import pytest

from s3distversions import client
from tests.command import current_state

T = "2014-01-01T06:00:00Z"
THEN, SINCE, LATER = "2014-01-01T05:00:00Z", "2014-01-01T07:00:00Z", "2014-01-01T09:00:00Z"
BASE = ["--src", "s3://mybucket/path", "--restore-time", T, "--delete", "--quiet", "--json"]
# What became of each key since T: of its own name, and once more by somebody's good work later.
KEYS = [f"path/{folder}/{name}{ending}" for folder in "ab" for name in "cox" for ending in (".txt", ".jpg")]


def entries():
    """Keys that were created, overwritten, deleted (x) since T; those in path/b later than those in path/a."""
    for key in KEYS:
        since = SINCE if "/a/" in key else LATER
        if "/c." not in key:
            yield {"key": key, "content": "then", "last_modified": THEN}
        marker = {"delete_marker": True} if "/x." in key else {"content": "now"}
        yield {"key": key, "last_modified": since, **marker}


@pytest.fixture
def bucket(s3):
    s3.load("mybucket", entries())
    s3.set_clock("2014-01-02T00:00:00Z")
    return s3


def planned(run):
    """Return {key: action} of a plan."""
    lines = [json.loads(line) for part in Path(run).glob("versions/*/part-*") for line in part.open()]
    return {line["key"]: line["action"] for line in lines if "key" in line}


ACTIONS = {"c": "add_marker", "o": "copy", "x": "remove_markers"}


@pytest.mark.parametrize(
    "options, in_scope, changed",
    [
        (["--exclude", "*", "--include", "a/*"], lambda key: "/a/" in key, "cox"),
        (["--exclude", "*.jpg"], lambda key: ".txt" in key, "cox"),
        (["--srcPattern", r"s3://mybucket/.*/b/.*\.jpg"], lambda key: "/b/" in key and ".jpg" in key, "cox"),
        (["--only", "deleted,created"], lambda key: True, "cx"),
        (["--only=overwritten", "--include=*"], lambda key: True, "o"),
    ],
)
def test_what_is_in_scope(options, in_scope, changed, bucket, command):
    ended = command("plan", *BASE, *options, "--version-info-output", "run")
    assert (ended.code, ended.writes) == (0, [])
    keys = [key for key in KEYS if in_scope(key)]
    assert planned("run") == {key: ACTIONS[key[7]] for key in keys if key[7] in changed}
    assert (ended.summary["keys"], ended.summary["markers"]) == (
        len(keys),
        sum("x" in key[7] for key in keys),
    )


def test_per_cents_are_of_what_is_in_scope(bucket, command):
    """Of 8 keys that exist 4 are to be deleted: of those that are in scope, half of 4."""
    argv = [*BASE, "--exclude", "b/*", "--version-info-output", "run", "--max-delete"]
    assert "2 of 4 keys" in command(*argv, "49%").err
    assert current_state(bucket, "mybucket")["path/a/c.txt"] == b"now"
    assert command(*argv, "50%").code == 0
    assert "path/a/c.txt" not in current_state(bucket, "mybucket")


def test_what_was_written_after_the_accident_is_kept(bucket, command):
    """And the run folder says how it was restored, so that another way is another run."""
    argv = [*BASE, "--version-info-output", "run"]
    assert command(*argv, "--keep-newer-than", "2014-01-01T08:00:00Z").code == 0
    state = current_state(bucket, "mybucket")
    assert {key: state.get(key) for key in KEYS if "/a/" in key} == {
        key: None if "/c." in key else b"then" for key in KEYS if "/a/" in key
    }
    assert {key: state.get(key) for key in KEYS if "/b/" in key} == {
        key: None if "/x." in key else b"now" for key in KEYS if "/b/" in key
    }
    told = json.loads(Path("run/run.json").read_text())
    assert (told["kind"], told["keep_newer_than"], told["filters"]) == (
        "restore",
        "2014-01-01T08:00:00Z",
        [],
    )
    assert "holds another run" in command(*argv).err
    assert "holds another run" in command(*argv, "--exclude", "*").err


def test_nothing_passes(bucket, command):
    ended = command("plan", *BASE[:-2], "--no-progress", "--include", "*", "--exclude", "*")
    warning = "there is nothing that passes the filters in 's3://mybucket/path', and nothing was there; is it spelt right?"
    assert (ended.code, ended.err) == (0, f"s3distversions: warning: {warning}\n")


def test_another_account_pays(bucket, command, monkeypatch):
    """Every request says so, or S3 refuses all of them."""
    bucket.create_bucket("mybucket", requester_pays=True)
    everything = ["arn:aws:s3:::mybucket", "arn:aws:s3:::mybucket/*"]
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": everything}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
    bucket.client().put_bucket_policy(Bucket="mybucket", Policy=policy)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another-account")
    client._make.cache_clear()
    try:
        refused = command(*BASE, "--version-info-output", "run")
        assert refused.code == 1 and "AccessDenied" in refused.err and "--request-payer" in refused.err
        assert command(*BASE, "--version-info-output", "run", "--request-payer").code == 0
    finally:
        client._make.cache_clear()
    monkeypatch.undo()
    assert set(current_state(bucket, "mybucket").values()) == {b"then"}


UNDELETE = ["undelete", "--src", "s3://mybucket/path", "--quiet", "--json"]


@pytest.mark.parametrize(
    "options, back, by",
    [
        ([], ["path/a/x.txt", "path/a/x.jpg", "path/b/x.txt", "path/b/x.jpg"], "remove_markers"),
        (["--since", "2014-01-01T08:00:00Z"], ["path/b/x.txt", "path/b/x.jpg"], "remove_markers"),
        (
            ["--keep-newer-than", "2014-01-01T08:00:00Z", "--exclude=*.jpg"],
            ["path/a/x.txt"],
            "remove_markers",
        ),
        (["--undelete", "copy", "--include", "*"], None, "copy"),
    ],
)
def test_undelete(options, back, by, bucket, command):
    """What is deleted comes back to its newest version; whatever was written since is kept."""
    deleted = [key for key in KEYS if "/x." in key]
    dry = command(*UNDELETE, *options, "--dry-run")
    assert (dry.code, dry.writes) == (0, [])
    before = current_state(bucket, "mybucket")
    ended = command(*UNDELETE, *options, "--verify")
    assert ended.code == 0, ended
    assert ended.summary["planned"][by] == len(back or deleted) == ended.summary["outcomes"]["done"]
    assert ended.summary["restore_time"] == ("2014-01-01T08:00:00Z" if "--since" in options else None)
    assert current_state(bucket, "mybucket") == before | dict.fromkeys(back or deleted, b"then")
    began = ended.summary["began"].replace("-", "").replace(":", "")
    stem = "20140101T080000Z-2" if "--since" in options else began
    assert Path(f"mybucket-{stem}/run.json").exists()
