"""A page of ListObjectVersions of an endless bucket, as AWS writes it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from benchmarks.endless_bucket import EndlessBucket
from benchmarks.endless_hot import HotBucket
from benchmarks.endless_shapes import SHAPES
from tests.embedded_s3.listing_operations import url_encode
from tests.embedded_s3.markup import NAMESPACE, XML_DECLARATION, escape

PAGE_LIMIT = 1000  # entries
CLOSING = b"</ListVersionsResult>"
HOT = "hot"
KINDS = [*SHAPES, HOT]  # of buckets


class Bucket(Protocol):
    """What a page is made of: entries with numbers from 0 on, in order. See EndlessBucket."""

    keys: int
    versions: int

    def after(self, key_marker: str, version_id_marker: str | None) -> int: ...
    def first(self, prefix: str) -> int: ...
    def behind(self, prefix: str) -> int: ...
    def at(self, number: int) -> tuple[str, str]: ...
    def elements(self, begin: int, end: int, encode: Callable[[str], str]) -> Iterator[bytes]: ...
    def entries(self) -> Iterator[dict[str, Any]]: ...
    def markers(self) -> int: ...
    def overwritten(self) -> int: ...


def bucket_of(versions: int, shape: str, **more: Any) -> Bucket:
    """Return a bucket of one of KINDS; "hot": half of its entries are of one key in the middle.

    more: what EndlessBucket takes.
    """
    if shape == HOT:
        return HotBucket(EndlessBucket(versions - versions // 2, **more), versions // 2)
    return EndlessBucket(versions, shape=shape, **more)


def page(
    bucket: Bucket,
    name: str,
    prefix: str,
    key_marker: str,
    version_id_marker: str | None,
    max_keys: int,
    encoded: bool,
) -> list[bytes]:
    """Return the page after the markers, in pieces to be joined.

    S3Error InvalidArgument where the version id marker names no entry.
    """
    begin = bucket.after(key_marker, version_id_marker) if key_marker else 0
    if key_marker < prefix:
        begin = bucket.first(prefix)
    behind = bucket.behind(prefix) if prefix else bucket.versions
    end = max(begin, min(begin + min(max_keys, PAGE_LIMIT), behind))
    encode = url_encode if encoded else escape
    following = ""
    if begin < end < behind:
        key, version_id = bucket.at(end - 1)
        following = (
            f"<NextKeyMarker>{encode(key)}</NextKeyMarker>"
            f"<NextVersionIdMarker>{version_id}</NextVersionIdMarker>"
        )
    head = (
        f'{XML_DECLARATION}<ListVersionsResult xmlns="{NAMESPACE}"><Name>{name}</Name>'
        f"<Prefix>{encode(prefix)}</Prefix><KeyMarker>{encode(key_marker)}</KeyMarker>"
        f"<VersionIdMarker>{encode(version_id_marker or '')}</VersionIdMarker>{following}"
        f"<MaxKeys>{min(max_keys, PAGE_LIMIT)}</MaxKeys>{'<EncodingType>url</EncodingType>' if encoded else ''}"
        f"<IsTruncated>{'true' if following else 'false'}</IsTruncated>"
    )
    return [head.encode(), *bucket.elements(begin, end, encode), CLOSING]
