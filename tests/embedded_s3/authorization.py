"""Whether a request is allowed: by the policy of the bucket, and by that of whoever sends it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from urllib.parse import parse_qsl

from .acls import is_granted
from .errors import S3Error
from .permissions import COPIES, READS, Need, find_entry, needs
from .policies import ALLOW, DENY, Asked
from .policies_conditions import HEADER_KEYS, QUERY_KEYS
from .principals import NOBODY, principal_of
from .request import Request
from .state import Store
from .tagging import tags_of_document

# The root of a bucket's account can always mend a policy that denies everything to everybody.
NEVER_LOCKED_OUT = {"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"}
ABSENT = {"NoSuchKey", "NoSuchVersion"}


def authorize(store: Store, request: Request) -> None:
    """Raise S3Error AccessDenied unless everything that a request needs is allowed."""
    request.principal = principal_of(store.users, request.access_key)
    check_owners(store, request)
    for need in needs(store, request):
        check(store, request, need)


def check_owners(store: Store, request: Request) -> None:
    """Raise S3Error AccessDenied where a bucket is not the account's that the request takes it for, or where
    requesters pay and this one, of another account, does not say that it does. Nobody in particular cannot.
    """
    account = request.principal.account if request.principal else ""
    source = request.header("x-amz-copy-source").removeprefix("/").partition("/")[0]
    for name, header in (
        (request.bucket, "x-amz-expected-bucket-owner"),
        (source, "x-amz-source-expected-bucket-owner"),
    ):
        bucket, owner = store.buckets.get(name), request.header(header)
        if bucket and owner and owner != bucket.owner:
            raise S3Error("AccessDenied")
        if bucket and bucket.requester_pays and account != bucket.owner:
            if not account or request.header("x-amz-request-payer") != "requester":
                raise S3Error("AccessDenied")
            request.charged = True


def check(store: Store, request: Request, need: Need) -> None:
    """Raise S3Error AccessDenied unless one thing is allowed; the log gets to know it."""
    if need.action not in request.needed:
        request.needed.append(need.action)
    reason = refusal(store, request, need)
    if reason is not None:
        if need.action not in request.denied:
            request.denied.append(need.action)
        raise S3Error("AccessDenied", reason)


def is_allowed(store: Store, request: Request, need: Need) -> bool:
    """Whether something is allowed that the request does not fail without. Not in the log."""
    return refusal(store, request, need) is None


def refusal(store: Store, request: Request, need: Need) -> str | None:
    """Why something is not allowed, in AWS's words; None: it is allowed."""
    who, making = request.principal or NOBODY, need.action == "s3:CreateBucket"
    bucket = None if making else store.buckets.get(need.bucket)  # whose it is already, the handler looks at
    if bucket is None and need.bucket and not making:
        return None  # the handler says that there is no such bucket
    if who.user == "" and (bucket is None or (bucket.policy is None and bucket.owner == who.account)):
        return None if who is not NOBODY else "Access Denied"
    resource_policy = None if need.kms_key or bucket is None else bucket.policy
    arn = "" if who is NOBODY else who.arn
    asked = Asked(who.account, arn, need.action, need.resource, lambda key: values(store, request, need, key))
    by_bucket = resource_policy.decide(asked) if resource_policy else None
    by_user = who.policy.decide(asked) if who.policy else None
    own = bucket is None or bucket.owner == who.account
    if own and not who.user and need.action in NEVER_LOCKED_OUT:
        return None
    told = f'User: {arn} is not authorized to perform: {need.action} on resource: "{need.resource}"'
    if not own:  # AWS tells strangers nothing more
        granted = bucket and is_granted(bucket, need.action, need.key, need.version_id, who is not NOBODY)
        allowed = (by_bucket == ALLOW or granted) and (not who.user or by_user == ALLOW)
        return None if allowed and DENY not in (by_user, by_bucket) else "Access Denied"
    if by_user == DENY:
        return f"{told} with an explicit deny in an identity-based policy"
    if by_bucket == DENY:
        return f"{told} with an explicit deny in a resource-based policy"
    if not who.user or ALLOW in (by_user, by_bucket):
        return None
    return f"{told} because no identity-based policy allows the {need.action} action"


def values(store: Store, request: Request, need: Need, key: str) -> list[str]:
    """The values that a condition key (in lower case) has in a request; [] where it has none."""
    who = request.principal or NOBODY
    if key in HEADER_KEYS:
        found = request.headers.get(HEADER_KEYS[key])
        if key == "s3:if-match":
            found = need.condition or found
    elif key in QUERY_KEYS:
        found = request.query.get(QUERY_KEYS[key])
        if key == "s3:prefix" and request.key:  # may it be known that the key is absent?
            found = request.key
    elif key.startswith("s3:existingobjecttag/") and need.key is not None:
        entry = find_entry(store, need.bucket, need.key, need.version_id)
        found = entry and _tag(dict(entry.tags), key)
    elif key.startswith("s3:requestobjecttag/"):
        found = _tag(request_tags(request), key)
    elif key == "s3:requestobjecttagkeys":
        return list(request_tags(request))
    else:
        found = {
            "s3:versionid": need.version_id,
            "aws:username": who.user or None,
            "aws:principalarn": who.arn if who is not NOBODY else None,
            "aws:principalaccount": who.account or None,
            "aws:securetransport": "false",
            "aws:sourceip": "127.0.0.1",
        }.get(key)
    return [] if found is None else [found]


def _tag(tags: dict[str, str], key: str) -> str | None:
    name = key.partition("/")[2]  # names of tags in condition keys ignore case, as the whole key does
    return next((value for tag, value in tags.items() if tag.lower() == name), None)


def request_tags(request: Request) -> dict[str, str]:
    """The tags that a request brings in its header or as its body."""
    if request.operation == "PutObjectTagging":
        try:
            return tags_of_document(request.body)
        except S3Error:
            return {}
    return dict(parse_qsl(request.header("x-amz-tagging"), keep_blank_values=True))


def hide_absence(store: Store, request: Request, error: S3Error) -> S3Error:
    """What somebody is told who may not list the bucket: that something is absent is no business of theirs."""
    if error.code not in ABSENT or request.operation not in (*READS, *COPIES, "GetObjectTagging"):
        return error
    source = request.copy_source or {}
    name = source.get("bucket", request.bucket)
    if source and find_entry(store, name, source["key"], source["version_id"]):
        name = request.bucket  # it is the destination's key that is not there
    try:
        check(store, request, Need("s3:ListBucket", name))
    except S3Error as refused:
        return refused
    return error
