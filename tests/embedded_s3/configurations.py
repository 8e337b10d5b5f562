"""Configurations of buckets: lifecycle, website and tags are kept, the others read as never set."""

from collections.abc import Callable

from .access import find_bucket
from .errors import S3Error
from .lifecycle import checked_lifecycle
from .markup import document, parse
from .request import Reply, Request, xml_reply
from .state import Store

Handler = Callable[[Store, Request], Reply]


def checked_tagging(body: bytes) -> bytes:
    """Tags of a bucket. Raises ValueError."""
    if parse(body).name != "Tagging":
        raise ValueError
    return body


def checked_website(body: bytes) -> bytes:
    """A website: an index document, or another host for all requests. Raises S3Error, ValueError."""
    root = parse(body)
    index, redirect = root.child("IndexDocument"), root.child("RedirectAllRequestsTo")
    if root.name != "WebsiteConfiguration" or (index is None) == (redirect is None):
        raise ValueError
    suffix = index.child_text("Suffix") if index else None
    if index and (not suffix or "/" in suffix):
        raise S3Error("InvalidArgument", "The IndexDocument Suffix is not well formed")
    if redirect and not redirect.child_text("HostName"):
        raise ValueError
    return body


def _kept(name: str, checked: Callable[[bytes], bytes], missing: str) -> dict[str, Handler]:
    """Put, Get and Delete of a document that is given back as it came, or as `checked` makes it."""

    def put(store: Store, request: Request) -> Reply:
        bucket = find_bucket(store, request.bucket)
        try:
            bucket.configurations[name] = checked(request.body)
        except ValueError:
            raise S3Error("MalformedXML") from None
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
    **_kept("Lifecycle", checked_lifecycle, "NoSuchLifecycleConfiguration"),
    **_kept("Tagging", checked_tagging, "NoSuchTagSet"),
    **_kept("Website", checked_website, "NoSuchWebsiteConfiguration"),
    "GetBucketCors": _never_set("NoSuchCORSConfiguration"),
    "GetBucketReplication": _never_set("ReplicationConfigurationNotFoundError"),
    "GetPublicAccessBlock": _never_set("NoSuchPublicAccessBlockConfiguration"),
    "GetBucketOwnershipControls": _never_set("OwnershipControlsNotFoundError"),
    "GetBucketLogging": _always("BucketLoggingStatus"),
    "GetBucketNotificationConfiguration": _always("NotificationConfiguration"),
    "GetBucketAccelerateConfiguration": _always("AccelerateConfiguration"),
}
