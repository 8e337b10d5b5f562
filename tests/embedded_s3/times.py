"""Moments as milliseconds since 1970, and the three ways S3 writes them."""

from datetime import datetime, timezone
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache


@lru_cache(65536)
def parse_time(text: str) -> int:
    """ISO 8601 with a zone -> milliseconds. Raises ValueError."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError(f"no zone in {text!r}")
    since = moment - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (since.days * 86400 + since.seconds) * 1000 + since.microseconds // 1000


@lru_cache(65536)
def _seconds(second: int) -> str:
    return datetime.fromtimestamp(second, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")


def listing_time(moment: int, milliseconds: bool = False) -> str:
    """As listings and copy results have it: whole seconds on AWS, milliseconds on some servers."""
    return f"{_seconds(moment // 1000)}.{moment % 1000 if milliseconds else 0:03d}Z"


@lru_cache(65536)
def http_date(second: int) -> str:
    """Seconds since 1970 as in Last-Modified."""
    return formatdate(second, usegmt=True)


def parse_http_date(text: str) -> int | None:
    """Seconds since 1970 of an HTTP date (or ISO 8601, which SDKs send too); None: not a date."""
    try:
        return int(parsedate_to_datetime(text).timestamp())
    except (TypeError, ValueError):
        try:
            return parse_time(text) // 1000
        except ValueError:
            return None
