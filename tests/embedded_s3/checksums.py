"""Digests of bodies: Content-MD5, x-amz-content-sha256, x-amz-checksum-*."""

import binascii
import hashlib
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence

from .content import Content, read
from .crc import Crc
from .errors import S3Error
from .request import Request

CRCS = {
    "crc32": Crc(0xEDB88320, 32),
    "crc32c": Crc(0x82F63B78, 32),
    "crc64nvme": Crc(0x9A6C9329AC4BC9B5, 64),
}
ALGORITHMS: dict[str, Callable[[bytes], bytes]] = {
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "crc32c": lambda data: CRCS["crc32c"].of(data).to_bytes(4, "big"),
    "crc64nvme": lambda data: CRCS["crc64nvme"].of(data).to_bytes(8, "big"),
    "sha1": lambda data: hashlib.sha1(data).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
}
DEFAULT = "crc64nvme"
_DEFAULT_LIMIT = 8 * 1024 * 1024


def checksum(algorithm: str, content: Content) -> str:
    """The base64 of a checksum; `algorithm` in lower case, of ALGORITHMS."""
    return b64encode(ALGORITHMS[algorithm](read(content))).decode()


def default_checksums(content: Content) -> dict[str, str]:
    """What S3 works out where the client gave nothing; {} for more bytes than can be gone through here."""
    return {DEFAULT: checksum(DEFAULT, content)} if len(content) <= _DEFAULT_LIMIT else {}


def combined(algorithm: str, parts: Iterable[tuple[str, int]]) -> str:
    """The checksum of parts one after the other, of their checksums and sizes; `algorithm` of CRCS."""
    value = b""
    crc, total = CRCS[algorithm], 0  # which is the CRC of nothing
    for text, size in parts:
        value = b64decode(text)
        total = crc.combined(total, int.from_bytes(value, "big"), size)
    return b64encode(total.to_bytes(len(value), "big")).decode()


def composite(algorithm: str, parts: Sequence[str]) -> str:
    """The checksum of the checksums of parts, and how many these are."""
    return f"{checksum(algorithm, b''.join(map(b64decode, parts)))}-{len(parts)}"


def checksum_elements(checksums: Mapping[str, str], kind: str = "") -> str:
    """The elements of a document for checksums, and for their type."""
    rows = "".join(
        f"<Checksum{name.upper()}>{value}</Checksum{name.upper()}>" for name, value in checksums.items()
    )
    return rows + (f"<ChecksumType>{kind}</ChecksumType>" if kind and checksums else "")


def verified_checksums(request: Request) -> dict[str, str]:
    """Check every digest that came with a body; return the x-amz-checksum-* ones, to be stored.

    Raises S3Error InvalidDigest, BadDigest, XAmzContentSHA256Mismatch, InvalidRequest, NotImplemented.
    """
    body = request.body
    md5 = request.headers.get("Content-MD5")
    if md5 is not None:
        try:
            digest = b64decode(md5, validate=True)
        except binascii.Error:
            digest = b""
        if len(digest) != 16:
            raise S3Error("InvalidDigest")
        if digest != hashlib.md5(body).digest():
            raise S3Error("BadDigest")
    sha256 = request.header("x-amz-content-sha256")
    if len(sha256) == 64 and sha256 != hashlib.sha256(body).hexdigest():
        raise S3Error("XAmzContentSHA256Mismatch")
    given = {
        name.lower().removeprefix("x-amz-checksum-"): value
        for name, value in [*request.headers.items(), *request.trailers.items()]
        if name.lower().startswith("x-amz-checksum-")
    }
    given = {name: value for name, value in given.items() if name not in ("algorithm", "mode", "type")}
    if len(given) > 1:
        message = "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
        raise S3Error("InvalidRequest", message)
    for algorithm, value in given.items():
        if algorithm not in ALGORITHMS:
            raise S3Error("NotImplemented", f"checksum {algorithm} is not implemented here")
        computed = checksum(algorithm, body)
        if len(value) != len(computed):
            raise S3Error("InvalidRequest", f"Value for x-amz-checksum-{algorithm} header is invalid.")
        if value != computed:
            name = algorithm.upper()
            raise S3Error("BadDigest", f"The {name} you specified did not match the calculated checksum.")
    return given
