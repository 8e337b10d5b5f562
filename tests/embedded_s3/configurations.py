"""Configurations of buckets and objects: lifecycle and tags are kept, the others read as never set."""

from collections.abc import Callable

from .access import find_bucket, find_version, requested_version_id
from .buckets import OWNER
from .errors import S3Error
from .markup import document, parse
from .request import Reply, Request, xml_reply
from .state import OWNER_ID, Store

Handler = Callable[[Store, Request], Reply]
_ACL = f"""{OWNER}<AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:type="CanonicalUser"><ID>{OWNER_ID}</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant>\
</AccessControlList>"""
_ENCRYPTION = """<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>\
</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule>"""


def _kept(name: str, root: str, missing: str) -> dict[str, Handler]:
    """Put, Get and Delete of a document that is given back as it came."""

    def put(store: Store, request: Request) -> Reply:
        bucket = find_bucket(store, request.bucket)
        try:
            if parse(request.body).name != root:
                raise ValueError
        except ValueError:
            raise S3Error("MalformedXML") from None
        bucket.configurations[name] = request.body
        return Reply(200)

    def get(store: Store, request: Request) -> Reply:
        body = find_bucket(store, request.bucket).configurations.get(name)
        if body is None:
            raise S3Error(missing, BucketName=request.bucket)
        return xml_reply(body)

    def delete(store: Store, request: Request) -> Reply:
        find_bucket(store, request.bucket).configurations.pop(name, None)
        return Reply(204)

    suffix = "Configuration" if name == "Lifecycle" else ""
    return {
        f"PutBucket{name}{suffix}": put,
        f"GetBucket{name}{suffix}": get,
        f"DeleteBucket{name}": delete,
    }


def _never_set(missing: str) -> Handler:
    def get(store: Store, request: Request) -> Reply:
        find_bucket(store, request.bucket)
        raise S3Error(missing, BucketName=request.bucket)

    return get


def _always(root: str, content: str = "") -> Handler:
    def get(store: Store, request: Request) -> Reply:
        find_bucket(store, request.bucket)
        return xml_reply(document(root, content))

    return get


def get_object_acl(store: Store, request: Request) -> Reply:
    """All to the owner, whatever was asked for: access is not checked here."""
    find_version(find_bucket(store, request.bucket), request.key, requested_version_id(request))
    return xml_reply(document("AccessControlPolicy", _ACL))


def put_acl(store: Store, request: Request) -> Reply:
    """A canned ACL that gives nobody else anything; others are refused, as they would have no effect."""
    bucket = find_bucket(store, request.bucket)
    if request.key:
        find_version(bucket, request.key, requested_version_id(request), request.method)
    if request.header("x-amz-acl") not in ("private", "bucket-owner-full-control"):
        raise S3Error("NotImplemented", "Only ACL private is implemented here")
    return Reply(200)


def get_object_lock_of_object(store: Store, request: Request) -> Reply:
    """Legal hold and retention, which need a bucket with Object Lock."""
    find_version(find_bucket(store, request.bucket), request.key, requested_version_id(request))
    raise S3Error("InvalidRequest", "Bucket is missing Object Lock Configuration")


HANDLERS: dict[str, Handler] = {
    **_kept("Lifecycle", "LifecycleConfiguration", "NoSuchLifecycleConfiguration"),
    **_kept("Tagging", "Tagging", "NoSuchTagSet"),
    "GetBucketAcl": _always("AccessControlPolicy", _ACL),
    "GetBucketPolicy": _never_set("NoSuchBucketPolicy"),
    "GetBucketPolicyStatus": _never_set("NoSuchBucketPolicy"),
    "GetObjectLockConfiguration": _never_set("ObjectLockConfigurationNotFoundError"),
    "GetBucketCors": _never_set("NoSuchCORSConfiguration"),
    "GetBucketWebsite": _never_set("NoSuchWebsiteConfiguration"),
    "GetBucketReplication": _never_set("ReplicationConfigurationNotFoundError"),
    "GetPublicAccessBlock": _never_set("NoSuchPublicAccessBlockConfiguration"),
    "GetBucketOwnershipControls": _never_set("OwnershipControlsNotFoundError"),
    "GetBucketEncryption": _always("ServerSideEncryptionConfiguration", _ENCRYPTION),
    "GetBucketRequestPayment": _always("RequestPaymentConfiguration", "<Payer>BucketOwner</Payer>"),
    "GetBucketLogging": _always("BucketLoggingStatus"),
    "GetBucketNotificationConfiguration": _always("NotificationConfiguration"),
    "GetBucketAccelerateConfiguration": _always("AccelerateConfiguration"),
    "GetObjectAcl": get_object_acl,
    "PutObjectAcl": put_acl,
    "PutBucketAcl": put_acl,
    "GetObjectLegalHold": get_object_lock_of_object,
    "GetObjectRetention": get_object_lock_of_object,
}
