"""CopyObject."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote_to_bytes

from .access import check_version_id, find_bucket, find_version, version_header
from .attributes import (
    CUSTOMER,
    DEFAULT_ENCRYPTION,
    SSE,
    check_customer_key,
    check_object_lock,
    content_headers,
    encryption,
    has_md5_etag,
    new_etag,
    storage_class,
    user_metadata,
    website_redirect,
)
from .checksums import ALGORITHMS, checksum
from .conditions import check_copy_source, check_write
from .errors import S3Error
from .history import NULL, Attributes, Entry
from .markup import document
from .objects import check_readable, checksum_headers
from .request import Reply, Request, xml_reply
from .state import Store
from .tagging import tags_of_header
from .times import listing_time

COPY_LIMIT = 5 * 1024**3
CUSTOMER_OF_SOURCE = f"x-amz-copy-source-{CUSTOMER.removeprefix('x-amz-')}"


@dataclass(frozen=True, slots=True)
class CopySource:
    """What x-amz-copy-source names; `version_id` None: the current version."""

    bucket: str
    key: str
    version_id: str | None


def parse_copy_source(header: str) -> CopySource:
    """`[/]bucket/key[?versionId=id]`, percent-encoded but for the id. Raises S3Error InvalidArgument."""
    path, _, version_id = header.partition("?versionId=")
    try:
        decoded = unquote_to_bytes(path.replace("+", " ")).decode()
    except UnicodeDecodeError:
        decoded = ""
    bucket, _, key = decoded.removeprefix("/").partition("/")
    if not bucket or not key:
        raise S3Error(
            "InvalidArgument",
            "Invalid copy source object key",
            ArgumentName="x-amz-copy-source",
            ArgumentValue="x-amz-copy-source",
        )
    return CopySource(bucket, key, version_id if "?versionId=" in header else None)


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
    check_copy_source(request, entry, store.now())
    check_customer_key(request, CUSTOMER_OF_SOURCE, entry.attributes)
    check_readable(store, entry)
    return source, entry


def copy_object(store: Store, request: Request) -> Reply:
    """Write a version that has the bytes of another one."""
    destination = find_bucket(store, request.bucket)
    check_object_lock(request)
    source, original = find_copy_source(store, request)
    if original.size > COPY_LIMIT:
        message = "The specified copy source is larger than the maximum allowable size for a copy source"
        raise S3Error("InvalidRequest", f"{message}: {COPY_LIMIT}")
    check_changes_something(request, source, original)
    attributes = copied_attributes(request, original)
    tags = tags_of_header(request) if directive(request, "tagging") == "REPLACE" else original.tags
    chosen_class = storage_class(request)
    check_write(request, destination, request.key)
    entry = destination.push(
        request.key,
        last_modified=store.now(),
        etag=copied_etag(original, attributes.encryption, store.requests),
        size=original.size,
        storage_class=chosen_class,
        content=original.content,
        attributes=attributes,
        tags=tags,
    )
    headers = {**version_header(destination, entry), **attributes.encryption}
    if original.version_id != NULL:
        headers["x-amz-copy-source-version-id"] = original.version_id
    return xml_reply(copy_result("CopyObjectResult", store, entry), headers)


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


def copied_attributes(request: Request, original: Entry) -> Attributes:
    """Headers and metadata of the source or of the request; encryption and ACL never of the source."""
    attributes = original.attributes
    if directive(request, "metadata") == "REPLACE":
        headers: Mapping[str, str] = content_headers(request)
        metadata: Mapping[str, str] = user_metadata(request)
    else:
        kept = {name: value for name, value in attributes.headers.items() if not name.startswith("x-amz-")}
        headers, metadata = kept | website_redirect(request), attributes.metadata
    algorithm = request.header("x-amz-checksum-algorithm").lower()
    checksums = attributes.checksums
    if algorithm in ALGORITHMS and algorithm not in checksums and original.content is not None:
        checksums = {algorithm: checksum(algorithm, original.content)}
    return replace(
        attributes,
        headers=headers,
        metadata=metadata,
        encryption=encryption(request),
        checksums=checksums,
        acl=request.header("x-amz-acl"),
    )


def copied_etag(original: Entry, encryption_headers: Mapping[str, str], serial: int) -> str:
    """The same for plain single-part objects; else that of one part with the same bytes."""
    plain = has_md5_etag(encryption_headers) and has_md5_etag(original.attributes.encryption)
    if plain and "-" not in original.etag:
        return original.etag
    if original.content is None:  # generated bytes may be too many to be hashed: any fixed ETag will do
        return hashlib.md5(f"{original.etag} {original.size}".encode()).hexdigest()
    return new_etag(original.content, encryption_headers, serial)


def copy_result(root: str, store: Store, entry: Entry) -> bytes:
    """The document that a copy replies with."""
    checksums: dict[str, Any] = checksum_headers(entry)
    kind = checksums.pop("x-amz-checksum-type", None)
    elements = [
        (f"Checksum{name.removeprefix('x-amz-checksum-').upper()}", value)
        for name, value in checksums.items()
    ]
    if kind:
        elements.append(("ChecksumType", kind))
    content = "".join(f"<{name}>{value}</{name}>" for name, value in elements)
    moment = listing_time(entry.last_modified, store.settings.milliseconds)
    return document(
        root, f"<LastModified>{moment}</LastModified><ETag>&quot;{entry.etag}&quot;</ETag>{content}"
    )


HANDLERS = {"CopyObject": copy_object}
