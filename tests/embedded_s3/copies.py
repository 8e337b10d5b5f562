"""CopyObject."""

from collections.abc import Mapping
from dataclasses import replace

from .access import (
    CopySource,
    check_version_id,
    find_bucket,
    find_version,
    parse_copy_source,
    version_header,
)
from .attributes import (
    CUSTOMER,
    DEFAULT_ENCRYPTION,
    SSE,
    check_customer_key,
    content_headers,
    encryption,
    has_md5_etag,
    new_etag,
    storage_class,
    user_metadata,
    website_redirect,
)
from .checksums import ALGORITHMS, checksum, checksum_elements, is_summed
from .conditions import check_copy_source, check_write
from .errors import S3Error
from .history import NULL, Attributes, Entry
from .locks import new_lock
from .markup import document
from .objects import check_readable
from .request import Reply, Request, xml_reply
from .state import Store
from .tagging import tags_of_header
from .times import listing_time

COPY_LIMIT = 5 * 1024**3
CUSTOMER_OF_SOURCE = f"x-amz-copy-source-{CUSTOMER.removeprefix('x-amz-')}"


def find_copy_source(store: Store, request: Request) -> tuple[CopySource, Entry]:
    """The version to be copied, readable and as the conditions want it. Raises S3Error."""
    source = parse_copy_source(request.header("x-amz-copy-source"))
    request.copy_source = {"bucket": source.bucket, "key": source.key, "version_id": source.version_id}
    bucket = find_bucket(store, source.bucket)
    if source.version_id is not None:
        check_version_id(bucket, source.key, source.version_id)
        found = bucket.find(source.key, source.version_id)
        if found and found.delete_marker:
            message = "may not specifically refer to a delete marker by version id."
            raise S3Error("InvalidRequest", f"The source of a copy request {message}")
    entry = find_version(bucket, source.key, source.version_id)
    check_copy_source(store, request, entry)
    check_customer_key(request, CUSTOMER_OF_SOURCE, entry.attributes)
    check_readable(store, entry, "Operation is not valid for the source object")
    return source, entry


def copy_object(store: Store, request: Request) -> Reply:
    """Write a version that has the bytes of another one."""
    destination = find_bucket(store, request.bucket)
    source, original = find_copy_source(store, request)
    if original.size > COPY_LIMIT:
        message = "The specified copy source is larger than the maximum allowable size for a copy source"
        raise S3Error("InvalidRequest", f"{message}: {COPY_LIMIT}")
    check_changes_something(request, source, original)
    attributes = copied_attributes(request, original, destination.encryption)
    tags = tags_of_header(request) if directive(request, "tagging") == "REPLACE" else original.tags
    chosen_class = storage_class(request)
    lock = new_lock(store, destination, request)  # never the source's
    check_write(store, request, destination, request.key)
    etag = copied_etag(original, attributes.encryption, store.requests)
    entry = destination.push(
        request.key,
        last_modified=store.now(),
        etag=etag,
        size=original.size,
        storage_class=chosen_class,
        content=original.content if etag == original.etag else original.bytes_of(),
        attributes=attributes,
        tags=tags,
        lock=lock,
    )
    headers = {**version_header(destination, entry), **attributes.encryption}
    if original.version_id != NULL:
        headers["x-amz-copy-source-version-id"] = original.version_id
    return xml_reply(copy_result(store, entry), headers)


def directive(request: Request, what: str) -> str:
    """COPY or REPLACE. Raises S3Error InvalidArgument."""
    name = f"x-amz-{what}-directive"
    value = request.header(name, "COPY").upper()
    if value not in ("COPY", "REPLACE"):
        raise S3Error("InvalidArgument", f"Unknown {what} directive.", ArgumentName=name, ArgumentValue=value)
    return value


def check_changes_something(request: Request, source: CopySource, original: Entry) -> None:
    """Raise S3Error InvalidRequest for a copy of the current version onto itself, all as it was.

    With a version id it is how a noncurrent version is restored, so S3 takes it.
    """
    same = (source.bucket, source.key) == (request.bucket, request.key) and source.version_id is None
    reencrypted = original.attributes.encryption != DEFAULT_ENCRYPTION
    changes = (
        directive(request, "metadata") == "REPLACE"
        or reencrypted
        or any(
            name.lower().startswith((SSE, "x-amz-storage-class", "x-amz-website-redirect-location"))
            for name in request.headers
        )
    )
    if same and not changes:
        message = "This copy request is illegal because it is trying to copy an object to itself without"
        what = "changing the object's metadata, storage class, website redirect location or encryption"
        raise S3Error("InvalidRequest", f"{message} {what} attributes.")


def copied_attributes(request: Request, original: Entry, default_encryption: Mapping[str, str]) -> Attributes:
    """Headers and metadata of the source or of the request; encryption and ACL never of the source."""
    attributes = original.attributes
    if directive(request, "metadata") == "REPLACE":
        headers: Mapping[str, str] = content_headers(request)
        metadata: Mapping[str, str] = user_metadata(request)
    else:
        kept = {name: value for name, value in attributes.headers.items() if not name.startswith("x-amz-")}
        headers, metadata = kept | website_redirect(request), attributes.metadata
    return replace(
        attributes,
        headers=headers,
        metadata=metadata,
        encryption=encryption(request, default_encryption),
        checksums=copied_checksums(request, original),
        checksum_type="FULL_OBJECT",
        acl=request.header("x-amz-acl"),
    )


def copied_etag(original: Entry, encryption_headers: Mapping[str, str], serial: int) -> str:
    """The same for plain single-part objects; else that of one part with the same bytes."""
    plain = has_md5_etag(encryption_headers) and has_md5_etag(original.attributes.encryption)
    if plain and "-" not in original.etag:
        return original.etag
    return new_etag(original.bytes_of(), encryption_headers, serial)


def copied_checksums(request: Request, original: Entry) -> Mapping[str, str]:
    """The checksum asked for, or of the kind that the source has; always of the whole."""
    asked, checksums = request.header("x-amz-checksum-algorithm").lower(), original.attributes.checksums
    algorithm = asked if asked in ALGORITHMS else next(iter(checksums), "")
    if not algorithm or (algorithm in checksums and original.attributes.checksum_type == "FULL_OBJECT"):
        return checksums
    content = original.bytes_of()
    return {algorithm: checksum(algorithm, content)} if is_summed(algorithm, content) else {}


def copy_result(store: Store, entry: Entry) -> bytes:
    """The document that a copy replies with."""
    moment = listing_time(entry.last_modified, store.settings.milliseconds)
    about = f"<LastModified>{moment}</LastModified><ETag>&quot;{entry.etag}&quot;</ETag>"
    checksums = checksum_elements(entry.attributes.checksums, entry.attributes.checksum_type)
    return document("CopyObjectResult", f"{about}{checksums}")


HANDLERS = {"CopyObject": copy_object}
