"""CompleteMultipartUpload: a version from parts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from .access import find_bucket
from .attributes import etag_of_parts
from .checksums import (
    ALGORITHMS,
    CRCS,
    checksum,
    checksum_elements,
    combined,
    composite,
    default_checksums,
)
from .conditions import check_write
from .content import join
from .copies import COPY_LIMIT
from .errors import S3Error
from .history import Entry, Part
from .markup import document, escape, parse
from .multipart import TYPE, find_upload
from .request import Reply, Request, xml_reply
from .state import Bucket, Store
from .uploads import Upload

SMALLEST_PART = 5 * 1024**2
OBJECT_LIMIT = 10_000 * COPY_LIMIT  # as AWS documents it: 48.8 TiB, about 50 TB


@dataclass(frozen=True, slots=True)
class Named:
    """A part as the request names it."""

    number: int
    etag: str
    checksums: Mapping[str, str]


def complete_multipart_upload(store: Store, request: Request) -> Reply:
    """Make a version of the parts named. Asked again after it was done, S3 says again what it said."""
    bucket = find_bucket(store, request.bucket)
    ended = bucket.uploads.ended.get(request.query.get("uploadId", ""))
    if ended and ended.reply and ended.key == request.key:
        return Reply(200, dict(ended.reply.headers), ended.reply.body)
    upload = find_upload(bucket, request)
    named = named_parts(request, upload)
    parts = chosen_parts(upload, named)
    checksums = whole_checksums(upload, parts)
    check_checksums(request, upload, named, parts, checksums)
    check_size(request, parts)
    check_conditions(store, request, bucket, upload)
    entry = push(bucket, upload, parts, checksums)
    reply = completed(request, bucket, entry)
    bucket.uploads.end(upload, Reply(200, dict(reply.headers), reply.body))
    return reply


def named_parts(request: Request, upload: Upload) -> list[Named]:
    """The parts in the order of the document; of one that comes twice the last.

    Raises S3Error MalformedXML, InvalidRequest, InvalidPartOrder.
    """
    if not request.body and upload.parts:
        raise S3Error("InvalidRequest", "You must specify at least one part")
    try:
        root = parse(request.body)
        if root.name != "CompleteMultipartUpload":
            raise ValueError
        named = []
        for part in root.children("Part"):
            etag = (part.child_text("ETag") or "").strip().strip('"')
            checksums = {name: part.child_text(f"Checksum{name.upper()}") for name in ALGORITHMS}
            given = {name: value for name, value in checksums.items() if value}
            named.append(Named(int(part.child_text("PartNumber") or ""), etag, given))
    except ValueError:
        raise S3Error("MalformedXML") from None
    if not named or not all(part.etag for part in named):
        raise S3Error("MalformedXML")
    if sorted(named, key=lambda part: part.number) != named:
        raise S3Error("InvalidPartOrder", UploadId=upload.id)
    return list({part.number: part for part in named}.values())


def chosen_parts(upload: Upload, named: list[Named]) -> list[Part]:
    """The parts that are meant. Raises S3Error InvalidPart, EntityTooSmall."""
    parts = []
    for name in named:
        part = upload.parts.get(name.number)
        if part is None or part.etag != name.etag:
            raise invalid_part(upload, name)
        parts.append(part)
    for part in parts[:-1]:
        if part.size < SMALLEST_PART:
            raise S3Error(
                "EntityTooSmall",
                ETag=part.etag,
                PartNumber=str(part.number),
                MinSizeAllowed=str(SMALLEST_PART),
                ProposedSize=str(part.size),
            )
    return parts


def invalid_part(upload: Upload, named: Named) -> S3Error:
    """InvalidPart."""
    return S3Error("InvalidPart", UploadId=upload.id, PartNumber=str(named.number), ETag=named.etag)


def whole_checksums(upload: Upload, parts: list[Part]) -> dict[str, str]:
    """The version's checksum; without a word CRC64NVME; {} where there are too many bytes for it here."""
    algorithm = upload.algorithm
    if not algorithm:
        return default_checksums(join(part.content for part in parts))
    if not all(algorithm in part.checksums for part in parts):
        return {}
    values = [part.checksums[algorithm] for part in parts]
    if upload.checksum_type == "COMPOSITE":
        return {algorithm: composite(algorithm, values)}
    return {algorithm: combined(algorithm, zip(values, [part.size for part in parts], strict=True))}


