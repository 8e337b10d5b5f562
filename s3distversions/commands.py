"""The verbs, each a list of steps: restore, plan, apply."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, NamedTuple

from s3distversions import client, job_options, launch, preflight, records, report, streams
from s3distversions.errors import S3DistVersionsError, UsageError
from s3distversions.launch import Phase
from s3distversions.location import Location
from s3distversions.parameters import Parameters
from s3distversions.prepare import Scope, check_place, prepare
from s3distversions.report import Totals
from s3distversions.run import OUTCOMES, PLANS, RANGES_FILE, SUMMARY_FILE, Run
from s3distversions.timestamps import to_text

RANGES_A_GROUP = 1000  # at most, so that no line of the job's input is long
GROUPS_A_RUN = 64  # at least, where there are ranges enough: more than tasks, so that they can be spread


class Result(NamedTuple):
    """What a command has to tell: the summary, as a file holds it and as people read it."""

    summary: dict[str, Any]
    text: str
    place: str  # the folder of the run


class Command:
    """What was given on the command line, and what the steps share."""

    def __init__(self, job_class: Any, given: argparse.Namespace, passed_on: Sequence[str], now: datetime):
        self.given = given
        self.now = now
        self.warnings: list[str] = []
        self._job_class = job_class
        self._passed_on = list(passed_on)
        check_working_directory()
        self.runner = launch.runner_of(job_class, passed_on)
        job_options.check(job_class, passed_on)

    def client(self) -> Any:
        """Return the client of the command itself."""
        return client.make(self.given.endpoint_url, self.given.profile, self.given.write_parallel)

    def warn(self, warnings: Iterable[str]) -> None:
        """Keep warnings for the summary, and tell them now."""
        for warning in warnings:
            self.warnings.append(warning)
            if not self.given.quiet:
                streams.say(f"s3distversions: warning: {streams.one_line(warning)}")

    def run_job(
        self, phase: Phase, run: Run, parameters: Parameters, inputs: Iterable[Any], kind: str
    ) -> tuple[int, Totals]:
        """Run a phase of the job into a fresh attempt; return its number and the totals of its lines."""
        number = run.new_attempt(kind)
        shown = not (self.given.quiet or self.given.no_progress)
        output = run.attempt(kind, number)
        launch.run_phase(
            self._job_class, self.runner, phase, run, parameters, inputs, output, self._passed_on, shown
        )
        run.publish(kind, number)
        result = totals(run, kind, number)
        run.count_requests(result.requests)
        return number, result


def check_working_directory() -> None:
    """Raise UsageError if it is gone: mrjob's runners go elsewhere and come back."""
    try:
        os.getcwd()
    except OSError as error:
        raise UsageError(
            f"the working directory: {error.strerror}", "Change to a folder that is there."
        ) from error


def restore(command: Command) -> Result:
    """Bring the source, or the destination, to its state at the restore time."""
    scope = prepare(command.given, command.client, command.now)
    command.warn(scope.warnings)
    if command.given.one_job:
        return in_one_job(command, scope)
    if scope.run.has_plan(scope.state):
        began = scope.state["began"]
        command.warn([f"the run begun at {began} is taken up: what happened since then is not in its plan"])
    else:
        make_plan(command, scope)
    return carry_out(command, scope.run)


def plan(command: Command) -> Result:
    """Find out what has to be done, and write nothing but the run folder."""
    scope = prepare(command.given, command.client, command.now)
    command.warn(scope.warnings)
    if scope.state["applied"] or scope.run.was_begun(OUTCOMES):
        raise UsageError(
            f"the run in {scope.run.place} is applied already", "Choose a new folder for a plan."
        )
    state, found = make_plan(command, scope)
    command.warn(preflight.objections(scope.parameters, found, state["listed"]["existing"]))
    return conclude(command, scope.run, found, None)


def apply(command: Command) -> Result:
    """Carry out a plan that was made before, or finish an interrupted run."""
    check_place(command.given.run, option="RUN")
    run = Run(command.given.run, command.client, "RUN")
    state = run.state()
    if state is None:
        raise UsageError(f"{run.place} holds no run", "Give the folder that the plan named.")
    if not run.has_plan(state):
        raise UsageError(f"{run.place} holds no finished plan", "Run the command that began it again.")
    overrides = ("endpoint_url", "profile", "max_delete")
    changes = {name: getattr(command.given, name) for name in overrides if getattr(command.given, name)}
    parameters = replace(Parameters.from_json(state), **changes)
    if command.given.overwrite:
        parameters = replace(parameters, overwrite=True)
    if "write_parallel" in command.given.given:
        parameters = replace(parameters, write_parallel=command.given.write_parallel)
    run.update(**parameters.to_json())
    command.given.endpoint_url, command.given.profile = parameters.endpoint_url, parameters.profile
    preflight.look(command.client(), parameters, [])
    return carry_out(command, run)


