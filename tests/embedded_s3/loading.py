"""Bulk creation of entries, and the state of a bucket as JSON.

A line to load: {"key", and what is known of "version_id", "last_modified", "delete_marker", "etag", "size",
"storage_class", "content" (text), "headers", "metadata", "tags", "archive_status"}, in the order in which
the entries were pushed: oldest first within a key; lines of different keys may be mixed.  Times may run
backwards.  Without a version id a new one is given; "null" replaces the null entry that is there.
Without content a version has `size` bytes (0) generated from its ETag: same ETag and size, same bytes.
"""

import gc
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from .attributes import STORAGE_CLASSES
from .content import description
from .history import PLAIN, Attributes, Entry
from .state import Bucket, Store
from .times import listing_time, parse_time

_NAMES = {
    *("key", "version_id", "last_modified", "delete_marker", "etag", "size", "storage_class"),
    *("content", "headers", "metadata", "tags", "archive_status"),
}


def load(store: Store, bucket: Bucket, body: bytes) -> int:
    """Push entries, whatever the bucket's versioning; how many.

    Raises ValueError, KeyError, TypeError at a line that is wrong; those before it have been pushed.
    """
    lines: Iterable[dict[str, Any]]
    lines = json.loads(body) if body.lstrip()[:1] == b"[" else map(json.loads, body.splitlines())
    number = 0
    # Millions of new objects that all stay: looking for garbage among them would take most of the time.
    gc.disable()
    try:
        for line in lines:
            if not _NAMES.issuperset(line):
                raise ValueError(f"unknown names: {sorted(set(line) - _NAMES)}")
            _push(store, bucket, line)
            number += 1
    finally:
        gc.enable()
        gc.freeze()
    return number


def _push(store: Store, bucket: Bucket, line: dict[str, Any]) -> None:
    key, version_id = line["key"], line.get("version_id")
    if not key or len(key.encode()) > 1024:
        raise ValueError(f"no key: {key!r}")
    moment = line.get("last_modified")
    last_modified = store.now() if moment is None else parse_time(moment)
    if line.get("delete_marker"):
        bucket.push_as(key, version_id, last_modified=last_modified, delete_marker=True)
        return
    content = line.get("content")
    data = None if content is None else content.encode()
    etag = line.get("etag", "").strip('"')
    if data is not None:
        etag = etag or hashlib.md5(data).hexdigest()
    chosen_class = line.get("storage_class") or "STANDARD"
    if chosen_class not in STORAGE_CLASSES:
        raise ValueError(f"no storage class {chosen_class}")
    bucket.push_as(
        key,
        version_id,
        last_modified=last_modified,
        etag=etag or hashlib.md5(f"{key} {store.next_serial()}".encode()).hexdigest(),
        size=int(line.get("size") or 0) if data is None else len(data),
        storage_class=chosen_class,
        content=data,
        attributes=_attributes(line),
        tags=line.get("tags") or {},
        archive_status=line.get("archive_status") or "",
    )


def _attributes(line: dict[str, Any]) -> Attributes:
    if "headers" not in line and "metadata" not in line:
        return PLAIN
    headers = {name.lower(): value for name, value in line.get("headers", {}).items()}
    headers.setdefault("content-type", "binary/octet-stream")
    return Attributes(headers, {name.lower(): value for name, value in line.get("metadata", {}).items()})


def dump(bucket: Bucket) -> dict[str, Any]:
    """{"versioning", "mfa_delete", "keys": {key: [entries, newest first]}}, keys in S3's order."""
    return {
        "versioning": bucket.versioning,
        "mfa_delete": bucket.mfa_delete,
        "keys": {
            key: [dump_entry(entry) for entry in history.newest_first()]
            for key, history in bucket.histories.items()
        },
    }


def dump_entry(entry: Entry) -> dict[str, Any]:
    """An entry in full; `content` is the SHA-256 of the bytes, or says that they are generated."""
    about = {
        "version_id": entry.version_id,
        "last_modified": listing_time(entry.last_modified, milliseconds=True),
        "delete_marker": entry.delete_marker,
    }
    if entry.delete_marker:
        return about
    attributes = entry.attributes
    return about | {
        "etag": entry.etag,
        "size": entry.size,
        "storage_class": entry.storage_class,
        "content": description(entry.bytes_of()),
        "headers": dict(attributes.headers),
        "metadata": dict(attributes.metadata),
        "tags": dict(entry.tags),
        "encryption": dict(attributes.encryption),
        "checksums": dict(attributes.checksums),
        "acl": attributes.acl,
        "archive_status": entry.archive_status,
    }
