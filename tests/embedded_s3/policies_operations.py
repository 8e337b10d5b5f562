"""The four operations on the policy of a bucket."""

from .access import find_bucket
from .errors import S3Error
from .markup import document
from .policies import SIZE_LIMIT, Policy, parse_policy
from .policies_conditions import MalformedPolicy
from .request import Reply, Request, xml_reply
from .state import Store


def put_bucket_policy(store: Store, request: Request) -> Reply:
    """Set the policy, whole or not at all. Raises S3Error MalformedPolicy for what is not understood here."""
    bucket = find_bucket(store, request.bucket)
    if len(request.body) > SIZE_LIMIT:
        raise S3Error("PolicyTooLarge", f"Policy exceeds the maximum allowed document size: {SIZE_LIMIT}")
    try:
        bucket.policy = parse_policy(request.body.decode(), request.bucket)
    except (MalformedPolicy, UnicodeDecodeError) as error:
        raise S3Error("MalformedPolicy", str(error)) from None
    return Reply(204)


def _policy(store: Store, request: Request) -> Policy:
    policy = find_bucket(store, request.bucket).policy
    if policy is None:
        raise S3Error("NoSuchBucketPolicy", BucketName=request.bucket)
    return policy


def get_bucket_policy(store: Store, request: Request) -> Reply:
    """The policy, as it came."""
    return Reply(200, {"Content-Type": "application/json"}, _policy(store, request).text.encode())


def delete_bucket_policy(store: Store, request: Request) -> Reply:
    """Take the policy away, if there is one."""
    find_bucket(store, request.bucket).policy = None
    return Reply(204)


def get_bucket_policy_status(store: Store, request: Request) -> Reply:
    """Whether the policy gives anything to everybody."""
    public = str(_policy(store, request).is_public).lower()
    return xml_reply(document("PolicyStatus", f"<IsPublic>{public}</IsPublic>"))


HANDLERS = {
    "PutBucketPolicy": put_bucket_policy,
    "GetBucketPolicy": get_bucket_policy,
    "DeleteBucketPolicy": delete_bucket_policy,
    "GetBucketPolicyStatus": get_bucket_policy_status,
}
