"""Canned ACLs of buckets and objects: what they grant to whoever is not of the owner's account.

Buckets are as those for which ACLs are enabled; grants to single users are not there.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
"""

from dataclasses import replace

from .access import find_bucket, find_version, requested_version_id, version_header
from .buckets import OWNER
from .errors import S3Error
from .markup import document
from .request import Reply, Request, xml_reply
from .state import OWNER_ID, Bucket, Store

GROUPS = "http://acs.amazonaws.com/groups/global/"
# Name -> (who, what).
GRANTS = {
    "public-read": (("AllUsers", "READ"),),
    "public-read-write": (("AllUsers", "READ"), ("AllUsers", "WRITE")),
    "authenticated-read": (("AuthenticatedUsers", "READ"),),
}
CANNED = {"private", "bucket-owner-read", "bucket-owner-full-control", *GRANTS}
OF_BUCKETS = {
    "READ": ("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"),
    "WRITE": ("s3:PutObject", "s3:DeleteObject"),
}
OF_OBJECTS = {"READ": ("s3:GetObject", "s3:GetObjectVersion")}


def is_granted(bucket: Bucket, action: str, key: str | None, version_id: str | None, known: bool) -> bool:
    """Whether ACLs grant an action to somebody of another account; `known`: to one with an account at all."""
    of_object = ""
    if key is not None:
        entry = bucket.current_version(key) if version_id is None else bucket.find(key, version_id)
        # Whoever may list may know that a key is not there.
        of_object = entry.attributes.acl if entry else bucket.acl
    return any(
        action in table.get(what, ()) and (known or who == "AllUsers")
        for acl, table in ((bucket.acl, OF_BUCKETS), (of_object, OF_OBJECTS))
        for who, what in GRANTS.get(acl, ())
    )


def requested_acl(request: Request) -> str:
    """The canned ACL of a request, "" without. Raises S3Error InvalidArgument."""
    acl = request.header("x-amz-acl")
    if acl and acl not in CANNED:
        raise S3Error("InvalidArgument", ArgumentName="x-amz-acl", ArgumentValue=acl)
    return acl


def get_acl(store: Store, request: Request) -> Reply:
    """The grants of a bucket, or of a version."""
    bucket = find_bucket(store, request.bucket)
    if not request.key:
        return xml_reply(acl_document(bucket.acl))
    entry = find_version(bucket, request.key, requested_version_id(request))
    return xml_reply(acl_document(entry.attributes.acl), version_header(bucket, entry))


def put_acl(store: Store, request: Request) -> Reply:
    """A canned ACL for a bucket, or for a version, which stays as it is. Documents are refused."""
    bucket, acl = find_bucket(store, request.bucket), requested_acl(request)
    if not acl:
        raise S3Error("NotImplemented", "Only canned ACLs are implemented here")
    if not request.key:
        bucket.acl = acl
        return Reply(200)
    entry = find_version(bucket, request.key, requested_version_id(request), request.method)
    entry.attributes = replace(entry.attributes, acl=acl)
    return Reply(200, version_header(bucket, entry))


def acl_document(acl: str) -> bytes:
    """All to the owner, and what a canned ACL grants besides."""
    grants = [grant("CanonicalUser", f"<ID>{OWNER_ID}</ID>", "FULL_CONTROL")]
    grants += [grant("Group", f"<URI>{GROUPS}{who}</URI>", what) for who, what in GRANTS.get(acl, ())]
    content = f"{OWNER}<AccessControlList>{''.join(grants)}</AccessControlList>"
    return document("AccessControlPolicy", content)


def grant(kind: str, grantee: str, permission: str) -> str:
    """A Grant element."""
    namespace = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    grantee = f'<Grantee {namespace} xsi:type="{kind}">{grantee}</Grantee>'
    return f"<Grant>{grantee}<Permission>{permission}</Permission></Grant>"


HANDLERS = {
    "GetBucketAcl": get_acl,
    "GetObjectAcl": get_acl,
    "PutBucketAcl": put_acl,
    "PutObjectAcl": put_acl,
}
