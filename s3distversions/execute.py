"""Plan lines -> S3: copies, markers removed, markers added, and what became of each.

Every write is conditional on the entry that the plan saw, so it is safe to repeat, to run twice at the same
time, and against other writers: a key that has changed since is looked at again and left alone. Markers are
removed by their id and need no condition: a newer write stays on top of what lies below.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from botocore.exceptions import ConnectionError

from s3distversions.attribution import are_markers, must_be_looked_at
from s3distversions.client import explained
from s3distversions.conditions import Conditions
from s3distversions.copying import copy
from s3distversions.deletes import BATCH, Deletion, Reply, delete
from s3distversions.model import ADD_MARKER, CHANGED, COPY, DONE
from s3distversions.parallel import Again
from s3distversions.probes import in_passing
from s3distversions.records import Line, outcome
from s3distversions.refusals import answered
from s3distversions.sampling import delete_operation
from s3distversions.writing import Planned, Writing

BATCH_LOOKED_AT = 25  # keys: looked at one by one before, so that threads share them


def together(writing: Writing, item: Planned) -> int:
    """Return with how many actions like it one may be carried out at once: a copy is alone."""
    if item.action.action == COPY:
        return 1
    looked_at = must_be_looked_at(item.action) or _is_looked_at(writing.conditions, item)
    return BATCH_LOOKED_AT if looked_at else BATCH


def writes(item: Planned) -> int:
    """Return how many writes an action is, for S3's limits."""
    return max(1, len(item.action.markers))


def carry_out(writing: Writing, batch: Sequence[Planned]) -> Iterator[Line | Again]:
    """Carry out one copy, or any number of deletes; yield the outcome of each, or what is to be tried again.

    Writes; may be repeated at any time. S3Error if S3 cannot be reached at all.
    """
    try:
        for line in chain.from_iterable(_tried_and_carried_out(writing, batch)):
            if isinstance(line, dict):
                writing.denials.note(line)
            yield line
    except ConnectionError as error:
        raise explained(error, f"writing to {writing.parameters.written.uri}") from error


def _tried_and_carried_out(writing: Writing, batch: Sequence[Planned]) -> Iterator[Iterable[Line | Again]]:
    """Try the server where it is not known, then carry out what that has not done; yield outcomes."""
    deletes = []
    for item in in_passing(writing, batch):
        if not isinstance(item, Planned):
            yield [item]
        elif item.action.action == COPY:
            yield copy(writing, item)
        else:
            deletes.append(item)
    yield _delete(writing, deletes)


def _delete(writing: Writing, items: Sequence[Planned]) -> Iterator[Line | Again]:
    """Add the markers, remove the markers, and yield the outcome of each key."""
    parameters = writing.parameters
    wanted: dict[Planned, list[Deletion]] = {}
    for item in items:
        looked_at = must_be_looked_at(item.action)
        if looked_at and not are_markers(writing.client, parameters, item.written_key, item.action):
            yield outcome(item.key, item.action, CHANGED, error="what was to be removed is no delete marker")
        else:
            wanted[item] = _deletions(item)
    looked_at = [item for item in wanted if _is_looked_at(writing.conditions, item)]
    with writing.conditions.gap(bool(looked_at)):
        replies = _refused_by_looks(writing, looked_at)
        everything = [each for deletions in wanted.values() for each in deletions if each not in replies]
        replies.update(delete(writing.client, parameters.written.bucket, everything))
    refused: list[tuple[Planned, Reply]] = []
    for item, deletions in wanted.items():
        refusals = [replies[deletion] for deletion in deletions if replies[deletion].error]
        if refusals:
            refused.append((item, refusals[0]))
        else:
            added = replies[deletions[0]].version_id if item.action.action == ADD_MARKER else None
            yield outcome(item.key, item.action, DONE, version_id=added)
    yield from answered(writing, refused)


def _is_looked_at(conditions: Conditions, item: Planned) -> bool:
    """Is it a marker to be added, whose condition the server would pass over?"""
    is_added = item.action.action == ADD_MARKER
    return is_added and not conditions.are_heeded(delete_operation(item.written_key))


def _refused_by_looks(writing: Writing, items: Sequence[Planned]) -> dict[Deletion, Reply]:
    """Look at the keys to which markers are to be added; return the refusals that take the conditions' place."""
    refusals = {item: writing.conditions.refusal(item.written_key, item.action.current) for item in items}
    return {_deletions(item)[0]: refusal for item, refusal in refusals.items() if refusal}


def _deletions(item: Planned) -> list[Deletion]:
    """Return the deletions that an action other than a copy consists of."""
    if item.action.action == ADD_MARKER:
        assert item.action.current is not None  # records.check
        return [Deletion(item.written_key, etag=item.action.current.etag)]
    return [Deletion(item.written_key, version_id=marker) for marker in item.action.markers]
