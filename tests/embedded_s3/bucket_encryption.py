"""The default encryption of a bucket: what a write gets that asks for none."""

from .access import find_bucket
from .attributes import ALGORITHMS_OF_KMS, BUCKET_KEY, DEFAULT_KMS_KEY, KMS_KEY, SSE
from .errors import S3Error
from .markup import document, escape, parse
from .request import Reply, Request, xml_reply
from .state import Store


def put_bucket_encryption(store: Store, request: Request) -> Reply:
    """Set it. Raises S3Error MalformedXML, InvalidArgument."""
    bucket = find_bucket(store, request.bucket)
    try:
        rule = parse(request.body).child("Rule")
        default = rule.child("ApplyServerSideEncryptionByDefault") if rule else None
    except ValueError:
        raise S3Error("MalformedXML") from None
    algorithm = default.child_text("SSEAlgorithm") if default else None
    if rule is None or default is None or algorithm not in ("AES256", *ALGORITHMS_OF_KMS):
        raise S3Error("MalformedXML")
    headers = {SSE: algorithm}
    key = default.child_text("KMSMasterKeyID")
    if algorithm == "AES256":
        if key:
            raise S3Error("InvalidArgument", "a KMSMasterKeyID is not applicable if the algorithm is AES256")
    else:
        headers[KMS_KEY] = key or DEFAULT_KMS_KEY
        if (rule.child_text("BucketKeyEnabled") or "").strip().lower() == "true":
            headers[BUCKET_KEY] = "true"
    bucket.encryption = headers
    return Reply(200)


def get_bucket_encryption(store: Store, request: Request) -> Reply:
    """What it is; every bucket has one."""
    headers = find_bucket(store, request.bucket).encryption
    key = headers.get(KMS_KEY)
    content = f"<SSEAlgorithm>{headers[SSE]}</SSEAlgorithm>"
    content += f"<KMSMasterKeyID>{escape(key)}</KMSMasterKeyID>" if key else ""
    default = f"<ApplyServerSideEncryptionByDefault>{content}</ApplyServerSideEncryptionByDefault>"
    bucket_key = f"<BucketKeyEnabled>{headers.get(BUCKET_KEY, 'false')}</BucketKeyEnabled>"
    return xml_reply(document("ServerSideEncryptionConfiguration", f"<Rule>{default}{bucket_key}</Rule>"))


def delete_bucket_encryption(store: Store, request: Request) -> Reply:
    """S3's own keys again."""
    find_bucket(store, request.bucket).encryption = {SSE: "AES256"}
    return Reply(204)


HANDLERS = {
    "PutBucketEncryption": put_bucket_encryption,
    "GetBucketEncryption": get_bucket_encryption,
    "DeleteBucketEncryption": delete_bucket_encryption,
}
