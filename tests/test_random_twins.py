"""Random pairs of versions, many of them alike: each is copied if it reads differently, and only then."""

from random import Random

import pytest

from tests.command import check_requests
from tests.single_copies import LATER, T, history

RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T, "--quiet", "--json")
PROPERTIES = {
    "content": ["one", "two"],
    "metadata": [{}, {}, {"a": "b"}],
    "tags": [{}, {}, {"a": "1"}, {"a": "2"}],
    "headers": [{}, {}, {"content-type": "text/x-rare"}, {"x-amz-website-redirect-location": "/there"}],
    "encryption": ["AES256", "AES256", "aws:kms", "aws:kms:dsse"],
    "storage_class": ["STANDARD", "STANDARD", "STANDARD_IA"],
    "checksum": ["CRC64NVME", "CRC64NVME", "CRC32", None],
    "parts": [None, None, [2, 1]],
}
READ = ("content", "metadata", "tags", "headers", "encryption", "storage_class", "size")
PAIRS = 40


def random_version(random):
    chosen = {name: random.choice(values) for name, values in PROPERTIES.items()}
    return {name: value for name, value in chosen.items() if value is not None}


def varied(random, version):
    """Return the same version, or one that differs in a property."""
    if random.random() < 0.4:
        return version
    name = random.choice([*PROPERTIES])
    return {key: value for key, value in {**version, name: random.choice(PROPERTIES[name])}.items() if value}


def reads_as_then(now, then):
    return all(now[name] == then[name] for name in READ)


def tells(now, then):
    """Can it be told that the bytes are the same: by their ETags, or by checksums of one kind?"""
    return now["etag"] == then["etag"] or bool(now["checksums"] and now["checksums"] == then["checksums"])


@pytest.mark.parametrize("seed", range(4))
def test_random_twins(s3, command, seed):
    random = Random(seed)
    lines = []
    for number in range(PAIRS):
        then = random_version(random)
        for moment, version in ((T, then), (LATER, varied(random, then))):
            lines.append({"key": f"p/{number}", "last_modified": moment, **version})
    s3.load("mybucket", lines)
    s3.set_clock("2014-01-01T08:00:00Z")
    before = s3.dump("mybucket")["keys"]
    ended = command(*RESTORE)
    assert ended.code == 0, ended.summary
    check_requests(ended.requests, ("mybucket", str), ("mybucket", str))
    needless = 0
    for key, (was, then) in before.items():
        now = history(s3, key)
        assert reads_as_then(now[0], then), (key, was, then)
        if reads_as_then(was, then):
            copied = len(now) > 2
            assert not copied or not tells(was, then), (key, was, then)
            needless += copied
    assert needless <= ended.summary["untold"]
    assert any(len(history(s3, key)) == 2 for key in before)
