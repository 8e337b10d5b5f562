"""What stops a run before its first write, and what a copy keeps of an object."""

import json
from pathlib import Path

import pytest

from tests.command import current_state, put

T = "2014-01-01T07:00:00Z"
RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T)
RUN = ("--version-info-output", "run", "--quiet")


@pytest.fixture
def client(s3):
    """A client; there is s3://mybucket, versioned, and the clock stands at T."""
    s3.create_bucket("mybucket")
    s3.set_clock(T)
    return s3.client()


@pytest.fixture
def created(s3, client):
    """20 keys exist; 5 of them were created after T."""
    for number in range(15):
        put(client, f"p/{number}")
    put(client, "outside")
    s3.set_clock("2014-01-01T07:00:01Z")
    for number in range(15, 20):
        put(client, f"p/{number}", b"now")
    put(client, "p/0", b"now")


@pytest.mark.parametrize(
    ("limit", "allowed"),
    [("5", True), ("4", False), ("25%", True), ("24.9%", False), ("0", False), ("100%", True)],
)
def test_max_delete(s3, created, command, limit, allowed):
    """More to delete than allowed: nothing at all is written, not even the copy, and the exit code is 1."""
    ended = command(*RESTORE, *RUN, "--delete", "--max-delete", limit)
    if allowed:
        assert ended.code == 0 and len(current_state(s3, "mybucket")) == 16
        return
    assert (ended.code, ended.writes) == (1, [])
    assert ended.err.splitlines()[0] == (
        f"s3distversions: error: 5 of 20 keys would be deleted, more than --max-delete {limit} allows"
    )
    # After a look at the plan the limit is raised, for the plan as it stands.
    raised = command("apply", "run", "--max-delete", "5", "--quiet")
    assert raised.code == 0 and len(current_state(s3, "mybucket")) == 16


def test_max_delete_in_a_plan_is_a_warning(created, command):
    """A plan may be looked at, whatever it would delete."""
    ended = command(
        "plan", *RESTORE, "--delete", "--max-delete", "1", "--no-progress", "--version-info-output", "run"
    )
    assert ended.code == 0
    assert ended.err == (
        "s3distversions: warning: 5 of 20 keys would be deleted, more than --max-delete 1 allows\n"
    )


def test_versioning_suspended_since_the_plan(created, client, command):
    """The bucket is looked at again when a plan is applied."""
    assert command("plan", *RESTORE, *RUN).code == 0
    client.put_bucket_versioning(Bucket="mybucket", VersioningConfiguration={"Status": "Suspended"})
    ended = command("apply", "run", "--quiet")
    assert (ended.code, ended.writes) == (1, [])
    assert "versioning of s3://mybucket is suspended" in ended.err


@pytest.mark.parametrize("versioning", ["", "Suspended"])
def test_a_destination_that_keeps_no_versions(s3, created, client, command, versioning):
    """What would be covered or deleted for good stops the run, unless --overwrite is given."""
    s3.create_bucket("plain", versioning)
    to_plain = (*RESTORE, "--dest", "s3://plain", "--delete", "--quiet")
    assert command(*to_plain).code == 0, "nothing is covered yet"
    put(client, "3", b"to be covered", "plain")
    put(client, "17", b"to be deleted", "plain")
    ended = command(*to_plain)
    assert (ended.code, ended.writes) == (1, [])
    assert "s3://plain keeps no versions, and 2 of its keys would be covered or deleted for good" in ended.err
    one_job = command(*to_plain, "--one-job")
    assert (one_job.code, one_job.writes) == (2, [])
    assert command(*to_plain, "--overwrite").code == 0
    assert current_state(s3, "plain") == {str(number): b"then" for number in range(15)}
    again = command(*to_plain, "--overwrite", "--one-job")
    assert (again.code, again.writes) == (0, [])


def test_a_listing_that_did_not_end(created, command, monkeypatch):
    """A range without its record: the plan is not whole, and nothing is applied."""
    from s3distversions import planning

    plan_piece = planning.plan_piece

    def without_the_record(*arguments):
        return (line for line in plan_piece(*arguments) if "key" in line)

    monkeypatch.setattr(planning, "plan_piece", without_the_record)
    ended = command(*RESTORE, *RUN)
    assert (ended.code, ended.writes) == (1, [])
    assert "2 of 2 key ranges were not listed to their end" in ended.err
    assert json.loads(Path("run/run.json").read_text())["plan"] is None


def test_two_keys_that_would_become_one(s3, client, command):
    """`p` and `p/p` both become `p` in a whole bucket: refused, before anything is listed in full."""
    s3.create_bucket("elsewhere")
    put(client, "p")
    put(client, "p/p")
    ended = command(*RESTORE, "--dest", "s3://elsewhere", "--quiet")
    assert (ended.code, ended.writes) == (2, [])
    assert "'p' and 'p/p' would both become 'p'" in ended.err


