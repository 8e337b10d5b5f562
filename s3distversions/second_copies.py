"""A copy that turned out otherwise than its version, which had not been asked for: made right by another.

A listing does not show how a version is encrypted. In most buckets all are encrypted alike, so that a HEAD
before each copy would be for nothing. Where one is not, the ETag in the reply to its copy is another.
"""

from __future__ import annotations

from typing import Any

from s3distversions import carried, identity
from s3distversions.attribution import first_of_two
from s3distversions.copy_requests import send_copy
from s3distversions.model import Entry
from s3distversions.parameters import Parameters
from s3distversions.timestamps import to_text
from s3distversions.writing import Planned, Writing

TWICE = {"copied_twice": True}  # what an outcome says of it


def is_surprise(parameters: Parameters, target: Entry, reply: dict[str, Any]) -> bool:
    """Does the reply to a copy show that version and copy are not encrypted alike, or not as was thought?

    KMS's ETags are no MD5 of the bytes. Where the user says how copies are encrypted, nothing is thought.
    """
    etag = reply["CopyObjectResult"]["ETag"].strip('"')
    return parameters.sse is None and "-" not in etag and (etag != target.etag or carried.is_kms(reply))


def made_right(
    writing: Writing, item: Planned, target: Entry, reply: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Ask for the version, and copy it again over its copy if that is not encrypted as the version is.

    reply: to the first copy. Return the reply to the one that stands there now, and what the outcome says of
    it. From now on all versions of the task are asked for before. Writes. botocore's errors.
    """
    writing.heads_all = True
    head = identity.head(writing.client, writing.parameters.src.bucket, target)
    if carried.is_encrypted_so(writing.parameters, head, reply) is not False:
        return reply, {}
    return send_copy(writing, item, target, head, _first(target, reply)), TWICE


def finished(writing: Writing, item: Planned, target: Entry) -> dict[str, Any] | None:
    """Make the second copy where an earlier attempt was ended after the first; return the reply, or None.

    For a key that has changed since the plan: was it we? Writes. botocore's errors.
    """
    if writing.parameters.sse is not None:  # then no copy is made right by a second one
        return None
    first = first_of_two(writing.client, writing.parameters, item.written_key, item.action)
    if first is None:
        return None
    head = identity.head(writing.client, writing.parameters.src.bucket, target)
    return send_copy(writing, item, target, head, first)


def _first(target: Entry, reply: dict[str, Any]) -> Entry:
    """Return the entry that a copy has written, by its reply."""
    result = reply["CopyObjectResult"]
    return target._replace(
        version_id=reply.get("VersionId", "null"),
        last_modified=to_text(result["LastModified"]),
        etag=result["ETag"].strip('"'),
        is_latest=True,
    )
