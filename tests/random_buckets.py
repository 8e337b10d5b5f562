"""Random buckets, restored by the whole job through the embedded S3 and held against the model."""

import json
from glob import escape
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.command import check_requests, current_state
from tests.histories import (
    moment,
    play_on_model,
    play_on_s3,
    random_moment,
    random_operations,
)
from tests.odd_keys import FEW

BUCKET, OTHER = "random-source", "random-destination"
# Keys in and around the source s3://random-source/path; a key has at most 1024 bytes.
KEYS = ["path", "path2/x", "path2", "path-1", "pat", "outside", "path/"]
KEYS += [f"path/{key}" for key in FEW if len(key.encode()) <= 1019]
RUNS = count()  # every run gets a folder of its own, also while a failing bucket is shrunk
KINDS = (("deleted",), ("overwritten",), ("deleted", "overwritten"))  # of changes, which need no --delete
PAGE_SIZES = (1, 2, 3, 4, 5, 6, 7, 1000)


class Bucket(NamedTuple):
    """A random bucket and what is to be done with it."""

    seed: int
    operations: list
    restore_time: int
    src: str  # below BUCKET
    dest: str | None  # below OTHER; None: in place
    there: list  # operations on the destination, before
    delete: bool
    page_size: int
    prefixes: tuple = ()  # below src; none: all of it
    filters: tuple = ()  # ("not" or "only", how the keys begin below src)
    only: tuple = ()
    keep_newer_than: int | None = None

    def command(self, *verb):
        """The command that restores it."""
        where = ["--dest", f"s3://{OTHER}{self.dest}"] if self.dest is not None else []
        return [
            *verb,
            *("--src", f"s3://{BUCKET}{self.src}"),
            *("--restore-time", moment(self.restore_time)),
            *where,
            *(["--delete"] if self.delete else []),
            *(["--prefixes", self.prefix_list()] if self.prefixes else []),
            *self.patterns(),
            *(["--only", ",".join(self.only)] if self.only else []),
            *([] if self.keep_newer_than is None else ["--keep-newer-than", moment(self.keep_newer_than)]),
            "--quiet",
        ]

    def patterns(self):
        """The filters as --exclude and --include."""
        for kind, beginning in self.filters:
            glob = escape(beginning) + "*"
            yield from [f"--exclude={glob}"] if kind == "not" else ["--exclude=*", f"--include={glob}"]

    def prefix_list(self):
        """The name of a file with the prefixes, in the working directory."""
        Path("prefixes.txt").write_bytes("\r\n".join(self.prefixes).encode())
        return "prefixes.txt"

    def in_source(self, key):
        """Is the key in scope?"""
        below = "path/" if self.src else ""
        name = key if key == "path" else key.removeprefix(below)
        if any(name.startswith(beginning) == (kind == "not") for kind, beginning in self.filters):
            return False
        if self.prefixes:
            return any(key.startswith(below + prefix.removeprefix("/")) for prefix in self.prefixes)
        return key.startswith(below) or (self.src == "/path" and key == "path")

    def rebased(self, key):
        """The key at the destination, by the contract's words; None where it is in place."""
        if self.dest is None:
            return key
        name = self.dest.strip("/")
        if self.src == "":
            return f"{name}/{key}" if name else key
        if key == "path":
            return name or "path"
        rest = key.removeprefix("path/")
        if name:
            return f"{name}/{rest}"
        return rest or "path/"


def random_bucket(seed):
    """Return the bucket of a seed."""
    random = Random(seed)
    src = random.choice(("", "/path", "/path", "/path/"))
    dest = random.choice((None, None, "", "/to"))
    if src == "/path" and dest == "":
        dest = "/to"  # `path` and `path/path` would meet there: refused, and tested elsewhere
    keys = sorted({"path", *random.sample(KEYS, 7)})
    if src and dest == "" and "path/path/" in keys:
        keys.remove("path/path/")
    operations = [
        operation
        for _ in range(random.randint(1, 4))
        for operation in random_operations(random, keys, length=14)
    ]
    there = (
        random_operations(random, ["to/a", "to/ab", "a", "to", "elsewhere"], length=4)
        if dest is not None
        else []
    )
    bucket = Bucket(
        seed,
        operations,
        random_moment(random, operations),
        src,
        dest,
        there,
        random.random() < 0.6,
        random.choice(PAGE_SIZES),
        random_prefixes(random, keys, "path/" if src else "") if random.random() < 0.3 else (),
    )
    return with_random_rules(bucket, random, keys)


def with_random_rules(bucket, random, keys):
    """Return the bucket with filters, --only and --keep-newer-than, as far as they make sense, or without."""
    stems = [key.removeprefix("path/" if bucket.src else "")[:1] for key in keys]
    filters = ((random.choice(("not", "only")), random.choice(stems)),) if random.random() < 0.25 else ()
    only = random.choice([*KINDS, *([("deleted", "created")] if bucket.delete else [])])
    later = [each.time for each in bucket.operations if each.time > bucket.restore_time]
    newer_than = random.choice([bucket.restore_time + 1, min(later, default=0)])
    return bucket._replace(
        filters=filters,
        only=only if random.random() < 0.25 else (),
        keep_newer_than=newer_than if newer_than > bucket.restore_time and random.random() < 0.4 else None,
    )