def check_checksums(
    request: Request, upload: Upload, named: list[Named], parts: list[Part], whole: Mapping[str, str]
) -> None:
    """Raise S3Error for a checksum that is wrong, of another kind than the upload's, or missing."""
    kind = request.header(TYPE).upper()
    if kind and kind != upload.checksum_type:
        mode = f"The upload was created using the {upload.checksum_type or 'null'} checksum mode."
        raise S3Error("InvalidRequest", f"{mode} The complete request must use the same checksum mode.")
    given = {name: request.header(f"x-amz-checksum-{name}") for name in ALGORITHMS}
    for algorithm, value in given.items():
        expected = upload.algorithm or algorithm
        if value and value != (whole.get(algorithm) or whole_of(algorithm, parts)):
            raise S3Error("BadDigest", f"The {expected} you specified did not match the calculated checksum.")
    for name, part in zip(named, parts, strict=True):
        if upload.checksum_type == "COMPOSITE" and upload.algorithm not in name.checksums:
            for other in name.checksums:
                message = f"The {other} you specified for part {part.number} did not match what we received."
                raise S3Error("BadDigest", message)
            message = f"The upload was created using a {upload.algorithm} checksum. The complete request must"
            message = f"{message} include the checksum for each part. It was missing for part {part.number}"
            raise S3Error("InvalidRequest", f"{message} in the request.")
        if any(part.checksums.get(algorithm) != value for algorithm, value in name.checksums.items()):
            raise invalid_part(upload, name)


def whole_of(algorithm: str, parts: list[Part]) -> str:
    """The checksum of a kind that the upload does not keep; "" for a digest, which S3 has of no whole."""
    return checksum(algorithm, join(part.content for part in parts)) if algorithm in CRCS else ""


def check_size(request: Request, parts: list[Part]) -> None:
    """Raise S3Error for another size than the request says, or one that no object can have."""
    size, said = sum(part.size for part in parts), request.header("x-amz-mp-object-size")
    if said and said != str(size):
        message = f"The provided 'x-amz-mp-object-size' header value {said} does not match what was computed"
        raise S3Error("InvalidRequest", f"{message}: {size}")
    if size > OBJECT_LIMIT:
        raise S3Error("EntityTooLarge", ProposedSize=str(size), MaxSizeAllowed=str(OBJECT_LIMIT))


def check_conditions(store: Store, request: Request, bucket: Bucket, upload: Upload) -> None:
    """Conditions of a write; one that holds is refused all the same when the key changed meanwhile.

    For good: S3 wants a new upload. Raises S3Error as check_write does, and ConditionalRequestConflict.
    """
    check_write(store, request, bucket, upload.key)
    if "CompleteMultipartUpload" in store.settings.ignored_conditions:
        return
    for name in ("If-Match", "If-None-Match"):
        if name in request.headers and upload.overtaken:
            raise S3Error("ConditionalRequestConflict", Condition=name, Key=upload.key)


def push(bucket: Bucket, upload: Upload, parts: list[Part], checksums: Mapping[str, str]) -> Entry:
    """The version, on top of the stack now; but its LastModified is when the upload began, as on AWS."""
    content = join(part.content for part in parts)
    return bucket.push(
        upload.key,
        last_modified=upload.initiated,
        etag=etag_of_parts([part.etag for part in parts]),
        size=len(content),
        storage_class=upload.storage_class,
        content=content,
        attributes=replace(upload.attributes, checksums=checksums),
        tags=upload.tags,
        lock=upload.lock,
        parts=tuple(parts),
    )


def completed(request: Request, bucket: Bucket, entry: Entry) -> Reply:
    """What S3 says of the version."""
    location = f"http://{request.header('Host')}/{bucket.name}/{quote(request.key)}"
    about = (
        f"<Location>{escape(location)}</Location><Bucket>{bucket.name}</Bucket>"
        f"<Key>{escape(request.key)}</Key><ETag>&quot;{entry.etag}&quot;</ETag>"
        f"{checksum_elements(entry.attributes.checksums, entry.attributes.checksum_type)}"
    )
    headers = dict(entry.attributes.encryption)
    if bucket.versioning == "Enabled":
        headers["x-amz-version-id"] = entry.version_id
    return xml_reply(document("CompleteMultipartUploadResult", about), headers)


HANDLERS = {"CompleteMultipartUpload": complete_multipart_upload}
