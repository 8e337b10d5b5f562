"""Random accidents: a bucket with everything that S3 keeps, options, other writers and lost replies, from a seed."""

from fnmatch import fnmatchcase
from typing import NamedTuple

from tests.histories import DAY, OPERATIONS, in_time, moment, play_on_model
from tests.model_runs import NEVER, Wanted, plan
from tests.model_versions import Encryption, Version, Wish
from tests.odd_keys import FEW
from tests.random_buckets import BUCKET, OTHER, PAGE_SIZES, Bucket
from tests.random_versions import OTHER_KEY, random_versions

NOW = 366 * 24 * 60 * 60  # of every command, by the clock of the histories: after them all
KEYS = ["path", *(f"path/{key}" for key in FEW if len(key.encode()) <= 1019)]
BESIDE = ["path2/x", "outside", "path-", "path/"]
STEPS = (0,) * 6 + (1,) * 6 + (2, DAY, -1)  # seconds between two writes
GLOBS = ("*", "a*", "*b", "path", "?", "[a-z]*", "nothing")
COPY_OBJECT, COMPLETE = "CopyObject", "CompleteMultipartUpload"
DELETES = ("DeleteObjects", "DeleteObject")
IGNORED = ((),) * 4 + (
    (COPY_OBJECT, COMPLETE, *DELETES),
    (COPY_OBJECT, *DELETES),
    DELETES,
    (COPY_OBJECT, COMPLETE),
)
LOST = ("InternalError-after", "reset-after", "empty-after", "error-in-200-after", "reset-before", "SlowDown")
PLANNED, APPLIED = "planned", "applied"  # when somebody else writes: between plan and apply, or after that
AGAIN, FRESH, UNDO = "again", "fresh", "undo"  # what follows the apply and its verification


class Foreign(NamedTuple):
    """What somebody else writes to a key of the source, or what stands for it at the destination."""

    when: str | int  # PLANNED, APPLIED; or just before the write with this number, from 1
    key: str
    version: Version | None  # None: a delete marker


class Accident(NamedTuple):
    """A bucket with its history, what is asked for, and what happens meanwhile."""

    seed: int
    operations: list
    there: list  # of a destination, with the keys of the source
    src: str
    dest: str | None
    page_size: int
    wanted: Wanted
    filters: tuple = ()
    thaw: bool = False
    head_all: bool = False
    is_sampled: bool = False  # as if there were more copies than each can be asked about
    ignored: tuple = ()  # operations whose conditions the server passes over
    foreign: tuple = ()
    lost: tuple = ()  # (operation, kind of fault, which one)
    then: str = AGAIN
    at_once: bool = False  # one command plans, applies and verifies

    @property
    def bucket(self):
        """The names of keys here and there."""
        return Bucket(
            self.seed, self.operations, 0, self.src, self.dest, self.there, self.wanted.delete, 1000
        )

    @property
    def written(self):
        """The bucket that is written."""
        return BUCKET if self.dest is None else OTHER

    def in_scope(self, key):
        """Is a key of the source in scope? Of the filters that match its name below --src the last decides."""
        name = key.rpartition("/")[2] if f"/{key}" == self.src else key[len("path/" if self.src else "") :]
        said = [kind == "--include" for kind, glob in self.filters if fnmatchcase(name, glob)]
        return self.bucket.in_source(key) and [True, *said][-1]

    def models(self):
        """The model's buckets, each with its history: the source, and the one that is written."""
        source = play_on_model(self.operations)
        return source, source if self.dest is None else play_on_model(self.there)

    def plan(self):
        """{key: Action} of what has to be done, by the model."""
        source, there = self.models()
        return plan(self.wanted, source, there, [key for key in source.stacks if self.in_scope(key)])

    def command(self, *verb):
        """The command that restores, or undeletes; plans it only, with a verb."""
        wanted, wish = self.wanted, self.wanted.wish
        if wanted.kind == "undelete":
            since = ["--since", moment(wanted.at)] if wanted.at != -NEVER else []
            argv = ["undelete", *(["--dry-run"] if verb else []), *since]
        else:
            argv = [*verb, "--restore-time", moment(wanted.at), *(["--delete"] if wanted.delete else [])]
            argv += ["--only", ",".join(wanted.only)] if wanted.only else []
            argv += ["--dest", f"s3://{OTHER}{self.dest}"] if self.dest is not None else []
        if wanted.newer_than != NEVER:
            argv += ["--keep-newer-than", moment(wanted.newer_than)]
        if wish.storage_class:
            argv += ["--storage-class", wish.storage_class]
        if wish.encryption:
            argv += ["--sse", wish.encryption.kind]
            argv += ["--sse-kms-key-id", wish.encryption.key] if wish.encryption.key else []
        for each in self.filters:
            argv += each
        argv += ["--head-all"] if self.head_all else []
        argv += ["--undelete", wanted.undelete] if wanted.undelete != "remove-markers" else []
        return [*argv, "--src", f"s3://{BUCKET}{self.src}", "--quiet", "--json", *self.thawing]

    @property
    def thawing(self):
        """The option that asks for what is archived."""
        return ["--thaw", "Standard"] if self.thaw else []


