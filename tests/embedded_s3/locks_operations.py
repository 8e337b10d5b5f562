"""The six operations of Object Lock: retention and legal hold of a version, configuration of a bucket."""

from .access import find_bucket, find_version, requested_version_id, version_header
from .errors import S3Error
from .history import Entry, Lock
from .locks import CONFIGURATION, MODES, bypasses, checked_until, parse_default
from .markup import Element, document, parse
from .request import Reply, Request, xml_reply
from .state import Bucket, Store
from .times import listing_time


def _locked(store: Store, request: Request) -> tuple[Bucket, Entry]:
    bucket = find_bucket(store, request.bucket)
    entry = find_version(bucket, request.key, requested_version_id(request), request.method)
    if not bucket.lock_enabled:
        raise S3Error("InvalidRequest", "Bucket is missing Object Lock Configuration")
    return bucket, entry


def _document(request: Request, root: str) -> Element:
    try:
        element = parse(request.body)
    except ValueError:
        raise S3Error("MalformedXML") from None
    if element.name != root:
        raise S3Error("MalformedXML")
    return element


def get_object_retention(store: Store, request: Request) -> Reply:
    """Mode and end of the retention of a version."""
    _, entry = _locked(store, request)
    if not entry.lock.mode:
        raise S3Error("NoSuchObjectLockConfiguration")
    until = listing_time(entry.lock.until, milliseconds=True)
    content = f"<Mode>{entry.lock.mode}</Mode><RetainUntilDate>{until}</RetainUntilDate>"
    return xml_reply(document("Retention", content))


def put_object_retention(store: Store, request: Request) -> Reply:
    """Retain a version; an earlier retention can only be made longer, but for GOVERNANCE with the bypass."""
    bucket, entry = _locked(store, request)
    retention = _document(request, "Retention")
    mode, until = retention.child_text("Mode") or "", retention.child_text("RetainUntilDate") or ""
    if (mode and mode not in MODES) or bool(mode) != bool(until):
        raise S3Error("MalformedXML")
    old = entry.lock
    new = Lock(mode, checked_until(until, store.now()) if mode else 0, old.hold)
    stricter = new.mode == old.mode and new.until >= old.until
    if old.retained(store.now()) and not stricter and not bypasses(store, request, request.key, entry):
        raise S3Error("AccessDenied", "Access Denied because object protected by object lock.")
    entry.lock = new
    return Reply(200, version_header(bucket, entry))


def get_object_legal_hold(store: Store, request: Request) -> Reply:
    """Whether a version is held."""
    _, entry = _locked(store, request)
    if not entry.lock.hold:
        raise S3Error("NoSuchObjectLockConfiguration")
    return xml_reply(document("LegalHold", f"<Status>{entry.lock.hold}</Status>"))


def put_object_legal_hold(store: Store, request: Request) -> Reply:
    """Hold a version, or let it go."""
    bucket, entry = _locked(store, request)
    status = _document(request, "LegalHold").child_text("Status")
    if status not in ("ON", "OFF"):
        raise S3Error("MalformedXML")
    entry.lock = Lock(entry.lock.mode, entry.lock.until, status)
    return Reply(200, version_header(bucket, entry))


def get_configuration(store: Store, request: Request) -> Reply:
    """Whether a bucket has Object Lock, and its default retention."""
    bucket = find_bucket(store, request.bucket)
    if not bucket.lock_enabled:
        raise S3Error("ObjectLockConfigurationNotFoundError", BucketName=request.bucket)
    enabled = document("ObjectLockConfiguration", "<ObjectLockEnabled>Enabled</ObjectLockEnabled>")
    return xml_reply(bucket.configurations.get(CONFIGURATION, enabled))


def put_configuration(store: Store, request: Request) -> Reply:
    """Set the default retention; it turns Object Lock on for a bucket with versioning."""
    bucket = find_bucket(store, request.bucket)
    root = _document(request, "ObjectLockConfiguration")
    if root.child_text("ObjectLockEnabled") != "Enabled":
        raise S3Error("MalformedXML")
    parse_default(root)
    if bucket.versioning != "Enabled":
        message = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
        raise S3Error("InvalidBucketState", message)
    bucket.lock_enabled = True
    bucket.configurations[CONFIGURATION] = request.body
    return Reply(200)


HANDLERS = {
    "GetObjectRetention": get_object_retention,
    "PutObjectRetention": put_object_retention,
    "GetObjectLegalHold": get_object_legal_hold,
    "PutObjectLegalHold": put_object_legal_hold,
    "GetObjectLockConfiguration": get_configuration,
    "PutObjectLockConfiguration": put_configuration,
}
