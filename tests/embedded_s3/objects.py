"""PutObject, GetObject, HeadObject."""

import re

from .access import find_bucket, find_version, requested_version_id, version_header
from .attributes import (
    CUSTOMER,
    check_customer_key,
    check_object_lock,
    content_headers,
    encryption,
    metadata_headers,
    new_etag,
    storage_class,
    user_metadata,
)
from .checksums import checksum, verified_checksums
from .conditions import check_read, check_write
from .errors import S3Error
from .history import Attributes, Entry
from .request import Reply, Request
from .restores import restore_header
from .state import Bucket, Store
from .tagging import tags_of_header
from .times import http_date

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_CRC64_LIMIT = 1 << 20
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
    check_object_lock(request)
    attributes = Attributes(
        content_headers(request),
        user_metadata(request),
        encryption(request),
        verified_checksums(request),
        request.header("x-amz-acl"),
    )
    chosen_class, tags = storage_class(request), tags_of_header(request)
    check_write(request, bucket, request.key)
    entry = bucket.push(
        request.key,
        last_modified=store.now(),
        etag=new_etag(request.body, attributes.encryption, store.requests),
        size=len(request.body),
        storage_class=chosen_class,
        content=request.body,
        attributes=attributes,
        tags=tags,
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
    headers = object_headers(store, bucket, entry)
    first, length, partial = requested_range(request, entry.size)
    if request.header("x-amz-checksum-mode").upper() == "ENABLED" and length == entry.size:
        headers |= checksum_headers(entry, computed=True)
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


def check_readable(store: Store, entry: Entry) -> None:
    """Raise S3Error InvalidObjectState for archived bytes."""
    if entry.archived(store.now()):
        error = S3Error("InvalidObjectState", StorageClass=entry.storage_class)
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


def checksum_headers(entry: Entry, computed: bool = False) -> dict[str, str]:
    """x-amz-checksum-*. S3 keeps a CRC64NVME where the client gave none: worked out here when asked."""
    checksums = entry.attributes.checksums
    if not checksums and computed and entry.content is not None and entry.size <= _CRC64_LIMIT:
        checksums = {"crc64nvme": checksum("crc64nvme", entry.content)}
    headers = {f"x-amz-checksum-{name}": value for name, value in checksums.items()}
    if headers:
        headers["x-amz-checksum-type"] = "FULL_OBJECT"
    return headers


def requested_range(request: Request, size: int) -> tuple[int, int, bool]:
    """First byte, number of bytes, and whether the reply is partial. Raises S3Error InvalidRange.

    A header that is no single range of bytes is ignored, as S3 does.
    """
    if "partNumber" in request.query:
        if "Range" in request.headers:
            raise S3Error("InvalidRequest", "Cannot specify both Range header and partNumber query parameter")
        if request.query["partNumber"] != "1":
            raise S3Error(
                "InvalidPartNumber", PartNumberRequested=request.query["partNumber"], ActualPartCount="1"
            )
        return 0, size, size > 0
    match = _RANGE.fullmatch(request.header("Range"))
    if match is None or match.group() == "bytes=-":
        return 0, size, False
    begin, end = match.groups()
    if not begin:
        first, last = max(0, size - int(end)), size - 1
    else:
        first, last = int(begin), min(int(end) if end else size - 1, size - 1)
        if end and int(end) < first:
            return 0, size, False
    if first >= size or first > last:
        raise S3Error("InvalidRange", RangeRequested=request.header("Range"), ActualObjectSize=str(size))
    return first, last - first + 1, True


HANDLERS = {"PutObject": put_object, "GetObject": get_object, "HeadObject": get_object}
