"""Plan lines -> S3: copies, markers removed, markers added, and what became of each.

Every write is conditional on the entry that the plan saw, so it is safe to repeat, to run twice at the same
time, and against other writers: a key that has changed since is looked at again and left alone. Markers are
removed by their id and need no condition: a newer write stays on top of what lies below.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError

from s3distversions.attribution import OURS, UNCHANGED, are_markers, find, must_be_looked_at
from s3distversions.client import FATAL, HINTS, PASSING, code, explained
from s3distversions.deletes import BATCH, Deletion, Reply, delete
from s3distversions.errors import S3Error
from s3distversions.location import rebase
from s3distversions.model import (
    ADD_MARKER,
    ALREADY,
    ARCHIVED,
    CHANGED,
    COPY,
    DONE,
    FAILED,
    Action,
    Entry,
)
from s3distversions.pace import attempts
from s3distversions.parameters import Parameters
from s3distversions.records import Line, class_of_copy, outcome
from s3distversions.replies import answer

# Bytes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
LARGEST_COPY = 5 * 1024**3
BATCH_LOOKED_AT = 25  # keys
CONDITION_FAILED = {"PreconditionFailed", "412", "NoSuchKey", "404"}


class Planned(NamedTuple):
    """An action on `key` of the source, and the key that it writes."""

    key: str
    written_key: str
    action: Action


def planned(key: str, action: Action, parameters: Parameters) -> Planned:
    """Return the action on `key` with the key that it writes."""
    return Planned(key, rebase(key, parameters.src, parameters.dest), action)


class Batches:
    """Gathers actions into what one thread carries out at once: a copy alone, deletes many at a time."""

    def __init__(self) -> None:
        # By whether they must be looked at before, one by one: few of those at once, so that threads share them.
        self._deletes: dict[bool, list[Planned]] = {False: [], True: []}

    def add(self, item: Planned) -> Iterator[list[Planned]]:
        """Take an action; yield the batch that is full by it, if one is."""
        if item.action.action == COPY:
            yield [item]
            return
        looked_at = must_be_looked_at(item.action)
        self._deletes[looked_at].append(item)
        if len(self._deletes[looked_at]) == (BATCH_LOOKED_AT if looked_at else BATCH):
            yield self._deletes[looked_at]
            self._deletes[looked_at] = []

    def rest(self) -> Iterator[list[Planned]]:
        """Yield what has been taken and is in no batch yet."""
        yield from filter(None, self._deletes.values())
        self._deletes = {False: [], True: []}


def carry_out(client: Any, parameters: Parameters, batch: Sequence[Planned]) -> Iterator[Line]:
    """Carry out one copy, or any number of deletes, and yield the outcome of each.

    Writes; may be repeated at any time. S3Error if S3 cannot be reached at all.
    """
    try:
        for item in batch:
            if item.action.action == COPY:
                yield _copy(client, parameters, item)
        yield from _delete(client, parameters, [item for item in batch if item.action.action != COPY])
    except ConnectionError as error:
        raise explained(error, f"writing to {parameters.written.uri}") from error


def _copy(client: Any, parameters: Parameters, item: Planned) -> Line:
    """Copy the target over the current entry, its storage class kept."""
    target = item.action.target
    assert target is not None and target.size is not None  # records.check
    if target.size > LARGEST_COPY:
        what = f"the version has {target.size} bytes, and more than 5 GiB cannot be copied at once"
        return outcome(item.key, item.action, FAILED, error=f"EntityTooLarge: {what}")
    source = {"Bucket": parameters.src.bucket, "Key": target.key, "VersionId": target.version_id}
    refusal = Reply()
    for _ in attempts():
        try:
            reply = answer(
                client.copy_object,
                Bucket=parameters.written.bucket,
                Key=item.written_key,
                CopySource=source,
                CopySourceIfMatch=f'"{target.etag}"',  # where it has the id null, it may have been replaced
                StorageClass=class_of_copy(target),  # or it would become STANDARD
                **_condition(item.action.current),
            )
        except ClientError as error:
            refusal = Reply(code(error), str(error))
        except ConnectionError:
            raise
        except BotoCoreError as error:
            refusal = Reply(type(error).__name__, str(error))
        else:
            if _is_of_that_content(reply, target):
                version_id = reply.get("VersionId")
                return outcome(item.key, item.action, DONE, version_id=version_id, bytes=target.size)
            if _is_of_that_copy(reply, target):
                return _looked_at(client, parameters, item)
            # S3 can answer 200 with an empty body, which boto3 takes for success; the condition tells.
            refusal = Reply("ServiceUnavailable", "the reply to the copy does not say that it is done")
        if refusal.error not in PASSING:
            break
    return _refused(client, parameters, item, refusal)


def _is_of_that_copy(reply: dict[str, Any], target: Entry) -> bool:
    """Does the reply say that something was copied, and from that version where it names one?"""
    etag = reply.get("CopyObjectResult", {}).get("ETag")
    source = reply.get("CopySourceVersionId", target.version_id)
    return isinstance(etag, str) and bool(etag.strip('"')) and source == target.version_id


def _is_of_that_content(reply: dict[str, Any], target: Entry) -> bool:
    """Does the reply to a copy leave no doubt of what stands there now?

    The ETag of a copy is its source's, unless that was uploaded in parts, or KMS encrypts the copy.
    """
    if not _is_of_that_copy(reply, target) or reply.get("VersionId") == target.version_id != "null":
        return False
    etag = reply["CopyObjectResult"]["ETag"].strip('"')
    is_checksum = "-" not in f"{target.etag}{etag}" and "kms" not in reply.get("ServerSideEncryption", "")
    return etag == target.etag or not is_checksum


def _looked_at(client: Any, parameters: Parameters, item: Planned) -> Line:
    """Return the outcome of a copy of which the reply leaves doubt: what does stand there?"""
    found, version_id = find(client, parameters, item.written_key, item.action)
    if found == OURS:
        return outcome(item.key, item.action, DONE, version_id=version_id, bytes=item.action.target.size)
    stands = "the key is as it was" if found == UNCHANGED else "something else stands there now"
    error = f"the reply is not about a copy of that version, and {stands}"
    return outcome(item.key, item.action, FAILED, error=f"NoReply: {error}")


def _condition(current: Entry | None) -> dict[str, str]:
    """Return the condition of a copy: what stands there is still `current`."""
    if current is None or current.delete_marker:
        return {"IfNoneMatch": "*"}  # a delete marker on top counts as absent
    return {"IfMatch": f'"{current.etag}"'}


def _delete(client: Any, parameters: Parameters, items: Sequence[Planned]) -> Iterator[Line]:
    """Add the markers, remove the markers, and yield the outcome of each key."""
    wanted: dict[Planned, list[Deletion]] = {}
    for item in items:
        if must_be_looked_at(item.action) and not are_markers(
            client, parameters, item.written_key, item.action
        ):
            yield outcome(item.key, item.action, CHANGED, error="what was to be removed is no delete marker")
        else:
            wanted[item] = _deletions(item)
    everything = [deletion for deletions in wanted.values() for deletion in deletions]
    replies = delete(client, parameters.written.bucket, everything)
    for item, deletions in wanted.items():
        refusals = [replies[deletion] for deletion in deletions if replies[deletion].error]
        if refusals:
            yield _refused(client, parameters, item, refusals[0])
        else:
            added = replies[deletions[0]].version_id if item.action.action == ADD_MARKER else None
            yield outcome(item.key, item.action, DONE, version_id=added)


def _deletions(item: Planned) -> list[Deletion]:
    """Return the deletions that an action other than a copy consists of."""
    if item.action.action == ADD_MARKER:
        assert item.action.current is not None  # records.check
        return [Deletion(item.written_key, etag=item.action.current.etag)]
    return [Deletion(item.written_key, version_id=marker) for marker in item.action.markers]


def _refused(client: Any, parameters: Parameters, item: Planned, refusal: Reply) -> Line:
    """Return the outcome of an action that S3 refused; where a condition failed, look at the key again."""
    if refusal.error in FATAL:
        raise S3Error(f"writing to {parameters.written.uri}: {refusal.message}", HINTS[refusal.error])
    if refusal.error == "InvalidObjectState":
        return outcome(item.key, item.action, ARCHIVED, error=refusal.message)
    if refusal.error not in CONDITION_FAILED:
        return outcome(item.key, item.action, FAILED, error=f"{refusal.error}: {refusal.message}")
    found, version_id = find(client, parameters, item.written_key, item.action)
    if found == UNCHANGED:
        error = f"{refusal.error}, though the key is as it was; has the version to copy changed?"
        return outcome(item.key, item.action, FAILED, error=error)
    if found == OURS:
        return outcome(item.key, item.action, ALREADY, version_id=version_id)
    return outcome(item.key, item.action, CHANGED, error="somebody wrote the key since the plan")
