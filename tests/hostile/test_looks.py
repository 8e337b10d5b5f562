"""Replies to a second look, at an object or at a key, that no S3 should send."""

import pytest

from tests.hostile.bucket import check_error, check_outcomes, state, wanted
from tests.hostile.changes import body, instead, with_entries
from tests.hostile.listings import none_current
from tests.hostile.server import Reply
from tests.hostile.writes import error, header

THEIRS = b"theirs"


def of_another(reply, request, cached={}):  # noqa: B006 - a cache, and a bad one
    """What was said of another version of the key is said again."""
    return cached.setdefault(request.key, reply)


# (name, change, error): with an error nothing is written; without, what might be the same is copied
HEADS = [
    ("of another version", of_another, None),
    ("another ETag", header("ETag", '"0123456789abcdef"'), None),
    ("another size", header("Content-Length", "7"), None),
    ("another version id", header("x-amz-version-id", "v99.9"), None),
    ("no version", error(404, b""), None),
    ("no permission", error(403, b""), None),
    ("no ETag", header("ETag", None), "looking at 'p/twin"),
    ("no size", header("Content-Length", None), "looking at 'p/twin"),
    ("a size of letters", header("Content-Length", "many"), "looking at 'p/twin"),
    ("a time that is none", header("Last-Modified", "soon"), "looking at 'p/twin"),
    ("tags in letters", header("x-amz-tagging-count", "many"), "looking at 'p/twin"),
    ("busy for ever", error(503, b""), "looking at 'p/twin"),
]


@pytest.mark.parametrize(("change", "said"), [head[1:] for head in HEADS], ids=[name for name, *_ in HEADS])
def test_heads_that_are_not_of_that_version(change, said, hostile, s3, model, restore):
    """They never spare a copy that is needed; where they cannot be read, nothing is written."""
    hostile.does(change, "HeadObject")
    ended = restore("--json")
    assert hostile.changed
    if said:
        check_error(ended, said)
        assert hostile.writes == []
        return
    assert ended.code == 0, ended.err
    assert set(check_outcomes(s3, model).values()) == {"done"}
    assert state(s3) == wanted(model)
    twin = s3.dump("mybucket")["keys"]["p/twin in name"]
    assert twin[0]["metadata"] == twin[-1]["metadata"] == {"number": "0"}


@pytest.mark.parametrize(
    "change",
    [
        with_entries(none_current),
        body(b"<html/>"),
        instead("<Key>", "<Key>x"),
        instead("<Name>my", "<Name>your"),
    ],
    ids=["no current entry", "HTML", "another key", "another bucket"],
)
def test_a_listing_that_differs_when_a_key_is_looked_at_again(change, hostile, s3, model, restore):
    """Somebody has written a key since the plan, which only a listing tells: it stays theirs."""
    assert restore(verb=("plan",)).code == 0
    s3.client().put_object(Bucket="mybucket", Key="p/copied", Body=THEIRS)
    hostile.does(change, "ListObjectVersions")
    ended = restore.command("apply", "run", "--quiet")
    assert hostile.changed
    check_error(ended, "listing the versions in|cannot be trusted")
    assert s3.client().get_object(Bucket="mybucket", Key="p/copied")["Body"].read() == THEIRS
    hostile.does()
    assert restore.command("apply", "run", "--quiet").code == 3
    right = wanted(model)
    assert {key: digest for key, digest in state(s3).items() if key != "p/copied"} == {
        key: digest for key, digest in right.items() if key != "p/copied"
    }
    assert s3.client().get_object(Bucket="mybucket", Key="p/copied")["Body"].read() == THEIRS


def test_a_copy_of_something_else(hostile, s3, model, restore):
    """The server has stored other bytes than those of the version, and says so only by an ETag."""

    client = s3.client()

    def garbled(reply, request):
        stored = client.put_object(Bucket="mybucket", Key=request.key, Body=b"garbled")
        etag = stored["ETag"].replace('"', "&quot;")
        return instead("<ETag>[^<]*", f"<ETag>{etag}")(reply, request)

    hostile.does(garbled, "CopyObject")
    ended = restore("--json")
    assert ended.code == 3
    statuses = check_outcomes(s3, model)
    assert {key for key, status in statuses.items() if status == "failed"} == {
        *("p/ odd+100%", "p/copied", "p/copied too", "p/stacked", "p/twin in name"),
    }


def test_the_destination_is_not_trusted_either(hostile, s3, model, restore):
    """A page of the destination, which says what stands there now, is read as closely as the source's."""
    s3.create_bucket("other")
    s3.client().put_object(Bucket="other", Key="p/same", Body=b"x")

    def change(reply, request):
        return reply if request.bucket != "other" else with_entries(none_current)(reply, request)

    hostile.does(change, "ListObjectVersions")
    ended = restore("--dest", "s3://other/p/")
    check_error(ended, "does not begin with the current entry")
    assert hostile.writes == []


def test_replies_that_are_not_changed_are_those_of_the_embedded_s3(hostile, s3, model, restore):
    """What all these tests rest on: the server in between adds nothing, and loses nothing."""
    hostile.does(lambda reply, request: Reply(*reply), "ListObjectVersions")
    assert restore().code == 0
    assert hostile.changed == 0
    came = sorted(request["operation"] for request in s3.requests())
    assert sorted(request.operation for request in hostile.asked) == came
    assert state(s3) == wanted(model)
