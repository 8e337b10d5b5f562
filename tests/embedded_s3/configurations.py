"""Configurations of buckets and objects: lifecycle and tags are kept, the others read as never set."""

from collections.abc import Callable

from .access import find_bucket
from .errors import S3Error
from .markup import document, parse
from .request import Reply, Request, xml_reply
from .state import Store

Handler = Callable[[Store, Request], Reply]


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


HANDLERS: dict[str, Handler] = {
    **_kept("Lifecycle", "LifecycleConfiguration", "NoSuchLifecycleConfiguration"),
    **_kept("Tagging", "Tagging", "NoSuchTagSet"),
    "GetBucketCors": _never_set("NoSuchCORSConfiguration"),
    "GetBucketWebsite": _never_set("NoSuchWebsiteConfiguration"),
    "GetBucketReplication": _never_set("ReplicationConfigurationNotFoundError"),
    "GetPublicAccessBlock": _never_set("NoSuchPublicAccessBlockConfiguration"),
    "GetBucketOwnershipControls": _never_set("OwnershipControlsNotFoundError"),
    "GetBucketRequestPayment": _always("RequestPaymentConfiguration", "<Payer>BucketOwner</Payer>"),
    "GetBucketLogging": _always("BucketLoggingStatus"),
    "GetBucketNotificationConfiguration": _always("NotificationConfiguration"),
    "GetBucketAccelerateConfiguration": _always("AccelerateConfiguration"),
}
