"""The verb undo: put back what a run has changed, by a run of its own."""

from __future__ import annotations

from typing import Any

from s3distversions import preflight
from s3distversions.applying import apply_and_tell
from s3distversions.command import Command, Result
from s3distversions.errors import GuardError
from s3distversions.model import UNDO
from s3distversions.parameters import Parameters
from s3distversions.prepare import check_place, check_run, open_run
from s3distversions.run import PLANS, Run
from s3distversions.totals import Totals
from s3distversions.undone import Undone, look_at_undone, open_undone
from s3distversions.watched import Phase


def undo(command: Command) -> Result:
    """Put back what a run has changed: plan, look at the guards, apply."""
    given = command.given
    undone = open_undone(command, given.run)
    parameters = parameters_of(command, undone)
    check_place(given.version_info_output, command.stores, parameters)
    check_run(given.version_info_output, parameters, command.stores, command.now)
    check_kept(command.client(), parameters)
    warnings: list[str] = []
    parameters = preflight.look(command.client(), parameters, warnings)
    command.warn(warnings)
    run, state = open_run(given.version_info_output, parameters, command.stores, command.now)
    if given.dry_run:
        return plan(command, undone, run, parameters, state)
    if not run.has_plan(state):
        state, _ = make_plan(command, undone, run, parameters, state)
        state |= parameters.to_json()  # whatever guards another command has noted meanwhile
    return apply_and_tell(command, run, state)


def parameters_of(command: Command, undone: Undone) -> Parameters:
    """Return the parameters of the undo of a run: in place, where that run has written."""
    given, of_run = command.given, command.take_up(undone.state)
    return Parameters(
        src=of_run.written,
        restore_time=undone.state["began"],
        kind=UNDO,
        undo_of=undone.run.identity,
        max_delete=given.max_delete,
        endpoint_url=of_run.endpoint_url,
        profile=of_run.profile,
        no_sign_request=of_run.no_sign_request,
        request_payer=of_run.request_payer,
        list_parallel=given.list_parallel,
        write_parallel=given.write_parallel,
        head_all=given.head_all,
    )


def check_kept(client: Any, parameters: Parameters) -> None:
    """Raise GuardError unless what the run has covered is still there."""
    if not preflight.is_kept(client, parameters):
        raise GuardError(
            f"s3://{parameters.src.bucket} keeps no versions",
            "What the run covered or deleted there is gone for good, and cannot be put back.",
        )


def plan(command: Command, undone: Undone, run: Run, parameters: Parameters, state: dict[str, Any]) -> Result:
    """Find out what has to be done, and write nothing but the run folder."""
    state, found = make_plan(command, undone, run, parameters, state)
    command.warn(preflight.objections(parameters, found, state["listed"]["existing"]))
    return command.conclude(run, found, None)


def make_plan(
    command: Command, undone: Undone, run: Run, parameters: Parameters, state: dict[str, Any]
) -> tuple[dict[str, Any], Totals]:
    """Look at every key that the run was to change; return what run.json says then, and the plan's totals.

    state: what it says now. UsageError if the bucket may be written already.
    """
    run.check_not_begun(state)
    phase = Phase("undo", "looking at what the run has changed", "keys")
    number, found = look_at_undone(command, undone, phase, run, parameters, PLANS)
    return run.take_plan(number, listed=dict(found.listed)), found
