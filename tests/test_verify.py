"""Verification: it finds each kind of damage, says why, writes nothing, and is silent where all is right."""

import json
from pathlib import Path

import pytest

from s3distversions import planning
from tests.command import current_state, put
from tests.damaged_bucket import RESTORE, RUN, damage, lines

QUIET = ("--quiet", "--json")
ALL = "headers, metadata, tags or encryption differ"


@pytest.fixture
def restored(s3, command):
    """The damaged bucket, restored by the run in `run`."""
    damage(s3)
    assert command(*RESTORE, *RUN).code == 0
    s3.set_clock("2014-01-01T08:00:00Z")
    return s3.client()


def other_bytes(client):
    put(client, "p/00", b"else")


def fewer_bytes(client):
    put(client, "p/00", b"")


def other_metadata(client):
    put(client, "p/00", b"then", Metadata={"by": "hand"})


def other_tags(client):
    client.put_object_tagging(Bucket="mybucket", Key="p/00", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})


def other_class(client):
    put(client, "p/00", b"then", StorageClass="STANDARD_IA")


def deleted_again(client):
    client.delete_object(Bucket="mybucket", Key="p/10")


def deleted_for_good(client):
    """The copy of a key is removed by its id: what stood below it shows again."""
    top = client.head_object(Bucket="mybucket", Key="p/00")["VersionId"]
    client.delete_object(Bucket="mybucket", Key="p/00", VersionId=top)


def marker_removed(client):
    """The marker that the run put over a key that was created since."""
    versions = client.list_object_versions(Bucket="mybucket", Prefix="p/30")
    top = versions["DeleteMarkers"][0]["VersionId"]
    client.delete_object(Bucket="mybucket", Key="p/30", VersionId=top)


def created(client):
    put(client, "p/new", b"new")


@pytest.mark.parametrize(
    "harm, key, reason, expected, found",
    [
        (other_bytes, "p/00", f"it reads otherwise: its content, {ALL}", 4, 4),
        (fewer_bytes, "p/00", "another content stands there", 4, 0),
        (other_metadata, "p/00", f"it reads otherwise: its {ALL}", 4, 4),
        (other_tags, "p/00", f"it reads otherwise: its {ALL}", 4, 4),
        (other_class, "p/00", "its storage class is STANDARD_IA", 4, 4),
        (deleted_again, "p/10", "it is deleted", 4, None),
        (deleted_for_good, "p/00", "another content stands there", 4, 3),
        (marker_removed, "p/30", "it exists, and must not", None, 3),
        (created, "p/new", "it exists, and must not", None, 3),
    ],
)
def test_damage_is_found(s3, restored, command, harm, key, reason, expected, found):
    """One key of the restored bucket is damaged: that one is told, with what should be there and what is."""
    harm(restored)
    ended = command("verify", "run", *QUIET)
    assert (ended.code, ended.writes) == (3, [])
    verified = ended.summary["verified"]
    assert (verified["wrong"], verified["wrong_keys"]) == (1, [{"key": key, "reason": reason}])
    (line,) = lines("verified")
    assert (line["key"], line["status"], line["reason"]) == (key, "wrong", reason)
    for entry, size in ((line["expected"], expected), (line["found"], found)):
        assert size == (entry and entry["size"])
    told = command("verify", "run", "--quiet")
    assert f"{key!r}: {reason}" in told.out and "1 not as they should be" in told.out


def test_silent_where_all_is_right(s3, restored, command):
    """After the run, and in a new run that has nothing to do; what is outside is not looked at."""
    put(restored, "p2/outside", b"new")
    ended = command("verify", "run", *QUIET)
    assert (ended.code, ended.writes, lines("verified")) == (0, [], [])
    assert ended.summary["verified"]["keys"] == 35 and ended.summary["outcomes"]["done"] == 25
    assert ended.summary == json.loads(Path("run/summary.json").read_text())
    again = command(*RESTORE, "--version-info-output", "again", *QUIET, "--verify")
    assert (again.code, again.writes) == (0, [])
    assert again.summary["verified"]["wrong"] == 0
    assert "Every key is as it should be." in command("verify", "again", "--quiet").out


def test_a_plan_that_is_not_applied(s3, command):
    """It can be verified: the keys of the plan are wrong."""
    damage(s3)
    assert command("plan", *RESTORE, *RUN).code == 0
    ended = command("verify", "run", *QUIET)
    assert (ended.code, ended.summary["verified"]["wrong"]) == (3, 25)
    assert ended.summary["outcomes"] is None
    assert {line["key"] for line in lines("verified")} == {line["key"] for line in lines("versions")}


def test_verified_at_the_end(s3, command):
    """--verify, with a plan and in one job; without it the summary says null."""
    damage(s3)
    planned = command(*RESTORE, "--version-info-output", "plan", *QUIET, "--dry-run")
    assert planned.summary["verified"] is None
    ended = command(*RESTORE, *RUN[:2], *QUIET, "--verify", "--one-job")
    assert (ended.code, ended.summary["verified"]["wrong"], ended.summary["planned"]) == (0, 0, None)
    again = command("verify", "run", *QUIET)
    assert (again.code, again.writes, again.summary["verified"]["keys"]) == (0, [], 35)
    put(s3.client(), "p/00", b"else")
    assert command("verify", "run", *QUIET).code == 3


