"""What every verb is given, and what its steps share: the client, warnings, the job, the summary."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, NamedTuple

from s3distversions import client, job_options, launch, records, report, streams, words
from s3distversions.emr_cluster import EmrCluster
from s3distversions.errors import UsageError
from s3distversions.findings import is_not_attributed
from s3distversions.location import Location
from s3distversions.model import Access
from s3distversions.parameters import Parameters
from s3distversions.run import SUMMARY_FILE, Run
from s3distversions.stores import Stores
from s3distversions.timestamps import to_text
from s3distversions.totals import Totals
from s3distversions.watched import Phase, Work

LineReader = Callable[[records.Line], None]


class Result(NamedTuple):
    """What a command has to tell: the summary, as a file holds it and as people read it."""

    summary: dict[str, Any]
    text: str
    place: str  # the folder of the run
    is_complete: bool  # is all done that was to be done, and as it should be?


class Command:
    """What was given on the command line, and what the steps share."""

    def __init__(self, job_class: Any, given: argparse.Namespace, passed_on: Sequence[str], now: datetime):
        self.given = given
        self.now = now
        self.warnings: list[str] = []
        self.access = Access(given.endpoint_url, given.profile, given.no_sign_request, given.request_payer)
        self._job_class = job_class
        self._passed_on = list(passed_on)
        check_working_directory()
        self.runner = launch.runner_of(job_class, passed_on)
        job_options.check(job_class, self.runner, passed_on)
        hdfs = launch.hdfs_of(job_class, self.runner, passed_on)
        self.stores = Stores(self.client, self.runner, hdfs)
        self.cluster = EmrCluster(job_class, self.runner, passed_on)

    def client(self) -> Any:
        """Return the client of the command itself."""
        return client.make(self.access, self.given.write_parallel)

    def take_up(self, state: dict[str, Any]) -> Parameters:
        """Return the parameters of a run that was begun before, as run.json says, with what is given now;
        from here on S3 is spoken to as they say."""
        given = {name: getattr(self.given, name) for name in self.given.given}
        changes = {name: given[name] for name in given.keys() & Parameters.__dataclass_fields__.keys()}
        parameters = replace(Parameters.from_json(state), **changes)
        self.access = parameters.access
        return parameters

    def warn(self, warnings: Iterable[str]) -> None:
        """Keep warnings for the summary, and tell them now."""
        for warning in warnings:
            self.warnings.append(warning)
            if not self.given.quiet:
                streams.say(f"s3distversions: warning: {streams.one_line(warning)}")

    def run_job(
        self,
        phase: Phase,
        run: Run,
        parameters: Parameters,
        inputs: Iterable[str],
        kind: str,
        reader: LineReader | None = None,
    ) -> tuple[int, Totals]:
        """Run a phase of the job into a fresh attempt; return its number and the totals of its lines.

        `reader` gets those that have a key.
        """
        passed_on = [*self._passed_on, *self.cluster.args()]  # before a number is taken: there may be none
        number = run.new_attempt(kind)
        shown = not (self.given.quiet or self.given.no_progress)
        work = Work(phase, run, parameters, inputs, kind, number)
        launch.run_phase(self._job_class, self.runner, work, passed_on, shown)
        run.publish(kind, number)
        result = totals(run, kind, number, reader=reader)
        run.count_requests(result.requests)
        return number, result

    def conclude(
        self, run: Run, wanted: Totals | None, applied: Totals | None, verified: Totals | None = None
    ) -> Result:
        """Write summary.json from the totals of plan, outcomes and verification; return what is to be told."""
        run.count_requests(client.take_requests())
        state = run.as_begun()
        ended = to_text(datetime.now(timezone.utc))
        summary = report.summary(state, ended, wanted, applied, self.warnings, verified)
        run.write(SUMMARY_FILE, summary)
        text = words.for_people(summary, run.place, state["plan"], applied)
        return Result(summary, text, run.place, report.is_complete(summary))


def check_working_directory() -> None:
    """Raise UsageError if it is gone: mrjob's runners go elsewhere and come back."""
    try:
        os.getcwd()
    except OSError as error:
        raise UsageError(
            f"the working directory: {error.strerror}", "Change to a folder that is there."
        ) from error


def totals(
    run: Run,
    kind: str,
    number: int,
    checked: Location | None = None,
    reader: LineReader | None = None,
) -> Totals:
    """Return what the lines of an attempt add up to; `reader` gets those that have a key.

    checked: the source, where the lines are a plan that may have gone through a person's hands. UsageError if
    one of them cannot be carried out: that is known before the first write.
    """
    result = Totals()
    for line in filter(None, map(records.loads, run.lines(kind, number))):
        if checked:
            records.check_plan_line(line, checked)
        if reader and "key" in line:
            reader(line)
        # What the plan's tasks did is counted already.
        if "key" in line or not checked or is_not_attributed(line):
            result.add(line)
    return result
