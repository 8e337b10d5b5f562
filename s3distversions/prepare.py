"""What a restore begins with: parameters checked, buckets looked at, ranges known, the run folder open."""

from __future__ import annotations

import argparse
import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from s3distversions import location, prefixes, preflight, storage, surroundings, timestamps
from s3distversions.errors import UsageError
from s3distversions.model import RESTORE, UNDELETE, UNDO, KeyRange
from s3distversions.parameters import Parameters
from s3distversions.run import OPTION, Run
from s3distversions.stores import Stores


class Scope(NamedTuple):
    """Where a restore begins. `state` is what run.json says already: more than parameters if it is resumed."""

    parameters: Parameters
    ranges: list[KeyRange]
    run: Run
    state: dict[str, Any]
    warnings: list[str]


def prepare(given: argparse.Namespace, stores: Stores, now: datetime) -> Scope:
    """Check what was given, look at the buckets, and open the run folder: a new one, or that of this run.

    Reads S3 only; writes the run folder. UsageError, GuardError or S3Error if it cannot begin.
    """
    client = stores.client
    parameters = parameters_of(given, now)
    check_place(given.version_info_output, stores, parameters)
    check_run(given.version_info_output, parameters, stores, now)
    ranges = parameters.src.ranges()
    if given.prefixes is not None:
        data = stores.read(given.prefixes, "--prefixes")
        ranges = prefixes.read(data, given.prefixes, parameters.src)
        parameters = replace(parameters, prefixes=digest(ranges))
    check_room(ranges, parameters)
    warnings: list[str] = []
    parameters = preflight.look(client(), parameters, warnings)
    warnings += surroundings.of_history(client(), parameters, ranges, now)
    if given.one_job:
        check_one_job(client(), parameters)
    run, state = open_run(given.version_info_output, parameters, stores, now)
    return Scope(parameters, list(parted(ranges, parameters)), run, state, warnings)


def parameters_of(given: argparse.Namespace, now: datetime) -> Parameters:
    """Return the run's parameters, resolved; the prefix list is not read yet. UsageError if they are wrong."""
    src = location.parse(given.src, "--src")
    dest = location.parse(given.dest, "--dest") if given.dest is not None else None
    if dest is not None and location.overlap(src, dest):
        raise UsageError(
            f"--dest {dest.uri} overlaps with --src {src.uri}", "Leave out --dest to restore in place."
        )
    restore_time = restore_time_of(given, now)
    return Parameters(
        src=src,
        restore_time=restore_time,
        dest=dest,
        delete=given.delete,
        max_delete=given.max_delete,
        undelete=given.undelete,
        overwrite=given.overwrite,
        endpoint_url=given.endpoint_url,
        profile=given.profile,
        list_parallel=given.list_parallel,
        write_parallel=given.write_parallel,
        kind=UNDELETE if given.verb == UNDELETE else RESTORE,
        only=given.only,
        keep_newer_than=keep_newer_than_of(given, now, restore_time),
        filters=given.filters,
        src_pattern=given.src_pattern,
        storage_class=given.storage_class,
        sse=given.sse or ("aws:kms" if given.sse_kms_key_id is not None else None),
        sse_kms_key_id=given.sse_kms_key_id,
        acl=given.acl,
        thaw=given.thaw,
        thaw_days=given.thaw_days,
        head_all=given.head_all,
        request_payer=given.request_payer,
        no_sign_request=given.no_sign_request,
    )


def restore_time_of(given: argparse.Namespace, now: datetime) -> str | None:
    """Return the moment that a restore goes back to, or after which an undelete begins, if one is given."""
    if given.verb == UNDELETE:
        return None if given.since is None else timestamps.moment(given.since, now, "--since")
    return timestamps.moment(given.restore_time, now, "--restore-time")


def keep_newer_than_of(given: argparse.Namespace, now: datetime, restore_time: str | None) -> str | None:
    """Return the moment after which entries are left alone, if one is given. UsageError if nothing would be
    left to do: in place, whatever has changed has an entry after the restore time."""
    if given.keep_newer_than is None:
        return None
    moment = timestamps.moment(given.keep_newer_than, now, "--keep-newer-than")
    if restore_time is not None and given.dest is None and timestamps.not_later(moment, restore_time):
        option = "--since" if given.verb == UNDELETE else "--restore-time"
        raise UsageError(
            f"--keep-newer-than {moment} is not after {option} {restore_time}",
            "Every key that has changed would be left alone. Give a moment after the accident.",
        )
    return moment


