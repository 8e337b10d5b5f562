"""ListMultipartUploads, ListParts."""

from .access import find_bucket
from .buckets import OWNER
from .checksums import checksum_elements
from .errors import S3Error
from .listing import walk
from .listing_operations import url_encode
from .markup import document, escape
from .multipart import find_upload
from .request import Reply, Request, xml_reply
from .state import PAGE_LIMIT, Store
from .times import listing_time
from .uploads import Upload

INITIATOR = OWNER.replace("Owner>", "Initiator>")


def number_of(request: Request, name: str, default: int) -> int:
    """A number of the query, not above what S3 takes. Raises S3Error InvalidArgument."""
    text = request.query.get(name, "") or str(default)
    if not text.isdecimal() or int(text) >= 2**31:
        message = f"Provided {name} not an integer or within integer range"
        raise S3Error("InvalidArgument", message, ArgumentName=name, ArgumentValue=text)
    return int(text)


def list_parts(store: Store, request: Request) -> Reply:
    """A page of the parts of an upload, by number."""
    upload = find_upload(find_bucket(store, request.bucket), request)
    most = min(number_of(request, "max-parts", PAGE_LIMIT), PAGE_LIMIT)
    marker = number_of(request, "part-number-marker", 0)
    numbers = list(upload.parts.irange(marker + 1))
    shown = numbers[: min(most, store.settings.page_size)]
    head = (
        f"<Bucket>{request.bucket}</Bucket><Key>{escape(upload.key)}</Key><UploadId>{upload.id}</UploadId>"
        f"{INITIATOR}{OWNER}<StorageClass>{upload.storage_class}</StorageClass>"
        f"<PartNumberMarker>{marker}</PartNumberMarker>"
        f"<NextPartNumberMarker>{shown[-1] if shown else 0}</NextPartNumberMarker>"
        f"<MaxParts>{most}</MaxParts><IsTruncated>{_flag(len(shown) < len(numbers))}</IsTruncated>"
    )
    rows = "".join(part_row(store, upload, number) for number in shown)
    return xml_reply(document("ListPartsResult", head + checksum_kind(upload) + rows))


def part_row(store: Store, upload: Upload, number: int) -> str:
    """The Part element of a part."""
    part = upload.parts[number]
    moment = listing_time(part.last_modified, store.settings.milliseconds)
    return (
        f"<Part><PartNumber>{number}</PartNumber><LastModified>{moment}</LastModified>"
        f"<ETag>&quot;{part.etag}&quot;</ETag><Size>{part.size}</Size>"
        f"{checksum_elements(part.checksums)}</Part>"
    )


def checksum_kind(upload: Upload) -> str:
    """The elements that tell which checksums an upload has."""
    if not upload.algorithm:
        return ""
    algorithm = f"<ChecksumAlgorithm>{upload.algorithm.upper()}</ChecksumAlgorithm>"
    return f"{algorithm}<ChecksumType>{upload.checksum_type}</ChecksumType>"


def list_multipart_uploads(store: Store, request: Request) -> Reply:
    """A page of uploads in progress: by key, and within a key the oldest first."""
    query = request.query
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
    encoding = query.get("encoding-type")
    if encoding not in (None, "url"):
        message = "Invalid Encoding Method specified in Request"
        raise S3Error("InvalidArgument", message, ArgumentName="encoding-type", ArgumentValue=encoding)
    encode = url_encode if encoding else escape
    most = min(number_of(request, "max-uploads", PAGE_LIMIT), PAGE_LIMIT)
    found = uploads_and_prefixes(store, request, prefix, delimiter)
    shown = found[: min(most, store.settings.page_size)]
    next_key, next_upload = shown[-1] if shown else ("", None)
    head = [
        ("Bucket", request.bucket),
        ("KeyMarker", encode(query.get("key-marker", ""))),
        ("UploadIdMarker", escape(upload_id_marker(request))),
        ("NextKeyMarker", encode(next_key)),
        ("NextUploadIdMarker", next_upload.id if next_upload else ""),
        ("Prefix", encode(prefix)),
        *([("Delimiter", encode(delimiter))] if delimiter else []),
        *([("EncodingType", "url")] if encoding else []),
        ("MaxUploads", str(most)),
        ("IsTruncated", _flag(len(shown) < len(found))),
    ]
    rows = [f"<{name}>{value}</{name}>" for name, value in head]
    rows += [upload_row(store, upload, encode(key)) for key, upload in shown if upload]
    rows += [
        f"<CommonPrefixes><Prefix>{encode(key)}</Prefix></CommonPrefixes>"
        for key, upload in shown
        if not upload
    ]
    return xml_reply(document("ListMultipartUploadsResult", "".join(rows)))


def uploads_and_prefixes(
    store: Store, request: Request, prefix: str, delimiter: str
) -> list[tuple[str, Upload | None]]:
    """What comes after the markers: (key, upload), or (common prefix, None). Raises S3Error."""
    uploads = find_bucket(store, request.bucket).uploads
    key_marker, id_marker = request.query.get("key-marker", ""), upload_id_marker(request)
    after = uploads.position(key_marker, id_marker) if id_marker else None
    if id_marker and after is None:
        raise S3Error(
            "InvalidArgument",
            "Invalid uploadId marker",
            ArgumentName="upload-id-marker",
            ArgumentValue=id_marker,
        )
    found: list[tuple[str, Upload | None]] = []
    for key, of_key in walk(uploads.by_key, prefix, delimiter, key_marker, after is not None):
        if of_key is None:
            found.append((key, None))
            continue
        found += [
            (key, upload) for upload in of_key if key != key_marker or after is None or upload.serial > after
        ]
    return found


def upload_id_marker(request: Request) -> str:
    """The marker, which S3 ignores without a key marker."""
    return request.query.get("upload-id-marker", "") if request.query.get("key-marker") else ""


def upload_row(store: Store, upload: Upload, key: str) -> str:
    """The Upload element of an upload."""
    moment = listing_time(upload.initiated, store.settings.milliseconds)
    return (
        f"<Upload><Key>{key}</Key><UploadId>{upload.id}</UploadId>{INITIATOR}{OWNER}"
        f"<StorageClass>{upload.storage_class}</StorageClass><Initiated>{moment}</Initiated>"
        f"{checksum_kind(upload)}</Upload>"
    )


def _flag(value: bool) -> str:
    return "true" if value else "false"


HANDLERS = {"ListParts": list_parts, "ListMultipartUploads": list_multipart_uploads}
