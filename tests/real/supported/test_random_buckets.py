"""20 random buckets through the whole job on a real server, held against the model.

Their clock cannot be set, so the operations of a bucket are played in four phases, a full second between them,
and the model's time is the number of the phase: what counts at a moment is what the test wrote before it, in
the order in which it wrote, whatever times the server makes of that.
"""

import os
from random import Random

import pytest

from s3distversions import listing
from tests.histories import play_on_model, set_versioning
from tests.random_buckets import BUCKET, OTHER, expected, random_bucket
from tests.real.looking import check_kept, rows, state
from tests.real.running import moment_between, s3distversions

SEEDS = range(20)
GROUPS = 4  # tests; the buckets of one share their moments
PHASES = 4


def restricted(key):
    """Does MinIO refuse the key, or keep it as something else? It keeps keys as folders and files."""
    parts = key.split("/")
    return "" in parts or {".", ".."} & set(parts) or max(len(part.encode()) for part in parts) > 255


def cannot_be_told(key):
    """Does the key break XML documents, of which a real server's own client libraries are made?"""
    return any(character in key for character in "\x01\ufffe")


def usable(keys):
    """Return those of the keys that the server holds as S3 does: see docs/servers.md."""
    keys = {key for key in keys if not cannot_be_told(key)}
    if os.environ["S3_CONTRACT_SERVER"] == "minio":
        keys = {key for key in keys if not restricted(key)}
        keys = {key for key in keys if not any(other.startswith(f"{key}/") for other in keys)}
    return keys


def real_bucket(seed):
    """Return the random bucket of a seed as a real server can have it, its times made phases."""
    random = Random(seed)
    bucket = random_bucket(seed)
    keys = {operation.key for operation in bucket.operations if operation.key}
    good = usable(keys) & {key for key in keys if bucket.rebased(key) in usable(map(bucket.rebased, keys))}
    operations = with_history([each for each in bucket.operations if each.key in good or not each.key])
    taken = {bucket.rebased(key) for key in good}
    there = [
        each for each in bucket.there if not each.key or usable(taken | {each.key}) >= taken | {each.key}
    ]
    cuts = sorted(random.randrange(len(operations) + 1) for _ in range(PHASES - 1))
    return bucket._replace(
        operations=[
            operation._replace(time=sum(cut <= index for cut in cuts))
            for index, operation in enumerate(operations)
        ],
        there=with_history(there),
        restore_time=random.randrange(-1, PHASES - 1),
        keep_newer_than=None,  # a moment of the model
    )


def with_history(operations):
    """Leave out deletes of keys without a history: for these, AWS adds a marker, and MinIO does not."""
    kept = []
    for operation in operations:
        if operation.op != "delete" or play_on_model(kept).history(operation.key):
            kept.append(operation)
    return kept


def play(client, name, operations):
    """Send the operations as requests, one after the other."""
    for op, key, content, _ in operations:
        if op == "put":
            client.put_object(Bucket=name, Key=key, Body=content)
        elif op == "delete":
            client.delete_object(Bucket=name, Key=key)
        else:
            set_versioning(client, name, {"enable": "Enabled", "suspend": "Suspended"}[op])


@pytest.mark.parametrize("group", range(GROUPS))
def test_random_buckets(client, new_bucket, monkeypatch, group):
    """Each is as the model says, no version is gone, the plan and the second run wrote nothing."""
    buckets = [real_bucket(seed) for seed in SEEDS[group::GROUPS]]
    names = {bucket.seed: (new_bucket(None), new_bucket(None)) for bucket in buckets}
    for bucket in buckets:
        play(client, names[bucket.seed][1], bucket.there)
    moments = {-1: moment_between()}
    for phase in range(PHASES):
        for bucket in buckets:
            play(client, names[bucket.seed][0], [each for each in bucket.operations if each.time == phase])
        moments[phase] = moment_between()
    for bucket in buckets:
        for name in names[bucket.seed]:
            set_versioning(client, name, "Enabled")
        # With one entry a page, Ceph would lose what is behind a null marker: see servers.up_to_where_it_goes_on.
        monkeypatch.setattr(listing, "PAGE_SIZE", max(bucket.page_size, 2))
        restore(client, bucket, *names[bucket.seed], moments[bucket.restore_time])


def restore(client, bucket, source, dest, moment):
    """Restore a bucket by `plan`, `apply` and once more, and hold what is there against the model."""

    def command(*words):
        real = {"--restore-time": moment}
        arguments = [word.replace(BUCKET, source).replace(OTHER, dest) for word in words]
        return [real.get(before, word) for before, word in zip(["", *arguments], arguments, strict=False)]

    written = source if bucket.dest is None else dest
    before = {name: rows(client, name) for name in (source, dest)}
    run = f"run-{bucket.seed}"
    s3distversions(*command(*bucket.command("plan")), "--version-info-output", run).check_reads_only()
    assert {name: rows(client, name) for name in before} == before
    applied = s3distversions("apply", run)
    assert (applied.code, applied.err) == (0, ""), bucket
    after = {name: rows(client, name) for name in before}
    assert state(client, written, after[written]) == expected(bucket), bucket
    scope = {bucket.rebased(row.key) for row in before[source] if bucket.in_source(row.key)}
    check_kept(before[written], after[written], scope.__contains__)
    if bucket.dest is not None:
        assert after[source] == before[source]
    again = s3distversions(*command(*bucket.command()), "--version-info-output", f"{run}-again")
    again.check_reads_only()
    assert {name: rows(client, name) for name in after} == after
