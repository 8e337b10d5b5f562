"""Moments as text: the restore time that a user types, and the times that S3 sends.

Everywhere else a moment is UTC text such as `2014-01-01T07:00:00Z`, with a fraction only where the server
has one, so that a billion of them need not be parsed to be compared.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

from dateutil.parser import isoparse

from s3distversions.errors import UsageError

DATE_TIME_ZONE = re.compile(
    r"""\d{4}-\d\d-\d\d T ([01]\d|2[0-3]):\d\d:\d\d (Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)
      | \d{8} T ([01]\d|2[0-3])\d{4} (Z|[+-](0\d|1[0-4])([0-5]\d)?)""",
    re.ASCII | re.VERBOSE,
)
RELATIVE = re.compile(r"now-(\d{1,6})([mhd])", re.ASCII)
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
LISTED = re.compile(
    r"""(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]) T (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)
        (?:\.(\d+))? Z""",
    re.ASCII | re.VERBOSE,
)

HINT = "Give date, time to the second and zone, such as 2014-01-01T14:00:00+07:00, or a span such as now-24h."


def moment(text: str, now: datetime, option: str) -> str:
    """Return the moment that a user means by `text`, the value of `option`, canonical.

    text: ISO 8601 with date, time to the second and zone, or `now-90m`, `now-24h`, `now-7d`.
    now: the present moment, with a zone. UsageError for anything else, and for the future.

    dateutil's free parser is not used: it takes `10` for the 10th of this month and drops unknown zones.
    """
    relative = RELATIVE.fullmatch(text)
    try:
        if relative:
            meant = now.astimezone(timezone.utc) - timedelta(**{UNITS[relative[2]]: int(relative[1])})
        elif DATE_TIME_ZONE.fullmatch(text):
            meant = isoparse(text).astimezone(timezone.utc)
        else:
            raise UsageError(f"{option} {text!r} is not a full moment in time", HINT)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{option} {text!r} does not exist", HINT) from error
    if meant > now:
        raise UsageError(
            f"{option} {text} is in the future",
            f"It is {to_text(now)} now. Nothing is known yet of what was written by that moment.",
        )
    return to_text(meant)


def to_text(moment: datetime) -> str:
    """Return the canonical text of `moment` (which has a zone), whole seconds: 2014-01-01T07:00:00Z."""
    return moment.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def compact(text: str) -> str:
    """Return canonical `text` without what a folder's name cannot hold everywhere: 20140101T070000Z."""
    return text.replace("-", "").replace(":", "")


def canonical(text: str) -> str:
    """Return the canonical form of a time in a listing: `.000Z` goes, `.120Z` becomes `.12Z`.

    ValueError if it is no time in UTC. AWS sends whole seconds as `.000Z`; other servers send milliseconds.
    """
    if text.endswith(".000Z") and len(text) == 24:
        text = text[:19] + "Z"
    match = LISTED.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a time in UTC")
    try:
        date.fromisoformat(match[1][:10])  # no year 0, no 30th of February
    except ValueError as error:
        raise ValueError(f"{text!r} is not a time in UTC") from error
    fraction = (match[2] or "").rstrip("0")
    return f"{match[1]}.{fraction}Z" if fraction else f"{match[1]}Z"


def is_moment(text: object) -> bool:
    """Is it a canonical moment?"""
    try:
        return isinstance(text, str) and canonical(text) == text
    except ValueError:
        return False


def not_later(moment: str, limit: str) -> bool:
    """Is canonical `moment` <= canonical `limit`?

    Without the Z the texts order as the moments do: `…00` is a beginning of `…00.123` and so below it.
    """
    return moment[:-1] <= limit[:-1]


def is_within_a_day_before(moment: str, limit: str) -> bool:
    """Is canonical `moment` less than 24 hours before canonical `limit`?"""
    return isoparse(limit) - isoparse(moment) < timedelta(days=1)


def since(moment: str, now: datetime) -> timedelta:
    """Return how long ago canonical `moment` was."""
    return now - isoparse(moment)
