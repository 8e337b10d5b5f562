"""Bodies in aws-chunked form, which SDKs send when a checksum or signature follows the data."""

from collections.abc import Mapping

from .errors import S3Error


def is_chunked(headers: Mapping[str, str]) -> bool:
    """Whether the body is in aws-chunked form; Content-Encoding alone may say so of what it is not."""
    return (
        headers.get("x-amz-content-sha256", "").startswith("STREAMING-")
        or "x-amz-decoded-content-length" in headers
    )


def decode_chunked(body: bytes, headers: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
    """The data and the trailers (lower-case names). Raises S3Error IncompleteBody."""
    chunks: list[bytes] = []
    position = 0
    try:
        while True:
            line_end = body.index(b"\r\n", position)
            size = int(body[position:line_end].split(b";")[0], 16)
            position = line_end + 2
            if size == 0:
                break
            chunks.append(body[position : position + size])
            if len(chunks[-1]) != size or body[position + size : position + size + 2] != b"\r\n":
                raise ValueError
            position += size + 2
    except ValueError:
        raise S3Error("IncompleteBody", "The request body is not in aws-chunked form") from None
    data = b"".join(chunks)
    expected = headers.get("x-amz-decoded-content-length")
    if expected is not None and expected != str(len(data)):
        raise S3Error("IncompleteBody")
    trailers: dict[str, str] = {}
    for line in body[position:].decode("ascii", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            trailers[name.strip().lower()] = value.strip()
    return data, trailers
