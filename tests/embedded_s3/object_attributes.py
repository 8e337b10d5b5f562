"""GetObjectAttributes: what S3 knows of a version, without its bytes."""

from .access import find_bucket, find_version, requested_version_id, version_header
from .attributes import CUSTOMER, check_customer_key
from .checksums import checksum_elements, default_checksums
from .errors import S3Error
from .history import Entry
from .markup import document
from .request import Reply, Request, xml_reply
from .state import PAGE_LIMIT, Store
from .times import http_date

NAMES = ("ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize")
HEADER = "x-amz-object-attributes"


def get_object_attributes(store: Store, request: Request) -> Reply:
    """The attributes asked for, of those that the version has."""
    bucket = find_bucket(store, request.bucket)
    asked = requested_attributes(request)
    entry = find_version(bucket, request.key, requested_version_id(request))
    check_customer_key(request, CUSTOMER, entry.attributes)
    rows = {
        "ETag": f"<ETag>{entry.etag}</ETag>",
        "Checksum": checksum_element(entry),
        "ObjectParts": parts_element(request, entry),
        "StorageClass": f"<StorageClass>{entry.storage_class}</StorageClass>",
        "ObjectSize": f"<ObjectSize>{entry.size}</ObjectSize>",
    }
    headers = {"Last-Modified": http_date(entry.last_modified // 1000), **version_header(bucket, entry)}
    body = document("GetObjectAttributesResponse", "".join(rows[name] for name in NAMES if name in asked))
    return xml_reply(body, headers)


def requested_attributes(request: Request) -> set[str]:
    """The names in the header. Raises S3Error InvalidArgument, InvalidRequest."""
    if not request.header(HEADER):
        message = f"The {HEADER} header specifying the attributes to be retrieved is either missing or empty"
        raise S3Error("InvalidRequest", message)
    names = {name.strip() for name in request.header(HEADER).split(",")}
    if not names <= set(NAMES):
        raise S3Error("InvalidArgument", "Invalid attribute name specified.", ArgumentName=HEADER)
    return names


def checksum_element(entry: Entry) -> str:
    """The Checksum element; that of parts without their number behind it."""
    attributes = entry.attributes
    checksums = attributes.checksums
    if not checksums and entry.content is not None:
        checksums = default_checksums(entry.content)
    whole = {name: value.partition("-")[0] for name, value in checksums.items()}
    return f"<Checksum>{checksum_elements(whole, attributes.checksum_type)}</Checksum>" if whole else ""


def parts_element(request: Request, entry: Entry) -> str:
    """The ObjectParts element; S3 lists the parts only where each has a checksum of its own."""
    if not entry.parts:
        return ""
    content = f"<PartsCount>{len(entry.parts)}</PartsCount>"
    if entry.attributes.checksum_type == "COMPOSITE":
        most = min(number_of_header(request, "x-amz-max-parts", PAGE_LIMIT), PAGE_LIMIT)
        marker = number_of_header(request, "x-amz-part-number-marker", 0)
        after = [part for part in entry.parts if part.number > marker]
        shown = after[:most]
        content += (
            f"<PartNumberMarker>{marker}</PartNumberMarker>"
            f"<NextPartNumberMarker>{shown[-1].number if shown else 0}</NextPartNumberMarker>"
            f"<MaxParts>{most}</MaxParts>"
            f"<IsTruncated>{'true' if len(shown) < len(after) else 'false'}</IsTruncated>"
        )
        content += "".join(
            f"<Part>{checksum_elements(part.checksums)}<PartNumber>{part.number}</PartNumber>"
            f"<Size>{part.size}</Size></Part>"
            for part in shown
        )
    return f"<ObjectParts>{content}</ObjectParts>"


def number_of_header(request: Request, name: str, default: int) -> int:
    """A number that a header has. Raises S3Error InvalidArgument."""
    text = request.header(name) or str(default)
    if not text.isdecimal() or int(text) >= 2**31:
        raise S3Error("InvalidArgument", ArgumentName=name, ArgumentValue=text)
    return int(text)


HANDLERS = {"GetObjectAttributes": get_object_attributes}