def test_mfa_delete_means_copies(s3, client, command):
    """Markers cannot be removed without the root's code: the key comes back by a copy, and that is said."""
    put(client, "p/a")
    s3.tick()
    client.delete_object(Bucket="mybucket", Key="p/a")
    s3.create_bucket("mybucket", mfa_delete=True)
    ended = command(*RESTORE, "--no-progress", "--json")
    assert ended.code == 0 and "MFA delete is on" in ended.err
    assert ended.summary["planned"] == {"copy": 1, "remove_markers": 0, "add_marker": 0}
    assert current_state(s3, "mybucket") == {"p/a": b"then"}


OBJECT = {
    "ContentType": "text/x-rare",
    "CacheControl": "max-age=7",
    "ContentDisposition": "attachment",
    "ContentEncoding": "identity",
    "ContentLanguage": "eo",
    "Metadata": {"owner": "nobody"},
    "Tagging": "a=1&b=two",
    "StorageClass": "STANDARD_IA",
}


@pytest.mark.parametrize("dest", [None, "s3://elsewhere/to"])
def test_what_a_copy_keeps(s3, client, command, dest):
    """Bytes, headers, metadata, tags and storage class come back as they were."""
    s3.create_bucket("elsewhere")
    put(client, "p/a", **OBJECT)
    s3.tick()
    put(client, "p/a", b"now")
    where = ("--dest", dest) if dest else ()
    assert command(*RESTORE, *where, "--quiet").code == 0
    found = {"Bucket": "elsewhere", "Key": "to/a"} if dest else {"Bucket": "mybucket", "Key": "p/a"}
    reply = client.get_object(**found)
    assert reply["Body"].read() == b"then"
    for name in OBJECT.keys() - {"Tagging"}:
        assert reply[name] == OBJECT[name], name
    tags = client.get_object_tagging(**found)["TagSet"]
    assert {(tag["Key"], tag["Value"]) for tag in tags} == {("a", "1"), ("b", "two")}


@pytest.mark.parametrize(
    ("change", "copies"),
    [
        ({}, 0),
        ({"Metadata": {"owner": "somebody"}}, 1),
        ({"ContentType": "text/plain"}, 1),
        ({"Tagging": "a=1&b=three"}, 1),
        ({"Tagging": ""}, 1),
        ({"StorageClass": "STANDARD"}, 1),
    ],
)
@pytest.mark.parametrize("one_job", [False, True])
def test_the_same_bytes_are_copied_only_if_they_read_differently(
    s3, client, command, change, copies, one_job
):
    """A later version with the target's ETag: metadata, headers, tags and class decide."""
    put(client, "p/a", **OBJECT)
    s3.tick()
    put(client, "p/a", **{**OBJECT, **change})
    ended = command(*RESTORE, "--quiet", "--json", *(["--one-job"] if one_job else []))
    assert ended.code == 0
    assert sum(request["operation"] == "CopyObject" for request in ended.changes) == copies
    assert ended.summary["outcomes"]["done"] == copies


def test_what_cannot_be_copied(s3, client, command):
    """An archived version and one with a customer's key are left, with the reason; the rest is done; exit 3."""
    s3.load(
        "mybucket",
        [
            {"key": "p/archived", "last_modified": T, "content": "a", "storage_class": "GLACIER"},
            {"key": "p/locked", "last_modified": T, "content": "b", "encryption": "SSE-C"},
        ],
    )
    put(client, "p/a")
    s3.tick()
    for key in ("p/archived", "p/locked", "p/a"):
        put(client, key, b"now")
    ended = command(*RESTORE, "--quiet", "--json")
    assert ended.code == 3
    assert ended.summary["outcomes"] == {"done": 1, "already": 0, "changed": 0, "archived": 1, "failed": 1}
    assert set(ended.summary["failed_keys"]) == {"p/archived", "p/locked"}
    assert current_state(s3, "mybucket")["p/a"] == b"then"


def test_what_a_person_sees(s3, created, command):
    """Progress on standard error, in plain lines where it is no terminal; then the summary, and what is next."""
    planned = command("plan", *RESTORE, "--version-info-output", "run")
    (progress,) = planned.err.splitlines()
    assert progress.startswith("listing and comparing: 21.0 entries [")
    assert planned.out.splitlines() == [
        "s3://mybucket/p as it was at 2014-01-01T07:00:00Z",
        "  found    20 keys with 21 versions and 0 delete markers",
        "  planned  1 version to copy back",
        "  cost     5 requests, about $0.00001 on AWS",
        "  run      run",
        "",
        "Nothing has been written. Read the plan (in versions/1), cut lines from it if you like, then:",
        "  s3distversions apply run",
    ]
    applied = command("apply", "run")
    (progress,) = applied.err.splitlines()
    assert progress.startswith("restoring: 100% 1.00/1.00 [")
    assert applied.out.splitlines() == [
        "s3://mybucket/p as it was at 2014-01-01T07:00:00Z",
        "  found    20 keys with 21 versions and 0 delete markers",
        "  planned  1 version to copy back",
        "  done     1 key; 4 bytes copied inside S3",
        "  cost     12 requests since the run began, about $0.00003 on AWS",
        "  run      run",
        "",
        "All done.",
    ]
