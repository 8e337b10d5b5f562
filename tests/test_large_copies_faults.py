"""Copies in parts that meet faults at every step, or their end: no upload is left open, and none unsaid."""

import threading

import pytest

from s3distversions import part_copies
from s3distversions.parallel import Again
from tests.single_copies import T, copied, history, item, operations, overwritten, writing

pytestmark = pytest.mark.usefixtures("impatient")
LARGE = 5 * 1024**3 + 1
STEPS = (
    "HeadObject",
    "GetObjectTagging",
    "CreateMultipartUpload",
    "UploadPartCopy",
    "CompleteMultipartUpload",
)


@pytest.fixture
def task(s3, monkeypatch):
    """What a task writes with; there is a version of more than 5 GiB to copy."""
    monkeypatch.setattr(part_copies, "PAUSE_SECONDS", 0.001)
    overwritten(s3, "p/a", size=LARGE, tags={"a": "1"}, checksum="CRC64NVME")
    return writing(s3, monkeypatch, write_parallel=16)


def uploads(s3):
    """Return the uploads that are open."""
    return s3.client().list_multipart_uploads(Bucket="mybucket").get("Uploads", [])


def is_as_then(s3):
    now, *_, then = history(s3, "p/a")
    return now["content"] == then["content"]


def check_next_attempt(s3, monkeypatch, of):
    """Assert that another attempt ends it, as the version was, without another copy of what is done."""
    is_done = is_as_then(s3)
    line = copied(writing(s3, monkeypatch, write_parallel=16), "p/a", of)
    assert line["status"] == ("already" if is_done else "done") and is_as_then(s3)
    assert uploads(s3) == []


@pytest.mark.parametrize("kind", ["InternalError-before", "reset-before", "reset-after", "cut"])
@pytest.mark.parametrize("step", STEPS)
def test_what_passes(s3, task, monkeypatch, step, kind):
    """Once each: sent again, and done."""
    of = item(task, "p/a")
    s3.fault(step, kind, at=1)
    line = copied(task, "p/a", of)
    assert line["status"] in ("done", "already") and is_as_then(s3)
    # An upload whose beginning was not heard of: its id is known to nobody, and `leftovers` names it.
    unheard = step == "CreateMultipartUpload" and kind in ("reset-after", "cut")
    assert len(uploads(s3)) == unheard


@pytest.mark.parametrize("code", ["SlowDown", "AccessDenied"])
@pytest.mark.parametrize("step", STEPS)
def test_what_does_not_pass(s3, task, monkeypatch, step, code):
    """Tried again later, or failed with S3's words; the upload is ended, and nothing is written."""
    of = item(task, "p/a")
    with s3.faults(step, code):
        line = copied(task, "p/a", of)
    if code == "SlowDown":
        assert isinstance(line, Again) and line.item == [of]
    else:
        assert line["status"] == "failed" and ("AccessDenied" in line["error"] or step == "HeadObject")
    assert uploads(s3) == [] and len(history(s3, "p/a")) == 2
    check_next_attempt(s3, monkeypatch, of)


def test_one_part_that_fails(s3, task, monkeypatch):
    """However many others are copied: the upload is ended."""
    of = item(task, "p/a")
    with s3.faults("UploadPartCopy", "AccessDenied", at=11):
        line = copied(task, "p/a", of)
    assert line["status"] == "failed" and operations(s3)[-1] == "AbortMultipartUpload"
    assert uploads(s3) == []
    check_next_attempt(s3, monkeypatch, of)


def test_parts_that_are_busy_for_a_while(s3, task):
    """More often than botocore tries: the others were not copied in vain."""
    s3.fault("UploadPartCopy", "SlowDown", times=40)
    assert copied(task, "p/a")["status"] == "done" and is_as_then(s3)
    assert operations(s3).count("CreateMultipartUpload") == 1


@pytest.mark.parametrize(
    "kind, status",
    [
        ("ConditionalRequestConflict-before", "again"),
        ("PreconditionFailed-before", "failed"),
        ("reset-after", "done"),
        ("empty-after", "done"),
        ("error-in-200-after", "done"),
        ("NoSuchUpload-after", "already"),
        ("NoSuchUpload-before", "failed"),
    ],
)
def test_the_end_of_an_upload(s3, task, monkeypatch, kind, status):
    """A conflict is final for the upload; a lost reply is not taken for a failure."""
    of = item(task, "p/a")
    s3.fault("CompleteMultipartUpload", kind, times=1)
    line = copied(task, "p/a", of)
    assert status == ("again" if isinstance(line, Again) else line["status"]), line
    assert is_as_then(s3) == (status in ("done", "already"))
    check_next_attempt(s3, monkeypatch, of)


