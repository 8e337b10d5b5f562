"""Real runs beside which the scale model is held, and from which it gets its CPU: `bench` and `listing` measure."""

from __future__ import annotations

import argparse
import json
import os
import random
import shlex
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from benchmarks import bench, listing, throttling
from benchmarks.listers import ours
from benchmarks.listing_table import PAGE, Row
from benchmarks.measure import Measured, cpu_of, measure
from benchmarks.quiet import quietest
from benchmarks.scale_model import (
    PAGES_A_RANGE,
    TASK_START,
    Costs,
    Setup,
)
from s3distversions.command import totals
from s3distversions.parameters import Parameters
from s3distversions.run import OUTCOMES, PLANS
from s3distversions.sampling import Sample
from s3distversions.sizing import ACTIONS_A_TASK, MOST_RANGES, MOST_WRITING_TASKS, RANGES_A_TASK
from tests.embedded_s3 import EmbeddedS3

FEW_VERSIONS, FEW_KEYS = 1_000, 100  # which take no longer than starting
PLENTY_OF_VERSIONS, PLENTY_OF_KEYS = 2_000_000, 12_000
MANY_TASKS = 9  # of a cluster's job, beside one
IN_FLIGHT = 32  # in a task; also what the command does where it is not told


class Runner(NamedTuple):
    """One of mrjob's, with more options for it. tasks: at a time. ranges: that the command cuts the keys in before."""

    name: str
    more: tuple[str, ...] = ()
    tasks: int = 1
    ranges: int = 1
    is_cluster: bool = False

    def setup(
        self, versions: int, page_wait: float, write_wait: float, start: float, container: float = 0.0
    ) -> Setup:
        """Return what the model is given of a run on this machine."""
        ranges, listing_tasks, actions = self.ranges, self.tasks, 1.0
        if self.is_cluster:
            ranges = max(1, min(self.ranges, versions // PAGE // PAGES_A_RANGE))
            listing_tasks, actions = -(-ranges // RANGES_A_TASK), ACTIONS_A_TASK
        return Setup(
            nodes=1,
            cores=os.cpu_count() or 1,
            slots=self.tasks,
            listing_tasks=listing_tasks,
            actions_a_task=actions,
            most_writing_tasks=MOST_WRITING_TASKS if self.is_cluster else self.tasks,
            ranges=ranges,
            page_wait=page_wait,
            write_wait=write_wait,
            probe_wait=page_wait,
            task_start=TASK_START if self.is_cluster else 0.0,
            container=container,
            start=start,
        )


INLINE = Runner("inline")
LOCAL = Runner("local", tasks=os.cpu_count() or 1, ranges=8 * (os.cpu_count() or 1))


def on_hadoop(more: str, tasks: int) -> Runner:
    """Return the runner of a cluster that is there. more: options for the command; tasks: that run at a time."""
    return Runner("hadoop", tuple(shlex.split(more)), tasks, MOST_RANGES, is_cluster=True)


class Measuring:
    """Measures, with all files in one folder. Whoever makes it forgets his surroundings first."""

    def __init__(self, folder: str, s3: EmbeddedS3, seed: int = 14) -> None:
        self._folder, self._s3, self._chance = folder, s3, random.Random(seed)
        self._bench = listing.Bench(
            argparse.Namespace(list_parallel=IN_FLIGHT, peers=False, server_processes=1), folder
        )
        self._buckets = 0
        self.others = 0.0  # the largest share of the cores that others had in a run

    def listed(self, runner: Runner, versions: int, wait: float = 0.0, tls: bool = False) -> Row:
        """Plan over so many versions on the endless S3. wait: seconds of every request."""
        certificate = self._bench.certificate() if tls else None

        def command(endpoint: str) -> tuple[list[str], dict[str, str]]:
            line, variables = ours(runner.name, IN_FLIGHT).command(endpoint)
            return [*line, *runner.more], variables

        more = {"certificate": certificate} if certificate else {}
        lister = ours(runner.name, IN_FLIGHT)._replace(command=command)
        return self._alone(runner, lambda: self._bench.row(lister, versions, latency=wait * 1000, **more))

    def restored(self, runner: Runner, keys: int, wait: float = 0.0, deleted: bool = False) -> Measured:
        """Restore so many keys on the embedded S3 by a copy each; deleted: by a delete marker each."""
        return self._alone(runner, lambda: self._restored(runner, keys, wait, deleted))

    def _alone(self, runner: Runner, run: Callable[[], Any]) -> Any:
        """Return a run that others did not disturb. Of a cluster, which counts as others, any run."""
        if runner.is_cluster:
            return run()
        result, others = quietest(run, self._spent)
        self.others = max(self.others, others)
        return result

    def _spent(self) -> float:
        """Return the seconds of CPU that this process, those it has ended and the embedded S3 have spent."""
        return sum(os.times()[:4]) + (cpu_of(self._s3) or 0.0)

    def _restored(self, runner: Runner, keys: int, wait: float, deleted: bool, *more: str) -> Measured:
        self._buckets += 1
        bucket, s3 = f"scale-{self._buckets}", self._s3
        bench.tell(f"restoring {keys:,} keys, {runner.name}, {wait * 1000:.0f} ms a request")
        entries = (
            throttling.entries("deletes", keys, self._chance)
            if deleted
            else bench.overwritten("data/", keys, self._chance)
        )
        s3.load(bucket, entries)
        s3.settings(latency=wait)
        how = [*(["--delete"] if deleted else []), "-r", runner.name, *runner.more, *more]
        command = bench.tool(s3, "restore", "--src", f"s3://{bucket}", *how)
        ran = measure(s3, command, self._folder)
        s3.settings(latency=0)
        bench.check(f'"done": {keys}' in ran.output, f"{runner.name}, {keys} keys: {ran.output[:500]}")
        return ran

    def line(self, keys: int = PLENTY_OF_KEYS) -> float:
        """Return what the command itself spends on a key: it reads the plan and the outcomes."""
        run = str(Path(self._folder, f"run-{self._buckets}"))
        self._restored(INLINE, keys, 0.0, False, "--version-info-output", run)

        def lines(kind: str, number: int) -> list[str]:
            parts = sorted(Path(run, kind, str(number)).glob("part-*"))
            return [line for part in parts for line in part.read_text().splitlines()]

        parameters = Parameters.from_json(json.loads(Path(run, "run.json").read_text()))
        there: Any = SimpleNamespace(lines=lines)
        began = time.process_time()
        totals(there, PLANS, 1, reader=Sample(parameters).add)
        totals(there, OUTCOMES, 1)
        return (time.process_time() - began) / keys


class Calibration(NamedTuple):
    """What one runner takes here: its CPU, and the seconds that starting a plan and a restore takes."""

    costs: Costs
    plan_start: float
    restore_start: float
    container: float = 0.0  # seconds of CPU that a cluster takes to start and end a task


def calibrate(measuring: Measuring, runner: Runner, repeat: int, costs: Costs | None) -> Calibration:
    """Measure what starting takes; and, where it is not known, what a page, a copy and a delete take; medians.

    The server answers at once. The CPU is that of many less that of few, so that starting is left out of it.
    """
    planned = [measuring.listed(runner, FEW_VERSIONS) for _ in range(repeat)]
    restored = [measuring.restored(runner, FEW_KEYS) for _ in range(repeat)]
    if costs is None:
        cpus = median(planned, lambda row: row.ran.cpu), median(restored, lambda ran: ran.cpu)
        costs = per_request(measuring, runner, repeat, *cpus)
    plan, restore = median(planned, lambda row: row.ran.wall), median(restored, lambda ran: ran.wall)
    return Calibration(costs, plan, restore, container(measuring, runner, plan) if runner.is_cluster else 0.0)


def container(measuring: Measuring, runner: Runner, plan_start: float) -> float:
    """Return what a cluster on this machine takes to start and end a task: of a plan with next to nothing to do,
    whose tasks are many, beside one whose tasks are few. While tasks start nothing else is at work."""
    many = runner._replace(more=(*runner.more, "-D", f"mapreduce.job.reduces={MANY_TASKS}"))
    further = many.setup(0, 0, 0, 0)._replace(listing_tasks=MANY_TASKS).further_containers(0)
    wall = measuring.listed(many, FEW_VERSIONS).ran.wall
    return max(0.0, wall - plan_start) * (os.cpu_count() or 1) / further


def per_request(
    measuring: Measuring, runner: Runner, repeat: int, plan_cpu: float, restore_cpu: float
) -> Costs:
    """Return what a page, a copy and a delete take. plan_cpu, restore_cpu: of starting."""
    listed = [measuring.listed(runner, PLENTY_OF_VERSIONS) for _ in range(repeat)]
    copied = [measuring.restored(runner, PLENTY_OF_KEYS) for _ in range(repeat)]
    deleted = [measuring.restored(runner, PLENTY_OF_KEYS, deleted=True) for _ in range(repeat)]
    line, keys = measuring.line(), PLENTY_OF_KEYS - FEW_KEYS
    pages = median(listed, lambda row: row.ran.served.pages)
    return Costs(
        page=(median(listed, lambda row: row.ran.cpu) - plan_cpu) / pages,
        copy=(median(copied, lambda ran: ran.cpu) - restore_cpu) / keys - line,
        delete=(median(deleted, lambda ran: ran.cpu) - restore_cpu) / keys - line,
        line=line,
        served_page=median(listed, lambda row: row.ran.served.cpu) / pages,
        served_copy=median(copied, lambda ran: ran.server_cpu or 0.0) / PLENTY_OF_KEYS,
        pages_a_version=pages / PLENTY_OF_VERSIONS,
    )


def page_over_tls(measuring: Measuring, runner: Runner, repeat: int) -> float:
    """Return the CPU of a page that comes over TLS, as on AWS."""
    few, many = (
        [measuring.listed(runner, versions, tls=True) for _ in range(repeat)]
        for versions in (FEW_VERSIONS, PLENTY_OF_VERSIONS)
    )
    cpus = [median(rows, lambda row: row.ran.cpu) for rows in (few, many)]
    return (cpus[1] - cpus[0]) / median(many, lambda row: row.ran.served.pages)


def median(rows: Sequence[Any], figure: Callable[[Any], float]) -> float:
    """Return the median of a figure."""
    return statistics.median(map(figure, rows))
