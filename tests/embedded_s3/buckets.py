"""Operations on buckets: making, removing, finding, versioning."""

import re

from .access import find_bucket
from .errors import S3Error
from .markup import document, escape, parse
from .mfa import has_code
from .principals import OWNER_ACCOUNT
from .regions import check_constraint
from .request import Reply, Request, xml_reply
from .state import OWNER_ID, OWNER_NAME, REGION, Store
from .times import listing_time

_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
OWNER = f"<Owner><ID>{OWNER_ID}</ID><DisplayName>{OWNER_NAME}</DisplayName></Owner>"


def check_name(name: str) -> None:
    """Raise S3Error InvalidBucketName for a name that breaks S3's rules."""
    wrong = not 3 <= len(name) <= 63 or not _NAME.fullmatch(name) or _ADDRESS.fullmatch(name)
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
    check_constraint(request, location)
    owner = request.principal.account if request.principal else OWNER_ACCOUNT
    bucket = store.buckets.get(request.bucket)
    if bucket is None:
        bucket = store.create_bucket(request.bucket)
        bucket.location, bucket.owner, bucket.acl = location, owner, request.header("x-amz-acl")
        if request.header("x-amz-bucket-object-lock-enabled").lower() == "true":
            bucket.lock_enabled, bucket.versioning = True, "Enabled"
    elif bucket.owner != owner:
        raise S3Error("BucketAlreadyExists", BucketName=request.bucket)
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
    """The account's buckets by name, those with the prefix; max-buckets and continuation-token page them."""
    owner = request.principal.account if request.principal else OWNER_ACCOUNT
    prefix, after = request.query.get("prefix", ""), request.query.get("continuation-token", "")
    names = sorted(
        name
        for name, bucket in store.buckets.items()
        if bucket.owner == owner and name.startswith(prefix) and name > after
    )
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
    """Enable or suspend versioning, and turn MFA delete on or off, for which the device's code is needed."""
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
    if (mfa_delete == "Enabled" or bucket.mfa_delete) and not has_code(request, bucket):
        raise S3Error("AccessDenied", "Mfa Authentication must be used for this request")
    if bucket.lock_enabled and status != "Enabled":
        message = "An Object Lock configuration is present on this bucket, so the versioning state cannot be"
        raise S3Error("InvalidBucketState", f"{message} changed.")
    bucket.versioning = status
    if mfa_delete is not None:
        bucket.mfa_delete = mfa_delete == "Enabled"
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
