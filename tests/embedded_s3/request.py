"""A request and a reply, apart from HTTP: what the handlers take and give."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, unquote_to_bytes

from .errors import S3Error

if TYPE_CHECKING:
    from .faults import Met
    from .principals import Principal

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/[^/]*/([^/]*)|^AWS ([^:\s]+):")
_PRESIGNED = re.compile(
    r"[?&](?:X-Amz-Credential=([^/%&]+)(?:/|%2F)[^/%&]*(?:/|%2F)([^/%&]*)|AWSAccessKeyId=([^&]+))",
    re.IGNORECASE,
)
# What a signature leaves in the query of a presigned URL, and what SDKs add: no part of the request.
IGNORED_PARAMETERS = {"x-id", "awsaccesskeyid", "signature", "expires"}


@dataclass(slots=True)
class Request:
    """One request. `headers` is looked up without regard to case; `body` is already decoded.

    `bucket` and `key` are "" where the path has none; `query` holds decoded names and values.
    """

    method: str
    bucket: str
    key: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    trailers: dict[str, str] = field(default_factory=dict)
    access_key: str | None = None
    region: str | None = None  # that it is signed for
    operation: str | None = None
    deleted: list[dict[str, Any]] | None = None  # for the log: what a delete did, key by key
    copy_source: dict[str, Any] | None = None  # for the log
    fault: "Met | None" = None  # that it has met
    principal: "Principal | None" = None  # who sends it
    needed: list[str] = field(default_factory=list)  # for the log: actions of IAM
    denied: list[str] = field(default_factory=list)
    charged: bool = False  # whoever sends it pays for it

    def header(self, name: str, default: str = "") -> str:
        """The value of a header without blanks around it; `default` where it was not sent."""
        return self.headers.get(name, default).strip()


@dataclass(slots=True)
class Reply:
    """status, headers and the whole body. On HEAD the body is left out, its length is not."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    fault: "Met | None" = None  # with which it is to be sent


def xml_reply(body: bytes, headers: dict[str, str] | None = None) -> Reply:
    """A 200 with an XML document."""
    return Reply(200, {"Content-Type": "application/xml", **(headers or {})}, body)


def decode(text: str) -> str:
    """Percent-decode one component. Raises S3Error InvalidURI when it is not UTF-8."""
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise S3Error("InvalidURI") from None


def split_target(target: str) -> tuple[str, str, dict[str, str]]:
    """Bucket, key and query of a request target, exactly as sent: `..`, `//` and `%2F` are part of a key.

    A name that comes twice in the query counts once, the first time. Raises S3Error InvalidURI.
    """
    path, _, query_string = target.partition("?")
    bucket, _, key = path.removeprefix("/").partition("/")
    query: dict[str, str] = {}
    for pair in query_string.split("&"):
        if pair:
            name, _, value = pair.replace("+", " ").partition("=")
            name = decode(name)
            if not name.lower().startswith("x-amz-") and name.lower() not in IGNORED_PARAMETERS:
                query.setdefault(name, decode(value))
    return decode(bucket), decode(key), query


def signed_by(headers: Mapping[str, str], target: str) -> tuple[str | None, str | None]:
    """The access key and the region of the Authorization header, or of a presigned URL.

    None: an anonymous request; an old signature, which is for no region.
    """
    match = _CREDENTIAL.search(headers.get("Authorization", "")) or _PRESIGNED.search(target)
    if not match:
        return None, None
    return unquote(match.group(1) or match.group(3)), match.group(2)
