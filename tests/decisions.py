"""Random cases, decided on: what a decision says of each key is carried out on the model and held against it."""

from random import Random
from typing import NamedTuple

from hypothesis import strategies as st

from s3distversions.model import Rules
from tests.histories import (
    DAY,
    IN_PARTS,
    any_operations,
    history_as_entries,
    moment,
    play_on_model,
    random_moment,
    random_operations,
)
from tests.model_left_alone import NEVER, left_alone, without
from tests.odd_keys import FEW


class Case(NamedTuple):
    """A history, what is to be done with it, and the history of the destination (None: in place)."""

    operations: list
    restore_time: int
    delete: bool
    undelete: str = "remove-markers"
    elsewhere: list | None = None
    only: tuple = ()
    keep_newer_than: int | None = None


CHANGES = [(), *((kind,) for kind in ("deleted", "overwritten", "created")), ("deleted", "created")]


def random_case(seed, length=16):
    """Return the case of a seed: one in four goes to a destination with keys of the source and others."""
    random = Random(seed)
    operations = random_operations(random, length=length)
    keys = [*dict.fromkeys(operation.key for operation in operations if operation.key), "elsewhere only"]
    elsewhere = random_operations(random, keys, length=4) if random.random() < 0.25 else None
    undelete = random.choice(("remove-markers", "remove-markers", "copy"))
    case = Case(operations, random_moment(random, operations), random.random() < 0.7, undelete, elsewhere)
    only = random.choice(CHANGES) if random.random() < 0.3 else ()
    return case._replace(
        only=only, keep_newer_than=random_moment(random, operations) if random.random() < 0.3 else None
    )


def any_case(keys=FEW[:4], length=12):
    """Return the hypothesis strategy for the same."""
    moments, undelete = st.integers(-1, length) | st.just(DAY), st.sampled_from(("remove-markers", "copy"))
    elsewhere = st.none() | any_operations(keys, length=4)
    only, newer_than = st.sampled_from(CHANGES), st.none() | moments
    return st.builds(
        Case, any_operations(keys, length), moments, st.booleans(), undelete, elsewhere, only, newer_than
    )


def shrunk(case, fails):
    """Return a small case that `fails` too: none of its operations can be left out."""
    for index in range(len(case.operations)):
        smaller = case._replace(operations=case.operations[:index] + case.operations[index + 1 :])
        if fails(smaller):
            return shrunk(smaller, fails)
    return case


def differences(decide, case):
    """Carry out on the model what `decide` says about each key; return which promises that breaks.

    "state": a reader sees something else than then. "fewest": other actions than needed. "markers": removes
    other entries than the markers above the target. "entries", "uncertain": says something wrong.
    """
    source = play_on_model(case.operations)
    bucket = source if case.elsewhere is None else play_on_model(case.elsewhere)
    then, before = source.state(case.restore_time), bucket.state()
    newer_than = NEVER if case.keep_newer_than is None else case.keep_newer_than
    alone = left_alone(source, case.restore_time, case.only, newer_than, bucket)
    expected = source.restored_elsewhere(case.restore_time, case.delete, before)
    if bucket is source:
        expected = source.restored(case.restore_time, case.delete)
    expected = {key: expected[key] for key in expected.keys() - alone}
    expected |= {key: before[key] for key in alone & before.keys()}
    copies = len(then.keys() - alone)
    fewest = {"copy": copies, "remove_markers": 0, "add_marker": len(before.keys() - expected)}
    if bucket is source:
        fewest = without(source, alone).minimum(case.restore_time, case.delete, case.undelete)
    actions, broken = [], set()
    for key, stack in source.stacks.items():
        target = next((entry for entry in stack if entry.time <= case.restore_time), None)
        there = bucket.history(key)[:1]
        try:
            action = decide(
                history_as_entries(source, key), rules_of(case), *history_as_entries(bucket, key)[:1]
            )
        except Exception as error:  # noqa: BLE001 - a failure like any: with its seed, and made small
            return {f"raises {error!r}"}
        actions.append(action.action)
        if identity(action.target) != identity(target) or identity(action.current) != identity(*there):
            broken.add("entries")
        if action.uncertain != is_uncertain(stack, target, case.restore_time):
            broken.add("uncertain")
        above = stack[: stack.index(target)] if target and action.action == "remove_markers" else []
        ids = tuple(entry.version_id for entry in above)
        if action.markers != ids or any(entry.content is not None for entry in above):
            broken.add("markers")
        carry_out(action, bucket, key, {entry.version_id: entry.content for entry in stack})
    if bucket.state() != expected:
        broken.add("state")
    if any(actions.count(action) != number for action, number in fewest.items()):
        broken.add("fewest")
    return broken


def rules_of(case):
    """Return the rules of a case."""
    newer_than = None if case.keep_newer_than is None else moment(case.keep_newer_than)
    only = frozenset(case.only)
    in_place = case.elsewhere is None
    return Rules(moment(case.restore_time), case.delete, case.undelete, in_place, only, newer_than)


def identity(entry=None):
    """Return what our entries and the model's have in common."""
    return entry and entry.version_id


def is_uncertain(stack, target, restore_time):
    """Does the listing leave open what a reader saw?"""
    if target is None:
        return False
    in_parts = target.content == IN_PARTS and restore_time - target.time < DAY
    return in_parts or any(entry.time > restore_time for entry in stack[stack.index(target) :])


def carry_out(action, bucket, key, contents):
    """Do to the model what an action says, after all that was."""
    if action.action == "copy":
        bucket.put(key, contents.get(identity(action.target)), 10 * DAY)
    elif action.action == "add_marker":
        bucket.delete(key, 10 * DAY)
    elif action.action == "remove_markers":
        bucket.stacks[key] = [e for e in bucket.history(key) if e.version_id not in action.markers]


def first_failure(decide, seeds, fails=bool):
    """Return None, or the first seed whose broken promises count as failing, with its case made small."""
    for seed in seeds:
        if fails(differences(decide, random_case(seed))):
            case = shrunk(random_case(seed), lambda smaller: fails(differences(decide, smaller)))
            return f"seed {seed} breaks {differences(decide, case)}: {case}"
    return None
