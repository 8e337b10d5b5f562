"""The run that an undo undoes: opened, checked, and put before the job that plans its undo."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from s3distversions.command import Command, totals
from s3distversions.errors import S3DistVersionsError, UsageError
from s3distversions.findings import COUNTS
from s3distversions.parameters import Parameters
from s3distversions.prepare import open_existing
from s3distversions.run import OUTCOMES, PLANS, Run
from s3distversions.run_state import ended_applies
from s3distversions.sizing import writing_tasks
from s3distversions.totals import Totals
from s3distversions.watched import Phase


class Undone(NamedTuple):
    """A run that is to be undone, with what its run.json says."""

    run: Run
    state: dict[str, Any]
    parameters: Parameters


def open_undone(command: Command, place: str) -> Undone:
    """Open the run that is to be undone. UsageError if there is none in `place`, or nobody knows what it did."""
    run, _ = open_existing(place, command.stores, "Give the folder of the run that is to be undone.")
    state = run.as_begun()
    if not run.was_begun(state):
        raise UsageError(f"the run in {run.place} was never applied", "There is nothing to undo.")
    if not run.has_plan(state) and run.attempts(OUTCOMES) != set(ended_applies(state)):
        raise UsageError(
            f"the run in {run.place} was one job, and an attempt at it did not end: it keeps no journal of that",
            "Nobody can tell what it wrote. Restore once more, to a moment before it began, with a plan.",
        )
    return Undone(run, state, Parameters.from_json(state))


def look_at_undone(
    command: Command, undone: Undone, phase: Phase, run: Run, parameters: Parameters, kind: str
) -> tuple[int, Totals]:
    """Run a phase of the job over the lines of the run that is undone, into a fresh attempt of kind `kind` of
    the undo; return its number and the totals of its lines. An error unless every line was looked at."""
    plan, applied = undone.state["plan"], ended_applies(undone.state)
    # Each apply of a plan has all its keys; one job has only those that it found.
    attempts = [(PLANS, plan), *((OUTCOMES, number) for number in applied[-1:])]
    if plan is None:
        attempts = [(OUTCOMES, number) for number in applied]
    lines = 0
    for each, number in attempts:
        found = totals(undone.run, each, number, undone.parameters.src if each == PLANS else None)
        lines += sum(found.planned.values()) + sum(found.outcomes.values())
    if not lines:  # an empty input, which mrjob would take for standard input
        number = run.new_attempt(kind)
        run.write_lines(f"{kind}/{number}/part-00000", [])
        return number, Totals(listed=Counter(dict.fromkeys(COUNTS, 0)))
    inputs = [name for each, number in attempts for name in undone.run.inputs(each, number)]
    phase = phase._replace(undone=undone.parameters, tasks=writing_tasks(lines))
    number, found = command.run_job(phase, run, parameters, inputs, kind)
    if found.listed["lines"] != lines:
        raise S3DistVersionsError(
            f"{found.listed['lines']:,} of {lines:,} lines of {undone.run.place} were looked at",
            "Run the same command again.",
        )
    return number, found
