"""Surprises among versions that are copied without being asked for first: noticed, mended, and then asked for."""

import pytest

from s3distversions import identity, surroundings
from s3distversions.parallel import Again
from tests.command import check_requests
from tests.single_copies import LATER, T, copied, history, item, operations, overwritten, writing

RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T, "--quiet", "--json")
NUMBERS = range(30)
SURPRISES = {7: "aws:kms", 11: "aws:kms:dsse"}
AS_THEN = ("content", "encryption", "size")


def reads_as_then(s3, key):
    now, *_, then = history(s3, key)
    return all(now[name] == then[name] for name in AS_THEN)


@pytest.fixture
def surprising(s3, monkeypatch):
    """A bucket in which two versions are encrypted by KMS, and a random sample that has missed them."""
    monkeypatch.setattr(surroundings, "is_each_asked", lambda *_: False)
    lines = []
    for number in NUMBERS:
        encryption = SURPRISES.get(number, "AES256")
        lines += [
            {"key": f"p/{number}", "last_modified": T, "content": "then", "encryption": encryption},
            {"key": f"p/{number}", "last_modified": LATER, "content": "longer"},
        ]
    s3.load("mybucket", lines)
    s3.set_clock("2014-01-01T08:00:00Z")


def test_a_restore_with_surprises(s3, command, surprising):
    """Every key is as it was; which were copied twice is counted."""
    ended = command(*RESTORE)
    assert ended.code == 0, ended.err
    assert all(reads_as_then(s3, f"p/{number}") for number in NUMBERS)
    check_requests(ended.requests, ("mybucket", str), ("mybucket", str))
    twice = sum(len(history(s3, f"p/{number}")) == 4 for number in NUMBERS)
    assert twice == ended.summary["copied_twice"] > 0


def test_a_default_that_is_changed_after_the_guards(s3, command, surprising):
    """By whom and when ever: no copy comes out encrypted otherwise than its version."""
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.client().put_bucket_encryption(Bucket="mybucket", ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert command(*RESTORE).code == 0
    assert all(reads_as_then(s3, f"p/{number}") for number in NUMBERS)


def test_after_one_surprise_all_are_asked_for_first(s3, monkeypatch):
    overwritten(s3, "p/a", "p/b", encryption="aws:kms")
    overwritten(s3, "p/plain")
    task = writing(s3, monkeypatch)
    items = {key: item(task, key) for key in ("p/plain", "p/a", "p/b")}
    s3.clear_requests()
    lines = {key: copied(task, key, of) for key, of in items.items()}
    assert {line["status"] for line in lines.values()} == {"done"}
    assert [key for key, line in lines.items() if line.get("copied_twice")] == ["p/a"]
    assert operations(s3, "p/plain") == ["CopyObject"]
    assert operations(s3, "p/a") == ["CopyObject", "HeadObject", "CopyObject"]
    assert operations(s3, "p/b") == ["HeadObject", "CopyObject"]
    for key, line in lines.items():
        assert reads_as_then(s3, key) and history(s3, key)[0]["version_id"] == line["version_id"]


def test_what_leaves_a_doubt_is_asked_for_first(s3, monkeypatch):
    """The ETag of an upload in parts would show no surprise."""
    overwritten(s3, "p/parts", encryption="aws:kms", parts=[100, 50], size=150)
    task = writing(s3, monkeypatch)
    of = item(task, "p/parts")
    s3.clear_requests()
    assert copied(task, "p/parts", of)["status"] == "done"
    assert operations(s3) == ["HeadObject", "CopyObject"] and reads_as_then(s3, "p/parts")


def test_somebody_writes_between_both_copies(s3, monkeypatch):
    """The second copy expects the first one: theirs stays, and is told."""
    overwritten(s3, "p/a", encryption="aws:kms")
    head = identity.head

    def meanwhile(client, bucket, entry):
        s3.client().put_object(Bucket="mybucket", Key="p/a", Body=b"theirs")
        return head(client, bucket, entry)

    monkeypatch.setattr(identity, "head", meanwhile)
    task = writing(s3, monkeypatch)
    assert copied(task, "p/a")["status"] == "changed"
    assert s3.client().get_object(Bucket="mybucket", Key="p/a")["Body"].read() == b"theirs"


def test_what_the_user_says_is_no_surprise(s3, monkeypatch):
    overwritten(s3, "p/a")
    overwritten(s3, "p/b", encryption="aws:kms:dsse")
    task = writing(s3, monkeypatch, sse="aws:kms")
    for key in ("p/a", "p/b"):
        line = copied(task, key)
        assert line["status"] == "done" and "copied_twice" not in line
        assert history(s3, key)[0]["encryption"]["x-amz-server-side-encryption"] == "aws:kms"
    assert "HeadObject" not in operations(s3)


@pytest.mark.parametrize(
    "kind", ["reset-after", "reset-before", "SlowDown", "empty-after", "error-in-200-after"]
)
def test_faults_at_the_second_copy(s3, monkeypatch, kind):
    """Whatever it met: it is as it was then, or is not called so; and the next attempt mends it."""
    overwritten(s3, "p/a", encryption="aws:kms")
    task = writing(s3, monkeypatch)
    s3.fault("CopyObject", kind, at=2)
    of = item(task, "p/a")
    line = copied(task, "p/a", of)
    s3.end_faults()
    again = copied(writing(s3, monkeypatch), "p/a", of)
    assert reads_as_then(s3, "p/a")
    assert again["status"] == ("done" if isinstance(line, Again) else "already")


@pytest.mark.parametrize("when", ["after the first copy", "after the second copy"])
def test_a_kill_in_between(s3, monkeypatch, when):
    """The next attempt finds what stands there, and finishes it."""
    overwritten(s3, "p/a", encryption="aws:kms")
    task = writing(s3, monkeypatch)
    of = item(task, "p/a")
    if when == "after the first copy":
        monkeypatch.setattr(identity, "head", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            copied(task, "p/a", of)
        monkeypatch.undo()
    else:
        assert copied(task, "p/a", of)["copied_twice"]
    line = copied(writing(s3, monkeypatch), "p/a", of)
    assert (line["status"], reads_as_then(s3, "p/a")) in [("already", True), ("done", True)]
