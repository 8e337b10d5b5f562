"""What the listing's benchmark has measured, as one table and as the goals that it is held to. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from benchmarks.timed import Timed

MEGABYTE = 1 << 20
PAGE = 1000  # entries
INLINE, LOCAL = "ours, inline", "ours, `-r local`"
BOTO3 = "boto3's paginator"


class Row(NamedTuple):
    """A line of the table: which tool listed how many versions, of keys of which shape.

    latency: milliseconds that every reply waited. tls: it came over TLS. serial: see Lister.
    """

    tool: str
    shape: str
    latency: float
    tls: bool
    versions: int
    serial: bool
    ran: Timed

    @property
    def rate(self) -> float:
        """Versions a second."""
        return self.versions / self.ran.wall

    @property
    def per_core(self) -> float:
        """Versions per CPU second of the client."""
        return self.versions / self.ran.cpu

    @property
    def lists(self) -> float:
        """ListObjectVersions requests per 1000 entries."""
        return self.ran.served.pages * PAGE / self.versions

    @property
    def ranges(self) -> int:
        """Into how many ranges the keys were cut before they were listed."""
        return 1 if self.serial else int(json.loads(self.ran.output)["ranges"])

    @property
    def most_lists(self) -> float:
        """How many ListObjectVersions requests it was to take at most."""
        return 1.05 * self.versions / PAGE + 2 * self.ranges


class Goal(NamedTuple):
    """What was to be reached, and what was."""

    goal: str
    found: str
    met: bool


def compared_with(row: Row, rows: Sequence[Row]) -> Row:
    """Return boto3's row under the same conditions; of keys of any shape, for boto3 does not mind."""
    return next(
        other
        for other in rows
        if other.tool == BOTO3 and (other.latency, other.tls) == (row.latency, row.tls)
    )


def table(rows: Sequence[Row], least_peak: int) -> Iterator[str]:
    """Yield the lines of the table. least_peak: less memory than this is not told apart."""
    columns: dict[str, Callable[[Row, Row], str]] = {
        "tool": lambda row, _: row.tool,
        "keys": lambda row, _: row.shape,
        "wait, ms a page": lambda row, _: f"{row.latency:.0f}{', TLS' if row.tls else ''}",
        "versions": lambda row, _: f"{row.versions:,}",
        "wall, s": lambda row, _: f"{row.ran.wall:.1f}",
        "versions/s": lambda row, _: f"{row.rate:,.0f}",
        "wall × boto3": lambda row, other: f"{row.rate / other.rate:.1f}",
        "client CPU, s": lambda row, _: f"{row.ran.cpu:.2f}",
        "versions per core-second": lambda row, _: f"{row.per_core:,.0f}",
        "CPU × boto3": lambda row, other: f"{row.per_core / other.per_core:.1f}",
        "LISTs": lambda row, _: f"{row.ran.served.pages:,}",
        "LISTs per 1000": lambda row, _: f"{row.lists:.3f}",
        "ranges": lambda row, _: f"{row.ranges}",
        "peak, MB": lambda row, _: ("< " * (row.ran.peak <= least_peak)) + f"{row.ran.peak / MEGABYTE:.0f}",
        "server CPU, s": lambda row, _: f"{row.ran.served.cpu:.1f}",
    }
    yield f"| {' | '.join(columns)} |"
    yield "|---|---|" + "---:|" * (len(columns) - 2)
    for row in rows:
        yield f"| {' | '.join(cell(row, compared_with(row, rows)) for cell in columns.values())} |"


def goals(rows: Sequence[Row], growth: Sequence[Row] = ()) -> Iterator[Goal]:
    """Yield what issue and documents promise of a listing, beside what the rows say.

    growth: rows of growing buckets; in the largest the start of a process no longer counts.
    """
    at_once = [row for row in rows if not row.latency and not row.tls and row.shape == rows[0].shape]
    inline = next(row for row in at_once if row.tool == INLINE)
    for row in (inline, *growth[-1:]):
        ratio = row.per_core / compared_with(row, rows).per_core
        what = f"CPU per version, of {row.versions:,}: 30 times less than boto3's (at least 20)"
        yield Goal(what, f"{ratio:.1f} times less", ratio >= 30)
    for row in rows:
        if row.latency == 250 and row.tool in (INLINE, LOCAL):
            serial = compared_with(row, rows)
            ratio, floor = row.rate / serial.rate, row.rate / (PAGE / 0.25)
            yield Goal(
                f"{row.tool}: 40 times serial paging at 250 ms a page on a flat prefix of {row.versions:,} versions",
                f"{ratio:.1f} times boto3 (a sample of {serial.versions:,}), "
                f"{floor:.1f} times the serial paging of a client that takes no time itself",
                ratio >= 40,
            )
    flat = [row for row in rows if not row.tls and row.shape == rows[0].shape]
    for what, name in (("versions/s", "rate"), ("versions per core-second", "per_core")):
        figure = attrgetter(name)
        lead = {
            latency: max(figure(row) for row in flat if row.tool == INLINE and row.latency == latency)
            / max(figure(row) for row in flat if row.serial and row.latency == latency)
            for latency in sorted({row.latency for row in flat})
        }
        told = ", ".join(f"{ratio:.1f} at {latency:.0f} ms" for latency, ratio in lead.items())
        yield Goal(
            f"{INLINE}: ahead of every tool in {what}", f"× the best of them: {told}", min(lead.values()) > 1
        )
    ours = [row for row in rows if not row.serial]
    dearest = max(ours, key=lambda row: row.ran.served.pages / row.most_lists)
    yield Goal(
        "at most 1.05 LISTs per 1000 entries, and 2 per range",
        f"nearest to it, or furthest behind: {dearest.ran.served.pages:,} where {dearest.most_lists:,.0f} are allowed "
        f"({dearest.tool}, {dearest.shape}, {dearest.latency:.0f} ms)",
        all(row.ran.served.pages <= row.most_lists for row in ours),
    )


def in_lines(found: Sequence[Goal]) -> Iterator[str]:
    """Yield goals as the lines of a table."""
    yield "| goal | measured | met |"
    yield "|---|---|---|"
    for goal in found:
        yield f"| {goal.goal} | {goal.found} | {'yes' if goal.met else '**no**'} |"
