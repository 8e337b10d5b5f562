"""Is what stands there already what a copy would bring? A listing cannot tell: ask both objects."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from s3distversions.client import asking, code, explained
from s3distversions.model import Entry

# What a reader of the object gets besides its bytes.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
READ_WITH_IT = (
    "ContentLength",
    "ETag",
    "ContentType",
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ExpiresString",
    "WebsiteRedirectLocation",
    "Metadata",
    "TagCount",
)


def same(client: Any, one: tuple[str, Entry], other: tuple[str, Entry]) -> bool:
    """Do two versions, each given as (bucket, entry), read the same: bytes, headers, metadata and tags?

    Two HEADs; where both have tags two GetObjectTaggings as well. False if one of them is gone by now.
    Reads only; may be repeated. S3Error if S3 does not answer.
    """
    heads = [_head(client, bucket, entry) for bucket, entry in (one, other)]
    if heads[0] is None or heads[0] != heads[1]:
        return False
    return not heads[0]["TagCount"] or _tags(client, *one) == _tags(client, *other)


def _head(client: Any, bucket: str, entry: Entry) -> dict[str, Any] | None:
    """Return what a reader gets with a version, None if there is no such version (any more)."""
    try:
        reply = client.head_object(Bucket=bucket, Key=entry.key, VersionId=entry.version_id)
    except ClientError as error:
        if code(error) in ("404", "405", "NoSuchKey", "NoSuchVersion", "MethodNotAllowed"):
            return None
        raise explained(error, f"looking at s3://{bucket}/{entry.key}") from error
    except BotoCoreError as error:
        raise explained(error, f"looking at s3://{bucket}/{entry.key}") from error
    return {name: reply.get(name) for name in READ_WITH_IT}


def _tags(client: Any, bucket: str, entry: Entry) -> set[tuple[str, str]]:
    """Return the tags of a version."""
    reply = asking(
        f"reading the tags of s3://{bucket}/{entry.key}",
        client.get_object_tagging,
        Bucket=bucket,
        Key=entry.key,
        VersionId=entry.version_id,
    )
    return {(tag["Key"], tag["Value"]) for tag in reply["TagSet"]}
