"""Where a look at a key must stand in for the condition of its write, and it is not the usual one."""

import pytest

from tests.command import current_state, put
from tests.damaged_bucket import lines

T = "2014-01-01T07:00:00Z"
RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T, "--delete", "--quiet", "--json")
RUN = ("--version-info-output", "run")
IGNORED = ["CopyObject", "CompleteMultipartUpload", "DeleteObjects", "DeleteObject"]
LARGE = {"seed": "large", "size": 6 * 1024**3, "parts": [6 * 1024**3]}
THAWED = {"content": "then", "storage_class": "GLACIER", "restore": "2033-01-01T00:00:00Z"}


def load(s3, *entries):
    """Make the history of p/a: an entry a second, from T on."""
    about = [{"key": "p/a", "last_modified": f"2014-01-01T07:00:0{n}Z"} for n, _ in enumerate(entries)]
    s3.load("mybucket", [{**line, **entry} for line, entry in zip(about, entries, strict=True)])
    s3.settings(ignored_conditions=IGNORED, clock="2014-01-01T08:00:00Z")


@pytest.mark.parametrize("then", [LARGE, THAWED], ids=["large", "thawed"])
def test_where_no_copy_can_be_tried(s3, command, then):
    """No plan line is fit to find out whether conditions are heeded: then they are taken not to be."""
    load(s3, then, {"content": "now"})
    assert command("plan", *RESTORE, *RUN).code == 0
    put(s3.client(), "p/a", b"somebody's")
    ended = command("apply", "run", "--quiet", "--json")
    assert (ended.code, ended.changes) == (
        3,
        [each for each in ended.changes if "Upload" in each["operation"]],
    )
    assert current_state(s3, "mybucket") == {"p/a": b"somebody's"}
    assert [line["status"] for line in lines("restored")] == ["changed"]
    assert "none of the copies is small and readable enough" in ended.summary["warnings"][0]


@pytest.mark.parametrize("is_changed", [False, True])
def test_what_a_customers_key_encrypts(s3, command, is_changed):
    """No HEAD without the key: the listing tells what stands there, and the key is deleted, or left alone."""
    load(s3, {"delete_marker": True}, {"content": "now", "encryption": "SSE-C"})
    s3.load("mybucket", [{"key": "p/b", "content": "now", "last_modified": "2014-01-01T07:30:00Z"}])
    assert command("plan", *RESTORE, *RUN).code == 0
    if is_changed:
        s3.load("mybucket", [{"key": "p/a", "content": "else", "encryption": "SSE-C"}])
    ended = command("apply", "run", "--quiet", "--json")
    assert {line["key"]: line["status"] for line in lines("restored")} == {
        "p/a": "changed" if is_changed else "done",
        "p/b": "done",
    }
    assert ended.code == (3 if is_changed else 0)
    assert s3.dump("mybucket")["keys"]["p/a"][0]["delete_marker"] is not is_changed
