"""What a request needs to be allowed: IAM actions, each on a bucket, an object or a key of KMS.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from collections.abc import Iterator
from typing import NamedTuple

from .access import parse_copy_source
from .attributes import DEFAULT_KMS_KEY, KMS_KEY, SSE, arn_of_kms
from .errors import S3Error
from .history import Entry
from .policies_actions import OF_BUCKETS, OF_OBJECTS
from .request import Request
from .state import Store

READS = ("GetObject", "HeadObject", "GetObjectAttributes")
UPLOADS = ("PutObject", "CopyObject", "CreateMultipartUpload")
COPIES = ("CopyObject", "UploadPartCopy")


class Need(NamedTuple):
    """An action on a bucket (`key` None), on an object, or on a key of KMS that the object needs."""

    action: str
    bucket: str
    key: str | None = None
    version_id: str | None = None
    kms_key: str = ""
    condition: str | None = None  # of one key of DeleteObjects, which has no header for it

    @property
    def resource(self) -> str:
        """Its ARN."""
        if self.kms_key:
            return self.kms_key
        if not self.bucket:
            return "*"
        return f"arn:aws:s3:::{self.bucket}" + ("" if self.key is None else f"/{self.key}")


def needs(store: Store, request: Request) -> Iterator[Need]:
    """Everything that must be allowed, but for the keys of DeleteObjects, which are refused one by one."""
    operation = request.operation or ""
    if operation in OF_BUCKETS:
        yield Need(OF_BUCKETS[operation], request.bucket)
    if operation not in OF_OBJECTS:
        return
    version_id = request.query.get("versionId")
    if operation == "DeleteObject":
        ignored = operation in store.settings.ignored_conditions
        condition = None if ignored else request.headers.get("If-Match")
        yield from needs_of_delete(request.bucket, request.key, version_id, condition)
        return
    yield Need(OF_OBJECTS[operation][version_id is not None], request.bucket, request.key, version_id)
    if operation in READS:
        yield from _needs_of_reading(store, request.bucket, request.key, version_id)
    if operation == "GetObjectAttributes":
        action = OF_OBJECTS["GetObject"][version_id is not None]
        yield Need(action, request.bucket, request.key, version_id)
    if operation in UPLOADS or operation == "CompleteMultipartUpload":
        yield from _needs_of_writing(store, request)
    if operation in COPIES:
        yield from _needs_of_source(store, request)


def needs_of_delete(bucket: str, key: str, version_id: str | None, condition: str | None) -> Iterator[Need]:
    """Of deleting one key, or one entry by its id; a condition on an ETag is as good as reading it."""
    action = OF_OBJECTS["DeleteObject"][version_id is not None]
    yield Need(action, bucket, key, version_id, condition=condition)
    if condition not in (None, "*"):
        yield Need("s3:GetObject", bucket, key)


def _needs_of_writing(store: Store, request: Request) -> Iterator[Need]:
    names = {name.lower() for name in request.headers}
    where = request.bucket, request.key
    if request.header("x-amz-tagging") and request.operation != "CompleteMultipartUpload":
        yield Need("s3:PutObjectTagging", *where)
    if "x-amz-acl" in names:  # for grants in headers AWS's own examples allow PutObject alone
        yield Need("s3:PutObjectAcl", *where)
    if "x-amz-object-lock-mode" in names or "x-amz-object-lock-retain-until-date" in names:
        yield Need("s3:PutObjectRetention", *where)
    if "x-amz-object-lock-legal-hold" in names:
        yield Need("s3:PutObjectLegalHold", *where)
    if "if-match" in names and request.operation not in store.settings.ignored_conditions:
        yield Need("s3:GetObject", *where)
    bucket = store.buckets.get(request.bucket)
    default = bucket.encryption if bucket else {}
    if request.header(SSE, default.get(SSE, "")).startswith("aws:kms"):
        asked = arn_of_kms(request.header(KMS_KEY))
        kms_key = asked if request.header(SSE) else default.get(KMS_KEY, DEFAULT_KMS_KEY)
        yield Need("kms:GenerateDataKey", *where, kms_key=kms_key)
        if request.operation == "CreateMultipartUpload":  # its parts are read again in the end
            yield Need("kms:Decrypt", *where, kms_key=kms_key)


def _needs_of_source(store: Store, request: Request) -> Iterator[Need]:
    """Of the version that a copy reads; its tags too, where it has any and they come with it."""
    try:
        source = parse_copy_source(request.header("x-amz-copy-source"))
    except S3Error:
        return  # nothing is copied: the handler says so
    where = source.bucket, source.key, source.version_id
    versioned = source.version_id is not None
    yield Need(OF_OBJECTS["GetObject"][versioned], *where)
    yield from _needs_of_reading(store, *where)
    replaced = request.header("x-amz-tagging-directive").upper() == "REPLACE"
    entry = find_entry(store, *where)
    if request.operation == "CopyObject" and entry and entry.tags and not replaced:
        yield Need(OF_OBJECTS["GetObjectTagging"][versioned], *where)
        yield Need("s3:PutObjectTagging", request.bucket, request.key)


def _needs_of_reading(store: Store, bucket: str, key: str, version_id: str | None) -> Iterator[Need]:
    entry = find_entry(store, bucket, key, version_id)
    if entry and entry.attributes.encryption.get(SSE, "").startswith("aws:kms"):
        kms_key = entry.attributes.encryption.get(KMS_KEY, DEFAULT_KMS_KEY)
        yield Need("kms:Decrypt", bucket, key, version_id, kms_key)


def find_entry(store: Store, bucket: str, key: str, version_id: str | None) -> Entry | None:
    """The entry that is meant, a marker too; None where there is none, or no such bucket."""
    found = store.buckets.get(bucket)
    if found is None:
        return None
    return found.current(key) if version_id is None else found.find(key, version_id)