def test_a_key_that_was_changed_meanwhile_is_wrong(s3, command):
    """The apply leaves it alone, and the verification says so too."""
    damage(s3)
    assert command("plan", *RESTORE, *RUN).code == 0
    put(s3.client(), "p/05", b"meanwhile")
    ended = command("apply", "run", *QUIET, "--verify")
    assert ended.code == 3
    assert [each["key"] for each in ended.summary["verified"]["wrong_keys"]] == ["p/05"]
    assert ended.summary["outcomes"]["changed"] == 1
    put(s3.client(), "p/05", b"then")  # by hand: the run has not done it, and yet it is as it should be
    assert command("verify", "run", "--quiet").code == 0


def test_what_was_left_as_it_was_wished_to_be_is_right(s3, command):
    """--only and --keep-newer-than: keys that they spare are right; what the run has written is looked at,
    although it is newer and its content another than before."""
    damage(s3)
    s3.set_clock("2014-01-01T07:30:00Z")
    put(s3.client(), "p/20", b"wanted")
    spare = ("--only", "overwritten", "--keep-newer-than", "2014-01-01T07:10:00Z")
    ended = command(*RESTORE[:4], *spare, *RUN[:2], *QUIET, "--verify")
    assert (ended.code, ended.summary["outcomes"]["done"]) == (0, 10)
    assert ended.summary["verified"] == {**ended.summary["verified"], "wrong": 0, "keys": 35}
    put(s3.client(), "p/00", b"else")
    assert [each["key"] for each in command("verify", "run", *QUIET).summary["verified"]["wrong_keys"]] == [
        "p/00"
    ]


def uploaded_in_parts(s3, content, second):
    """Let p/a be uploaded in a part. Its ETag tells nothing of its bytes, nor does the checksum of the checksums
    of its parts, beside that of all bytes of a copy."""
    when = f"2014-01-01T07:00:0{second}Z"
    in_parts = {"parts": [4], "checksum": "CRC32", "checksum_type": "COMPOSITE"}
    s3.load("mybucket", [{"key": "p/a", "content": content, "last_modified": when, **in_parts}])


@pytest.mark.parametrize("outcomes", [True, False])
def test_where_nothing_can_tell_the_run_does(s3, command, outcomes):
    """The run knows what it wrote by its version id, or, where its outcomes are lost, by where it stands; another
    write of as many bytes is not taken for it."""
    for second, content in enumerate(("then", "now!")):
        uploaded_in_parts(s3, content, second)
    s3.set_clock("2014-01-01T07:00:02Z")
    assert command(*RESTORE, *RUN).code == 0
    if not outcomes:
        state = json.loads(Path("run/run.json").read_text())
        Path("run/run.json").write_text(json.dumps({**state, "applied": []}))
    assert command("verify", "run", *QUIET).code == 0
    uploaded_in_parts(s3, "else", 3)
    ended = command("verify", "run", *QUIET)
    assert ended.code == 3 and "nothing tells" in ended.summary["verified"]["wrong_keys"][0]["reason"]


def test_a_target_that_is_gone(s3, command):
    """A lifecycle rule has removed the version that the run copied: what stood below is no copy's content."""
    for content in ("old!", "then"):
        uploaded_in_parts(s3, content, 0)
    uploaded_in_parts(s3, "now!", 1)
    s3.set_clock("2014-01-01T07:00:02Z")
    assert command(*RESTORE, *RUN).code == 0
    (line,) = lines("versions")
    s3.client().delete_object(Bucket="mybucket", Key="p/a", VersionId=line["target"]["version_id"])
    assert command("verify", "run", *QUIET).code == 3


def test_nothing_is_right_that_was_not_listed(s3, restored, command, monkeypatch):
    """A range without its record: an error, and no verdict."""
    monkeypatch.setattr(planning, "plan_piece", lambda *_: iter(()))
    ended = command("verify", "run", *QUIET)
    assert (ended.code, ended.out) == (1, "")
    assert "2 of 2 key ranges were not listed to their end" in ended.err


def test_what_cannot_be_verified(s3, command):
    """No run, a run that has listed nothing, ranges that are not whole: bad usage, before anything is listed."""
    damage(s3)
    assert "holds no run" in command("verify", "nowhere", "--quiet").err
    assert command("plan", *RESTORE, *RUN).code == 0
    [ranges] = Path("run").glob("ranges-*.jsonl")
    for content in ('[[1, "p", null, null]]\n', "", "[[0]]\n", "{"):
        ranges.write_text(content)
        ended = command("verify", "run", "--quiet")
        assert (ended.code, ended.writes) == (2, []) and str(ranges) in ended.err
    state = json.loads(Path("run/run.json").read_text())
    Path("run/run.json").write_text(json.dumps({**state, "plan": None, "listed": None}))
    ended = command("verify", "run", "--quiet")
    assert ended.code == 2 and "has not listed everything yet" in ended.err
    assert current_state(s3, "mybucket")["p/00"] == b"now"
