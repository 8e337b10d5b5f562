"""PutObject, GetObject, HeadObject."""

from collections.abc import Mapping

from .access import find_bucket, find_version, requested_version_id, version_header
from .attributes import (
    CUSTOMER,
    check_customer_key,
    content_headers,
    encryption,
    metadata_headers,
    new_etag,
    storage_class,
    user_metadata,
)
from .checksums import default_checksums, verified_checksums
from .conditions import check_read, check_write
from .errors import S3Error
from .history import Attributes, Entry
from .locks import check_digest_of_locked, lock_headers, new_lock
from .ranges import Selection, requested_range
from .request import Reply, Request
from .restores import restore_header
from .state import Bucket, Store
from .tagging import tags_of_header
from .times import http_date

OVERRIDES = {
    f"response-{name}": name
    for name in (
        *("content-type", "content-language", "expires"),
        *("cache-control", "content-disposition", "content-encoding"),
    )
}


def put_object(store: Store, request: Request) -> Reply:
    """Write a version with the body of the request."""
    bucket = find_bucket(store, request.bucket)
    given = verified_checksums(request)
    attributes = Attributes(
        content_headers(request),
        user_metadata(request),
        encryption(request, bucket.encryption),
        given or default_checksums(request.body),
        request.header("x-amz-acl"),
    )
    chosen_class, tags = storage_class(request), tags_of_header(request)
    lock = new_lock(store, bucket, request)
    check_digest_of_locked(request, lock, given)
    check_write(store, request, bucket, request.key)
    entry = bucket.push(
        request.key,
        last_modified=store.now(),
        etag=new_etag(request.body, attributes.encryption, store.requests),
        size=len(request.body),
        storage_class=chosen_class,
        content=request.body,
        attributes=attributes,
        tags=tags,
        lock=lock,
    )
    headers = {"ETag": f'"{entry.etag}"', **attributes.encryption, **checksum_headers(entry)}
    if bucket.versioning == "Enabled":  # suspended: AWS says "null" for a copy and a delete, nothing here
        headers["x-amz-version-id"] = entry.version_id
    return Reply(200, headers)


def get_object(store: Store, request: Request) -> Reply:
    """GET and HEAD of a version, whole or a range."""
    bucket = find_bucket(store, request.bucket)
    entry = find_version(bucket, request.key, requested_version_id(request))
    check_customer_key(request, CUSTOMER, entry.attributes)
    check_read(request, entry, store.now(), validators(bucket, entry))
    if request.method == "GET":
        check_readable(store, entry)
    headers = object_headers(store, bucket, entry) | lock_headers(store, request, entry)
    selection = requested_range(request, entry)
    first, length, partial, part = selection
    if part:
        headers["x-amz-mp-parts-count"] = str(len(entry.parts))
    if request.header("x-amz-checksum-mode").upper() == "ENABLED":
        headers |= read_checksum_headers(entry, selection)
    for parameter, name in OVERRIDES.items():
        if parameter in request.query:
            headers[name] = request.query[parameter]
    if partial:
        headers["Content-Range"] = f"bytes {first}-{first + length - 1}/{entry.size}"
    status = 206 if partial else 200
    if request.method == "HEAD":
        return Reply(status, {**headers, "Content-Length": str(length)})
    try:
        return Reply(status, headers, entry.data(first, length))
    except ValueError as error:
        raise S3Error("NotImplemented", str(error)) from None


def check_readable(
    store: Store, entry: Entry, whose: str = "The operation is not valid for the object"
) -> None:
    """Raise S3Error InvalidObjectState for archived bytes; `whose`: how its message begins."""
    if entry.archived(store.now()):
        place = "access tier" if entry.archive_status else "storage class"
        error = S3Error("InvalidObjectState", f"{whose}'s {place}", StorageClass=entry.storage_class)
        if entry.archive_status:
            error.fields["AccessTier"] = entry.archive_status
        raise error


def validators(bucket: Bucket, entry: Entry) -> dict[str, str]:
    """The headers that a 304 has too."""
    return {
        "ETag": f'"{entry.etag}"',
        "Last-Modified": http_date(entry.last_modified // 1000),
        **version_header(bucket, entry),
    }


def object_headers(store: Store, bucket: Bucket, entry: Entry) -> dict[str, str]:
    """Everything that S3 tells about a version in headers, but for checksums."""
    attributes = entry.attributes
    headers = {
        "Accept-Ranges": "bytes",
        **validators(bucket, entry),
        **attributes.headers,
        **metadata_headers(attributes.metadata),
        **attributes.encryption,
    }
    if entry.storage_class != "STANDARD":
        headers["x-amz-storage-class"] = entry.storage_class
    if entry.tags:
        headers["x-amz-tagging-count"] = str(len(entry.tags))
    if entry.archive_status:
        headers["x-amz-archive-status"] = entry.archive_status
    restore = restore_header(entry, store.now())
    if restore:
        headers["x-amz-restore"] = restore
    return headers


def checksum_headers(entry: Entry) -> dict[str, str]:
    """x-amz-checksum-* of a version."""
    return headers_of_checksums(entry.attributes.checksums, entry.attributes.checksum_type)


def headers_of_checksums(checksums: Mapping[str, str], kind: str) -> dict[str, str]:
    """Reply headers for checksums and their type."""
    headers = {f"x-amz-checksum-{name}": value for name, value in checksums.items()}
    return {**headers, "x-amz-checksum-type": kind} if headers else {}


def read_checksum_headers(entry: Entry, selection: Selection) -> dict[str, str]:
    """Those of what is read: of the whole or of one part; of other ranges there are none.

    A version that was loaded without a checksum has none, as what was written before S3 did this by itself.
    """
    attributes, part = entry.attributes, selection.part
    if part and (len(entry.parts) > 1 or attributes.checksum_type == "COMPOSITE"):
        of_part = {name: part.checksums[name] for name in attributes.checksums if name in part.checksums}
        return headers_of_checksums(of_part, attributes.checksum_type)
    if selection.length != entry.size:
        return {}
    return headers_of_checksums(attributes.checksums, attributes.checksum_type)


HANDLERS = {"PutObject": put_object, "GetObject": get_object, "HeadObject": get_object}
