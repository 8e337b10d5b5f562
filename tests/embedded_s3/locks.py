"""Object Lock: what protects a version from being deleted, and for how long.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
"""

from .access import requested_version_id
from .authorization import is_allowed
from .errors import S3Error
from .history import UNLOCKED, Entry, Lock
from .markup import Element, parse
from .permissions import Need
from .request import Request
from .state import Bucket, Store
from .times import listing_time, parse_time

MODES = ("GOVERNANCE", "COMPLIANCE")
HEADER = "x-amz-object-lock-"
BYPASS = "x-amz-bypass-governance-retention"
CONFIGURATION = "ObjectLock"
DAY = 24 * 60 * 60 * 1000


def new_lock(store: Store, bucket: Bucket, request: Request) -> Lock:
    """The lock of a version that is to be written: what the headers say, or the bucket's default retention.

    Never that of a copy's source. Raises S3Error InvalidRequest, InvalidArgument.
    """
    mode, until, hold = (
        request.header(f"{HEADER}{name}") for name in ("mode", "retain-until-date", "legal-hold")
    )
    if (mode or until or hold) and not bucket.lock_enabled:
        raise S3Error("InvalidRequest", "Bucket is missing Object Lock Configuration")
    if bool(mode) != bool(until):
        both = f"{HEADER}retain-until-date and {HEADER}mode must both be supplied"
        raise S3Error("InvalidArgument", both)
    if mode and mode not in MODES:
        raise S3Error("InvalidArgument", "Unknown wormMode directive.")
    if hold not in ("", "ON", "OFF"):
        raise S3Error("InvalidArgument", "Legal Hold must be either of 'ON' or 'OFF'")
    if mode:
        return Lock(mode, checked_until(until, store.now()), hold)
    default = default_retention(bucket)
    if default is None:
        return Lock(hold=hold) if hold else UNLOCKED
    mode, days = default
    return Lock(mode, store.now() + days * DAY, hold)


def check_digest_of_locked(request: Request, lock: Lock, checksums: object) -> None:
    """Raise S3Error InvalidRequest for an upload with a retention that brings no digest of its body."""
    if lock.mode and not checksums and "Content-MD5" not in request.headers:
        message = "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests"
        raise S3Error("InvalidRequest", f"{message} with Object Lock parameters")


def checked_until(text: str, now: int) -> int:
    """The moment until which a version is kept. Raises S3Error InvalidArgument."""
    try:
        until = parse_time(text)
    except ValueError:
        raise S3Error(
            "InvalidArgument", "The retain until date must be provided in ISO 8601 format"
        ) from None
    if until <= now:
        raise S3Error("InvalidArgument", "The retain until date must be in the future!")
    return until


def lock_headers(store: Store, request: Request, entry: Entry) -> dict[str, str]:
    """What GET and HEAD tell about the lock of a version, as far as the reader may know."""
    lock, headers = entry.lock, {}
    where = request.bucket, request.key, requested_version_id(request)
    if lock.mode and is_allowed(store, request, Need("s3:GetObjectRetention", *where)):
        headers[f"{HEADER}mode"] = lock.mode
        headers[f"{HEADER}retain-until-date"] = listing_time(lock.until, milliseconds=True)
    if lock.hold and is_allowed(store, request, Need("s3:GetObjectLegalHold", *where)):
        headers[f"{HEADER}legal-hold"] = lock.hold
    return headers


def check_unlocked(store: Store, request: Request, key: str, entry: Entry | None) -> None:
    """Raise S3Error AccessDenied for an entry that must not be deleted by its id. Markers are never locked."""
    if entry is None or entry.lock is UNLOCKED:
        return
    retained = entry.lock.retained(store.now())
    if entry.lock.hold == "ON" or (retained and not bypasses(store, request, key, entry)):
        raise S3Error("AccessDenied", "Access Denied because object protected by object lock.")


def bypasses(store: Store, request: Request, key: str, entry: Entry) -> bool:
    """Whether a request asks to pass over the retention GOVERNANCE, and may."""
    asked = entry.lock.mode == "GOVERNANCE" and request.header(BYPASS).lower() == "true"
    need = Need("s3:BypassGovernanceRetention", request.bucket, key, entry.version_id)
    return asked and is_allowed(store, request, need)


def default_retention(bucket: Bucket) -> tuple[str, int] | None:
    """Mode and days of a bucket's default retention; None without."""
    body = bucket.configurations.get(CONFIGURATION)
    return parse_default(parse(body)) if body else None


def parse_default(root: Element) -> tuple[str, int] | None:
    """Mode and days in a configuration. Raises S3Error MalformedXML, InvalidRetentionPeriod."""
    rule = root.child("Rule")
    if rule is None:
        return None
    default = rule.child("DefaultRetention")
    mode = default.child_text("Mode") if default else None
    spans = [
        (name, default.child_text(name)) for name in ("Days", "Years") if default and default.child(name)
    ]
    if mode not in MODES or len(spans) != 1:
        raise S3Error("MalformedXML")
    try:
        number = int(spans[0][1] or "")
    except ValueError:
        raise S3Error("MalformedXML") from None
    if number < 1:
        raise S3Error("InvalidRetentionPeriod")
    return str(mode), number * (365 if spans[0][0] == "Years" else 1)
