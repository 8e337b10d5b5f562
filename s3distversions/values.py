"""The values of options: numbers, names, patterns, and the endpoint. Pure."""

from __future__ import annotations

import argparse
import fnmatch
import ipaddress
import re
import warnings
from collections.abc import Callable
from typing import Any

from s3distversions.model import BY_COPY, BY_REMOVING_MARKERS, CHANGES, KINDS

# What S3 takes, but for the classes of directory buckets and of Outposts, which keep no versions.
STORAGE_CLASSES = (
    *("STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING"),
    *("GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"),
)
KMS = ("aws:kms", "aws:kms:dsse")
ENCRYPTIONS = ("AES256", *KMS)
ACLS = (
    *("private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read"),
    *("bucket-owner-read", "bucket-owner-full-control"),
)
TIERS = ("Standard", "Bulk", "Expedited")
REQUESTER = "requester"
INCLUDE, EXCLUDE = FILTERS = ("include", "exclude")

# What botocore takes for a host, or an IPv6 address; then a port.
ENDPOINT = re.compile(
    r"""https?:// ( (?!-)[a-z0-9-]{1,63}(?<!-) (\.(?!-)[a-z0-9-]{1,63}(?<!-))* | \[(?P<address>[0-9a-f:.]+)\] )
        (:(?P<port>\d{1,5}))? /?""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)


def amount(text: str) -> str:
    """Return a number of keys, or per cent of them."""
    if not re.fullmatch(r"\d{1,18}|(\d{1,2}(\.\d{1,6})?|100)%", text, re.ASCII):
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a number of keys nor per cent, such as 100 or 5%"
        )
    return text


def width(text: str) -> int:
    """Return a number of requests in flight."""
    if not re.fullmatch(r"[1-9]\d{0,3}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 9999")
    return int(text)


def days(text: str) -> int:
    """Return a number of days."""
    if not re.fullmatch(r"[1-9]\d{0,3}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days from 1 to 9999")
    return int(text)


def one_of(names: tuple[str, ...]) -> Callable[[str], str]:
    """Return what checks that a text is one of `names`."""

    def check(text: str) -> str:
        if text not in names:
            raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(names)}")
        return text

    return check


def tier(text: str) -> str:
    """Return the name of a retrieval tier, however it is capitalized."""
    return {name.lower(): name for name in TIERS}.get(text.lower()) or one_of(TIERS)(text)


def changes(text: str) -> tuple[str, ...]:
    """Return the kinds of changes that a list names, each once."""
    named = {one_of(CHANGES)(name) for name in text.split(",")}
    return tuple(name for name in CHANGES if name in named)


def glob(text: str) -> str:
    """Return a pattern of --include and --exclude."""
    regex(fnmatch.translate(unicode(text)))
    return text


def regex(text: str) -> str:
    """Return a regular expression that is one in every Python that we run on, and says nothing dubious."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(unicode(text))
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from error
    return text


def unicode(text: str) -> str:
    """Return text of which keys can be made: bytes that are not UTF-8 match nothing."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not UTF-8") from error
    return text


def filters(pairs: tuple[tuple[str, str], ...]) -> None:
    """Check what --include and --exclude amount to."""
    for pair in pairs:
        if len(pair) != 2 or not all(isinstance(text, str) for text in pair):
            raise argparse.ArgumentTypeError(f"{pair!r} is no filter")
        one_of(FILTERS)(pair[0])
        glob(pair[1])


def endpoint(text: str) -> str:
    """Return an endpoint's URL; S3DistCp names the host alone."""
    url = text if "://" in text else f"https://{text}"
    match = ENDPOINT.fullmatch(url)
    if not match or not 0 < int(match["port"] or 443) < 65536 or not is_address(match["address"]):
        raise argparse.ArgumentTypeError(f"{text!r} is not a URL such as https://s3.example.com")
    return url


def is_address(text: str | None) -> bool:
    """Is what stands in brackets an IPv6 address? Nothing need stand there."""
    try:
        return text is None or bool(ipaddress.IPv6Address(text))
    except ValueError:
        return False


# What the parameters of a run are checked for that are given, beside their types.
OF_PARAMETERS: dict[str, Callable[[Any], object]] = {
    "max_delete": amount,
    "undelete": one_of((BY_REMOVING_MARKERS, BY_COPY)),
    "endpoint_url": endpoint,
    "list_parallel": lambda number: width(str(number)),
    "write_parallel": lambda number: width(str(number)),
    "kind": one_of(KINDS),
    "only": lambda names: [one_of(CHANGES)(name) for name in names],
    "filters": filters,
    "src_pattern": regex,
    "storage_class": one_of(STORAGE_CLASSES),
    "sse": one_of(ENCRYPTIONS),
    "acl": one_of(ACLS),
    "thaw": one_of(TIERS),
    "thaw_days": lambda number: days(str(number)),
    "request_payer": one_of((REQUESTER,)),
}