def random_prefixes(random, keys, below):
    """Return a prefix list: beginnings of some of the keys, in no order, some of them twice."""
    whole = [key[len(below) :] for key in keys if key.startswith(below)]
    stems = [key[: random.randint(0, len(key))] for key in whole]
    # A line cannot hold a line end, and blank lines are passed over.
    usable = [stem for stem in stems if stem.strip() and not set("\r\n") & set(stem)]
    return tuple(random.choice(("", "/")) + random.choice(usable) for _ in usable[:4])


def expected(bucket):
    """Return {key: content} of the bucket that is written, as it must be afterwards, by the model."""
    source = play_on_model(bucket.operations)
    in_scope = {key for key in source.stacks if bucket.in_source(key)}
    then = {key: content for key, content in source.state(bucket.restore_time).items() if key in in_scope}
    before = source.state() if bucket.dest is None else play_on_model(bucket.there).state()
    in_scope = {key for key in in_scope if not is_left_alone(bucket, source, then, before, key)}
    wanted = {bucket.rebased(key): content for key, content in then.items() if key in in_scope}
    with_history = {bucket.rebased(key) for key in in_scope if source.history(key)}
    kept = {
        key: content
        for key, content in before.items()
        if not (bucket.delete and key in with_history - set(wanted))
    }
    return kept | wanted


def is_left_alone(bucket, source, then, before, key):
    """Does --only or --keep-newer-than leave a key alone?"""
    key_there = bucket.rebased(key)
    there = source if bucket.dest is None else play_on_model(bucket.there)
    newest = [entry.time for entry in there.history(key_there)[:1]]
    if bucket.keep_newer_than is not None and newest and newest[0] > bucket.keep_newer_than:
        return True
    kind = "created" if key not in then else "overwritten" if key_there in before else "deleted"
    return bool(bucket.only) and kind not in bucket.only


def play(bucket, s3):
    """Make the bucket, and the other one that it may go to; afterwards it is 2015."""
    client = s3.client()
    for name, operations in ((BUCKET, bucket.operations), (OTHER, bucket.there)):
        client.create_bucket(Bucket=name)
        play_on_s3(operations, client, name, s3.set_clock)
    s3.set_clock("2015-01-01T00:00:00Z")
    s3.page_size(bucket.page_size)


def differences(bucket, s3, command, *options):
    """Play the bucket, restore it by `plan`, `apply` and once more; return what is not as it must be.

    options: more options of the command; with --one-job there is no plan, and the restore is one command.
    """
    s3.reset()
    play(bucket, s3)
    found = []
    run = f"run-{bucket.seed}-{next(RUNS)}"

    if "--one-job" in options:
        ended = {"restore": command(*bucket.command(), *options, "--version-info-output", run)}
    else:
        ended = {
            "plan": command(*bucket.command("plan"), *options, "--version-info-output", run),
            "apply": command("apply", run, "--quiet", *options),
        }
    ended["again"] = command(*bucket.command(), *options, "--version-info-output", f"{run}-again")
    for name, each in ended.items():
        if each.code:
            found.append(f"{name} ended with {each.code}: {each.err}{each.out}")
        written = (OTHER, lambda key: True) if bucket.dest is not None else (BUCKET, bucket.in_source)
        try:
            check_requests(each.requests, (BUCKET, bucket.in_source), written)
        except AssertionError as error:
            found.append(f"{name} sent what it must not: {error}")
        if each.writes and name in ("plan", "again"):
            found.append(f"{name} wrote: {each.writes}")
    s3.page_size(1000)
    source = play_on_model(bucket.operations)
    number = sum(bucket.in_source(key) and bool(source.history(key)) for key in source.stacks)
    counted = json.loads(Path(run, "summary.json").read_bytes())["keys"] if not found else number
    if counted != number:
        found.append(f"{counted} keys were listed, and there are {number}")
    state = current_state(s3, BUCKET if bucket.dest is None else OTHER)
    wanted = expected(bucket)
    for key in sorted(state.keys() | wanted.keys()):
        if state.get(key) != wanted.get(key):
            found.append(f"{key!r} is {state.get(key)!r} and must be {wanted.get(key)!r}")
    if bucket.dest is not None and current_state(s3, BUCKET) != play_on_model(bucket.operations).state():
        found.append("the source has changed")
    return found


def shrunk(bucket, fails, names=("operations", "there")):
    """Return the bucket with as few operations as still make `fails(bucket)` true; `names` are its lists."""
    smaller = True
    while smaller:
        smaller = False
        for name in names:
            for index in range(len(getattr(bucket, name))):
                kept = getattr(bucket, name)[:index] + getattr(bucket, name)[index + 1 :]
                candidate = bucket._replace(**{name: kept})
                if fails(candidate):
                    bucket, smaller = candidate, True
                    break
    return bucket
