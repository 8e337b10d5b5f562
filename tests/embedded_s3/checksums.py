"""Digests of bodies: Content-MD5, x-amz-content-sha256, x-amz-checksum-*."""

import binascii
import hashlib
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from functools import cache

from .errors import S3Error
from .request import Request


@cache
def _table(polynomial: int) -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ polynomial if byte & 1 else byte >> 1
        table.append(byte)
    return table


def _crc(data: Iterable[int], polynomial: int, bits: int) -> bytes:
    """A reflected CRC, byte by byte: slow, good enough for the bodies of tests."""
    table, mask = _table(polynomial), (1 << bits) - 1
    value = mask
    for byte in data:
        value = table[(value ^ byte) & 0xFF] ^ (value >> 8)
    return (value ^ mask).to_bytes(bits // 8, "big")


ALGORITHMS: dict[str, Callable[[bytes], bytes]] = {
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "crc32c": lambda data: _crc(data, 0x82F63B78, 32),
    "crc64nvme": lambda data: _crc(data, 0x9A6C9329AC4BC9B5, 64),
    "sha1": lambda data: hashlib.sha1(data).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
}


def checksum(algorithm: str, data: bytes) -> str:
    """The base64 of a checksum; `algorithm` in lower case, of ALGORITHMS."""
    return b64encode(ALGORITHMS[algorithm](data)).decode()


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
