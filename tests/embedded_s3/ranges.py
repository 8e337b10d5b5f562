"""Which bytes of a version a request is about: Range, partNumber, x-amz-copy-source-range."""

import re
from typing import NamedTuple

from .errors import S3Error
from .history import Entry, Part
from .request import Request

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_COPY_RANGE = re.compile(r"bytes=(\d+)-(\d+)", re.ASCII)


class Selection(NamedTuple):
    """So many bytes from `first` on; partial: the reply is 206; part: they are one part of an upload."""

    first: int
    length: int
    partial: bool = False
    part: Part | None = None


def requested_range(request: Request, entry: Entry) -> Selection:
    """What GET and HEAD ask for. Raises S3Error InvalidRange, InvalidPartNumber, InvalidRequest.

    A header that is no single range of bytes is ignored, as S3 does.
    """
    size = entry.size
    if "partNumber" in request.query:
        if "Range" in request.headers:
            raise S3Error("InvalidRequest", "Cannot specify both Range header and partNumber query parameter")
        return requested_part(request, entry)
    match = _RANGE.fullmatch(request.header("Range"))
    if match is None or match.group() == "bytes=-":
        return Selection(0, size)
    begin, end = match.groups()
    if not begin:
        first, last = max(0, size - int(end)), size - 1
    else:
        first, last = int(begin), min(int(end) if end else size - 1, size - 1)
        if end and int(end) < first:
            return Selection(0, size)
    if first >= size or first > last:
        raise S3Error("InvalidRange", RangeRequested=request.header("Range"), ActualObjectSize=str(size))
    return Selection(first, last - first + 1, True)


def requested_part(request: Request, entry: Entry) -> Selection:
    """One part, by the number that it was uploaded with; a version written at once is its own part 1."""
    number, first = part_number(request), 0
    for part in entry.parts:
        if part.number == number:
            return Selection(first, part.size, part.size > 0, part)
        first += part.size
    if number == 1 and not entry.parts:
        return Selection(0, entry.size, entry.size > 0)
    count = str(max(1, len(entry.parts)))
    raise S3Error("InvalidPartNumber", PartNumberRequested=str(number), ActualPartCount=count)


def part_number(request: Request) -> int:
    """The parameter partNumber. Raises S3Error InvalidArgument."""
    text = request.query.get("partNumber", "")
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or not 1 <= int(text) <= 10_000:
        message = "Part number must be an integer between 1 and 10000, inclusive"
        raise S3Error("InvalidArgument", message, ArgumentName="partNumber", ArgumentValue=text)
    return int(text)


def copied_range(request: Request, size: int) -> tuple[int, int]:
    """First byte and number of bytes of a source that a part copies. Raises S3Error as S3 does."""
    name = "x-amz-copy-source-range"
    if name not in request.headers:
        return 0, size
    text = request.header(name)
    match = _COPY_RANGE.fullmatch(text)
    first, last = map(int, match.groups()) if match else (1, 0)
    if first > last:
        message = "The x-amz-copy-source-range value must be of the form bytes=first-last where first and"
        message = f"{message} last are the zero-based offsets of the first and last bytes to copy"
        raise S3Error("InvalidArgument", message, ArgumentName=name, ArgumentValue=text)
    if first >= size:
        raise S3Error("InvalidRequest", "The specified copy range is invalid for the source object size")
    if last >= size:
        message = f"Range specified is not valid for source object of size: {size}"
        raise S3Error("InvalidArgument", message, ArgumentName=name, ArgumentValue=text)
    return first, last - first + 1