def make_plan(command: Command, scope: Scope) -> tuple[dict[str, Any], Totals]:
    """List the ranges and choose; return what run.json says then, and the totals of the plan."""
    run = scope.run
    write_ranges(scope, command.runner)
    phase = Phase("plan", "listing and comparing", "entries")
    number, found = command.run_job(phase, run, scope.parameters, [run.path / RANGES_FILE], PLANS)
    return run.update(plan=number, listed=listing_of(command, scope, found)), found


def carry_out(command: Command, run: Run) -> Result:
    """Look at the guards, then carry out what the plan says and no finished attempt has done."""
    state = run.state() or {}
    parameters = Parameters.from_json(state)
    wanted = totals(run, PLANS, state["plan"], parameters.src)
    preflight.check_plan(command.client(), parameters, wanted, state["listed"]["existing"])
    number_of_keys = sum(wanted.planned.values())
    if not number_of_keys:  # an empty input, which mrjob would take for standard input
        return conclude(command, run, wanted, Totals())
    earlier = [each["attempt"] for each in state["applied"] if each["plan"] == state["plan"]]
    attempts = [(PLANS, state["plan"]), *((OUTCOMES, number) for number in earlier[-1:])]
    inputs = [part for kind, number in attempts for part in run.parts(kind, number)]
    phase = Phase("apply", "restoring", "keys", number_of_keys)
    number, applied = command.run_job(phase, run, parameters, inputs, OUTCOMES)
    check_outcomes(number_of_keys, applied)
    run.add_applied(state["plan"], number)
    return conclude(command, run, wanted, applied)


def in_one_job(command: Command, scope: Scope) -> Result:
    """Shuffle, list and choose, restore: in one mrjob job, as the original did."""
    run = scope.run
    write_ranges(scope, command.runner)
    phase = Phase("one-job", "restoring", "entries and keys")
    number, applied = command.run_job(phase, run, scope.parameters, [run.path / RANGES_FILE], OUTCOMES)
    run.update(listed=listing_of(command, scope, applied))
    run.add_applied(None, number)
    return conclude(command, run, None, applied)


def conclude(command: Command, run: Run, wanted: Totals | None, applied: Totals | None) -> Result:
    """Write summary.json and return it."""
    state = run.count_requests(client.take_requests())
    ended = to_text(datetime.now(timezone.utc))
    summary = report.summary(state, ended, wanted, applied, command.warnings)
    run.write(SUMMARY_FILE, summary)
    return Result(summary, report.for_people(summary, run.place, state["plan"], applied), run.place)


def write_ranges(scope: Scope, runner: str) -> None:
    """Write the job's input: groups of numbered ranges, a group a line.

    On inline, where tasks run one after the other, all ranges are one group, so that threads see them all.
    """
    numbered = [[number, *keys] for number, keys in enumerate(scope.ranges)]
    even = RANGES_A_GROUP if runner == "inline" else -(-len(numbered) // GROUPS_A_RUN)
    size = min(max(even, 1), RANGES_A_GROUP)
    groups = (numbered[start : start + size] for start in range(0, len(numbered), size))
    scope.run.write_lines(RANGES_FILE, map(json.dumps, groups))


def listing_of(command: Command, scope: Scope, found: Totals) -> dict[str, int]:
    """Return what run.json keeps of what was listed. GuardError unless every range was listed to its end."""
    preflight.check_listed(found, len(scope.ranges))
    if scope.parameters.prefixes is not None:
        command.warn(report.empty_prefixes(found))
    elif not found.listed["keys"]:
        command.warn(
            [f"there is nothing in {scope.parameters.src.uri!r}, and nothing was there; is it spelt right?"]
        )
    return dict(found.listed)


def check_outcomes(number_of_keys: int, applied: Totals) -> None:
    """Raise an error unless every planned key has an outcome."""
    missing = number_of_keys - applied.doubled - sum(applied.outcomes.values())
    if missing:
        raise S3DistVersionsError(
            f"{missing:,} of {number_of_keys:,} planned keys have no outcome", "Apply the run again."
        )


def totals(run: Run, kind: str, number: int, checked: Location | None = None) -> Totals:
    """Return what the lines of an attempt add up to.

    checked: the source, where the lines are a plan that may have gone through a person's hands. UsageError if
    one of them cannot be carried out: that is known before the first write.
    """
    result = Totals()
    for line in filter(None, map(records.loads, run.lines(kind, number))):
        if checked:
            records.check_plan_line(line, checked)
        if "key" in line or not checked:  # what the plan's tasks did is counted already
            result.add(line)
    return result
