"""Replies to a second look, at an object or at a key, that no S3 should send."""

import pytest

from tests.hostile.bucket import check_error, check_outcomes, state, wanted
from tests.hostile.changes import body, instead, with_entries
from tests.hostile.listings import none_current
from tests.hostile.server import Reply
from tests.hostile.writes import error, header, successes

THEIRS = b"theirs"


def of_another(reply, request, cached={}):  # noqa: B006 - a cache, and a bad one
    """What was said of another version of the key is said again."""
    return cached.setdefault(request.key, reply)


FAILED = {"failed"}
# (name, change, said): an error, and nothing is written; or what became of the copies, before each of which the
# version is asked for; what might be the same is among them.
HEADS = [
    ("of another version", of_another, FAILED),
    ("another ETag", header("ETag", '"0123456789abcdef"'), FAILED),
    ("another size", header("Content-Length", "7"), FAILED),
    ("another version id", header("x-amz-version-id", "v99.9"), FAILED),
    ("no version", error(404, b""), None),
    ("no permission", error(403, b""), None),
    ("no ETag", header("ETag", None), "looking at 'p/"),
    ("no size", header("Content-Length", None), "looking at 'p/"),
    ("a size of letters", header("Content-Length", "many"), "looking at 'p/"),
    ("a time that is none", header("Last-Modified", "soon"), "looking at 'p/"),
    ("tags in letters", header("x-amz-tagging-count", "many"), "looking at 'p/"),
    ("busy for ever", error(503, b""), "looking at 'p/"),
]


@pytest.mark.parametrize(("change", "said"), [head[1:] for head in HEADS], ids=[name for name, *_ in HEADS])
def test_heads_that_are_not_of_that_version(change, said, hostile, s3, model, restore):
    """They never spare a copy that is needed, nor say how it is made; where they cannot be read, nothing is written."""
    hostile.does(change, "HeadObject")
    ended = restore("--json")
    assert hostile.changed
    if isinstance(said, str):
        check_error(ended, said)
        assert hostile.writes == []
        return
    statuses = check_outcomes(s3, model)
    assert (ended.code, set(statuses.values())) == ((3, FAILED | {"done"}) if said else (0, {"done"})), (
        ended.err
    )
    if said:
        copied = {request.key for request in hostile.writes if request.operation == "CopyObject"}
        assert not copied & {key for key, status in statuses.items() if status == "failed"}
        hostile.does()
        assert restore.command("apply", "run", "--quiet").code == 0
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

    @successes
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
