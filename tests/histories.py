"""Random histories of a bucket: from a seed or by hypothesis, played on the model or on a server, decided on.

A history is a list of operations. Times are whole seconds after EPOCH, often equal. Every history ends with
versioning enabled, whatever its phases were: S3 keeps no past for an in-place restore otherwise.
"""

from datetime import datetime, timedelta, timezone
from functools import lru_cache
from hashlib import md5
from itertools import accumulate
from random import Random
from typing import NamedTuple

from hypothesis import strategies as st

from s3distversions.model import Entry, Rules
from tests.model import Bucket
from tests.odd_keys import FEW

EPOCH = datetime(2014, 1, 1, tzinfo=timezone.utc)
DAY = 24 * 60 * 60
CONTENTS = (b"one", b"two", b"three", b"", b"in parts")  # few, so that twins with one ETag occur
IN_PARTS = b"in parts"  # stands for a multipart upload where the decision alone is tested
OPERATIONS = ("put",) * 6 + ("delete",) * 4 + ("enable",) * 2 + ("suspend",)
PAUSES = (0,) * 14 + (1,) * 5 + (2, DAY, -1)  # -1: replication and uploads in parts bring times of the past


class Operation(NamedTuple):
    """One request: "put" or "delete" of a key, or "enable" or "suspend" of the bucket's versioning."""

    op: str
    key: str
    content: bytes
    time: int


def random_operations(random, keys=FEW, length=12):
    """Return up to `length` random operations on at most three of `keys`; most begin with "enable"."""
    choice, few = random.choice, random.sample(keys, random.randint(1, min(3, len(keys))))
    steps = [
        (choice(OPERATIONS), choice(few), choice(CONTENTS), choice(PAUSES))
        for _ in range(random.randint(1, length))
    ]
    return in_time([("enable", "", b"", 0), *steps] if random.random() < 0.7 else steps)


@st.composite
def any_operations(draw, keys=FEW, length=12):
    """Return the hypothesis strategy for the same."""
    few = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=3, unique=True))
    step = st.tuples(*map(st.sampled_from, (OPERATIONS, few, CONTENTS, PAUSES)))
    return in_time(draw(st.lists(step, min_size=1, max_size=length)))


def in_time(steps):
    """Return operations for steps (op, key, content, seconds since the step before)."""
    times = accumulate(pause for *_, pause in steps)
    return [
        Operation(op, key if op in ("put", "delete") else "", content if op == "put" else b"", time)
        for (op, key, content, _), time in zip(steps, times, strict=True)
    ]


def random_moment(random, operations):
    """Return a time to restore to: mostly that of an operation, or a second beside it."""
    return random.choice(operations).time + random.choice((0, 0, 0, 0, -1, 1))


class Case(NamedTuple):
    """A history, what is to be done with it, and the history of the destination (None: in place)."""

    operations: list
    restore_time: int
    delete: bool
    undelete: str = "remove-markers"
    elsewhere: list | None = None


def random_case(seed, length=16):
    """Return the case of a seed: one in four goes to a destination with keys of the source and others."""
    random = Random(seed)
    operations = random_operations(random, length=length)
    keys = [*dict.fromkeys(operation.key for operation in operations if operation.key), "elsewhere only"]
    elsewhere = random_operations(random, keys, length=4) if random.random() < 0.25 else None
    undelete = random.choice(("remove-markers", "remove-markers", "copy"))
    return Case(operations, random_moment(random, operations), random.random() < 0.7, undelete, elsewhere)


def any_case(keys=FEW[:4], length=12):
    """Return the hypothesis strategy for the same."""
    moments, undelete = st.integers(-1, length) | st.just(DAY), st.sampled_from(("remove-markers", "copy"))
    elsewhere = st.none() | any_operations(keys, length=4)
    return st.builds(Case, any_operations(keys, length), moments, st.booleans(), undelete, elsewhere)


def moment(time):
    """Return a time of the model as the text that S3 sends: 2014-01-01T00:00:05Z."""
    return (EPOCH + timedelta(seconds=time)).strftime("%Y-%m-%dT%H:%M:%SZ")


def play_on_model(operations):
    """Return a model bucket with the history that these operations make."""
    bucket = Bucket()
    for op, key, content, time in operations:
        if op == "put":
            bucket.put(key, content, time)
        elif op == "delete":
            bucket.delete(key, time)
        else:
            bucket.versioning = {"enable": "Enabled", "suspend": "Suspended"}[op]
    bucket.versioning = "Enabled"
    return bucket


def play_on_s3(operations, client, bucket, set_clock):
    """Make the same history in an empty, never versioned `bucket`, through a boto3 client.

    set_clock: a function that sets the server's clock to a moment such as "2014-01-01T00:00:05Z".
    """
    for op, key, content, time in operations:
        set_clock(moment(time))
        if op == "put":
            client.put_object(Bucket=bucket, Key=key, Body=content)
        elif op == "delete":
            client.delete_object(Bucket=bucket, Key=key)
        else:
            set_versioning(client, bucket, {"enable": "Enabled", "suspend": "Suspended"}[op])
    set_versioning(client, bucket, "Enabled")


def set_versioning(client, bucket, status):
    """Enable or suspend the versioning of a bucket."""
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})


def history_as_entries(bucket, key):
    """Return the history of a key of the model as what the listing yields, newest first."""
    return [listed(key, entry, index == 0) for index, entry in enumerate(bucket.history(key))]


@lru_cache(maxsize=2**16)
def listed(key, entry, is_latest):
    """Return one entry of the model as one of ours."""
    when = moment(entry.time)
    if entry.content is None:
        return Entry(key, entry.version_id, when, True, None, None, None, is_latest)
    etag = md5(entry.content).hexdigest() + ("-2" if entry.content == IN_PARTS else "")
    return Entry(key, entry.version_id, when, False, etag, len(entry.content), "STANDARD", is_latest)


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
    rules = Rules(moment(case.restore_time), case.delete, case.undelete, bucket is source)
    then, before = source.state(case.restore_time), bucket.state()
    expected = source.restored_elsewhere(case.restore_time, case.delete, before)
    fewest = {"copy": len(then), "remove_markers": 0, "add_marker": len(before.keys() - expected)}
    if bucket is source:
        expected = source.restored(case.restore_time, case.delete)
        fewest = source.minimum(case.restore_time, case.delete, case.undelete)
    actions, broken = [], set()
    for key, stack in source.stacks.items():
        target = next((entry for entry in stack if entry.time <= case.restore_time), None)
        there = bucket.history(key)[:1]
        try:
            action = decide(history_as_entries(source, key), rules, *history_as_entries(bucket, key)[:1])
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
