"""The state of a bucket as JSON: what loading.py takes can be read from it, and more."""

from typing import Any

from .content import description
from .history import Entry
from .loading_details import ONGOING
from .state import Bucket
from .times import listing_time


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
    """An entry in full; `content` is the SHA-256 of the bytes, or says how they are generated: see loading.py."""
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
        "checksum_type": attributes.checksum_type,
        "parts": [part.size for part in entry.parts],
        "archive_status": entry.archive_status,
        "restore": dump_restore(entry),
    }


def dump_restore(entry: Entry) -> str:
    """The state of a restore, as in a line to load; "" without one."""
    if not entry.restore_tier:
        return ""
    return ONGOING if entry.restore_expiry is None else listing_time(entry.restore_expiry)
