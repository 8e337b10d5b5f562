"""Before the first write: does the server heed the conditions of writes, and may the role write at all?

The first write is sent with a condition that must fail. A server that heeds conditions refuses it: nothing has
happened. One that passes over them carries it out, and it was a write that had to be done anyway: the same
request, but for its condition, and only where the key stands as the plan saw it. So nothing is left behind.
"""

from __future__ import annotations

import copy as copies
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError

from s3distversions import pace
from s3distversions.attribution import UNCHANGED, find
from s3distversions.client import HINTS, PASSING, code, explained
from s3distversions.conditions import CONDITION_FAILED, NOBODYS, Conditions
from s3distversions.copying import copy
from s3distversions.deletes import Deletion, delete
from s3distversions.denials import DENIED, missing
from s3distversions.errors import GuardError
from s3distversions.model import COPY, DONE, Entry
from s3distversions.records import Line, outcome
from s3distversions.refusals import answered
from s3distversions.replies import answer
from s3distversions.sampling import operation_of
from s3distversions.writing import Planned, Writing

BUSY = 8  # tries that S3 would not take, until it is left open
SECONDS = 60.0  # after which no further one is begun


class Found(NamedTuple):
    """What came of one try: whether the condition was heeded; or the outcome of the write; or a denial."""

    heeded: bool | None = None  # None: that cannot be told from it
    done: Line | None = None
    denied: str | None = None  # why, for people
    is_busy: bool = False  # S3 would not do it now


class Heeded(Exception):
    """The condition that must fail has failed."""


class MustFail(Conditions):
    """Conditions of which the first is one that no key meets."""

    def __init__(self, writing: Writing, condition: dict[str, str]):
        super().__init__(writing.client, writing.parameters, is_probed=False)
        self._condition: dict[str, str] | None = condition

    def sent(
        self, operation: str, send: Callable[..., Any], current: Entry | None, arguments: dict[str, Any]
    ) -> Any:
        """Send the copy. Heeded if the server refuses it for its condition."""
        if self._condition is None:  # a second copy of the same object, to make it right
            return super().sent(operation, send, current, arguments)
        condition, self._condition = self._condition, None
        try:
            return send(**arguments, **condition)
        except ClientError as error:
            if code(error) in CONDITION_FAILED:
                raise Heeded from error
            raise


def probe(writing: Writing, to_try: Mapping[str, Sequence[Planned]]) -> list[Line]:
    """Find out, for each operation, on one of the actions to try: `writing.conditions` knows then.

    Return the outcomes of the writes that were done by it. Unknown stays what could not be told, because the
    keys have changed, or S3 was too busy. Writes; may be repeated. GuardError if every action was denied.
    """
    lines: list[Line] = []
    for operation, items in to_try.items():
        tries = list(_until_it_is_told(writing, items))
        last = tries[-1] if tries else Found()
        denied = next((found.denied for found in tries if found.denied), None)
        if last.heeded is not None:
            writing.conditions.found(operation, last.heeded)
            lines += [last.done] if last.done else []
        elif denied:
            written = f"Only {lines[0]['key']!r} was written, to try." if lines else "Nothing was written."
            raise GuardError(denied, f"{written} {HINTS['AccessDenied']}")
    return lines


def _until_it_is_told(writing: Writing, items: Sequence[Planned]) -> Iterator[Found]:
    """Try one action after the other; yield what came of each. The last one tells, or none does."""
    into = any(is_over_nothing(item) for item in items)
    left, busy, until = list(items), 0, time.monotonic() + SECONDS
    while left and busy < BUSY and time.monotonic() < until:
        found = tried(writing, left[0], into)
        yield found
        if found.heeded is not None:
            return
        if not found.is_busy:
            left.pop(0)
            continue
        time.sleep(pace.PAUSE_SECONDS * 2**busy * random.uniform(0.5, 1))
        busy += 1


