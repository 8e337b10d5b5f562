"""Do two versions read the same? A listing cannot tell: ask both objects."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from s3distversions.client import FATAL, PASSING, code, explained
from s3distversions.model import Entry
from s3distversions.replies import answer

# What a reader of the object gets besides its bytes. Not the website redirect, which no copy carries.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
READ_WITH_IT = (
    "ContentLength",
    "ContentType",
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ExpiresString",
    "Metadata",
    "TagCount",
)
CHECKSUMS = ("ChecksumCRC64NVME", "ChecksumCRC32", "ChecksumCRC32C", "ChecksumSHA1", "ChecksumSHA256")
GONE = {"404", "405", "NoSuchKey", "NoSuchVersion", "MethodNotAllowed"}


def same(client: Any, one: tuple[str, Entry], other: tuple[str, Entry]) -> bool | None:
    """Do two versions, each given as (bucket, entry), read the same: bytes, headers, metadata and tags?

    None where nothing can tell: one of them may not be read, or their ETags are no checksums and no stored
    checksums stand in for them. False if one of them is gone, or is not what was listed. Two HEADs; where both
    have tags, two GetObjectTaggings as well. Reads only; may be repeated. S3Error if S3 does not answer.
    """
    try:
        heads = [
            answer(
                client.head_object,
                Bucket=bucket,
                Key=entry.key,
                VersionId=entry.version_id,
                ChecksumMode="ENABLED",
            )
            for bucket, entry in (one, other)
        ]
        if not (_is_of(heads[0], one[1]) and _is_of(heads[1], other[1])):
            return False
        if any(heads[0].get(name) != heads[1].get(name) for name in READ_WITH_IT):
            return False
        if heads[0].get("TagCount") and _tags(client, *one) != _tags(client, *other):
            return False
    except ClientError as error:
        if code(error) in GONE:
            return False
        if code(error) in PASSING | FATAL:
            raise explained(error, f"looking at {one[1].key!r}") from error
        return None
    except BotoCoreError as error:
        raise explained(error, f"looking at {one[1].key!r}") from error
    return _same_bytes(*heads)


def _is_of(head: dict[str, Any], entry: Entry) -> bool:
    """Is what a HEAD says about the version that was listed, not about another that a cache sends instead?"""
    etag = head.get("ETag", "").strip('"')
    version_id = head.get("VersionId", entry.version_id)
    return (etag, head.get("ContentLength"), version_id) == (entry.etag, entry.size, entry.version_id)


def _same_bytes(one: dict[str, Any], other: dict[str, Any]) -> bool | None:
    """Are the bytes the same, by ETag where it is a checksum, else by what checksums are stored?

    The ETag of an upload in parts, or of what KMS encrypts, is no checksum of the bytes:
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
    """
    if one["ETag"] == other["ETag"]:
        return True
    if not any("-" in head["ETag"] or "kms" in head.get("ServerSideEncryption", "") for head in (one, other)):
        return False
    if one.get("ChecksumType") == other.get("ChecksumType"):
        for name in CHECKSUMS:
            if one.get(name) and other.get(name):
                return bool(one[name] == other[name])
    return None


def _tags(client: Any, bucket: str, entry: Entry) -> set[tuple[str, str]]:
    """Return the tags of a version."""
    reply = answer(client.get_object_tagging, Bucket=bucket, Key=entry.key, VersionId=entry.version_id)
    return {(tag.get("Key"), tag.get("Value")) for tag in reply.get("TagSet", ())}
