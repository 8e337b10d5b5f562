"""What a copy is told to carry, because S3 would not carry it by itself. Pure.

A CopyObject takes bytes, headers, metadata, tags and the checksum's kind from the version; but its storage
class would be STANDARD, its encryption the bucket's default, its ACL private, and it would redirect nowhere.
An upload in parts takes nothing but bytes. A listing shows neither encryption nor redirect: a HEAD does.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from s3distversions.model import Entry
from s3distversions.parameters import Parameters
from s3distversions.values import ENCRYPTIONS, KMS

Head = dict[str, Any]  # the reply to a HEAD of a version, by botocore's names

ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")  # storage classes that cannot be read until they are thawed
S3_OWN = "AES256"  # which is how S3 encrypts what is not said to be encrypted otherwise
REDIRECT = "WebsiteRedirectLocation"
HEADERS = (
    *("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType"),
    REDIRECT,
)
CHECKSUMS = ("ChecksumCRC64NVME", "ChecksumCRC32", "ChecksumCRC32C", "ChecksumSHA1", "ChecksumSHA256")


def of_copy(parameters: Parameters, target: Entry, head: Head | None) -> dict[str, Any]:
    """Return the arguments of CopyObject that make the copy read as the version does.

    head: None where the version was not asked for; then the bucket's default encryption is taken for its own.
    """
    redirect = {REDIRECT: head[REDIRECT]} if head and head.get(REDIRECT) else {}
    return {**_chosen(parameters, target), **encryption(parameters, head), **redirect}


def of_upload(
    parameters: Parameters, target: Entry, head: Head, tags: Iterable[tuple[str, str]]
) -> dict[str, Any]:
    """Return the arguments of CreateMultipartUpload that make the object read as the version does."""
    said = {name: head[name] for name in HEADERS if head.get(name)}
    if head.get("ExpiresString"):  # as it stands there, be it no date: `client` sends text as it is
        said["Expires"] = head["ExpiresString"]
    if head.get("Metadata"):
        said["Metadata"] = head["Metadata"]
    if tagging := urlencode(list(tags)):
        said["Tagging"] = tagging
    return {**_chosen(parameters, target), **encryption(parameters, head), **checksum(head), **said}


def _chosen(parameters: Parameters, target: Entry) -> dict[str, str]:
    """Return the storage class, and the ACL where one is asked for: no reply tells a version's own."""
    acl = {"ACL": parameters.acl} if parameters.acl else {}
    return {"StorageClass": class_of_copy(parameters, target), **acl}


def class_of_copy(parameters: Parameters, target: Entry) -> str:
    """Return the storage class of a copy: as the user says, else the version's own, or it would be STANDARD.

    But STANDARD for one that had to be thawed: in its own class the copy could not be read either.
    """
    if parameters.storage_class is not None:
        return parameters.storage_class
    return "STANDARD" if target.storage_class in ARCHIVES else target.storage_class or "STANDARD"


def encryption(parameters: Parameters, head: Head | None) -> dict[str, Any]:
    """Return the arguments that encrypt a copy: as the user says, else as the version is.

    S3's own encryption is named too, and not left to the default of the bucket, which somebody may change
    while the job runs. Nothing is said where the HEAD says nothing: old versions, servers without encryption.
    """
    if parameters.sse:
        key = {"SSEKMSKeyId": parameters.sse_kms_key_id} if parameters.sse_kms_key_id else {}
        return {"ServerSideEncryption": parameters.sse, **key}
    kind = (head or {}).get("ServerSideEncryption")
    if head is None or kind not in ENCRYPTIONS:
        return {}
    names = {"ServerSideEncryption": kind}
    if kind in KMS and head.get("SSEKMSKeyId"):
        names["SSEKMSKeyId"] = head["SSEKMSKeyId"]
    if kind == "aws:kms":  # aws:kms:dsse has no bucket keys
        names["BucketKeyEnabled"] = bool(head.get("BucketKeyEnabled"))
    return names


def checksum(head: Head) -> dict[str, str]:
    """Return the arguments that give an upload the kind of checksum that the version has, if it has any."""
    for name in CHECKSUMS:
        if head.get(name):
            kind = head.get("ChecksumType")
            of_whole = {"ChecksumType": kind} if kind else {}
            return {"ChecksumAlgorithm": name.removeprefix("Checksum"), **of_whole}
    return {}


def is_as_default(parameters: Parameters, head: Head) -> bool:
    """Would a copy read as the version does without a HEAD, in a bucket whose default encryption is S3's own?"""
    encrypted = head.get("ServerSideEncryption") or S3_OWN
    return not head.get(REDIRECT) and (parameters.sse is not None or encrypted == S3_OWN)


def is_encrypted_so(parameters: Parameters, head: Head, other: Head) -> bool | None:
    """Is something encrypted as a copy of the version would be? `other`: what a reply says of it.

    None where that cannot be told: the alias of a key is no name that S3 repeats.
    """
    wanted = encryption(parameters, head)
    kind = wanted.get("ServerSideEncryption", S3_OWN)
    if kind != (other.get("ServerSideEncryption") or S3_OWN):
        return False
    if kind not in KMS:
        return True
    flag = wanted.get("BucketKeyEnabled")
    if flag is not None and flag != bool(other.get("BucketKeyEnabled")):
        return False
    key, key_of_other = wanted.get("SSEKMSKeyId"), str(other.get("SSEKMSKeyId"))
    if key is None or key == key_of_other or key_of_other.endswith(f":key/{key}"):
        return True
    return None if "alias/" in key else False


def is_kms(head: Head) -> bool:
    """Does KMS encrypt it? Then its ETag is no checksum of its bytes."""
    return head.get("ServerSideEncryption") in KMS


def is_archived(head: Head) -> bool:
    """Must the version be thawed before it can be read?"""
    archived = head.get("StorageClass") in ARCHIVES or bool(head.get("ArchiveStatus"))
    return archived and 'ongoing-request="false"' not in head.get("Restore", "")


def is_being_thawed(head: Head) -> bool:
    """Has somebody asked for the version already?"""
    return 'ongoing-request="true"' in head.get("Restore", "")
