"""What the headers of an upload say about the object: content headers, metadata, class, encryption."""

import hashlib
from collections.abc import Mapping
from email.quoprimime import header_encode

from .errors import S3Error
from .history import Attributes
from .request import Request

CONTENT_HEADERS = (
    *("content-type", "cache-control", "content-disposition", "content-encoding"),
    *("content-language", "expires"),
)
REDIRECT = "x-amz-website-redirect-location"
META = "x-amz-meta-"
METADATA_LIMIT = 2048
STORAGE_CLASSES = {
    *("STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING"),
    *("GLACIER", "DEEP_ARCHIVE", "GLACIER_IR"),
}
SSE = "x-amz-server-side-encryption"
CUSTOMER = f"{SSE}-customer-"
DEFAULT_KMS_KEY = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
DEFAULT_ENCRYPTION = {SSE: "AES256"}


def content_headers(request: Request) -> dict[str, str]:
    """The content headers and the website redirect of an upload, as a reader will get them."""
    headers = {name: request.header(name) for name in CONTENT_HEADERS if request.header(name)}
    encodings = [part.strip() for part in headers.pop("content-encoding", "").split(",")]
    # aws-chunked is how the body travelled; it is not stored.
    encoding = ",".join(part for part in encodings if part and part != "aws-chunked")
    if encoding:
        headers["content-encoding"] = encoding
    headers.setdefault("content-type", "binary/octet-stream")
    return headers | website_redirect(request)


def website_redirect(request: Request) -> dict[str, str]:
    """The redirect that came with this request: nothing else ever sets it, not even a copy."""
    location = request.header(REDIRECT)
    return {REDIRECT: location} if location else {}


def user_metadata(request: Request) -> dict[str, str]:
    """x-amz-meta-*, names in lower case without it. Raises S3Error MetadataTooLarge, InvalidArgument."""
    metadata: dict[str, str] = {}
    for name, value in request.headers.items():
        name = name.lower()
        if name.startswith(META):
            name = name.removeprefix(META)
            metadata[name] = f"{metadata[name]},{value}" if name in metadata else value
    try:
        size = sum(len(name.encode()) + len(value.encode()) for name, value in metadata.items())
    except UnicodeEncodeError:
        raise S3Error("InvalidArgument", "Metadata must be UTF-8") from None
    if size > METADATA_LIMIT:
        raise S3Error("MetadataTooLarge", Size=str(size), MaxSizeAllowed=str(METADATA_LIMIT))
    return metadata


def metadata_headers(metadata: Mapping[str, str]) -> dict[str, str]:
    """x-amz-meta-*; values that are not ASCII in the encoding of RFC 2047, as S3 sends them."""
    return {
        f"{META}{name}": value if value.isascii() else header_encode(value.encode(), "UTF-8")
        for name, value in metadata.items()
    }


def storage_class(request: Request) -> str:
    """The class asked for; STANDARD without a word. Raises S3Error InvalidStorageClass."""
    name = request.header("x-amz-storage-class", "STANDARD")
    if name not in STORAGE_CLASSES:
        raise S3Error("InvalidStorageClass", StorageClassRequested=name)
    return name


def encryption(request: Request) -> Mapping[str, str]:
    """The encryption of an upload as reply headers. Raises S3Error InvalidArgument."""
    customer = customer_key(request, CUSTOMER)
    algorithm = request.header(SSE)
    if customer:
        if algorithm:
            raise S3Error("InvalidArgument", "Server Side Encryption with a customer key and another one")
        return customer
    if not algorithm:
        return DEFAULT_ENCRYPTION
    if algorithm == "AES256":
        return DEFAULT_ENCRYPTION
    if algorithm not in ("aws:kms", "aws:kms:dsse"):
        raise S3Error("InvalidArgument", "The encryption method specified is not supported")
    headers = {SSE: algorithm}
    headers[f"{SSE}-aws-kms-key-id"] = request.header(f"{SSE}-aws-kms-key-id", DEFAULT_KMS_KEY)
    if request.header(f"{SSE}-bucket-key-enabled").lower() == "true":
        headers[f"{SSE}-bucket-key-enabled"] = "true"
    return headers


def customer_key(request: Request, beginning: str) -> dict[str, str]:
    """SSE-C headers of a request as reply headers, {} without. Raises S3Error InvalidArgument."""
    algorithm = request.header(f"{beginning}algorithm")
    key, digest = request.header(f"{beginning}key"), request.header(f"{beginning}key-MD5")
    if not (algorithm or key or digest):
        return {}
    if algorithm != "AES256" or not key or not digest:
        raise S3Error("InvalidArgument", "A customer key needs algorithm AES256, the key and its MD5")
    return {f"{CUSTOMER}algorithm": algorithm, f"{CUSTOMER}key-MD5": digest}


def check_customer_key(request: Request, beginning: str, attributes: Attributes) -> None:
    """Raise S3Error unless the request brings the customer's key of an object that has one, or none."""
    needed = attributes.encryption.get(f"{CUSTOMER}key-MD5", "")
    given = customer_key(request, beginning).get(f"{CUSTOMER}key-MD5", "")
    if needed and not given:
        message = "The object was stored using a form of Server Side Encryption. The correct parameters must"
        raise S3Error("InvalidRequest", f"{message} be provided to retrieve the object.")
    if given and not needed:
        raise S3Error("InvalidRequest", "The encryption parameters are not applicable to this object.")
    if given != needed:
        message = "Requests specifying Server Side Encryption with Customer provided keys must provide"
        raise S3Error("AccessDenied", f"{message} the correct secret key.")


def has_md5_etag(headers: Mapping[str, str]) -> bool:
    """Whether an object with this encryption has the MD5 of its bytes as ETag."""
    return headers.get(SSE) == "AES256"


def new_etag(data: bytes, encryption_headers: Mapping[str, str], serial: int) -> str:
    """The ETag of bytes written at once; not their MD5 where a KMS or customer key is used."""
    if not has_md5_etag(encryption_headers):
        data = b"%d %s" % (serial, data)
    return hashlib.md5(data).hexdigest()


def check_object_lock(request: Request) -> None:
    """Raise S3Error InvalidRequest: no bucket here has Object Lock."""
    if any(name.lower().startswith("x-amz-object-lock-") for name in request.headers):
        raise S3Error("InvalidRequest", "Bucket is missing Object Lock Configuration")
