"""The values of options: numbers, and the endpoint. Pure."""

from __future__ import annotations

import argparse
import ipaddress
import re

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
