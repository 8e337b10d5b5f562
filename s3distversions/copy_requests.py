"""CopyObject: what is asked for, and what the reply says of the copy.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
"""

from __future__ import annotations

from functools import partial
from typing import Any

from s3distversions import carried
from s3distversions.conditions import COPY_OBJECT
from s3distversions.model import Entry
from s3distversions.replies import answer
from s3distversions.writing import Planned, Writing


def send_copy(
    writing: Writing, item: Planned, target: Entry, head: carried.Head | None, expected: Entry | None
) -> dict[str, Any]:
    """Copy the target onto the key that is written, if `expected` stands there; return the reply.

    head: what S3 says of the target, None where it was not asked. Writes. botocore's errors.
    """
    arguments = {
        "Bucket": writing.parameters.written.bucket,
        "Key": item.written_key,
        **source(writing, target),
        **carried.of_copy(writing.parameters, target, head),
    }
    send = partial(answer, writing.client.copy_object)
    reply: dict[str, Any] = writing.conditions.sent(COPY_OBJECT, send, expected, arguments)
    return reply


def source(writing: Writing, target: Entry) -> dict[str, Any]:
    """Return the source of a copy: the version, as it was listed; with the id null it may have been replaced."""
    where = {"Bucket": writing.parameters.src.bucket, "Key": target.key, "VersionId": target.version_id}
    return {"CopySource": where, "CopySourceIfMatch": f'"{target.etag}"'}


def is_of_that_copy(reply: dict[str, Any], target: Entry) -> bool:
    """Does the reply say that something was copied, and from that version where it names one?"""
    etag = reply.get("CopyObjectResult", {}).get("ETag")
    source = reply.get("CopySourceVersionId", target.version_id)
    return isinstance(etag, str) and bool(etag.strip('"')) and source == target.version_id


def is_of_that_content(reply: dict[str, Any], target: Entry) -> bool:
    """Does the reply to a copy leave no doubt of what stands there now?

    The ETag of a copy is its source's, unless that was uploaded in parts, or KMS encrypts the copy.
    """
    if not is_of_that_copy(reply, target) or reply.get("VersionId") == target.version_id != "null":
        return False
    etag = reply["CopyObjectResult"]["ETag"].strip('"')
    is_checksum = "-" not in f"{target.etag}{etag}" and "kms" not in reply.get("ServerSideEncryption", "")
    return etag == target.etag or not is_checksum
