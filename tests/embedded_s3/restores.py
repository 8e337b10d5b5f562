"""RestoreObject, and how an archived version shows that it was asked for.

A version of GLACIER or DEEP_ARCHIVE gets a readable copy for some days, and keeps its class; one in an
archive tier of INTELLIGENT_TIERING comes back for good, which takes no days.
"""

from datetime import datetime, timedelta, timezone

from .access import find_bucket, find_version, requested_version_id
from .errors import S3Error
from .history import ARCHIVED_CLASSES, Entry
from .markup import parse
from .request import Reply, Request
from .state import Store
from .times import http_date, listing_time

TIERS = ("Bulk", "Standard", "Expedited")  # the faster, the later
ELEMENTS = {"Days", "GlacierJobParameters", "Description"}  # others belong to jobs that S3 no longer takes


def restore_object(store: Store, request: Request) -> Reply:
    """Ask for an archived version to be made readable: 202 the first time, 200 to keep it for longer.

    It is readable at once, or (setting restore_at_once false) when control says so.
    """
    bucket = find_bucket(store, request.bucket)
    entry = find_version(bucket, request.key, requested_version_id(request), request.method)
    days, tier = parse_restore_request(request.body)
    check_restore(entry, days, tier)
    waiting = bool(entry.restore_tier) and entry.restore_expiry is None
    if waiting and TIERS.index(tier) <= TIERS.index(entry.restore_tier):
        raise S3Error("RestoreAlreadyInProgress")
    again = entry.restore_expiry is not None and store.now() < entry.restore_expiry
    entry.restore_tier = tier
    if not waiting:  # otherwise only its speed changes
        entry.restore_days = days or 0
    if again or store.settings.restore_at_once:
        finish_restore(store, entry)
    else:
        entry.restore_expiry = None
    return Reply(200 if again else 202)


def check_restore(entry: Entry, days: int | None, tier: str) -> None:
    """Raise S3Error InvalidObjectState, InvalidArgument, MalformedXML for what cannot be asked of a version."""
    if entry.storage_class not in ARCHIVED_CLASSES and not entry.archive_status:
        message = "Restore is not allowed for the object's current storage class"
        raise S3Error("InvalidObjectState", message, StorageClass=entry.storage_class)
    if entry.archive_status and days is not None:
        message = "INTELLIGENT_TIERING objects are not subject to restore expiry. Do not specify Days when"
        raise S3Error("InvalidArgument", f"{message} restoring this object")
    if not entry.archive_status and days is None:
        raise S3Error("MalformedXML")
    deepest = "DEEP_ARCHIVE" in (entry.storage_class, entry.archive_status.removesuffix("_ACCESS"))
    if deepest and tier == "Expedited":
        raise S3Error("InvalidArgument", "Retrieval option is not supported by this storage class")


def parse_restore_request(body: bytes) -> tuple[int | None, str]:
    """Days, if they are said, and tier. Raises S3Error MalformedXML."""
    try:
        root = parse(body)
        parameters, text = root.child("GlacierJobParameters"), root.child_text("Days")
        tier = parameters.child_text("Tier") if parameters else "Standard"
        days = None if text is None else int(text)
        known = root.name == "RestoreRequest" and ELEMENTS.issuperset(item.name for item in root.children())
        if not known or tier not in TIERS or (days is not None and days < 1):
            raise ValueError
    except ValueError:
        raise S3Error("MalformedXML") from None
    return days, tier


def finish_restore(store: Store, entry: Entry) -> None:
    """Make it readable from now, for the days asked for; S3 rounds up to the next midnight, UTC.

    Out of an archive tier of INTELLIGENT_TIERING: for good, and nothing is left of the restore.
    """
    if entry.archive_status:
        entry.archive_status = entry.restore_tier = ""
        return
    now = datetime.fromtimestamp(store.now() // 1000, timezone.utc)
    midnight = now.replace(hour=0, minute=0, second=0) + timedelta(days=entry.restore_days + 1)
    entry.restore_expiry = int(midnight.timestamp()) * 1000


def finish_all(store: Store) -> int:
    """Finish every restore in progress; how many there were."""
    waiting = [
        entry
        for bucket in store.buckets.values()
        for history in bucket.histories.values()
        for entry in history.newest_first()
        if entry.restore_tier and entry.restore_expiry is None
    ]
    for entry in waiting:
        finish_restore(store, entry)
    return len(waiting)


def _expired(entry: Entry, now: int) -> bool:
    return entry.restore_expiry is not None and entry.restore_expiry <= now


def restore_header(entry: Entry, now: int) -> str:
    """The value of x-amz-restore; "" without a restore."""
    if not entry.restore_tier or _expired(entry, now):
        return ""
    if entry.restore_expiry is None:
        return 'ongoing-request="true"'
    return f'ongoing-request="false", expiry-date="{http_date(entry.restore_expiry // 1000)}"'


def restore_status(entry: Entry, now: int) -> str:
    """The RestoreStatus element of a listing; "" without a restore."""
    if not entry.restore_tier or _expired(entry, now):
        return ""
    if entry.restore_expiry is None:
        return "<RestoreStatus><IsRestoreInProgress>true</IsRestoreInProgress></RestoreStatus>"
    expiry = listing_time(entry.restore_expiry)
    return (
        "<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress>"
        f"<RestoreExpiryDate>{expiry}</RestoreExpiryDate></RestoreStatus>"
    )


HANDLERS = {"RestoreObject": restore_object}
