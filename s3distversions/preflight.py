"""The guards: what is looked at, at the bucket and in the plan, before the first write."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any

from s3distversions.client import looking
from s3distversions.errors import GuardError, S3Error, UsageError
from s3distversions.listing import entries
from s3distversions.location import last_part, nameless
from s3distversions.model import ADD_MARKER, BY_COPY, BY_REMOVING_MARKERS, KeyRange
from s3distversions.parameters import Parameters
from s3distversions.totals import Totals


def look(client: Any, parameters: Parameters, warnings: list[str]) -> Parameters:
    """Look at the buckets before anything is listed; return the parameters as they can be carried out.

    GuardError where a restore would destroy data or has no history to go by; warnings are appended. Reads
    only. https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
    """
    source = versioning(client, parameters.src.bucket)
    if source.get("Status") is None:
        raise GuardError(
            f"s3://{parameters.src.bucket} was never versioned",
            "It holds no history, so no earlier state can be told, let alone restored.",
        )
    if parameters.dest is None and source["Status"] != "Enabled":
        raise GuardError(
            f"versioning of s3://{parameters.src.bucket} is suspended",
            "A write there would destroy data for good. Enable versioning first, or restore to a --dest.",
        )
    if source["Status"] != "Enabled":
        warnings.append(
            f"versioning of s3://{parameters.src.bucket} is suspended: what was overwritten meanwhile is lost"
        )
    if parameters.dest is not None:
        versioning(client, parameters.dest.bucket)  # is there such a bucket?
        check_collisions(client, parameters)
    elif source.get("MFADelete") == "Enabled" and parameters.undelete == BY_REMOVING_MARKERS:
        warnings.append("MFA delete is on: markers cannot be removed, deleted keys come back by a copy")
        return replace(parameters, undelete=BY_COPY)
    return parameters


def versioning(client: Any, bucket: str) -> dict[str, str]:
    """Return the versioning of a bucket: Status, MFADelete. UsageError if there is no such bucket."""
    status = dict(looking(f"looking at s3://{bucket}", client.get_bucket_versioning, Bucket=bucket))
    if status.get("Status") not in (None, "Enabled", "Suspended"):
        raise S3Error(
            f"looking at s3://{bucket}: its versioning is {status['Status']!r}, which is no state that S3 knows",
            "Is the endpoint right? A server that answers so is not written to.",
        )
    return status


def is_kept(client: Any, parameters: Parameters) -> bool:
    """Does the bucket that is written keep what a write covers?"""
    return versioning(client, parameters.written.bucket).get("Status") == "Enabled"


def check_collisions(client: Any, parameters: Parameters) -> None:
    """Raise UsageError if two keys of the source would go to the same key of the destination."""
    assert parameters.dest is not None
    for key in nameless(parameters.src, parameters.dest):
        other = parameters.src.below + last_part(key)
        both = [
            list(islice(entries(client, parameters.src.bucket, KeyRange.of_key(each)), 1))
            for each in (key, other)
        ]
        if all(both):
            raise UsageError(
                f"{key!r} and {other!r} would both become {parameters.dest.below + last_part(key)!r}",
                f"Restore s3://{parameters.src.bucket}/{parameters.src.below} alone, or to a --dest with a path.",
            )


def check_listed(plan: Totals, ranges: int) -> None:
    """Raise GuardError unless there is a record of every range: no write before the whole listing."""
    missing = ranges - len(plan.ranges & set(range(ranges)))
    if missing:
        raise GuardError(
            f"{missing} of {ranges} key ranges were not listed to their end",
            "The plan is not whole and is not applied. Run the same command again.",
        )


def check_plan(client: Any, parameters: Parameters, plan: Totals, existing: int) -> None:
    """Raise GuardError if the plan deletes more than allowed, or covers for good what stands there.

    existing: keys in scope that exist now.
    """
    for objection in objections(parameters, plan, existing):
        raise GuardError(
            objection, "Nothing was written. Is the restore time right? Then raise --max-delete."
        )
    # In place `look` has refused anything but enabled versioning already.
    risky = parameters.dest is not None and plan.covering and not parameters.overwrite
    if risky and not is_kept(client, parameters):
        raise GuardError(
            f"s3://{parameters.written.bucket} keeps no versions, and {plan.covering:,} of its keys would be "
            "covered or deleted for good",
            "Nothing was written. Enable versioning there, or say --overwrite.",
        )


def objections(parameters: Parameters, plan: Totals, existing: int) -> list[str]:
    """Return why the plan must not be applied as it is, as far as that can be told without asking S3."""
    if not too_many(parameters.max_delete, plan.planned[ADD_MARKER], existing):
        return []
    deletes = f"{plan.planned[ADD_MARKER]:,} of {existing:,} keys would be deleted"
    return [f"{deletes}, more than --max-delete {parameters.max_delete} allows"]


def too_many(limit: str | None, deletes: int, existing: int) -> bool:
    """Are `deletes` more than `limit`: a number, or per cent of the keys that exist?"""
    if limit is None:
        return False
    if limit.endswith("%"):
        return deletes * 100 > float(limit[:-1]) * existing
    return deletes > int(limit)
