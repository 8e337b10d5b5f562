"""Buckets in other regions: what S3 tells a request that was signed for a wrong one.

One server stands here for all endpoints.  Who signs for us-east-1 is taken to have asked the global endpoint,
which leads to the bucket wherever it is: there the signature is wrong.  Who signs for another region has
asked that region's own endpoint, which tells where the bucket is.
"""

from .errors import S3Error
from .request import Request
from .state import REGION, Store

ANYWHERE = ("CreateBucket", "GetBucketLocation")


def check_region(store: Store, request: Request) -> None:
    """Raise S3Error AuthorizationHeaderMalformed or PermanentRedirect; both say where the bucket is."""
    bucket = store.buckets.get(request.bucket)
    if bucket is None or request.region is None:
        return
    region = bucket.location or REGION
    if request.region == region or request.operation in ANYWHERE:
        return
    headers = {"x-amz-bucket-region": region}
    if request.region == REGION:
        wrong = f"the region '{request.region}' is wrong; expecting '{region}'"
        message = f"The authorization header is malformed; {wrong}"
        raise S3Error("AuthorizationHeaderMalformed", message, headers=headers, Region=region)
    where = f"{bucket.name}.s3.{region}.amazonaws.com"
    raise S3Error("PermanentRedirect", headers=headers, Endpoint=where, Bucket=bucket.name)


def check_constraint(request: Request, location: str) -> None:
    """Raise S3Error IllegalLocationConstraintException for a bucket that a region's endpoint cannot make."""
    if request.region not in (None, REGION, location):
        what = f"{location or 'unspecified'} location constraint is incompatible for the region specific"
        message = f"The {what} endpoint this request was sent to."
        raise S3Error("IllegalLocationConstraintException", message)
