"""The demo's day and accident on a real server: bytes, headers, metadata and tags of every key come back."""

import random
from itertools import groupby
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest

from tests import demo, demo_day
from tests.real.looking import check_kept, rows
from tests.real.running import moment_between, s3distversions

KEYS = 300
SEED = 14
NO_CLOCK = SimpleNamespace(tick=lambda: None)  # that of a real server runs by itself


@pytest.fixture
def bucket(new_bucket, monkeypatch):
    """The bucket that the demo tells of, by another name."""
    name = new_bucket()
    for module in (demo, demo_day):
        monkeypatch.setattr(module, "BUCKET", name)
    return name


def play(client, bucket, writes):
    """Send the writes of the day as requests; those of a key one after the other."""
    of_key = {key: list(each) for key, each in groupby(writes, key=lambda write: write["key"])}
    demo_day.in_threads(lambda key: [send(client, bucket, write) for write in of_key[key]], list(of_key))


def send(client, bucket, write):
    """Send one write of the day."""
    if write.get("delete_marker"):
        client.delete_object(Bucket=bucket, Key=write["key"])
        return
    names = {"content-type": "ContentType", "cache-control": "CacheControl"}
    client.put_object(
        Bucket=bucket,
        Key=write["key"],
        Body=write["content"].encode(),
        Metadata=write["metadata"],
        Tagging=urlencode(write["tags"]),
        **{names[name]: value for name, value in write["headers"].items()},
    )


def test_the_accident(client, bucket):
    writes = list(demo_day.ordinary_day(KEYS, random.Random(SEED)))
    play(client, bucket, writes)
    demo_day.last_second(client)
    before = demo.read(client)
    moment = moment_between()
    demo_day.wreck(NO_CLOCK, client, before, [write["key"] for write in writes], random.Random(SEED))
    damage = demo.compare(before, demo.read(client))
    assert len(damage) > KEYS / 2
    versions = rows(client, bucket)
    restore = ["--src", f"s3://{bucket}", "--restore-time", moment, "--delete"]
    s3distversions("plan", *restore, "--version-info-output", "run").check_reads_only()
    assert rows(client, bucket) == versions
    ended = s3distversions("apply", "run")
    assert (ended.code, ended.err) == (0, "")
    assert demo.compare(before, demo.read(client)) == []
    after = rows(client, bucket)
    check_kept(versions, after, lambda key: key in damage)
    s3distversions(*restore, "--version-info-output", "again").check_reads_only()
    assert rows(client, bucket) == after
