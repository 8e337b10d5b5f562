"""Tags of versions: in a header, in a document, and the three operations on them."""

import re
from collections.abc import Iterable
from urllib.parse import unquote_plus

from .access import find_bucket, find_version, marker_refusal, requested_version_id, version_header
from .errors import S3Error
from .history import Entry
from .markup import document, escape, parse
from .request import Reply, Request, xml_reply
from .state import Bucket, Store

TAG_LIMIT = 10
_ALLOWED = re.compile(r"[\w\s+\-=.:/@]*")


def checked_tags(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Tags that S3 takes for an object. Raises S3Error InvalidTag, BadRequest (too many)."""
    tags: dict[str, str] = {}
    for name, value in pairs:
        if name.startswith("aws:"):
            raise S3Error("InvalidTag", "Your TagKey cannot be prefixed with aws:", TagKey=name)
        if name in tags:
            raise S3Error("InvalidTag", "Cannot provide multiple Tags with the same key", TagKey=name)
        if not 1 <= len(name) <= 128 or not _ALLOWED.fullmatch(name):
            raise S3Error("InvalidTag", "The TagKey you have provided is invalid", TagKey=name)
        if len(value) > 256 or not _ALLOWED.fullmatch(value):
            raise S3Error("InvalidTag", "The TagValue you have provided is invalid", TagKey=name)
        tags[name] = value
    if len(tags) > TAG_LIMIT:
        raise S3Error("BadRequest", "Object tags cannot be greater than 10")
    return tags


def tags_of_header(request: Request) -> dict[str, str]:
    """The tags of x-amz-tagging: `a=b&c=d`, percent-encoded. Raises S3Error."""
    pairs = []
    header = request.header("x-amz-tagging")
    for pair in header.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            if "=" in value:
                name = ""
            try:
                pairs.append((unquote_plus(name, errors="strict"), unquote_plus(value, errors="strict")))
            except UnicodeDecodeError:
                pairs.append(("", ""))
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names) or "" in names:
        message = (
            "shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates."
        )
        message = f"The header 'x-amz-tagging' {message}"
        raise S3Error("InvalidArgument", message, ArgumentName="x-amz-tagging", ArgumentValue=header)
    return checked_tags(pairs)


def tags_of_document(body: bytes) -> dict[str, str]:
    """The tags of a Tagging document. Raises S3Error MalformedXML and those of checked_tags."""
    try:
        root = parse(body)
        sets = root.children("TagSet")
        if root.name != "Tagging" or len(sets) != 1:
            raise ValueError("not a Tagging document")
        pairs = [(tag.child_text("Key"), tag.child_text("Value")) for tag in sets[0].children("Tag")]
    except ValueError:
        raise S3Error("MalformedXML") from None
    if any(name is None or value is None for name, value in pairs):
        raise S3Error("MalformedXML")
    return checked_tags((name or "", value or "") for name, value in pairs)


def tags_document(tags: Iterable[tuple[str, str]]) -> bytes:
    """A Tagging document."""
    rows = (f"<Tag><Key>{escape(name)}</Key><Value>{escape(value)}</Value></Tag>" for name, value in tags)
    return document("Tagging", f"<TagSet>{''.join(rows)}</TagSet>")


def _find(store: Store, request: Request) -> tuple[Bucket, Entry]:
    bucket, version_id = find_bucket(store, request.bucket), requested_version_id(request)
    current = bucket.current(request.key)
    if version_id is None and current and current.delete_marker:
        raise marker_refusal(current, request.method)
    return bucket, find_version(bucket, request.key, version_id, request.method)


def get_object_tagging(store: Store, request: Request) -> Reply:
    """The tags of a version."""
    bucket, entry = _find(store, request)
    return xml_reply(tags_document(sorted(entry.tags.items())), version_header(bucket, entry))


def put_object_tagging(store: Store, request: Request) -> Reply:
    """Replace the tags of a version; it stays the same version with the same time."""
    bucket, entry = _find(store, request)
    entry.tags = tags_of_document(request.body)
    return Reply(200, version_header(bucket, entry))


def delete_object_tagging(store: Store, request: Request) -> Reply:
    """Take all tags from a version."""
    bucket, entry = _find(store, request)
    entry.tags = {}
    return Reply(204, version_header(bucket, entry))


HANDLERS = {
    "GetObjectTagging": get_object_tagging,
    "PutObjectTagging": put_object_tagging,
    "DeleteObjectTagging": delete_object_tagging,
}
