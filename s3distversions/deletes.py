"""Delete requests: markers added to keys, and markers removed by their id; never a version by its id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError

from s3distversions.client import code
from s3distversions.replies import answer

BATCH = 250  # keys a request: each counts against the write rate of its partition of the key space
# DeleteObjects is XML, in which these cannot be written: https://www.w3.org/TR/xml/#charsets
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Deletion(NamedTuple):
    """One marker to be added to `key`, if its current ETag is `etag`; or to be removed, by `version_id`."""

    key: str
    version_id: str | None = None
    etag: str | None = None


class Reply(NamedTuple):
    """What S3 said to one deletion: an error code and message, or the version id of the marker added."""

    error: str | None = None
    message: str | None = None
    version_id: str | None = None


def delete(client: Any, bucket: str, deletions: Sequence[Deletion]) -> dict[Deletion, Reply]:
    """Send the deletions once, BATCH at a time, and return the reply to each.

    Writes; may be repeated: the markers to be removed may be gone already, and adding one is conditional.
    botocore's ConnectionError if S3 cannot be reached.
    """
    replies: dict[Deletion, Reply] = {}
    for batch in batches(deletions):
        replies.update(_send(client, bucket, batch))
    return replies


def batches(deletions: Iterable[Deletion]) -> Iterator[list[Deletion]]:
    """Yield the deletions in batches for one request each; alone where XML cannot carry the key."""
    batch: list[Deletion] = []
    for deletion in deletions:
        if NOT_IN_XML.search(deletion.key):
            yield [deletion]
            continue
        batch.append(deletion)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _send(client: Any, bucket: str, batch: list[Deletion]) -> dict[Deletion, Reply]:
    """Send one batch, and return the reply to each; an error of the request is the error of each."""
    alone = len(batch) == 1 and NOT_IN_XML.search(batch[0].key)
    try:
        return _send_alone(client, bucket, batch[0]) if alone else _send_together(client, bucket, batch)
    except ClientError as error:
        return dict.fromkeys(batch, Reply(code(error), str(error)))
    except ConnectionError:
        raise
    except BotoCoreError as error:
        return dict.fromkeys(batch, Reply(type(error).__name__, str(error)))


def _send_alone(client: Any, bucket: str, deletion: Deletion) -> dict[Deletion, Reply]:
    """Send one DeleteObject."""
    names = {"VersionId": deletion.version_id, "IfMatch": deletion.etag and f'"{deletion.etag}"'}
    given = {name: value for name, value in names.items() if value is not None}
    reply = answer(client.delete_object, Bucket=bucket, Key=deletion.key, **given)
    return {deletion: _reply_to(deletion, {Reply(version_id=reply.get("VersionId"))})}


def _send_together(client: Any, bucket: str, batch: list[Deletion]) -> dict[Deletion, Reply]:
    """Send one DeleteObjects. A deletion of which the reply says nothing, or two things, has failed."""

    def told(deletion: Deletion) -> dict[str, str]:
        etag = deletion.etag and f'"{deletion.etag}"'
        names = {"Key": deletion.key, "VersionId": deletion.version_id, "ETag": etag}
        return {name: value for name, value in names.items() if value is not None}

    objects = [told(each) for each in batch]
    reply = answer(client.delete_objects, Bucket=bucket, Delete={"Objects": objects})
    answers: dict[tuple[str, str], set[Reply]] = {}
    for done in reply.get("Deleted", ()):
        answers.setdefault(_where(done), set()).add(
            Reply(version_id=_text(done.get("DeleteMarkerVersionId")))
        )
    for failed in reply.get("Errors", ()):
        refusal = Reply(_text(failed.get("Code")) or "Unknown", _text(failed.get("Message")))
        answers.setdefault(_where(failed), set()).add(refusal)
    return {each: _reply_to(each, answers.get((each.key, each.version_id or ""), set())) for each in batch}


def _where(said: dict[str, Any]) -> tuple[str, str]:
    """Return the key and the version id, "" for none, that a part of a reply is about."""
    return str(said.get("Key", "")), str(said.get("VersionId", ""))


def _text(value: Any) -> str | None:
    """Return a value of a reply as text: where an element stands twice, botocore makes a list of them."""
    return None if value is None else str(value)


def _reply_to(deletion: Deletion, said: set[Reply]) -> Reply:
    """Return the reply to one deletion, of all that was said of it."""
    if not said:
        return Reply("NoReply", "the reply does not mention the key")
    if len(said) > 1:
        return Reply("NoReply", "the reply says two things of the key")
    reply = said.pop()
    if deletion.version_id and reply.version_id not in (None, "", deletion.version_id):
        return Reply("NoReply", f"the reply is about the marker {reply.version_id}")
    return reply
