"""A version of more than 5 GiB -> the same object, put together from copies of its parts inside S3.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/CopyingObjectsMPUapi.html
"""

from __future__ import annotations

from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from s3distversions import carried
from s3distversions.carried import CHECKSUMS, Head
from s3distversions.deletes import NOT_IN_XML
from s3distversions.identity import tags
from s3distversions.model import DONE, FAILED, Entry
from s3distversions.parallel import Again
from s3distversions.part_copies import LARGEST_OBJECT, MOST_PARTS, Ended, Part, Upload, copy_parts
from s3distversions.records import Line, outcome
from s3distversions.refusals import failed_with
from s3distversions.replies import UnreadableReply, answer
from s3distversions.writing import Planned, Writing


def copy_large(writing: Writing, item: Planned, target: Entry, head: Head) -> list[Line | Again]:
    """Copy the target over the current entry in parts; return the outcome, or that it is to be tried again.

    head: what S3 says of the target. Writes; whatever goes wrong, the upload is ended: nothing of it is taken
    up by a later attempt. botocore's errors where nothing has begun.
    """
    if objection := _objection(item, target, head):
        return [outcome(item.key, item.action, FAILED, error=objection)]
    with writing.large_copies:
        upload = _begin(writing, item, target, head)
        try:
            reply = _complete(writing, item, target, head, upload, copy_parts(writing, target, upload))
        except BaseException as error:  # noqa: BLE001 - raised again unless it is S3's
            left = writing.uploads.end(*upload)
            return [_said(line, left) for line in failed_with(writing, item, error)]
    writing.uploads.completed(*upload)
    return [_checked(writing, item, target, head, reply)]


def _objection(item: Planned, target: Entry, head: Head) -> str | None:
    """Return why the version cannot be copied in parts, None if it can."""
    assert target.size is not None  # records.check
    what = f"the version has {target.size} bytes, and so is copied in parts"
    if target.size > LARGEST_OBJECT:
        return f"EntityTooLarge: {what}; but {MOST_PARTS:,} of 5 GiB are all that S3 takes"
    if NOT_IN_XML.search(item.written_key):
        return f"InvalidKey: {what}; but its key holds what XML cannot, and S3's reply to that is XML"
    if head.get("MissingMeta"):
        lost = f"{head['MissingMeta']} entries of its metadata cannot be said in headers, and would be lost"
        return f"MetadataNotReadable: {what}; but {lost}"
    return None


def _begin(writing: Writing, item: Planned, target: Entry, head: Head) -> Upload:
    """Begin the upload, with all that goes with the bytes."""
    if writing.uploads.closed.is_set():
        raise Ended
    with_tags = tags(writing.client, writing.parameters.src.bucket, target) if head.get("TagCount") else []
    reply = answer(
        writing.client.create_multipart_upload,
        Bucket=writing.parameters.written.bucket,
        Key=item.written_key,
        **carried.of_upload(writing.parameters, target, head, with_tags),
    )
    upload = item.written_key, str(reply["UploadId"])
    writing.uploads.begun(*upload)
    return upload


def _complete(
    writing: Writing, item: Planned, target: Entry, head: Head, upload: Upload, parts: list[Part]
) -> dict[str, Any]:
    """Make a version of the parts, if what stands there is still what the plan saw; return S3's reply."""
    kind = carried.checksum(head).get("ChecksumType")

    arguments = {
        "Bucket": writing.parameters.written.bucket,
        "Key": upload[0],
        "UploadId": upload[1],
        "MultipartUpload": {"Parts": parts},
        "MpuObjectSize": target.size,
        **({"ChecksumType": kind} if kind else {}),
    }
    send = partial(answer, writing.client.complete_multipart_upload)
    reply = writing.conditions.sent("CompleteMultipartUpload", send, item.action.current, arguments)
    if not str(reply.get("ETag", "")).strip('"'):
        raise UnreadableReply(error="the completion of the upload has no ETag")
    return dict(reply)


def _checked(writing: Writing, item: Planned, target: Entry, head: Head, reply: dict[str, Any]) -> Line:
    """Return the outcome of a completed copy: is it as long as the version, with the same checksum of it all?"""
    version_id = reply.get("VersionId")
    told = {**reply, **_head_of_written(writing, item.written_key, version_id)}
    wrong = []
    if told.get("ContentLength", target.size) != target.size:
        wrong.append(f"{told['ContentLength']} bytes, and not {target.size}")
    if head.get("ChecksumType") == told.get("ChecksumType") == "FULL_OBJECT":
        wrong += [
            f"the {name} {told[name]}, and not {head[name]}"
            for name in CHECKSUMS
            if head.get(name) and told.get(name) and told[name] != head[name]
        ]
    if not wrong:
        return outcome(item.key, item.action, DONE, version_id=version_id, bytes=target.size)
    error = f"DifferentContent: what was put together, and stands there now, has {'; '.join(wrong)}"
    return outcome(item.key, item.action, FAILED, version_id=version_id, error=error)


def _head_of_written(writing: Writing, key: str, version_id: str | None) -> Head:
    """Return what S3 says of what was written, {} if it may not be asked: it has said its part already."""
    which = {"VersionId": version_id} if version_id else {}
    where = {"Bucket": writing.parameters.written.bucket, "Key": key, **which}
    try:
        return dict(answer(writing.client.head_object, **where, ChecksumMode="ENABLED"))
    except (ClientError, BotoCoreError):
        return {}


def _said(line: Line | Again, more: str) -> Line | Again:
    """Return an outcome, or what is to be tried again, with more in its error."""
    if isinstance(line, Again):
        return line._replace(instead=[_said(each, more) for each in line.instead])
    return {**line, "error": f"{line['error'] or ''}{more}"} if more else line
