"""DeleteObject and DeleteObjects."""

from typing import Any

from .access import check_version_id, find_bucket, requested_version_id
from .authorization import check
from .checksums import verified_checksums
from .conditions import check_delete
from .errors import S3Error
from .history import Entry
from .locks import check_unlocked
from .markup import Element, document, escape, parse
from .mfa import check_mfa
from .permissions import needs_of_delete
from .request import Reply, Request, xml_reply
from .state import Bucket, Store

KEYS_LIMIT = 1000
_DIRECTORY_BUCKETS_ONLY = ("x-amz-if-match-last-modified-time", "x-amz-if-match-size")


def delete(
    store: Store,
    request: Request,
    bucket: Bucket,
    key: str,
    version_id: str | None,
    condition: str | None,
) -> tuple[Entry | None, Entry | None]:
    """Delete one key or one entry; the entry removed for good and the marker written, where there is such.

    Without an id: never versioned: the object goes; else a marker is pushed, also on a key that never was.
    An id that the key does not have: nothing happens. Raises S3Error, having changed nothing.
    """
    if version_id is not None:
        check_version_id(bucket, key, version_id)
        check_unlocked(store, request, key, bucket.find(key, version_id))
    if request.operation not in store.settings.ignored_conditions:
        check_delete(condition, bucket, key)
    if version_id is not None:
        return bucket.remove(key, version_id), None
    if not bucket.versioning:
        return bucket.remove(key, "null"), None
    return None, bucket.push(key, last_modified=store.now(), delete_marker=True)


def log_line(
    key: str, version_id: str | None, condition: str | None, removed: Entry | None, error: str | None
) -> dict[str, Any]:
    """What a delete did to one key, for the log."""
    was = None if removed is None else "delete_marker" if removed.delete_marker else "version"
    return {"key": key, "version_id": version_id, "if_match": condition, "was": was, "error": error}


def delete_object(store: Store, request: Request) -> Reply:
    """Delete a key or, with versionId, an entry of it."""
    bucket = find_bucket(store, request.bucket)
    for name in _DIRECTORY_BUCKETS_ONLY:
        if name in request.headers:
            raise S3Error("NotImplemented", Header=name)
    key, version_id = request.key, requested_version_id(request)
    condition = request.headers.get("If-Match")
    try:
        check_mfa(request, bucket, [version_id])
        removed, marker = delete(store, request, bucket, key, version_id, condition)
    except S3Error as error:
        request.deleted = [log_line(key, version_id, condition, None, error.code)]
        raise
    request.deleted = [log_line(key, version_id, condition, removed, None)]
    headers: dict[str, str] = {}
    if marker or (removed and removed.delete_marker):
        headers["x-amz-delete-marker"] = "true"
    shown = marker.version_id if marker else version_id
    if shown is not None:
        headers["x-amz-version-id"] = shown
    return Reply(204, headers)


def delete_objects(store: Store, request: Request) -> Reply:
    """Delete up to 1000 keys or entries, one after the other in the order of the document."""
    bucket = find_bucket(store, request.bucket)
    check_digest(request)
    objects, quiet = parse_delete(request.body)
    check_mfa(request, bucket, [item.child_text("VersionId") for item in objects])
    request.deleted = []
    rows = []
    for item in objects:
        key, version_id, condition = item.child_text("Key") or "", item.child_text("VersionId"), None
        try:
            condition = item.child_text("ETag")
            if item.child("LastModifiedTime") or item.child("Size"):
                raise S3Error("NotImplemented")
            if len(key.encode()) > 1024:
                raise S3Error("KeyTooLongError")
            store.faults.check_key(request.bucket, key)
            store.limits.count(request.bucket, key, "writes")
            looked_at = None if request.operation in store.settings.ignored_conditions else condition
            for need in needs_of_delete(request.bucket, key, version_id, looked_at):
                check(store, request, need)
            removed, marker = delete(store, request, bucket, key, version_id, condition)
        except S3Error as refusal:
            # Among many keys an id that S3 never gave is no argument of the request.
            invalid = refusal.code == "InvalidArgument"
            error = S3Error("NoSuchVersion") if invalid else refusal
            request.deleted.append(log_line(key, version_id, condition, None, error.code))
            rows.append(error_row(key, version_id, error))
            continue
        request.deleted.append(log_line(key, version_id, condition, removed, None))
        if not quiet:
            rows.append(deleted_row(key, version_id, removed, marker))
    return xml_reply(document("DeleteResult", "".join(rows)))


def check_digest(request: Request) -> None:
    """DeleteObjects must bring a digest of its body. Raises S3Error InvalidRequest, or that it is wrong."""
    if not verified_checksums(request) and "Content-MD5" not in request.headers:
        raise S3Error("InvalidRequest", "Missing required header for this request: Content-MD5")


def parse_delete(body: bytes) -> tuple[list[Element], bool]:
    """The Object elements, and Quiet. Raises S3Error MalformedXML, also for keys that XML forbids."""
    try:
        root = parse(body)
    except ValueError:
        raise S3Error("MalformedXML") from None
    objects = root.children("Object")
    well_formed = root.name == "Delete" and all(item.child_text("Key") for item in objects)
    if not well_formed or not 1 <= len(objects) <= KEYS_LIMIT:
        raise S3Error("MalformedXML")
    return objects, (root.child_text("Quiet") or "").strip().lower() == "true"


def deleted_row(key: str, version_id: str | None, removed: Entry | None, marker: Entry | None) -> str:
    """The Deleted element of a key."""
    row = f"<Key>{escape(key)}</Key>"
    if version_id is not None:
        row += f"<VersionId>{escape(version_id)}</VersionId>"
    about = marker or (removed if removed and removed.delete_marker else None)
    if about:
        row += f"<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>{escape(about.version_id)}"
        row += "</DeleteMarkerVersionId>"
    return f"<Deleted>{row}</Deleted>"


def error_row(key: str, version_id: str | None, error: S3Error) -> str:
    """The Error element of a key."""
    row = f"<Key>{escape(key)}</Key>"
    if version_id is not None:
        row += f"<VersionId>{escape(version_id)}</VersionId>"
    return f"<Error>{row}<Code>{error.code}</Code><Message>{escape(error.message)}</Message></Error>"


HANDLERS = {"DeleteObject": delete_object, "DeleteObjects": delete_objects}
