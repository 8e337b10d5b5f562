"""Do two versions read the same? A listing cannot tell: ask both objects."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from s3distversions.carried import CHECKSUMS, REDIRECT, Head, is_encrypted_so, is_kms
from s3distversions.client import FATAL, PASSING, code, explained
from s3distversions.model import Entry
from s3distversions.parameters import Parameters
from s3distversions.replies import answer

# What a reader of the object gets besides its bytes.
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
    REDIRECT,
)
GONE = {"404", "405", "NoSuchKey", "NoSuchVersion", "MethodNotAllowed"}


def head(client: Any, bucket: str, entry: Entry) -> Head:
    """Return what S3 says of a version: headers, metadata, encryption, checksums. botocore's errors."""
    reply: Head = answer(
        client.head_object,
        Bucket=bucket,
        Key=entry.key,
        VersionId=entry.version_id,
        ChecksumMode="ENABLED",
    )
    return reply


def is_of(reply: Head, entry: Entry) -> bool:
    """Is what a HEAD says about the version that was listed, not about another that a cache sends instead?"""
    etag = reply.get("ETag", "").strip('"')
    version_id = reply.get("VersionId", entry.version_id)
    return (etag, reply.get("ContentLength"), version_id) == (entry.etag, entry.size, entry.version_id)


def same(
    client: Any,
    parameters: Parameters,
    one: tuple[str, Entry],
    other: tuple[str, Entry],
    said: Head | None = None,
) -> bool | None:
    """Would a copy of version `one` read as version `other` does: bytes, headers, metadata, tags, encryption?

    Each is given as (bucket, entry); the copy is encrypted as the user says, else as `one` is. said: what S3
    says of the other, where it was asked already. None where nothing can tell: one of them may not be read, or
    their ETags are no checksums and no stored checksums stand in for them. False if one of them is gone, or is
    not what was listed. Two HEADs; where both have tags, two GetObjectTaggings as well. Reads only; may be
    repeated. S3Error if S3 does not answer.
    """
    alike = compared(client, parameters, one, other, said)
    return False if False in alike else None if None in alike else True


def compared(
    client: Any,
    parameters: Parameters,
    one: tuple[str, Entry],
    other: tuple[str, Entry],
    said: Head | None = None,
) -> tuple[bool | None, bool | None]:
    """Return the answer of `same` in two: is all alike that is not encryption; and is the encryption?"""
    try:
        heads = [head(client, *one), said or head(client, *other)]
        if not (is_of(heads[0], one[1]) and is_of(heads[1], other[1])):
            return False, None
        if any(heads[0].get(name) != heads[1].get(name) for name in READ_WITH_IT):
            return False, None
        if heads[0].get("TagCount") and set(tags(client, *one)) != set(tags(client, *other)):
            return False, None
    except ClientError as error:
        if code(error) in GONE:
            return False, None
        if code(error) in PASSING | FATAL:
            raise explained(error, f"looking at {one[1].key!r}") from error
        return None, None
    except BotoCoreError as error:
        raise explained(error, f"looking at {one[1].key!r}") from error
    return same_bytes(*heads), is_encrypted_so(parameters, *heads)


def same_bytes(one: Head, other: Head) -> bool | None:
    """Are the bytes the same, by ETag where it is a checksum, else by what checksums are stored?

    The ETag of an upload in parts, or of what KMS encrypts, is no checksum of the bytes:
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
    """
    if one["ETag"] == other["ETag"]:
        return True
    if not any("-" in reply["ETag"] or is_kms(reply) for reply in (one, other)):
        return False
    if one.get("ChecksumType") != other.get("ChecksumType"):
        return None
    for name in CHECKSUMS:
        mine, others = one.get(name), other.get(name)
        if mine and others:
            # Checksums of the checksums of parts differ also where the parts are others.
            return mine == others or (None if "-" in f"{mine}{others}" else False)
    return None


def tags(client: Any, bucket: str, entry: Entry) -> list[tuple[str, str]]:
    """Return the tags of a version. botocore's errors."""
    reply = answer(client.get_object_tagging, Bucket=bucket, Key=entry.key, VersionId=entry.version_id)
    return [(tag.get("Key"), tag.get("Value")) for tag in reply.get("TagSet", ())]