def check_place(
    place: str | None, stores: Stores, parameters: Parameters | None = None, option: str = OPTION
) -> None:
    """Raise UsageError if a run folder cannot be at `place`."""
    stores.check(place, option)
    if place is None or not storage.is_on_s3(place):
        return
    where = location.parse(place, option)
    for other in (parameters.src, parameters.dest) if parameters else ():
        if other is not None and location.overlap(where, other):
            raise UsageError(
                f"{OPTION} {place} lies in {other.uri}, which the run is about",
                "Keep runs in another bucket, beside the path, or in a local folder.",
            )


def open_existing(place: str, stores: Stores, hint: str) -> tuple[Run, dict[str, Any]]:
    """Return the run in `place`, the word RUN of a command, and what run.json says. UsageError if there is none."""
    check_place(place, stores, option="RUN")
    run = Run(place, stores, "RUN")
    state = run.state()
    if state is None:
        raise UsageError(f"{run.place} holds no run", hint)
    return run, state


def check_room(ranges: Sequence[KeyRange], parameters: Parameters) -> None:
    """Raise UsageError if no key of a range can be at the destination, because all would be too long there."""
    for keys in ranges if parameters.dest is not None else ():
        there = location.rebase_range(keys, parameters.src, parameters.dest)
        location.check_key(there.prefix, f"{keys.prefix!r} at --dest")


def check_one_job(client: Any, parameters: Parameters) -> None:
    """Raise UsageError if one job, which keeps no plan to look at, could cover something for good."""
    if not parameters.overwrite and not preflight.is_kept(client, parameters):
        raise UsageError(
            f"{parameters.written.uri} keeps no versions, and --one-job cannot tell beforehand what it covers",
            "Leave out --one-job, or say --overwrite.",
        )


def digest(ranges: Sequence[KeyRange]) -> str:
    """Return what tells one prefix list from another: how many, and a hash of them."""
    text = "\n".join(keys.prefix.replace("\n", "\n ") for keys in ranges)
    return f"{len(ranges)} prefixes, sha256 {hashlib.sha256(text.encode()).hexdigest()}"


def parted(ranges: Sequence[KeyRange], parameters: Parameters) -> Iterator[KeyRange]:
    """Yield the ranges so that each keeps its order at the destination: the object `path/` of a folder goes
    to another place than its neighbours where the destination is a whole bucket."""
    folder = parameters.src.below
    stands_out = folder if folder and parameters.dest is not None and not parameters.dest.below else None
    for keys in ranges:
        if keys.prefix == stands_out:
            yield KeyRange.of_key(stands_out)
            yield keys._replace(after=stands_out)
        else:
            yield keys


def check_run(option: str | None, parameters: Parameters, stores: Stores, now: datetime) -> None:
    """Raise UsageError if the run's folder cannot be used, before the buckets are looked at."""
    run = Run(place_for(option, parameters, stores, now), stores)
    if run.state() is None:
        run.check_free()


def open_run(
    option: str | None, parameters: Parameters, stores: Stores, now: datetime
) -> tuple[Run, dict[str, Any]]:
    """Begin the run, or take it up again; return it and what run.json says. UsageError if it is another run.

    The folder of the same run, with equal parameters, is taken up again: that is how a killed run goes on.
    Where two commands begin in one folder at the same time, one is first; the other sees its run, or takes
    the next name where it may choose.
    """
    while True:
        run = Run(place_for(option, parameters, stores, now), stores)
        state = run.state()
        if state is not None:
            break
        run.check_free()
        state = run.begin(parameters, now)
        if state is not None:
            return run, state
    if Parameters.from_json(state) != parameters:
        raise UsageError(f"{OPTION} {run.place} holds another run", "Choose a new folder for this one.")
    if {**state, **parameters.to_json()} != state:  # how many requests in flight may differ
        run.update(**parameters.to_json())
    return run, run.as_begun()


def place_for(option: str | None, parameters: Parameters, stores: Stores, now: datetime) -> str:
    """Return the run's folder: the one that --version-info-output names, or a free one named after the
    bucket and the moment, below a parent that ends with a slash, or where runs are by default.

    now: stands for the moment where the run has none of its own.
    """
    if option and not option.endswith("/"):
        return option
    kind = f"{UNDO}-" if parameters.kind == UNDO else ""
    name = f"{parameters.src.bucket}-{kind}{timestamps.compact(parameters.restore_time or timestamps.to_text(now))}"
    stem = (option or stores.parent()) + name
    for number in itertools.count(1):
        place = stem if number == 1 else f"{stem}-{number}"
        if not stores.exists(place, OPTION):
            return place
    raise AssertionError("unreachable")