def random_accident(seed, random):
    """Return the accident of a seed; `random` is made of it."""
    is_sampled = random.random() < 0.15
    versions = random_versions(random, has_redirects=not is_sampled)
    src = random.choice(("", "/path", "/path", "/path/"))
    dest = random.choice((None, None, "/to"))
    keys = [*random.sample(KEYS, 4), random.choice(BESIDE)]
    operations = random_history(random, keys, versions, random.randint(8, 24))
    there = random_history(random, [*keys, "path/there"], versions, random.randint(0, 4)) if dest else []
    is_undelete = dest is None and random.random() < 0.15
    wanted = random_wish(random, random_wanted(random, operations, is_undelete, bool(dest)))
    accident = Accident(
        seed,
        operations,
        there,
        src,
        dest,
        random.choice(PAGE_SIZES),
        wanted,
        filters=tuple(random_filter(random) for _ in range(random.choice((0, 0, 0, 0, 0, 1, 2)))),
        thaw=random.random() < 0.15,
        head_all=random.random() < 0.1,
        is_sampled=is_sampled,
        ignored=random.choice(IGNORED),
        then=random.choice((AGAIN, FRESH, UNDO)),
    )
    planned = sorted(accident.plan())
    foreign = random_foreign(random, planned * 2 + keys, versions) if random.random() < 0.5 else ()
    is_meddled = any(isinstance(each.when, int) for each in foreign)
    is_lost = planned and not is_meddled and random.random() < 0.3
    return accident._replace(
        foreign=foreign,
        lost=random_lost(random) if is_lost else (),
        is_sampled=is_sampled and not is_meddled,
        at_once=not foreign and random.random() < 0.6,
    )


def random_history(random, keys, versions, length):
    """Return operations that end with versioning enabled: of each key few entries, often in the same second."""
    steps = [
        (random.choice(OPERATIONS), random.choice(keys), None, random.choice(STEPS)) for _ in range(length)
    ]
    steps = [
        (op, key, random.choice(versions) if op == "put" else None, pause) for op, key, _, pause in steps
    ]
    enabled = [("enable", "", None, 0)] if random.random() < 0.7 else []
    return [each if each.op == "put" else each._replace(content=None) for each in in_time([*enabled, *steps])]


def random_wanted(random, operations, is_undelete, to_dest):
    """Return what to bring back."""
    at = random.choice(operations[: len(operations) * 2 // 3]).time + random.choice((0, 0, 0, 0, -1, 1))
    newer_than = at + random.choice((1, 1, 2, DAY)) if random.random() < 0.1 else NEVER
    undelete = "copy" if random.random() < 0.25 and not to_dest else "remove-markers"
    if is_undelete:
        return Wanted(random.choice((at, -NEVER)), "undelete", undelete=undelete, newer_than=newer_than)
    delete = random.random() < 0.6
    kinds = ("deleted", "overwritten", "created") if delete else ("deleted", "overwritten")
    only = tuple(random.sample(kinds, random.randint(1, len(kinds)))) if random.random() < 0.2 else ()
    return Wanted(at, delete=delete, undelete=undelete, only=only, newer_than=newer_than)


def random_wish(random, wanted):
    """Return the same with a wish for the copies, now and then."""
    encryptions = (Encryption(), Encryption("aws:kms"), Encryption("aws:kms", OTHER_KEY))
    return wanted._replace(
        wish=Wish(
            random.choice(("STANDARD", "STANDARD_IA", "GLACIER_IR")) if random.random() < 0.15 else None,
            random.choice(encryptions) if random.random() < 0.15 else None,
        )
    )


def random_filter(random):
    """Return one filter."""
    return random.choice(("--include", "--exclude", "--exclude")), random.choice(GLOBS)


def random_foreign(random, keys, versions):
    """Return what somebody else writes: deletes, other content, and now and then the same as was there."""
    other = Version("foreign", 7)
    whens = random.choice(
        ([PLANNED], [PLANNED, PLANNED], [APPLIED], [PLANNED, APPLIED], [random.randint(1, 4)])
    )
    plain = [each for each in versions if each.parts == () and each.encryption.kind == "AES256"]
    return tuple(
        Foreign(when, random.choice(keys), random.choice((None, other, other, *plain[:1]))) for when in whens
    )


def random_lost(random):
    """Return which write goes wrong on its way."""
    operation = random.choice((COPY_OBJECT, COPY_OBJECT, *DELETES, COMPLETE, "UploadPartCopy"))
    return operation, random.choice(LOST), random.randint(1, 2)
