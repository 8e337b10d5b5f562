"""The parts of an upload: how long they are, and how they are copied inside S3, many at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from s3distversions.carried import CHECKSUMS
from s3distversions.client import PASSING, code
from s3distversions.copy_requests import source
from s3distversions.model import Entry
from s3distversions.parallel import Parallel
from s3distversions.replies import UnreadableReply, answer
from s3distversions.writing import PARTS_IN_FLIGHT, Writing

MIB = 1024**2
USUAL_PART = 512 * MIB  # bytes; longer where there would be too many of them
LARGEST_PART = 5 * 1024 * MIB
MOST_PARTS = 10_000
LARGEST_OBJECT = MOST_PARTS * LARGEST_PART  # which AWS calls 50 TB
ATTEMPTS = 6  # at one part, each of those that botocore makes
PAUSE_SECONDS = 1.0  # at most, before a second attempt; twice as long before each further one

Upload = tuple[str, str]  # the key that is written, and the upload's id
Part = dict[str, Any]  # as the completion of an upload names it


class Ended(Exception):
    """The task has ended, or was interrupted, while parts were still to be copied."""


def ranges(size: int) -> list[tuple[int, int]]:
    """Return the parts of an object of so many bytes, each as its first and its last byte.

    ValueError if S3 takes no such object. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
    """
    if not 0 < size <= LARGEST_OBJECT:
        raise ValueError(f"{size} bytes are no object of parts")
    length = max(USUAL_PART, -(-size // (MOST_PARTS * MIB)) * MIB)
    return [(first, min(first + length, size) - 1) for first in range(0, size, length)]


def copy_parts(writing: Writing, target: Entry, upload: Upload) -> list[Part]:
    """Copy all parts of the target into an upload; return them in their order.

    Writes. botocore's errors; Ended. Parts that are on their way then may still come: who comes too late ends
    the upload once more, or its part would be kept.
    """
    assert target.size is not None  # records.check

    def copied(numbered: tuple[int, tuple[int, int]]) -> Iterator[Part]:
        part = _copied(writing, _request(writing, target, upload, *numbered))
        if not writing.uploads.is_open(*upload):
            writing.uploads.end(*upload)
        yield part

    parallel: Parallel[Any, Part] = Parallel(copied, min(PARTS_IN_FLIGHT, writing.parameters.write_parallel))
    parts: list[Part] = []
    try:
        for numbered in enumerate(ranges(target.size), start=1):
            parts += parallel.submit(numbered)
        parts += parallel.drain()
    finally:
        parallel.close()
    return sorted(parts, key=lambda part: int(part["PartNumber"]))


def _request(
    writing: Writing, target: Entry, upload: Upload, number: int, part: tuple[int, int]
) -> dict[str, Any]:
    """Return the arguments of one UploadPartCopy."""
    return {
        "Bucket": writing.parameters.written.bucket,
        "Key": upload[0],
        "UploadId": upload[1],
        "PartNumber": number,
        "CopySourceRange": f"bytes={part[0]}-{part[1]}",
        **source(writing, target),
    }


def _copied(writing: Writing, request: dict[str, Any]) -> Part:
    """Copy one part. What S3 says will pass is sent again: for the sake of all the others."""
    for attempt in range(ATTEMPTS):
        pause = PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1) if attempt else 0
        if writing.uploads.closed.wait(pause):
            raise Ended
        try:
            said = answer(writing.client.upload_part_copy, **request)["CopyPartResult"]
        except ClientError as error:
            if code(error) not in PASSING or attempt == ATTEMPTS - 1:
                raise
        else:
            return _named(request["PartNumber"], said)
    raise AssertionError  # the last attempt returns or raises


def _named(number: int, said: dict[str, Any]) -> Part:
    """Return a part as the completion names it: with its ETag, and a checksum where the upload has such."""
    if not str(said.get("ETag", "")).strip('"'):
        raise UnreadableReply(error=f"part {number} has no ETag")
    return {"PartNumber": number, **{name: said[name] for name in ("ETag", *CHECKSUMS) if said.get(name)}}
