"""How the time of a listing grows with the number of versions: a table, a slope, and a picture of both."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.listing_table import MEGABYTE, Goal, Row

SMALLEST = 100_000
FROM = 1_000_000  # below it is mostly the start of Python that is measured


def sizes(largest: int) -> list[int]:
    """Return the numbers of versions up to `largest`: 1, 3, 10, 30, ... times the smallest."""
    steps = (SMALLEST * 10**power * factor for power in range(8) for factor in (1, 3))
    return [size for size in steps if size <= largest]


def slope(rows: Sequence[Row]) -> float:
    """Return the exponent with which the wall time grows: the line of least squares through the logarithms."""
    points = [(math.log(row.versions), math.log(row.ran.wall)) for row in rows]
    middle = [sum(values) / len(points) for values in zip(*points, strict=True)]
    above = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    return float(above / sum((x - middle[0]) ** 2 for x, _ in points))


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| versions | wall, s | versions/s | client CPU, s | versions per core-second | LISTs | peak, MB |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    for row in rows:
        ran = row.ran
        yield (
            f"| {row.versions:,} | {ran.wall:.1f} | {row.rate:,.0f} | {ran.cpu:.1f} | {row.per_core:,.0f} "
            f"| {ran.served.pages:,} | {ran.peak / MEGABYTE:.0f} |"
        )


def goals(rows: Sequence[Row]) -> Iterator[Goal]:
    """Yield what the growth is held to, beside what it is; nothing where there are too few points."""
    straight = [row for row in rows if row.versions >= FROM]
    if len(straight) > 1:
        found = slope(straight)
        span = f"{straight[0].versions:,} to {straight[-1].versions:,} versions"
        yield Goal(
            "a straight line: time grows as the versions do", f"exponent {found:.2f}, {span}", found < 1.05
        )
    for small in rows:
        for large in rows:
            if large.versions == 10 * small.versions:
                ratio = large.ran.peak / small.ran.peak
                what = f"{small.versions:,} to {large.versions:,} versions: {ratio:.2f} times the peak"
                yield Goal("10 times the versions: at most 1.1 times the memory", what, ratio <= 1.1)


def draw(rows: Sequence[Row], file: Path) -> None:
    """Write the picture, log-log. ImportError where there is no matplotlib."""
    # Here: it is for developers alone, and what is measured starts from a process without it.
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "listing"  # the same figures, the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.5), layout="constrained")
    numbers = [row.versions for row in rows]
    axes.loglog(numbers, [row.ran.wall for row in rows], "o-", label="wall time")
    axes.loglog(numbers, [row.ran.cpu for row in rows], "s--", label="CPU of the client")
    last = rows[-1]
    proportional = [last.ran.wall * number / last.versions for number in numbers]
    axes.loglog(numbers, proportional, ":", color="grey", label="in proportion to the last")
    axes.set(xlabel="versions", ylabel="seconds", title="plan, inline, a server that answers at once")
    axes.grid(True, which="both", alpha=0.3)
    axes.legend()
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)
