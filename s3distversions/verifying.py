"""The verb verify, and --verify: list again, and say which keys are not as they should be, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable

from s3distversions import preflight
from s3distversions.command import Command, Result, totals
from s3distversions.errors import UsageError
from s3distversions.findings import is_not_attributed, wrong
from s3distversions.model import UNDO
from s3distversions.parameters import Parameters
from s3distversions.prepare import open_existing
from s3distversions.records import Line
from s3distversions.run import OUTCOMES, PLANS, RANGES_FILE, VERIFIED, Run
from s3distversions.run_state import ended_applies
from s3distversions.sizing import listing_tasks
from s3distversions.totals import Totals
from s3distversions.undone import look_at_undone, open_undone
from s3distversions.watched import Phase

AGAIN = "Run the command that began it again."


def verify(command: Command) -> Result:
    """Find out whether every key in scope of a run is as it should be; write nothing to the bucket."""
    hint = "Give the folder of the run that is to be verified."
    run, _ = open_existing(command.given.run, command.stores, hint)
    state = run.as_begun()
    if state["listed"] is None:
        raise UsageError(f"the run in {run.place} has not listed everything yet", AGAIN)
    parameters = command.take_up(state)
    ended = ended_applies(state)
    wanted = totals(run, PLANS, state["plan"], parameters.src) if run.has_plan(state) else None
    applied = totals(run, OUTCOMES, ended[-1]) if ended else None
    found = verified(command, run, parameters)
    result = command.conclude(run, wanted, applied, found)
    return result._replace(is_complete=not found.wrong)


def verified_if_asked(command: Command, run: Run) -> Totals | None:
    """Return what a verification finds after an apply, None where no --verify is given."""
    if not command.given.verify:
        return None
    return verified(command, run, Parameters.from_json(run.state() or {}))


def verified(command: Command, run: Run, parameters: Parameters) -> Totals:
    """Return what a verification of the run has found, now. GuardError unless everything was listed."""
    if parameters.kind == UNDO:
        return undo_verified(command, run, parameters)
    state = run.as_begun()
    name = state.get("ranges", RANGES_FILE)
    ranges = number_of_ranges(run, name)
    phase = Phase("verify", "listing and comparing", "entries", tasks=listing_tasks(ranges))
    _, found = command.run_job(phase, run, parameters, [run.input(name), *run.journal(state)], VERIFIED)
    preflight.check_listed(found, ranges)
    return found


def number_of_ranges(run: Run, name: str) -> int:
    """Return how many key ranges the run has listed. UsageError if the file that holds them is not whole."""
    try:
        lines = run.file(name).read_text().splitlines()
        numbers = [number for line in lines for number, _prefix, _after, _until in json.loads(line)]
    except (ValueError, TypeError) as error:
        raise UsageError(f"{run.place}/{name} cannot be read: {error}", AGAIN) from error
    if numbers != list(range(len(numbers))) or not numbers:
        raise UsageError(f"{run.place}/{name} is not whole", AGAIN)
    return len(numbers)


def undo_verified(command: Command, run: Run, parameters: Parameters) -> Totals:
    """Return what is left to be undone, and what cannot be attributed beyond what the plan has said."""
    assert parameters.undo_of is not None  # of every undo
    undone = open_undone(command, parameters.undo_of)
    if undone.state["began"] != parameters.restore_time:
        raise UsageError(
            f"{undone.run.place} holds another run than the one that was undone",
            "Nobody can tell any more what had to be undone.",
        )
    phase = Phase("verify-undo", "looking at what the run has changed", "keys")
    number, found = look_at_undone(command, undone, phase, run, parameters, VERIFIED)
    for record in unsaid(run, number):
        found.add(wrong(record["of"], record["reason"], None, None))
    return found


def unsaid(run: Run, number: int) -> Iterable[Line]:
    """Return the records of keys that a verification of an undo cannot attribute, but for those that its plan
    has named, and those that it has written itself, as its outcomes say by their version ids."""
    state = run.as_begun()
    left = {line["of"]: line for line in run.records(VERIFIED, number) if is_not_attributed(line)}
    for line in run.records(PLANS, state["plan"]):
        if is_not_attributed(line):
            left.pop(line["of"], None)
    for ended in ended_applies(state)[-1:]:
        for line in run.records(OUTCOMES, ended):
            if line.get("key") in left and line["version_id"] == left[line["key"]]["version_id"]:
                del left[line["key"]]
    return left.values()
