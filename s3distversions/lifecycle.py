"""Lifecycle rules of a bucket -> what they may have removed that a run is about, in words. Pure.

A version that was current at the restore time and was overwritten or deleted since has been noncurrent for no
longer than since then: a rule that waits longer cannot have removed it. Rules that remove delete markers with
nothing below them (ExpiredObjectDeleteMarker) are passed over: the key was absent with the marker, and is
absent without it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from s3distversions.model import KeyRange
from s3distversions.timestamps import since


def warnings(
    rules: Iterable[dict[str, Any]], scope: Sequence[KeyRange], restore_time: str | None, now: datetime
) -> Iterator[str]:
    """Yield a warning for every rule that may have removed versions that the run is about, or put delete
    markers on them.

    rules: as botocore tells them. restore_time: canonical; None: an undelete of whatever was deleted.
    """
    ago = None if restore_time is None else since(restore_time, now)
    for rule in rules:
        prefix, narrowed = filter_of(rule)
        if rule.get("Status") != "Enabled" or not any(overlap(prefix, keys) for keys in scope):
            continue
        where = f"lifecycle rule {rule.get('ID', '')!r}: of what begins with {prefix!r}{narrowed}"
        yield from _of_purges(where, rule.get("NoncurrentVersionExpiration"), ago)
        if restore_time is not None:
            yield from _of_expirations(where, rule.get("Expiration", {}), since(restore_time, now), now)


def filter_of(rule: dict[str, Any]) -> tuple[str, str]:
    """Return the prefix of the keys that a rule is for, and, in words, whether it is for some of those only."""
    chosen = rule.get("Filter", {})
    both = chosen.get("And", chosen)
    prefix = both.get("Prefix", rule.get("Prefix", ""))  # outside of a filter in rules of before 2016
    return prefix, ", with certain tags or of certain sizes," if both.keys() - {"Prefix"} else ""


def overlap(prefix: str, keys: KeyRange) -> bool:
    """Can a key that begins with `prefix` be in the range? Its ends are not looked at."""
    return keys.prefix.startswith(prefix) or (not keys.is_key and prefix.startswith(keys.prefix))


def _of_purges(where: str, purge: dict[str, Any] | None, ago: timedelta | None) -> Iterator[str]:
    """Yield the warning about versions that are removed for good, some time after they were covered."""
    if purge is None:
        return
    days, kept = purge.get("NoncurrentDays", 0), purge.get("NewerNoncurrentVersions")
    but = f", but for the newest {kept} of each key" if kept else ""
    what = f"{where} versions are removed for good {days} days after they were covered{but}"
    if ago is None:
        yield f"{what}: what was deleted earlier cannot come back"
    elif ago > timedelta(days=days):
        yield f"{what}; the restore time was {ago.days} days ago: what stood there then may be gone"


def _of_expirations(where: str, expiration: dict[str, Any], ago: timedelta, now: datetime) -> Iterator[str]:
    """Yield the warning about delete markers that a rule has put since: they look like anybody's."""
    if "Days" in expiration:
        yield f"{where} what is {expiration['Days']} days old gets a delete marker: that is taken back too"
    elif "Date" in expiration and now - ago < expiration["Date"] <= now:
        day = expiration["Date"].date().isoformat()
        yield f"{where} everything got a delete marker on {day}: that is taken back too"
