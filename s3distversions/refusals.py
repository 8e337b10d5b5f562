"""What becomes of an action that S3 refused: tried again later, done already, left alone, or failed."""

from __future__ import annotations

from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError

from s3distversions.attribution import OURS, UNCHANGED, find
from s3distversions.client import FATAL, HINTS, PASSING, code
from s3distversions.conditions import CONDITION_FAILED
from s3distversions.deletes import Reply
from s3distversions.errors import S3Error
from s3distversions.model import ALREADY, CHANGED, FAILED
from s3distversions.parallel import Again
from s3distversions.records import Line, outcome
from s3distversions.thaw import archived
from s3distversions.throttled import THROTTLED
from s3distversions.writing import Planned, Writing

UPLOAD_GONE = {"NoSuchUpload"}  # completed, and the reply was lost; or somebody has ended it


def failed_with(writing: Writing, item: Planned, error: BaseException) -> list[Line | Again]:
    """Return what becomes of an action that ended with an error of botocore's; others are raised again."""
    if isinstance(error, ClientError):
        return answered(writing, [(item, Reply(code(error), str(error)))])
    if isinstance(error, BotoCoreError) and not isinstance(error, ConnectionError):
        return answered(writing, [(item, Reply(type(error).__name__, str(error)))])
    raise error


def answered(writing: Writing, refused: Sequence[tuple[Planned, Reply]]) -> list[Line | Again]:
    """Return what becomes of actions that S3 refused: the outcome of each, or that they are to be done again.

    S3Error where every further request would be refused too.
    """
    later: dict[bool, list[tuple[Planned, Reply]]] = {False: [], True: []}
    lines: list[Line | Again] = []
    for item, refusal in refused:
        if refusal.error in PASSING:
            later[refusal.error in THROTTLED].append((item, refusal))
        else:
            lines.append(outcome_of(writing, item, refusal))
    for throttled, pairs in later.items():
        if pairs:
            instead = [failed(item, refusal) for item, refusal in pairs]
            lines.append(Again([item for item, _ in pairs], instead, throttled))
    return lines


def outcome_of(writing: Writing, item: Planned, refusal: Reply) -> Line:
    """Return the outcome of an action that S3 refused for good; where a condition failed, look at the key."""
    parameters = writing.parameters
    if refusal.error in FATAL:
        raise S3Error(f"writing to {parameters.written.uri}: {refusal.message}", HINTS[refusal.error])
    if refusal.error == "InvalidObjectState":
        return archived(writing, item)
    if refusal.error not in CONDITION_FAILED | UPLOAD_GONE:
        return failed(item, refusal)
    found, version_id = find(writing.client, parameters, item.written_key, item.action)
    if found == UNCHANGED:
        error = f"{refusal.error}, though the key is as it was; has the version to copy changed?"
        return outcome(item.key, item.action, FAILED, error=error)
    if found == OURS:
        return outcome(item.key, item.action, ALREADY, version_id=version_id)
    return outcome(item.key, item.action, CHANGED, error="somebody wrote the key since the plan")


def failed(item: Planned, refusal: Reply) -> Line:
    """Return the outcome of an action that failed, in S3's words."""
    return outcome(item.key, item.action, FAILED, error=f"{refusal.error}: {refusal.message}")
