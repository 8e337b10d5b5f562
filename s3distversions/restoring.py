"""The verbs restore, plan and undelete: list, choose, and (but for plan) carry out."""

from __future__ import annotations

import json
import os
from typing import Any

from s3distversions import client as s3client
from s3distversions import cutting, preflight, sizing, surroundings, words
from s3distversions.applying import Made, apply_and_tell
from s3distversions.command import Command, LineReader, Result
from s3distversions.errors import UsageError
from s3distversions.model import COPY
from s3distversions.prepare import Scope, prepare
from s3distversions.rehearsal import gap, passing_over
from s3distversions.run import OUTCOMES, PLANS
from s3distversions.sampling import Sample
from s3distversions.sizing import listing_tasks
from s3distversions.totals import Totals
from s3distversions.verifying import verified_if_asked
from s3distversions.watched import Phase

RANGES_A_TASK = 8  # here; its threads cut them further: more than one, for they are never quite of one size
MOST_RANGES = 1000  # that are looked for here, one request each
RANGES_A_GROUP = 1000  # at most, so that no line of the job's input is long
GROUPS_A_RUN = 64  # at least, where there are ranges enough: more than tasks, so that they can be spread


def restore(command: Command) -> Result:
    """Bring the source, or the destination, to its state at the restore time; or back what was deleted."""
    if command.given.dry_run:
        return plan(command)
    scope = prepare(command.given, command.stores, command.now)
    command.warn(scope.warnings)
    if command.given.one_job:
        return in_one_job(command, scope)
    if scope.run.has_plan(scope.state):
        began = scope.state["began"]
        command.warn([f"the run begun at {began} is taken up: what happened since then is not in its plan"])
        return apply_and_tell(command, scope.run, scope.state)
    sample = Sample(scope.parameters)
    state, found = make_plan(command, scope, sample.add)
    state |= scope.parameters.to_json()  # whatever guards another command has noted meanwhile
    return apply_and_tell(command, scope.run, state, Made(found, sample))


def plan(command: Command) -> Result:
    """Find out what has to be done, and write nothing but the run folder."""
    scope = prepare(command.given, command.stores, command.now)
    command.warn(scope.warnings)
    state, found = make_plan(command, scope)
    command.warn(preflight.objections(scope.parameters, found, state["listed"]["existing"]))
    command.warn(surroundings.of_writes(command.client(), scope.parameters) if found.planned[COPY] else [])
    return command.conclude(scope.run, found, None)


def make_plan(
    command: Command, scope: Scope, reader: LineReader | None = None
) -> tuple[dict[str, Any], Totals]:
    """List the ranges and choose; return what run.json says then, and the totals of the plan, whose lines
    `reader` gets. UsageError if the bucket may be written already."""
    scope.run.check_not_begun(scope.state)
    scope, run = cut_up(command, scope), scope.run
    ranges = write_ranges(scope, command.runner)
    tasks = listing_tasks(len(scope.ranges))
    phase = Phase("plan", "listing and comparing", "entries", tasks=tasks)
    number, found = command.run_job(phase, run, scope.parameters, [run.input(ranges)], PLANS, reader)
    return run.take_plan(number, listed=listing_of(command, scope, found), ranges=ranges), found


def in_one_job(command: Command, scope: Scope) -> Result:
    """Shuffle, list and choose, restore: in one mrjob job, as the original did."""
    if scope.run.has_plan(scope.state):
        raise UsageError(
            f"the run in {scope.run.place} has a plan, of which one job would know nothing",
            "Leave out --one-job to apply it, or choose a new folder.",
        )
    scope, run = cut_up(command, scope), scope.run
    ranges = write_ranges(scope, command.runner)
    phase = Phase("one-job", "restoring", "entries and keys", tasks=listing_tasks(len(scope.ranges)))
    command.warn(surroundings.of_writes(command.client(), scope.parameters))
    run.begin_to_write(scope.state)
    number, applied = command.run_job(phase, run, scope.parameters, [run.input(ranges)], OUTCOMES)
    run.update(listed=listing_of(command, scope, applied), ranges=ranges)
    run.add_applied(None, number)
    command.warn([*passing_over(applied.unconditional), *gap(applied)])
    return command.conclude(run, None, applied, verified_if_asked(command, run))


def cut_up(command: Command, scope: Scope) -> Scope:
    """Cut the ranges into as many as keep all tasks at work, where they hold enough for that.

    In one task threads take from each other what they list (`stealing`), which costs less; tasks cannot.
    """
    if command.runner == "inline":
        return scope
    wanted = scope.parameters
    number = min(RANGES_A_TASK * (os.cpu_count() or 1), MOST_RANGES)
    if command.stores.is_cluster:
        number = sizing.MOST_RANGES
    client = s3client.make(command.access, wanted.list_parallel, reads_only=True)
    ranges = cutting.cut(client, wanted.src.bucket, scope.ranges, number, wanted.list_parallel)
    return scope._replace(ranges=ranges)


def write_ranges(scope: Scope, runner: str) -> str:
    """Write the job's input, groups of numbered ranges, a group a line; return the name of the file.

    On inline, where tasks run one after the other, all ranges are one group, so that threads see them all.
    """
    numbered = [[number, *keys] for number, keys in enumerate(scope.ranges)]
    groups = max(GROUPS_A_RUN, sizing.listing_tasks(len(numbered)) * sizing.RANGES_A_TASK)
    even = RANGES_A_GROUP if runner == "inline" else -(-len(numbered) // groups)
    size = min(max(even, 1), RANGES_A_GROUP)
    groups_of_ranges = (numbered[start : start + size] for start in range(0, len(numbered), size))
    return scope.run.keep_lines("ranges", map(json.dumps, groups_of_ranges))


def listing_of(command: Command, scope: Scope, found: Totals) -> dict[str, int]:
    """Return what run.json keeps of what was listed. GuardError unless every range was listed to its end."""
    preflight.check_listed(found, len(scope.ranges))
    wanted = scope.parameters
    is_filtered = bool(wanted.filters) or wanted.src_pattern is not None
    command.warn(words.nothing_there(found, wanted.src.uri, wanted.prefixes is not None, is_filtered))
    return {**found.listed, "ranges": len(scope.ranges)}
