"""From a request to the name of the S3 operation that it is."""

from .errors import S3Error
from .request import Request

# Subresource -> method -> operation.  "" is the request without one.
BUCKET_OPERATIONS: dict[str, dict[str, str]] = {
    "": {
        "GET": "ListObjects",
        "HEAD": "HeadBucket",
        "PUT": "CreateBucket",
        "DELETE": "DeleteBucket",
        "POST": "PostObject",
    },
    "versions": {"GET": "ListObjectVersions"},
    "uploads": {"GET": "ListMultipartUploads"},
    "delete": {"POST": "DeleteObjects"},
    "versioning": {"GET": "GetBucketVersioning", "PUT": "PutBucketVersioning"},
    "location": {"GET": "GetBucketLocation"},
    "lifecycle": {
        "GET": "GetBucketLifecycleConfiguration",
        "PUT": "PutBucketLifecycleConfiguration",
        "DELETE": "DeleteBucketLifecycle",
    },
    "acl": {"GET": "GetBucketAcl", "PUT": "PutBucketAcl"},
    "tagging": {"GET": "GetBucketTagging", "PUT": "PutBucketTagging", "DELETE": "DeleteBucketTagging"},
    "policy": {"GET": "GetBucketPolicy", "PUT": "PutBucketPolicy", "DELETE": "DeleteBucketPolicy"},
    "policyStatus": {"GET": "GetBucketPolicyStatus"},
    "object-lock": {"GET": "GetObjectLockConfiguration", "PUT": "PutObjectLockConfiguration"},
    "encryption": {
        "GET": "GetBucketEncryption",
        "PUT": "PutBucketEncryption",
        "DELETE": "DeleteBucketEncryption",
    },
    "cors": {"GET": "GetBucketCors", "PUT": "PutBucketCors"},
    "website": {"GET": "GetBucketWebsite", "PUT": "PutBucketWebsite", "DELETE": "DeleteBucketWebsite"},
    "replication": {"GET": "GetBucketReplication", "PUT": "PutBucketReplication"},
    "publicAccessBlock": {"GET": "GetPublicAccessBlock", "PUT": "PutPublicAccessBlock"},
    "ownershipControls": {"GET": "GetBucketOwnershipControls", "PUT": "PutBucketOwnershipControls"},
    "requestPayment": {"GET": "GetBucketRequestPayment", "PUT": "PutBucketRequestPayment"},
    "logging": {"GET": "GetBucketLogging", "PUT": "PutBucketLogging"},
    "notification": {
        "GET": "GetBucketNotificationConfiguration",
        "PUT": "PutBucketNotificationConfiguration",
    },
    "accelerate": {
        "GET": "GetBucketAccelerateConfiguration",
        "PUT": "PutBucketAccelerateConfiguration",
    },
}
OBJECT_OPERATIONS: dict[str, dict[str, str]] = {
    "": {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"},
    "tagging": {"GET": "GetObjectTagging", "PUT": "PutObjectTagging", "DELETE": "DeleteObjectTagging"},
    "acl": {"GET": "GetObjectAcl", "PUT": "PutObjectAcl"},
    "restore": {"POST": "RestoreObject"},
    "uploads": {"POST": "CreateMultipartUpload"},
    "uploadId": {
        "GET": "ListParts",
        "PUT": "UploadPart",
        "POST": "CompleteMultipartUpload",
        "DELETE": "AbortMultipartUpload",
    },
    "legal-hold": {"GET": "GetObjectLegalHold", "PUT": "PutObjectLegalHold"},
    "retention": {"GET": "GetObjectRetention", "PUT": "PutObjectRetention"},
    "attributes": {"GET": "GetObjectAttributes"},
}
OPERATIONS = {
    *("ListBuckets", "ListObjectsV2", "CopyObject", "UploadPartCopy"),
    *(
        name
        for table in (BUCKET_OPERATIONS, OBJECT_OPERATIONS)
        for row in table.values()
        for name in row.values()
    ),
}
# What may stand in a query beside the subresource.  Anything else is refused: a misspelled or new
# parameter must not pass for a plain request.
OPTIONS = {
    *("versionId", "partNumber", "list-type", "prefix", "delimiter", "max-keys", "encoding-type"),
    *("marker", "start-after", "continuation-token", "fetch-owner", "key-marker", "version-id-marker"),
    *("response-content-type", "response-content-language", "response-expires"),
    *("response-cache-control", "response-content-disposition", "response-content-encoding"),
    *("upload-id-marker", "part-number-marker", "max-parts", "max-uploads"),
    *("max-buckets", "bucket-region"),
}


def operation_of(request: Request) -> str:
    """The operation's name in S3's API. Raises S3Error NotImplemented or MethodNotAllowed."""
    if not request.bucket:
        table = {"": {"GET": "ListBuckets"}}
    else:
        table = OBJECT_OPERATIONS if request.key else BUCKET_OPERATIONS
    subresources = [name for name in request.query if name not in OPTIONS]
    if len(subresources) > 1 or (subresources and subresources[0] not in table):
        raise S3Error("NotImplemented", f"no such subresource here: {' '.join(subresources)}")
    methods = table[subresources[0] if subresources else ""]
    if request.method not in methods:
        raise S3Error("MethodNotAllowed", Method=request.method)
    name = methods[request.method]
    if name == "ListObjects" and "list-type" in request.query:
        if request.query["list-type"] != "2":
            raise S3Error("InvalidArgument", "Invalid list type", ArgumentName="list-type")
        return "ListObjectsV2"
    if name in ("PutObject", "UploadPart") and "x-amz-copy-source" in request.headers:
        return "CopyObject" if name == "PutObject" else "UploadPartCopy"
    return name


def is_write(operation: str | None) -> bool:
    """Whether an operation changes anything (unknown ones count as if they did)."""
    return operation is None or not operation.startswith(("Get", "Head", "List"))
