"""One version -> the same bytes as the current entry, by a copy inside S3; and whether that was done.

The copy is conditional on the entry that the plan saw, so it may be repeated.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from s3distversions import carried, identity
from s3distversions.attribution import OURS, UNCHANGED, find
from s3distversions.carried import Head
from s3distversions.client import FATAL, PASSING, code
from s3distversions.copy_requests import is_of_that_content, is_of_that_copy, send_copy
from s3distversions.deletes import NOT_IN_XML, Reply
from s3distversions.large_copies import copy_large
from s3distversions.model import CHANGED, DONE, FAILED, LARGEST_COPY, Entry
from s3distversions.parallel import Again
from s3distversions.records import Line, outcome
from s3distversions.refusals import answered, failed_with
from s3distversions.replies import UnreadableReply
from s3distversions.second_copies import TWICE, finished, is_surprise, made_right
from s3distversions.thaw import archived
from s3distversions.writing import Planned, Writing

CUSTOMERS_KEY = "the version is encrypted with a customer's key (SSE-C), which S3 does not keep"


def copy(writing: Writing, item: Planned) -> list[Line | Again]:
    """Copy the target over the current entry; return the outcome, or that it is to be tried again.

    Writes. botocore's ConnectionError if S3 cannot be reached.
    """
    target = item.action.target
    assert target is not None and target.size is not None  # records.check
    is_large = target.size > LARGEST_COPY
    try:
        head = looked_up(writing, target) if is_large or must_be_looked_up(writing, target) else None
        if head and carried.is_archived(head):
            return [archived(writing, item, head)]
        if is_large:
            return copy_large(writing, item, target, head) if head else [without_head(item)]
        return _copied(writing, item, target, head)
    except (ClientError, BotoCoreError) as error:
        if is_of_customers_key(error):
            return [outcome(item.key, item.action, FAILED, error=f"InvalidRequest: {CUSTOMERS_KEY}")]
        lines = failed_with(writing, item, error)
    (line,) = lines
    if isinstance(line, Again) or line["status"] != CHANGED or is_large:
        return lines
    try:
        return _changed(writing, item, target, line)
    except (ClientError, BotoCoreError) as error:
        return failed_with(writing, item, error)


def must_be_looked_up(writing: Writing, target: Entry) -> bool:
    """Must the version be asked for what a listing does not show, before it is copied?

    Where not, its ETag is the MD5 of its bytes if all is as usual; then the copy's is the same, and if it is
    not, that is seen. The ETag of an upload in parts tells nothing. What has to be thawed is not copied in vain;
    nor is what lies in an archive tier under a key that XML cannot hold, where the refusal may not be readable.
    """
    parameters = writing.parameters
    in_parts = "-" in (target.etag or "") and parameters.sse is None
    return (
        writing.heads_all
        or in_parts
        or (parameters.thaw is not None and target.storage_class in carried.ARCHIVES)
        or NOT_IN_XML.search(target.key) is not None
    )


def looked_up(writing: Writing, target: Entry) -> Head | None:
    """Return what S3 says of the version; None if it may not be asked, and the copy is to tell why.

    botocore's errors where that passes, or would meet everything.
    """
    try:
        head = identity.head(writing.client, writing.parameters.src.bucket, target)
    except ClientError as error:
        if code(error) in PASSING | FATAL:
            raise
        return None
    if not identity.is_of(head, target):
        raise UnreadableReply(error="what S3 says of the version is not what it listed; was it replaced?")
    return head


def without_head(item: Planned) -> Line:
    """Return the outcome of a version that has to be looked up, and may not be."""
    error = f"HeadObject is refused for the version, which has to be copied in parts; or {CUSTOMERS_KEY}"
    return outcome(item.key, item.action, FAILED, error=error)


def is_of_customers_key(error: Exception) -> bool:
    """Does S3 want the customer's key? By AWS's own words; the code stands for much else too."""
    return (
        isinstance(error, ClientError)
        and code(error) == "InvalidRequest"
        and "form of Server Side Encryption" in str(error)
    )


def _copied(writing: Writing, item: Planned, target: Entry, head: Head | None) -> list[Line | Again]:
    """Copy the target at once. botocore's errors."""
    reply = send_copy(writing, item, target, head, item.action.current)
    told: dict[str, Any] = {}
    if head is None and is_of_that_copy(reply, target) and is_surprise(writing.parameters, target, reply):
        reply, told = made_right(writing, item, target, reply)
    if is_of_that_content(reply, target):
        return [_done(item, target, reply, told)]
    if is_of_that_copy(reply, target):
        return [_looked_at(writing, item, target)]
    # S3 can answer 200 with an empty body, which boto3 takes for success; the condition tells.
    what = "the reply to the copy does not say that it is done"
    return answered(writing, [(item, Reply("InternalError", what))])


def _changed(writing: Writing, item: Planned, target: Entry, line: Line) -> list[Line | Again]:
    """Return the outcome of a copy whose key has changed since the plan. It may be we who were at it.

    botocore's errors."""
    reply = finished(writing, item, target)
    is_done = reply is not None and is_of_that_content(reply, target)
    return [_done(item, target, reply or {}, TWICE) if is_done else line]


def _done(item: Planned, target: Entry, reply: dict[str, Any], told: dict[str, Any]) -> Line:
    """Return the outcome of a copy that was made."""
    version_id = reply.get("VersionId")
    return outcome(item.key, item.action, DONE, version_id=version_id, bytes=target.size, **told)


def _looked_at(writing: Writing, item: Planned, target: Entry) -> Line:
    """Return the outcome of a copy of which the reply leaves doubt: what does stand there?"""
    found, version_id = find(writing.client, writing.parameters, item.written_key, item.action)
    if found == OURS:
        return outcome(item.key, item.action, DONE, version_id=version_id, bytes=target.size)
    stands = "the key is as it was" if found == UNCHANGED else "something else stands there now"
    error = f"the reply is not about a copy of that version, and {stands}"
    return outcome(item.key, item.action, FAILED, error=f"NoReply: {error}")
