"""Random histories of a bucket: from a seed or by hypothesis, played on the model or on a server.

A history is a list of operations. Times are whole seconds after EPOCH, often equal. Every history ends with
versioning enabled, whatever its phases were: S3 keeps no past for an in-place restore otherwise.
"""

from datetime import datetime, timedelta, timezone
from functools import lru_cache
from hashlib import md5
from itertools import accumulate
from typing import NamedTuple

from hypothesis import strategies as st

from s3distversions.model import Entry
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
