"""Operations on buckets: making, removing, finding, versioning."""

import re

from .access import find_bucket
from .errors import S3Error
from .markup import document, escape, parse
from .request import Reply, Request, xml_reply
from .state import OWNER_ID, OWNER_NAME, REGION, Store
from .times import listing_time

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
OWNER = f"<Owner><ID>{OWNER_ID}</ID><DisplayName>{OWNER_NAME}</DisplayName></Owner>"


def check_name(name: str) -> None:
    """Raise S3Error InvalidBucketName for a name that breaks S3's rules."""
    wrong = not _NAME.fullmatch(name) or ".." in name or _ADDRESS.fullmatch(name)
    if wrong or name.startswith(("xn--", "sthree-")) or name.endswith(("-s3alias", "--ol-s3")):
        raise S3Error("InvalidBucketName", BucketName=name)


def create_bucket(store: Store, request: Request) -> Reply:
    """Make a bucket. One that is there already is left as it is: 200, as in us-east-1."""
    check_name(request.bucket)
    location = ""
    if request.body:
        try:
            root = parse(request.body)
        except ValueError:
            raise S3Error("MalformedXML") from None
        location = root.child_text("LocationConstraint") or ""
    if request.header("x-amz-bucket-object-lock-enabled").lower() == "true":
        raise S3Error("NotImplemented", "Object Lock is not implemented here")
    if request.bucket not in store.buckets:
        store.create_bucket(request.bucket).location = location
    return Reply(200, {"Location": f"/{request.bucket}"})


def head_bucket(store: Store, request: Request) -> Reply:
    """Whether there is such a bucket."""
    bucket = find_bucket(store, request.bucket)
    return Reply(200, {"x-amz-bucket-region": bucket.location or REGION})


def delete_bucket(store: Store, request: Request) -> Reply:
    """Remove an empty bucket; noncurrent versions and markers count."""
    if find_bucket(store, request.bucket).histories:
        raise S3Error("BucketNotEmpty", BucketName=request.bucket)
    del store.buckets[request.bucket]
    return Reply(204)


def list_buckets(store: Store, request: Request) -> Reply:
    """All buckets by name, those with the prefix; max-buckets and continuation-token page them."""
    prefix, after = request.query.get("prefix", ""), request.query.get("continuation-token", "")
    names = sorted(name for name in store.buckets if name.startswith(prefix) and name > after)
    limit = request.query.get("max-buckets", "10000")
    if not limit.isdecimal() or not 1 <= int(limit) <= 10000:
        raise S3Error("InvalidArgument", ArgumentName="max-buckets", ArgumentValue=limit)
    shown = names[: int(limit)]
    created = {name: listing_time(store.buckets[name].created) for name in shown}
    rows = "".join(
        f"<Bucket><Name>{name}</Name><CreationDate>{moment}</CreationDate></Bucket>"
        for name, moment in created.items()
    )
    token = f"<ContinuationToken>{shown[-1]}</ContinuationToken>" if len(shown) < len(names) else ""
    shown_prefix = f"<Prefix>{escape(prefix)}</Prefix>" if prefix else ""
    content = f"{OWNER}<Buckets>{rows}</Buckets>{token}{shown_prefix}"
    return xml_reply(document("ListAllMyBucketsResult", content))


def get_bucket_location(store: Store, request: Request) -> Reply:
    """The location constraint, empty for us-east-1."""
    return xml_reply(document("LocationConstraint", escape(find_bucket(store, request.bucket).location)))


def get_bucket_versioning(store: Store, request: Request) -> Reply:
    """The state of versioning: an empty document where it never was enabled."""
    bucket = find_bucket(store, request.bucket)
    content = f"<Status>{bucket.versioning}</Status>" if bucket.versioning else ""
    if bucket.mfa_delete:
        content += "<MfaDelete>Enabled</MfaDelete>"
    return xml_reply(document("VersioningConfiguration", content))


def put_bucket_versioning(store: Store, request: Request) -> Reply:
    """Enable or suspend versioning. MFA delete cannot be turned on here: only by the control interface."""
    bucket = find_bucket(store, request.bucket)
    try:
        root = parse(request.body)
    except ValueError:
        raise S3Error("MalformedXML") from None
    status, mfa_delete = root.child_text("Status"), root.child_text("MfaDelete")
    if root.name != "VersioningConfiguration" or mfa_delete not in (None, "Enabled", "Disabled"):
        raise S3Error("MalformedXML")
    if status is None:
        raise S3Error("IllegalVersioningConfigurationException")
    if status not in ("Enabled", "Suspended"):
        raise S3Error("MalformedXML")
    if mfa_delete == "Enabled" or bucket.mfa_delete:
        raise S3Error("AccessDenied", "This needs a device code, which nobody has here")
    bucket.versioning = status
    return Reply(200)


HANDLERS = {
    "CreateBucket": create_bucket,
    "HeadBucket": head_bucket,
    "DeleteBucket": delete_bucket,
    "ListBuckets": list_buckets,
    "GetBucketLocation": get_bucket_location,
    "GetBucketVersioning": get_bucket_versioning,
    "PutBucketVersioning": put_bucket_versioning,
}
