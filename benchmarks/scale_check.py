"""The scale model beside real runs on this machine: three sizes, with and without a wait for S3, on each runner."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from benchmarks.bench import tell
from benchmarks.scale_measure import Calibration, Measuring, Runner
from benchmarks.scale_model import Estimate, Work, estimate

# None is a size at which `scale_measure` takes the CPU from: else it would be held beside itself.
LISTED, LISTING_WAITS = (300_000, 1_000_000, 4_000_000), (0.0, 0.25)
RESTORED, WRITING_WAITS = (2_000, 8_000, 30_000), (0.0, 0.1)
WITHIN = 0.25
SHORT_SECONDS, SHORT_REPEAT = 15, 3  # one run of a second or ten says little on a machine that others use


class Checked(NamedTuple):
    """A run that was measured, and what the model had said. wait: seconds of each request."""

    runner: str
    what: str
    number: int
    wait: float
    predicted: Estimate
    measured: list[float]

    @property
    def ratio(self) -> float:
        """What was measured, in the median, by what was predicted."""
        return statistics.median(self.measured) / self.predicted.seconds

    @property
    def is_within(self) -> bool:
        """Does the prediction differ from what was measured by a quarter of that at most?"""
        return abs(1 / self.ratio - 1) <= WITHIN


def checked(measuring: Measuring, runner: Runner, known: Calibration, repeat: int) -> Iterator[Checked]:
    """Run the command at each size, as a plan and as a restore; yield each beside the model."""
    # A job on a cluster takes most of a minute, whatever there is to do: there only with a wait.
    some = slice(-1, None) if runner.is_cluster else slice(None)
    for versions in LISTED:
        for wait in LISTING_WAITS[some]:
            setup = runner.setup(versions, wait, wait, known.plan_start, known.container)
            predicted = estimate(Work(versions), setup, known.costs)
            number = how_often(predicted, repeat)
            walls = [measuring.listed(runner, versions, wait).ran.wall for _ in range(number)]
            yield told(Checked(runner.name, "plan, versions", versions, wait, predicted, walls))
    for keys in RESTORED:
        for wait in WRITING_WAITS[some]:
            setup = runner.setup(2 * keys, wait, wait, known.restore_start, known.container)
            predicted = estimate(Work(2 * keys, keys), setup, known.costs)
            number = how_often(predicted, repeat)
            walls = [measuring.restored(runner, keys, wait).wall for _ in range(number)]
            yield told(Checked(runner.name, "restore, keys", keys, wait, predicted, walls))


def how_often(predicted: Estimate, repeat: int) -> int:
    """Return how often a run is measured: what is short, three times at least."""
    return max(repeat, SHORT_REPEAT) if predicted.seconds < SHORT_SECONDS else repeat


def told(row: Checked) -> Checked:
    """Return a row that is told on standard error, too: the others take long."""
    tell(f"{row.what}: {row.number:,}: {row.ratio:.2f} times the predicted {row.predicted.seconds:.1f} s")
    return row


def lines(rows: Sequence[Checked]) -> Iterator[str]:
    """Yield a table of them, and below it how many are near enough."""
    yield "| runner | what | number | wait, ms | predicted, s | most of it | measured, s | × predicted | within 25 % |"
    yield "|---|---|---:|---:|---:|---|---:|---:|---|"
    for row in rows:
        yield (
            f"| {row.runner} | {row.what} | {row.number:,} | {row.wait * 1000:.0f} "
            f"| {row.predicted.seconds:.1f} | {row.predicted.binds} | {statistics.median(row.measured):.1f} "
            f"| {row.ratio:.2f} | {'yes' if row.is_within else '**no**'} |"
        )
    yield ""
    yield f"{sum(row.is_within for row in rows)} of {len(rows)} are within 25 % of what was measured."