def test_an_end_that_fails(s3, task, monkeypatch):
    """The outcome says what is left, and the command that ends it."""
    of = item(task, "p/a")
    s3.fault("UploadPartCopy", "AccessDenied", times=1)
    with s3.faults("AbortMultipartUpload", "AccessDenied"):
        line = copied(task, "p/a", of)
    (left,) = uploads(s3)
    command = f"aws s3api abort-multipart-upload --bucket mybucket --key p/a --upload-id {left['UploadId']}"
    assert line["status"] == "failed" and f"its upload is left, and this ends it: {command}" in line["error"]


@pytest.mark.parametrize("step", ["upload_part_copy", "complete_multipart_upload"])
def test_an_interruption(s3, task, monkeypatch, step):
    """The task is closed while a request is on its way: the upload is ended, and parts that come too late too."""
    of = item(task, "p/a")
    sent, begun, go_on = getattr(task.client, step), threading.Event(), threading.Event()

    def slow(**arguments):
        begun.set()
        assert go_on.wait(10)
        return sent(**arguments)

    monkeypatch.setattr(task.client, step, slow)
    ended = []

    def attempt():
        try:
            ended.append(copied(task, "p/a", of))
        except BaseException as error:  # noqa: BLE001 - that is what is looked at
            ended.append(error)

    thread = threading.Thread(target=attempt)
    thread.start()
    assert begun.wait(10)
    task.uploads.close()
    assert uploads(s3) == []
    go_on.set()
    thread.join(20)
    assert not thread.is_alive() and uploads(s3) == []
    assert isinstance(ended[0], part_copies.Ended) or ended[0]["status"] in ("failed", "already"), ended
    with pytest.raises(part_copies.Ended):
        copied(task, "p/a", of)
    monkeypatch.undo()
    monkeypatch.setattr(part_copies, "PAUSE_SECONDS", 0.001)
    check_next_attempt(s3, monkeypatch, of)


def test_a_part_that_comes_too_late(s3, task, monkeypatch):
    """S3 may still take it while the upload is ended, and keep it: who sent it ends the upload once more."""
    of = item(task, "p/a")
    closed = threading.Event()

    def late(**_):
        if not closed.is_set():
            closed.set()
            task.uploads.close()
            s3.clear_requests()
        return {"CopyPartResult": {"ETag": '"late"'}}

    monkeypatch.setattr(task.client, "upload_part_copy", late)
    with pytest.raises(part_copies.Ended):
        copied(task, "p/a", of)
    # Once by whoever sent it, and once by whoever waited for all parts.
    assert operations(s3).count("AbortMultipartUpload") >= 2


def test_an_interruption_by_the_keyboard(s3, task, monkeypatch):
    of = item(task, "p/a")
    monkeypatch.setattr(part_copies.Parallel, "drain", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        copied(task, "p/a", of)
    assert uploads(s3) == []


def test_what_a_run_has_left_is_named_by_the_next(s3, command):
    """With the command that ends it; neither ended nor used, and said once."""
    overwritten(s3, "p/a", size=LARGE)
    restore = (
        "--src",
        "s3://mybucket/p",
        "--restore-time",
        T,
        "--no-progress",
        "--version-info-output",
        "run",
    )
    s3.fault("UploadPartCopy", "AccessDenied", times=1)
    with s3.faults("AbortMultipartUpload", "AccessDenied"):
        ended = command(*restore)
    (left,) = uploads(s3)
    ending = (
        f"abort-multipart-upload --bucket mybucket --key p/a --upload-id {left['UploadId']} --endpoint-url"
    )
    assert ended.code == 3 and ended.out.count(ending) == 2  # of the key that failed, and as a warning
    again = command("apply", "run", "--no-progress")
    assert (again.code, is_as_then(s3), uploads(s3)) == (0, True, [left])
    assert again.err.count(ending) == again.out.count(ending) == 1
