"""A real bucket, cut and listed: every entry once and in order, and the requests that it costs."""

import random

import pytest

from s3distversions import client, cutting, listing, parts
from s3distversions.model import Access, KeyRange
from tests.odd_keys import ODD_KEYS


@pytest.fixture
def ours(s3, monkeypatch):
    """Our client, and parts that are worth a cut though the bucket is small."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(parts, "WORTH", 20)
    return client.make(Access(s3.endpoint), 4, reads_only=True)


def load(s3, keys, seed):
    s3.load("bucket", [{"key": key, "delete_marker": seed.random() < 0.2} for key in keys])


def entries_of(s3, prefix=""):
    """Return (key, version id) of all entries, in S3's order."""
    keys = s3.dump("bucket")["keys"]
    return [(key, each["version_id"]) for key in sorted(keys) for each in keys[key] if key.startswith(prefix)]


def listed(client_, ranges):
    return [entry[:2] for keys in ranges for entry in listing.entries(client_, "bucket", keys)]


def test_a_bucket_of_versions(s3, ours):
    seed = random.Random(6)
    keys = [f"data/{seed.getrandbits(32):08x}" for _ in range(4000)]
    load(s3, keys + seed.sample(keys, 2000), seed)
    s3.clear_requests()
    client.take_requests()
    ranges = cutting.cut(ours, "bucket", [KeyRange.of_key("data"), KeyRange("data/")], 40, 4)
    assert len(ranges) == 40
    asked = client.take_requests()
    assert set(asked) == {"ListObjectVersions"}
    assert asked["ListObjectVersions"] <= 40 + cutting.MORE_PROBES
    assert listed(ours, ranges) == entries_of(s3)
    requests = asked["ListObjectVersions"] + client.take_requests()["ListObjectVersions"]
    assert requests <= 1.05 * 6 + 2 * len(ranges) + cutting.MORE_PROBES


@pytest.mark.parametrize("prefix", ["", "a", "a/", "\x01"])
@pytest.mark.parametrize("page_size", [1, 3, 1000])
def test_a_bucket_of_odd_keys(s3, ours, monkeypatch, prefix, page_size):
    seed = random.Random(6)
    load(s3, [*ODD_KEYS, *seed.sample(ODD_KEYS, 80)], seed)
    monkeypatch.setattr(cutting, "PAGE_SIZE", 2)  # so that a first page is not all
    monkeypatch.setattr(parts, "WORTH", 0.001)
    s3.page_size(page_size)
    ranges = cutting.cut(ours, "bucket", [KeyRange(prefix)], 30, 4)
    assert len(ranges) > 5 or prefix in ("a/", "\x01")
    s3.page_size(1000)
    assert listed(ours, ranges) == entries_of(s3, prefix)


def test_one_hot_key(s3, ours):
    seed = random.Random(6)
    load(s3, ["hot"] * 5000 + [f"few/{number}" for number in range(10)], seed)
    client.take_requests()
    ranges = cutting.cut(ours, "bucket", [KeyRange("")], 100, 4)
    assert client.take_requests()["ListObjectVersions"] < 40
    assert listed(ours, ranges) == entries_of(s3)
