"""Archived versions: what becomes of their copies, and how they are asked for, once each.

RestoreObject makes a copy of the version that can be read for some days; that takes minutes to days.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from s3distversions.carried import Head, is_being_thawed
from s3distversions.client import FATAL, HINTS, PASSING, code
from s3distversions.errors import S3Error
from s3distversions.identity import head as head_of
from s3distversions.model import ARCHIVED, FAILED
from s3distversions.records import Line, outcome
from s3distversions.replies import answer
from s3distversions.writing import Planned, Writing

ASKED, IN_PROGRESS = "asked", "in progress"  # what an outcome says of the thaw
HOURS = {  # that AWS takes, at most, by tier
    False: {"Expedited": "some minutes", "Standard": "5 hours", "Bulk": "12 hours"},
    True: {"Standard": "12 hours", "Bulk": "48 hours"},  # deep archives
}
DEEP = ("DEEP_ARCHIVE", "DEEP_ARCHIVE_ACCESS")
THAW = "it is archived, and cannot be read until it is thawed: apply again with --thaw Standard"


def archived(writing: Writing, item: Planned, head: Head | None = None) -> Line:
    """Return the outcome of a copy whose version is archived; ask for it to be thawed if the user wants it.

    head: what S3 says of the version, where it was asked already. Writes only that request, which changes no
    version; may be repeated: what was asked for is not asked for again. S3Error where S3 would refuse all.
    """
    target, tier = item.action.target, writing.parameters.thaw
    assert target is not None  # it is a copy's
    if tier is None:
        return outcome(item.key, item.action, ARCHIVED, error=THAW)
    try:
        head = head or head_of(writing.client, writing.parameters.src.bucket, target)
        if is_being_thawed(head):
            return _waiting(item, IN_PROGRESS, "it is being thawed: apply again when that is done")
        answer(
            writing.client.restore_object,
            Bucket=writing.parameters.src.bucket,
            Key=target.key,
            VersionId=target.version_id,
            RestoreRequest=_request(head, tier, writing.parameters.thaw_days),
        )
    except ClientError as error:
        return _refused(writing, item, error)
    except BotoCoreError as error:
        return _waiting(item, None, f"it is archived, and was not asked for: {error}; apply again")
    return _asked(item, head, tier)


def _request(head: Head, tier: str, days: int) -> dict[str, Any]:
    """Return what to ask for: a copy for so many days; Intelligent-Tiering moves the object for good."""
    parameters: dict[str, Any] = {"GlacierJobParameters": {"Tier": tier}}
    return parameters if head.get("StorageClass") == "INTELLIGENT_TIERING" else {"Days": days, **parameters}


def _asked(item: Planned, head: Head, tier: str) -> Line:
    """Return the outcome of a version that was asked for, and when it can be expected."""
    is_deep = head.get("StorageClass") in DEEP or head.get("ArchiveStatus") in DEEP
    hours = HOURS[is_deep].get(tier)
    within = f" within {hours}" if hours else ""
    return _waiting(item, ASKED, f"it was asked for, and should be thawed{within}: apply again then")


def _refused(writing: Writing, item: Planned, error: ClientError) -> Line:
    """Return the outcome of a version that S3 would not thaw, or not now."""
    name = code(error)
    if name in FATAL:
        raise S3Error(f"thawing {item.key!r}: {error}", HINTS[name]) from error
    if name == "RestoreAlreadyInProgress":
        return _waiting(item, ASKED, "it is being thawed: apply again when that is done")
    if name in PASSING or name == "InvalidObjectState":  # it is no more in the state that the HEAD told
        return _waiting(item, None, f"it is archived, and was not asked for: {error}; apply again")
    tier = writing.parameters.thaw
    what = f"it is archived, and --thaw {tier} is refused: {error}; another tier may do"
    return outcome(item.key, item.action, FAILED, error=f"{name}: {what}", thaw=None)


def _waiting(item: Planned, thaw: str | None, error: str) -> Line:
    """Return the outcome of a version that waits for its thaw."""
    return outcome(item.key, item.action, ARCHIVED, error=error, thaw=thaw)
