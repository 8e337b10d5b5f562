"""ListObjectVersions, ListObjects, ListObjectsV2: parameters in, XML out."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote_plus

from .access import check_version_id, find_bucket
from .buckets import OWNER
from .errors import S3Error
from .history import Entry
from .listing import Page, object_page, version_page
from .markup import document, escape, has_forbidden_characters
from .request import Reply, Request, xml_reply
from .restores import restore_status
from .state import PAGE_LIMIT, Bucket, Store
from .times import listing_time

Encoder = Callable[[str], str]


def url_encode(text: str) -> str:
    """encoding-type=url as AWS does it: a space is +, and / stays."""
    return quote_plus(text, safe="/*")


class Parameters:
    """The parameters that all three listings share. Raises S3Error InvalidArgument, NoSuchBucket."""

    def __init__(self, store: Store, request: Request, markers: tuple[str, ...]) -> None:
        self.bucket: Bucket = find_bucket(store, request.bucket)
        self.query = request.query
        self.prefix = request.query.get("prefix", "")
        self.delimiter = request.query.get("delimiter", "")
        self.encoding_type = request.query.get("encoding-type")
        if self.encoding_type not in (None, "url"):
            message = "Invalid Encoding Method specified in Request"
            raise S3Error("InvalidArgument", message, ArgumentName="encoding-type")
        self.encode: Encoder = url_encode if self.encoding_type else escape
        self.max_keys = self._max_keys()
        self.limit = min(self.max_keys, store.settings.page_size)
        for name in ("prefix", "delimiter", *markers):
            self._check_characters(name)
        attributes = request.header("x-amz-optional-object-attributes")
        self.with_restore_status = "RestoreStatus" in [name.strip() for name in attributes.split(",")]
        self.milliseconds = store.settings.milliseconds
        self.now = store.now()

    def _max_keys(self) -> int:
        text = self.query.get("max-keys", "") or str(PAGE_LIMIT)
        try:
            number = int(text)
        except ValueError:
            number = -1
        if not 0 <= number < 2**31:
            raise S3Error(
                "InvalidArgument",
                "Provided max-keys not an integer or within integer range",
                ArgumentName="max-keys",
                ArgumentValue=text,
            )
        return min(number, PAGE_LIMIT)

    def _check_characters(self, name: str) -> None:
        """S3 refuses these in made-up values; but a marker that a page ended with must lead to the next."""
        value = self.query.get(name, "")
        if has_forbidden_characters(value):
            given_out = name != "prefix" and next(
                self.bucket.histories.irange(value, value + chr(0x10FFFF)), None
            )
            if not given_out or not given_out.startswith(value):
                raise S3Error("InvalidArgument", "Invalid character in a parameter", ArgumentName=name)

    def head(self, *names: tuple[str, str | None]) -> str:
        """The elements at the beginning of a page; of `names` those whose value is not None, encoded."""
        rows = [f"<Name>{self.bucket.name}</Name><Prefix>{self.encode(self.prefix)}</Prefix>"]
        rows += [f"<{name}>{self.encode(value)}</{name}>" for name, value in names if value is not None]
        rows.append(f"<MaxKeys>{self.max_keys}</MaxKeys>")
        if self.delimiter:
            rows.append(f"<Delimiter>{self.encode(self.delimiter)}</Delimiter>")
        if self.encoding_type:
            rows.append("<EncodingType>url</EncodingType>")
        return "".join(rows)

    def common_prefixes(self, page: Page) -> str:
        """The CommonPrefixes of a page."""
        return "".join(
            f"<CommonPrefixes><Prefix>{self.encode(prefix)}</Prefix></CommonPrefixes>"
            for prefix in page.prefixes
        )

    def object_row(self, key: str, entry: Entry, owner: str) -> str:
        """The Contents element of a version in a listing of keys."""
        restore = restore_status(entry, self.now) if self.with_restore_status else ""
        return (
            f"<Contents><Key>{self.encode(key)}</Key>"
            f"<LastModified>{listing_time(entry.last_modified, self.milliseconds)}</LastModified>"
            f"<ETag>&quot;{entry.etag}&quot;</ETag>{checksum_algorithms(entry)}<Size>{entry.size}</Size>"
            f"{owner}<StorageClass>{entry.storage_class}</StorageClass>{restore}</Contents>"
        )

    def version_row(self, key: str, entry: Entry, latest: bool) -> str:
        """The Version or DeleteMarker element of an entry."""
        about = (
            f"<Key>{self.encode(key)}</Key><VersionId>{escape(entry.version_id)}</VersionId>"
            f"<IsLatest>{'true' if latest else 'false'}</IsLatest>"
            f"<LastModified>{listing_time(entry.last_modified, self.milliseconds)}</LastModified>"
        )
        if entry.delete_marker:
            return f"<DeleteMarker>{about}{OWNER}</DeleteMarker>"
        restore = restore_status(entry, self.now) if self.with_restore_status else ""
        return (
            f"<Version>{about}<ETag>&quot;{entry.etag}&quot;</ETag>{checksum_algorithms(entry)}"
            f"<Size>{entry.size}</Size><StorageClass>{entry.storage_class}</StorageClass>"
            f"{OWNER}{restore}</Version>"
        )


def checksum_algorithms(entry: Entry) -> str:
    """The ChecksumAlgorithm and ChecksumType elements of a version that has checksums."""
    checksums = entry.attributes.checksums
    if not checksums:
        return ""
    names = "".join(f"<ChecksumAlgorithm>{name.upper()}</ChecksumAlgorithm>" for name in checksums)
    return f"{names}<ChecksumType>{entry.attributes.checksum_type}</ChecksumType>"


def truncation(page: Page) -> str:
    """The IsTruncated element."""
    return f"<IsTruncated>{'true' if page.truncated else 'false'}</IsTruncated>"


def list_object_versions(store: Store, request: Request) -> Reply:
    """A page of versions and delete markers, in one order."""
    parameters = Parameters(store, request, ("key-marker",))
    key_marker = request.query.get("key-marker", "")
    version_id_marker = request.query.get("version-id-marker")
    if version_id_marker is not None:
        if not key_marker:
            message = "A version-id marker cannot be specified without a key marker."
            raise S3Error("InvalidArgument", message, ArgumentName="version-id-marker")
        if not version_id_marker:
            message = "A version-id marker cannot be empty."
            raise S3Error("InvalidArgument", message, ArgumentName="version-id-marker")
        check_version_id(parameters.bucket, key_marker, version_id_marker)
        if parameters.bucket.position(key_marker, version_id_marker) is None:
            raise S3Error("InvalidArgument", "Invalid version id specified", ArgumentName="version-id-marker")
    page = version_page(
        parameters.bucket,
        parameters.prefix,
        parameters.delimiter,
        key_marker,
        version_id_marker,
        parameters.limit,
    )
    head = parameters.head(
        ("KeyMarker", key_marker),
        ("VersionIdMarker", version_id_marker or ""),
        ("NextKeyMarker", page.next_key if page.truncated else None),
        ("NextVersionIdMarker", page.next_version_id if page.truncated else None),
    )
    rows = "".join([parameters.version_row(*item) for item in page.entries])
    content = f"{head}{truncation(page)}{rows}{parameters.common_prefixes(page)}"
    return xml_reply(document("ListVersionsResult", content))


def list_objects(store: Store, request: Request) -> Reply:
    """A page of keys, the first way."""
    parameters = Parameters(store, request, ("marker",))
    marker = request.query.get("marker", "")
    page = object_page(parameters.bucket, parameters.prefix, parameters.delimiter, marker, parameters.limit)
    # Without a delimiter clients go on from the last key of the page.
    next_marker = page.next_key if page.truncated and parameters.delimiter else None
    head = parameters.head(("Marker", marker), ("NextMarker", next_marker))
    rows = "".join([parameters.object_row(key, entry, OWNER) for key, entry, _ in page.entries])
    content = f"{head}{truncation(page)}{rows}{parameters.common_prefixes(page)}"
    return xml_reply(document("ListBucketResult", content))


def list_objects_v2(store: Store, request: Request) -> Reply:
    """A page of keys, the second way."""
    parameters = Parameters(store, request, ("start-after",))
    start_after = request.query.get("start-after")
    token = request.query.get("continuation-token")
    after = start_after or ""
    if token:  # an empty one means the beginning
        try:
            after = urlsafe_b64decode(token.encode()).decode()
        except ValueError:
            message = "The continuation token provided is incorrect"
            raise S3Error("InvalidArgument", message, ArgumentName="continuation-token") from None
    page = object_page(parameters.bucket, parameters.prefix, parameters.delimiter, after, parameters.limit)
    owner = OWNER if request.query.get("fetch-owner", "").lower() == "true" else ""
    head = parameters.head(("StartAfter", start_after))
    if token is not None:
        head += f"<ContinuationToken>{escape(token)}</ContinuationToken>"
    if page.truncated:
        next_token = urlsafe_b64encode(page.next_key.encode()).decode()
        head += f"<NextContinuationToken>{next_token}</NextContinuationToken>"
    head += f"<KeyCount>{len(page)}</KeyCount>"
    rows = "".join([parameters.object_row(key, entry, owner) for key, entry, _ in page.entries])
    content = f"{head}{truncation(page)}{rows}{parameters.common_prefixes(page)}"
    return xml_reply(document("ListBucketResult", content))


HANDLERS = {
    "ListObjectVersions": list_object_versions,
    "ListObjects": list_objects,
    "ListObjectsV2": list_objects_v2,
}
