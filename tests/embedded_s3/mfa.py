"""MFA delete: what needs the code of the device of the account's root.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html
"""

from collections.abc import Iterable

from .errors import S3Error
from .principals import OWNER_ACCOUNT
from .request import Request
from .state import Bucket

HEADER = "x-amz-mfa"
# What a real device shows changes twice a minute; this one always shows the same.
DEVICE, CODE = f"arn:aws:iam::{OWNER_ACCOUNT}:mfa/root-account-mfa-device", "123456"


def has_code(request: Request, bucket: Bucket) -> bool:
    """Whether a request brings the code. Raises S3Error AccessDenied for a wrong one, or from somebody else."""
    given = request.header(HEADER)
    if not given:
        return False
    who = request.principal
    if given != f"{DEVICE} {CODE}" or who is None or who.user or who.account != bucket.owner:
        raise S3Error("AccessDenied", "MFA authentication failed, or is not of the bucket's owner")
    return True


def check_mfa(request: Request, bucket: Bucket, version_ids: Iterable[str | None]) -> None:
    """Raise S3Error AccessDenied for deleting entries by their ids without the code, markers among them."""
    by_id = any(version_id is not None for version_id in version_ids)
    if bucket.mfa_delete and by_id and not has_code(request, bucket):
        raise S3Error("AccessDenied", "Mfa Authentication must be used for this request")
