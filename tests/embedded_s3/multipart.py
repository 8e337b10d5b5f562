"""CreateMultipartUpload, UploadPart, UploadPartCopy, AbortMultipartUpload."""

from collections.abc import Mapping

from .access import find_bucket
from .attributes import (
    CUSTOMER,
    content_headers,
    customer_key,
    encryption,
    new_etag,
    storage_class,
    user_metadata,
)
from .checksums import ALGORITHMS, checksum, checksum_elements, is_summed, verified_checksums
from .content import Content, cut
from .copies import COPY_LIMIT, find_copy_source
from .errors import S3Error
from .history import NULL, Attributes, Part
from .locks import new_lock
from .markup import document, escape
from .ranges import copied_range, part_number
from .request import Reply, Request, xml_reply
from .state import Bucket, Store
from .tagging import tags_of_header
from .times import listing_time
from .uploads import Upload

ALGORITHM, TYPE = "x-amz-checksum-algorithm", "x-amz-checksum-type"
# The first is the default.
TYPES = {
    "crc32": ("COMPOSITE", "FULL_OBJECT"),
    "crc32c": ("COMPOSITE", "FULL_OBJECT"),
    "crc64nvme": ("FULL_OBJECT",),
    "sha1": ("COMPOSITE",),
    "sha256": ("COMPOSITE",),
}


def create_multipart_upload(store: Store, request: Request) -> Reply:
    """Begin an upload: everything but the bytes is said here."""
    bucket = find_bucket(store, request.bucket)
    algorithm, kind = requested_checksum(request)
    attributes = Attributes(
        content_headers(request),
        user_metadata(request),
        encryption(request, bucket.encryption),
        acl=request.header("x-amz-acl"),
        checksum_type=kind or "FULL_OBJECT",
    )
    upload = Upload(
        store.new_upload_id(),
        request.key,
        store.now(),
        store.next_serial(),
        attributes,
        storage_class(request),
        tags_of_header(request),
        new_lock(store, bucket, request),
        algorithm,
        kind,
    )
    bucket.uploads.begin(upload)
    headers = {ALGORITHM: algorithm.upper(), TYPE: kind} if algorithm else {}
    about = f"<Bucket>{bucket.name}</Bucket><Key>{escape(upload.key)}</Key><UploadId>{upload.id}</UploadId>"
    body = document("InitiateMultipartUploadResult", about)
    return xml_reply(body, {**attributes.encryption, **headers})


def requested_checksum(request: Request) -> tuple[str, str]:
    """Algorithm in lower case and type of an upload's checksums; "" where not said. Raises S3Error."""
    algorithm, kind = request.header(ALGORITHM).lower(), request.header(TYPE).upper()
    if not algorithm:
        if kind:
            message = f"The {TYPE} header can only be used with the {ALGORITHM} header."
            raise S3Error("InvalidRequest", message)
        return "", ""
    if algorithm not in TYPES:
        known = ", ".join(name.upper() for name in TYPES)
        message = "Checksum algorithm provided is unsupported. Please try again with any of the valid types:"
        raise S3Error("InvalidRequest", f"{message} [{known}]")
    if kind and kind not in TYPES[algorithm]:
        message = f"The {kind} checksum type cannot be used with the {algorithm} checksum algorithm."
        raise S3Error("InvalidRequest", message)
    return algorithm, kind or TYPES[algorithm][0]


def find_upload(bucket: Bucket, request: Request) -> Upload:
    """The upload in progress that a request is about. Raises S3Error NoSuchUpload."""
    upload_id = request.query.get("uploadId", "")
    upload = bucket.uploads.find(request.key, upload_id)
    if upload is None:
        raise S3Error("NoSuchUpload", UploadId=upload_id)
    return upload


def upload_part(store: Store, request: Request) -> Reply:
    """Put a part; one with the same number is replaced."""
    number = part_number(request)
    upload = find_upload(find_bucket(store, request.bucket), request)
    check_encryption(request, upload)
    given = verified_checksums(request)
    part = keep_part(store, upload, number, request.body, given)
    shown = {f"x-amz-checksum-{name}": value for name, value in (part.checksums or given).items()}
    return Reply(200, {"ETag": f'"{part.etag}"', **upload.attributes.encryption, **shown})


def upload_part_copy(store: Store, request: Request) -> Reply:
    """Put a part that has bytes of a version."""
    number = part_number(request)
    upload = find_upload(find_bucket(store, request.bucket), request)
    check_encryption(request, upload)
    _, original = find_copy_source(store, request)
    first, length = copied_range(request, original.size)
    if length > COPY_LIMIT:
        message = "The specified copy source is larger than the maximum allowable size for a copy source"
        raise S3Error("InvalidRequest", f"{message}: {COPY_LIMIT}")
    part = keep_part(store, upload, number, cut(original.bytes_of(), first, length), {})
    moment = listing_time(part.last_modified, store.settings.milliseconds)
    about = f"<LastModified>{moment}</LastModified><ETag>&quot;{part.etag}&quot;</ETag>"
    headers = dict(upload.attributes.encryption)
    if original.version_id != NULL:
        headers["x-amz-copy-source-version-id"] = original.version_id
    return xml_reply(document("CopyPartResult", about + checksum_elements(part.checksums)), headers)


def check_encryption(request: Request, upload: Upload) -> None:
    """Raise S3Error InvalidRequest unless a part brings the customer's key that the upload began with."""
    name = f"{CUSTOMER}key-MD5"
    given, needed = customer_key(request, CUSTOMER).get(name), upload.attributes.encryption.get(name)
    if bool(given) != bool(needed):
        message = "The multipart upload initiate requested encryption. Subsequent part requests must include"
        raise S3Error("InvalidRequest", f"{message} the appropriate encryption parameters.")
    if given != needed:
        message = "The provided encryption parameters did not match the ones used originally."
        raise S3Error("InvalidRequest", message)


def keep_part(store: Store, upload: Upload, number: int, content: Content, given: Mapping[str, str]) -> Part:
    """A part into its upload, with the checksum that the upload wants; `given`: what came with it."""
    algorithm = upload.algorithm
    if algorithm and given and algorithm not in given:
        message = (
            f"Checksum Type mismatch occurred, expected checksum Type: {algorithm}, actual checksum Type:"
        )
        raise S3Error("InvalidRequest", f"{message} {next(iter(given))}")
    checksums = given if algorithm else {}
    if algorithm in ALGORITHMS and not given and is_summed(algorithm, content):
        checksums = {algorithm: checksum(algorithm, content)}
    etag = new_etag(content, upload.attributes.encryption, store.requests)
    part = upload.parts[number] = Part(number, content, etag, store.now(), checksums)
    return part


def abort_multipart_upload(store: Store, request: Request) -> Reply:
    """Give an upload up."""
    bucket = find_bucket(store, request.bucket)
    bucket.uploads.end(find_upload(bucket, request), None)
    return Reply(204)


HANDLERS = {
    "CreateMultipartUpload": create_multipart_upload,
    "UploadPart": upload_part,
    "UploadPartCopy": upload_part_copy,
    "AbortMultipartUpload": abort_multipart_upload,
}