def in_passing(writing: Writing, batch: Sequence[Planned]) -> Iterator[Line | Planned]:
    """Yield the actions of a batch again, and the outcomes of those that were done to find out.

    For one job, where no command can try before: each task does, with the first actions that it meets.
    """
    for item in batch:
        operation = operation_of(item)
        found = Found()
        if operation in writing.conditions.unknown:
            with writing.conditions.probing:
                if operation in writing.conditions.unknown:
                    found = tried(writing, item, into=True)
                if found.heeded is not None:
                    writing.conditions.found(operation, found.heeded)
        yield found.done or item


def is_over_nothing(item: Planned) -> bool:
    """Does a reader see nothing where the action writes?"""
    return item.action.current is None or item.action.current.delete_marker


def tried(writing: Writing, item: Planned, into: bool) -> Found:
    """Send the write of an action with a condition that must fail. S3Error if S3 cannot be reached.

    into: will there be copies over nothing? Their condition is another one than that of those over a version.
    """
    try:
        if find(writing.client, writing.parameters, item.written_key, item.action)[0] != UNCHANGED:
            return Found()
        return _copy(writing, item, into) if item.action.action == COPY else _delete(writing, item)
    except ConnectionError as error:
        raise explained(error, f"writing to {writing.parameters.written.uri}") from error


def _copy(writing: Writing, item: Planned, into: bool) -> Found:
    """Try a copy: with the ETag of nobody, and, where a version stands, as if nothing did."""
    target = item.action.target
    assert target is not None  # records.check
    try:
        if _is_replaced(writing, target):
            return Found()
    except (ClientError, BotoCoreError):
        return Found()
    conditions = [{"IfMatch": f'"{NOBODYS}"'}]
    if into and not is_over_nothing(item):
        conditions.append({"IfNoneMatch": "*"})
    for condition in conditions:
        trying = copies.copy(writing)
        trying.conditions = MustFail(writing, condition)
        try:
            (line,) = copy(trying, item)
        except Heeded:
            continue
        found = _of_outcome(item, line)
        return _really_copied(writing, item) if found.denied and is_over_nothing(item) else found
    return Found(heeded=True)


def _really_copied(writing: Writing, item: Planned) -> Found:
    """Do a copy over nothing, with its own condition, where the one that must fail was denied.

    An ETag as a condition needs a permission to read that no copy over nothing does; so to deny that the server
    has read the condition.
    """
    trying = copies.copy(writing)
    trying.conditions = Conditions(writing.client, writing.parameters)
    (line,) = copy(trying, item)
    found = _of_outcome(item, line)
    return found._replace(heeded=True) if found.done else found


def _delete(writing: Writing, item: Planned) -> Found:
    """Try to add a delete marker, to a key with the ETag of nobody."""
    deletion = Deletion(item.written_key, etag=NOBODYS)
    reply = delete(writing.client, writing.parameters.written.bucket, [deletion])[deletion]
    if reply.error in CONDITION_FAILED:
        return Found(heeded=True)
    if reply.error:
        (line,) = answered(writing, [(item, reply)])
        return _of_outcome(item, line)
    return Found(heeded=False, done=outcome(item.key, item.action, DONE, version_id=reply.version_id))


def _is_replaced(writing: Writing, target: Entry) -> bool:
    """May the version to copy be another one by now? Then a copy would be refused for that.

    Only the id null is given to another one. ClientError, or another error of botocore's, if that may not be asked.
    """
    if target.version_id != "null":
        return False
    version = {"Bucket": writing.parameters.src.bucket, "Key": target.key, "VersionId": "null"}
    head = answer(writing.client.head_object, **version)
    return bool(head.get("ETag", "").strip('"') != target.etag)


def _of_outcome(item: Planned, line: Any) -> Found:
    """Return what a write tells that was not refused for its condition: it was done, denied, or neither."""
    if not isinstance(line, dict):
        return Found(is_busy=True)
    if line["status"] == DONE:
        return Found(heeded=False, done=line)
    error = line["error"] or ""
    if error.partition(":")[0] in DENIED:
        return Found(denied=f"{missing(error, item.action.action)} is missing: {error}")
    return Found(is_busy=error.partition(":")[0] in PASSING)
