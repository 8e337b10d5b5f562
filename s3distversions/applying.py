"""The verb apply, and the step of every verb that writes: what a plan says is carried out."""

from __future__ import annotations

from typing import Any, NamedTuple

from s3distversions import preflight
from s3distversions.command import Command, Result, totals
from s3distversions.errors import S3DistVersionsError, UsageError
from s3distversions.location import rebase
from s3distversions.parameters import Parameters
from s3distversions.prepare import open_existing
from s3distversions.rehearsal import gap, rehearse
from s3distversions.run import OUTCOMES, PLANS, Run
from s3distversions.sampling import Sample
from s3distversions.sizing import writing_tasks
from s3distversions.totals import Totals
from s3distversions.uploads import leftovers
from s3distversions.verifying import verified_if_asked
from s3distversions.watched import Phase


class Made(NamedTuple):
    """What is known of a plan: the totals of its lines, and some of them."""

    totals: Totals
    sample: Sample


def apply(command: Command) -> Result:
    """Carry out a plan that was made before, or finish an interrupted run."""
    run, state = open_existing(command.given.run, command.stores, "Give the folder that the plan named.")
    run.check_begun(state["plan"])  # not silently another plan than the one that was read
    if not run.has_plan(state):
        raise UsageError(f"{run.place} holds no finished plan", "Run the command that began it again.")
    parameters = command.take_up(state)
    state = run.update(**parameters.to_json())
    preflight.look(command.client(), parameters, [])
    return apply_and_tell(command, run, state)


def apply_and_tell(command: Command, run: Run, state: dict[str, Any], made: Made | None = None) -> Result:
    """Carry out the plan that `state` names, verify it where that is asked for, and conclude.

    made: what is known of it where this command has made it: its tasks have checked each line (`Settling`), and
    it is not read again.
    """
    wanted, applied = carry_out(command, run, state, made or read_plan(run, state))
    return command.conclude(run, wanted, applied, verified_if_asked(command, run))


def read_plan(run: Run, state: dict[str, Any]) -> Made:
    """Return what is known of a plan that was made before. UsageError if a line of it cannot be carried out: it
    may have gone through a person's hands."""
    parameters = Parameters.from_json(state)
    sample = Sample(parameters)
    return Made(totals(run, PLANS, state["plan"], parameters.src, sample.add), sample)


def carry_out(command: Command, run: Run, state: dict[str, Any], plan: Made) -> tuple[Totals, Totals]:
    """Look at the guards, then carry out what the plan says and no finished attempt has done.

    state: what run.json says. Return the totals of the plan and of the outcomes.
    """
    parameters = Parameters.from_json(state)
    wanted, sample = plan
    preflight.check_plan(command.client(), parameters, wanted, state["listed"]["existing"])
    was_begun = run.was_begun(state)
    run.begin_to_write(state)
    number_of_keys = sum(wanted.planned.values())
    if not number_of_keys:  # an empty input, which mrjob would take for standard input
        return wanted, Totals()
    inputs = run.journal(state)
    large = {rebase(key, parameters.src, parameters.dest) for key in wanted.large}
    earlier = leftovers(command.client(), parameters, large) if was_begun else []
    command.warn(earlier)
    rehearsed = rehearse(command, run, parameters, wanted, sample)
    phase = Phase("apply", "restoring", "keys", number_of_keys, writing_tasks(number_of_keys))
    inputs += rehearsed.inputs
    number, applied = command.run_job(phase, run, rehearsed.parameters, inputs, OUTCOMES)
    check_outcomes(number_of_keys, applied)
    command.warn(gap(applied))
    command.warn(each for each in leftovers(command.client(), parameters, large) if each not in earlier)
    run.add_applied(state["plan"], number)
    return wanted, applied


def check_outcomes(number_of_keys: int, applied: Totals) -> None:
    """Raise an error unless every planned key has an outcome."""
    missing = number_of_keys - applied.doubled - sum(applied.outcomes.values())
    if missing:
        raise S3DistVersionsError(
            f"{missing:,} of {number_of_keys:,} planned keys have no outcome", "Apply the run again."
        )
