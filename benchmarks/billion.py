"""What it takes to list 1e9 versions on AWS: computed from what was measured here. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.listing_table import Goal
from s3distversions.prices import in_dollars

BILLION = 10**9
# GET and HEAD requests a second, and a LIST is a GET, for each partition of the keys:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
LISTS_A_SECOND = 5500
AWS_PAGE_SECONDS = 0.3  # as it is seen there: 0.15 to 0.6


class Basis(NamedTuple):
    """What was measured, per version: LIST requests, seconds of CPU, bytes of the replies; of boto3 the CPU."""

    lists: float
    cpu: float
    sent: float
    boto3_cpu: float
    where: str  # which rows say so


def lines(basis: Basis) -> Iterator[str]:
    """Yield two tables: what was measured, and what follows from it."""
    yield f"Measured here ({basis.where}):"
    yield ""
    yield "| per 1000 versions | measured |"
    yield "|---|---:|"
    yield f"| LIST requests | {basis.lists * 1000:.3f} |"
    yield f"| CPU of the client | {basis.cpu * 1e6:.2f} ms |"
    yield f"| bytes of the replies | {basis.sent * 1000:,.0f} |"
    yield f"| CPU of boto3's paginator | {basis.boto3_cpu * 1e6:.1f} ms |"
    yield ""
    yield "Computed from that, for 1,000,000,000 versions on AWS; nothing of this was measured there:"
    yield ""
    yield "| what | computed | how |"
    yield "|---|---:|---|"
    for what, value, how in computed(basis):
        yield f"| {what} | {value} | {how} |"


def computed(basis: Basis) -> Iterator[tuple[str, str, str]]:
    """Yield what 1e9 versions take: what, how much, how it is computed."""
    requests = round(basis.lists * BILLION)
    hours, sent = basis.cpu * BILLION / 3600, basis.sent * BILLION
    yield "LIST requests", f"{requests:,}", "measured requests per version"
    dollars = in_dollars({"ListObjectVersions": requests})
    yield "price of the requests", f"${dollars:,.2f}", "$0.005 per 1000, us-east-1"
    yield "CPU of the client", f"{hours:.2f} core-hours", "measured CPU per version (goal: below 1)"
    yield "CPU of boto3's paginator", f"{basis.boto3_cpu * BILLION / 3600:.1f} core-hours", "the same"
    yield "bytes on the wire", f"{sent / 1e9:,.0f} GB", "measured bytes per version, without TLS and TCP"
    for gigabits in (1, 10, 25):
        yield f"the wire alone, at {gigabits} Gbit/s", minutes(sent * 8 / gigabits / 1e9), "bytes / rate"
    for partitions in (1, 4, 16):
        at_most = partitions * LISTS_A_SECOND
        yield (
            f"S3's limit alone, {partitions} partition{'s' * (partitions > 1)}",
            minutes(requests / at_most),
            f"{LISTS_A_SECOND:,} LIST/s for each partition of the keys",
        )
    pages = LISTS_A_SECOND
    yield (
        f"requests in flight for {pages:,} LIST/s",
        f"{pages * AWS_PAGE_SECONDS:,.0f}",
        f"{AWS_PAGE_SECONDS * 1000:.0f} ms a page",
    )
    cores = pages * basis.cpu / basis.lists
    yield f"cores for {pages:,} LIST/s", f"{cores:.1f}", "measured CPU per request"
    rate = pages * basis.sent / basis.lists * 8 / 1e9
    yield f"Gbit/s for {pages:,} LIST/s", f"{rate:.1f}", "measured bytes per request"
    serial = BILLION / 1000 * (AWS_PAGE_SECONDS + basis.boto3_cpu * 1000)
    yield "one page after the other, with boto3", f"{serial / 3600:,.0f} hours", "pages × (0.3 s + its CPU)"


def goals(basis: Basis) -> Iterator[Goal]:
    """Yield what 1e9 versions are held to, beside what they take."""
    hours = basis.cpu * BILLION / 3600
    yield Goal("1e9 versions: less than 1 core-hour", f"{hours:.2f} core-hours, computed", hours < 1)


def minutes(seconds: float) -> str:
    """Return a time in words."""
    return f"{seconds / 60:.1f} minutes"
