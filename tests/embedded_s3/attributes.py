"""What the headers of an upload say about the object: content headers, metadata, class, encryption."""

import binascii
import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from email.quoprimime import header_encode

from .content import Content, digest
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
KMS_KEY, BUCKET_KEY = f"{SSE}-aws-kms-key-id", f"{SSE}-bucket-key-enabled"
ALGORITHMS_OF_KMS = ("aws:kms", "aws:kms:dsse")
DEFAULT_KMS_KEY = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
DEFAULT_ENCRYPTION = {SSE: "AES256"}


def content_headers(request: Request) -> dict[str, str]:
    """The content headers and the website redirect of an upload, as a reader will get them."""
    headers = {name: request.header(name) for name in CONTENT_HEADERS if request.header(name)}
    encodings = [part.strip() for part in headers.get("content-encoding", "").split(",")]
    if "aws-chunked" in encodings:  # which is how the body travelled; it is not stored
        headers["content-encoding"] = ",".join(part for part in encodings if part != "aws-chunked")
    if not headers.get("content-encoding"):
        headers.pop("content-encoding", None)
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


def encryption(request: Request, default: Mapping[str, str]) -> Mapping[str, str]:
    """The encryption of an upload as reply headers; `default`: the bucket's. Raises S3Error InvalidArgument."""
    customer = customer_key(request, CUSTOMER)
    algorithm, kms_key = request.header(SSE), request.header(KMS_KEY)
    if kms_key and not algorithm.startswith("aws:kms"):
        message = "Server Side Encryption with AWS KMS managed key requires HTTP header"
        raise S3Error("InvalidArgument", f"{message} {SSE} : aws:kms")
    if customer:
        if algorithm:
            raise S3Error("InvalidArgument", "Server Side Encryption with a customer key and another one")
        return customer
    if not algorithm:
        return default
    if algorithm == "AES256":
        return DEFAULT_ENCRYPTION
    if algorithm not in ALGORITHMS_OF_KMS:
        raise S3Error("InvalidArgument", "The encryption method specified is not supported")
    headers = {SSE: algorithm, KMS_KEY: arn_of_kms(kms_key)}
    # What is not said about bucket keys is as in the bucket; there are none for the double encryption.
    if request.header(BUCKET_KEY, default.get(BUCKET_KEY, "")).lower() == "true" and algorithm == "aws:kms":
        headers[BUCKET_KEY] = "true"
    return headers


def arn_of_kms(key: str) -> str:
    """A key of KMS as replies name it, whether it was named by its ARN or its id; "": S3's own."""
    if not key:
        return DEFAULT_KMS_KEY
    return key if key.startswith("arn:") else f"{DEFAULT_KMS_KEY.rpartition('/')[0]}/{key}"


def customer_key(request: Request, beginning: str) -> dict[str, str]:
    """SSE-C headers of a request as reply headers, {} without. Raises S3Error InvalidArgument."""
    algorithm = request.header(f"{beginning}algorithm")
    key, given = request.header(f"{beginning}key"), request.header(f"{beginning}key-MD5")
    if not (algorithm or key or given):
        return {}
    if algorithm != "AES256" or not key or not given:
        raise S3Error("InvalidArgument", "A customer key needs algorithm AES256, the key and its MD5")
    if b64encode(hashlib.md5(decoded(key)).digest()).decode() != given:
        message = "The calculated MD5 hash of the key did not match the hash that was provided."
        raise S3Error("InvalidArgument", message)
    return {f"{CUSTOMER}algorithm": algorithm, f"{CUSTOMER}key-MD5": given}


def decoded(key: str) -> bytes:
    """The bytes of a customer's key. Raises S3Error InvalidArgument."""
    try:
        return b64decode(key, validate=True)
    except binascii.Error:
        message = "The secret key was invalid for the specified algorithm."
        raise S3Error("InvalidArgument", message) from None


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


def new_etag(content: Content, encryption_headers: Mapping[str, str], serial: int) -> str:
    """The ETag of bytes written at once; not their MD5 where a KMS or customer key is used."""
    salt = b"" if has_md5_etag(encryption_headers) else b"%d " % serial
    return digest(content, "md5", salt).hex()


def etag_of_parts(etags: list[str]) -> str:
    """The ETag of what is put together of parts, from theirs."""
    return f"{hashlib.md5(b''.join(map(bytes.fromhex, etags))).hexdigest()}-{len(etags)}"
