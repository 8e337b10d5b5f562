"""What is found out between the guards and the first write, and told: settings, permissions, conditions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from s3distversions import probes, surroundings
from s3distversions.command import Command
from s3distversions.conditions import COPY_OBJECT
from s3distversions.model import COPY
from s3distversions.parameters import Parameters
from s3distversions.records import Line
from s3distversions.run import Run
from s3distversions.sampling import Sample
from s3distversions.totals import Totals
from s3distversions.writing import Writing

NOT_TRIED = (
    "none of the copies is small and readable enough to try whether this server heeds conditions: "
    "each key is looked at just before, too"
)


class Rehearsed(NamedTuple):
    """How the job is to write; and the files with the outcomes of writes that finding that out has done."""

    parameters: Parameters
    inputs: list[str]


def rehearse(command: Command, run: Run, parameters: Parameters, plan: Totals, sample: Sample) -> Rehearsed:
    """Ask for settings, try whether the role may write and whether the server heeds conditions; warn.

    What was found about conditions is kept in run.json: a run that is taken up does not try again. Writes, but
    nothing that is not in the plan. GuardError if the role may not write.
    """
    client = command.client()
    copies = plan.planned[COPY]
    if copies:
        command.warn(surroundings.of_writes(client, parameters))
    head_all = surroundings.is_each_asked(client, parameters, copies, sample.versions)
    to_try = sample.to_try
    known = known_already(run, parameters)
    writing = Writing(client, replace(parameters, head_all=head_all), is_probed=False)
    lines = probes.probe(writing, {name: items for name, items in to_try.items() if name not in known})
    known |= {
        name: name not in writing.conditions.ignored for name in to_try.keys() - writing.conditions.unknown
    }
    unconditional = tuple(name for name in to_try if not known.get(name))
    command.warn(passing_over(unconditional))
    if copies and COPY_OBJECT not in to_try and not known.get(COPY_OBJECT):
        command.warn([NOT_TRIED])
        unconditional += (COPY_OBJECT,)
    parameters = replace(parameters, unconditional=unconditional)
    run.update(
        conditions={"endpoint_url": parameters.endpoint_url, "heeded": known}, unconditional=unconditional
    )
    return Rehearsed(replace(parameters, head_all=head_all), kept(run, lines))


def known_already(run: Run, parameters: Parameters) -> dict[str, bool]:
    """Return what an earlier attempt has found of this server: {operation: are its conditions heeded?}."""
    found: Any = (run.state() or {}).get("conditions")
    try:
        heeded = dict(found["heeded"]) if found["endpoint_url"] == parameters.endpoint_url else {}
    except (TypeError, ValueError, KeyError):  # there was none, or somebody edited the file
        return {}
    return {name: value for name, value in heeded.items() if isinstance(value, bool)}


def kept(run: Run, lines: Sequence[Line]) -> list[str]:
    """Keep the outcomes of writes that were done already where the job reads them; return what it is to call the files."""
    if not lines:
        return []
    probed = (json.dumps({**line, "probed": True}) for line in lines)
    return [run.input(run.keep_lines("probed", probed))]


def passing_over(operations: Iterable[str]) -> list[str]:
    """Return the warning that the server passes over the conditions of operations, if there are any."""
    names = " and ".join(sorted(operations))
    what = "each key is looked at just before, and what somebody else writes in between is covered"
    return [f"this server does not heed the conditions of {names}: {what}"] if names else []


def gap(applied: Totals) -> list[str]:
    """Return the warning of how long a write by somebody else could go unnoticed, if it could."""
    if not applied.unconditional and not applied.widest_gap:
        return []
    names = " or ".join(sorted(applied.unconditional)) or "write"
    return [
        f"the widest gap between the look at a key and the end of its {names} was {applied.widest_gap:.3f} s"
    ]
