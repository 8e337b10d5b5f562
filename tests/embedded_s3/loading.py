"""Bulk creation of entries.

A line to load: {"key", and what is known of "version_id", "last_modified", "delete_marker", "etag", "size",
"storage_class", "content" (text), "headers", "metadata", "tags", "archive_status", and of what follows}, in
the order in which the entries were pushed: oldest first within a key; lines of different keys may be mixed.
Times may run backwards.  Without a version id a new one is given; "null" replaces the null entry that is
there.

Without content a version is hollow: `size` bytes (0; up to 48.8 TiB, which cost nothing) generated from its
ETag: same ETag and size, same bytes.  It can be read (at most 256 MB at once, else 501), copied, and put
together again from ranges; `content` in a dump tells which bytes an entry has: that of a copy is its
source's, unless a part is missing or stands in a wrong place.  Made up are only the MD5s in the ETags of
hollow parts above 16 MB; CRCs are those of the bytes that a GET would send.

    "seed": any text      the bytes are generated from it and the size, not from the ETag: same bytes, other ETag
    "parts": [sizes]      it was uploaded in parts; without "etag" it has that of such an upload
    "checksum": name      it stores one, CRC64NVME, CRC32, CRC32C (SHA1, SHA256 if not hollow or at most 16 MB);
                          otherwise none, as what was written before S3 did this by itself
    "checksum_type":      "FULL_OBJECT", or "COMPOSITE" (with "parts")
    "encryption": kind    "AES256", "aws:kms", "aws:kms:dsse" (with a key of the server's), "SSE-C" (the
                          customer's key is b"k" * 32), or reply headers, as in a dump
    "archive_status":     "ARCHIVE_ACCESS" or "DEEP_ARCHIVE_ACCESS": a tier of INTELLIGENT_TIERING
    "restore": state      of what is archived: "ongoing", or the moment up to which it is readable
"""

import gc
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from .attributes import STORAGE_CLASSES
from .completion import OBJECT_LIMIT
from .history import ARCHIVE_TIERS, PLAIN, Attributes
from .loading_details import NAMES as DETAILS
from .loading_details import details
from .state import Bucket, Store
from .times import parse_time

_NAMES = {
    *("key", "version_id", "last_modified", "delete_marker", "etag", "size", "storage_class"),
    *("content", "headers", "metadata", "tags", "archive_status", *DETAILS),
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
    size = int(line.get("size") or 0) if data is None else len(data)
    if not 0 <= size <= OBJECT_LIMIT:
        raise ValueError(f"no object has {size} bytes")
    archive_status = line.get("archive_status") or ""
    if archive_status and (archive_status not in ARCHIVE_TIERS or chosen_class != "INTELLIGENT_TIERING"):
        raise ValueError(f"{chosen_class} has no {archive_status}")
    fields: dict[str, Any] = {
        "last_modified": last_modified,
        "etag": etag or hashlib.md5(f"{key} {store.next_serial()}".encode()).hexdigest(),
        "size": size,
        "storage_class": chosen_class,
        "content": data,
        "attributes": _attributes(line),
        "tags": line.get("tags") or {},
        "archive_status": archive_status,
    }
    if not DETAILS.isdisjoint(line):
        fields |= details(line, fields, store.next_serial())
    bucket.push_as(key, version_id, **fields)


def _attributes(line: dict[str, Any]) -> Attributes:
    if "headers" not in line and "metadata" not in line:
        return PLAIN
    headers = {name.lower(): value for name, value in line.get("headers", {}).items()}
    headers.setdefault("content-type", "binary/octet-stream")
    return Attributes(headers, {name.lower(): value for name, value in line.get("metadata", {}).items()})
