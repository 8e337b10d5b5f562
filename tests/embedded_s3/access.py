"""Finding what a request is about, with S3's own refusals where it is not there."""

from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from .errors import S3Error
from .history import Entry
from .request import Request
from .state import Bucket, Store, can_be_version_id
from .times import http_date


def find_bucket(store: Store, name: str) -> Bucket:
    """The bucket. Raises S3Error NoSuchBucket."""
    bucket = store.buckets.get(name)
    if bucket is None:
        raise S3Error("NoSuchBucket", BucketName=name)
    return bucket


def check_version_id(bucket: Bucket, key: str, version_id: str) -> None:
    """Raise S3Error InvalidArgument for an id that S3 cannot have given (and that was not loaded)."""
    if not can_be_version_id(version_id) and bucket.position(key, version_id) is None:
        message = "Invalid version id specified" if version_id else "Version id cannot be the empty string"
        raise S3Error("InvalidArgument", message, ArgumentName="versionId", ArgumentValue=version_id)


def find_version(bucket: Bucket, key: str, version_id: str | None, method: str = "GET") -> Entry:
    """The version that a request is about: the current one, or that with the id; never a marker.

    Raises S3Error as GET does: NoSuchKey, NoSuchVersion, MethodNotAllowed (the id is a marker's).
    """
    if version_id is None:
        entry = bucket.current(key)
        if entry is None:
            raise S3Error("NoSuchKey", Key=key)
        if entry.delete_marker:
            headers = {"x-amz-delete-marker": "true", "x-amz-version-id": entry.version_id}
            raise S3Error("NoSuchKey", headers=headers, Key=key)
        return entry
    check_version_id(bucket, key, version_id)
    entry = bucket.find(key, version_id)
    if entry is None:
        raise S3Error("NoSuchVersion", Key=key, VersionId=version_id)
    if entry.delete_marker:
        raise marker_refusal(entry, method)
    return entry


def marker_refusal(entry: Entry, method: str) -> S3Error:
    """MethodNotAllowed, as S3 answers what only versions can do."""
    headers = {
        "x-amz-delete-marker": "true",
        "x-amz-version-id": entry.version_id,
        "Last-Modified": http_date(entry.last_modified // 1000),
        "Allow": "DELETE",
    }
    return S3Error("MethodNotAllowed", headers=headers, Method=method, ResourceType="DeleteMarker")


def version_header(bucket: Bucket, entry: Entry) -> dict[str, str]:
    """x-amz-version-id, which a bucket that was never versioned does not send."""
    return {"x-amz-version-id": entry.version_id} if bucket.versioning else {}


def requested_version_id(request: Request) -> str | None:
    """The version id of the request; None: the current version."""
    return request.query.get("versionId")


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
