"""What the demo tells of: an ordinary day in a bucket, and the accident that ends it."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from tests.embedded_s3 import EmbeddedS3

BUCKET = "archive"
MIDNIGHT = datetime.fromisoformat("2014-01-01T00:00:00+07:00")
KINDS = (
    ("reports/2014/01/01/{:05}.csv", {"content-type": "text/csv"}),
    ("users/{:05}/profile.json", {"content-type": "application/json"}),
    ("pictures/{:05}.jpeg", {"content-type": "image/jpeg", "cache-control": "max-age=3600"}),
    ("users/{:05}/Žofie & Björn, 100 % + 漢字.txt", {"content-type": "text/plain; charset=utf-8"}),
)
FINAL_REPORTS = [f"reports/2014/01/01/final-{number:02}.csv" for number in range(12)]
FATES = ("overwrite", "overwrite", "overwrite", "overwrite overwrite", "strip", "delete", "delete")
FATES += ("delete delete", "overwrite delete", "delete overwrite")
KEYS_A_SECOND = 150  # that the accident reaches


# The day


def ordinary_day(number_of_keys: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield what people write from 00:00 to 14:00, a key after the other, as entries to load.

    Keys are put, overwritten, deleted and made again, now and then more than once in the same second.
    """
    for number in range(number_of_keys):
        name, headers = KINDS[-1] if number % 50 == 0 else KINDS[number % 3]
        key = name.format(number)
        moment = MIDNIGHT + timedelta(seconds=chance.randrange(12 * 3600))
        for revision in range(1, chance.choice((1, 1, 2, 3, 4)) + 1):
            written = {"key": key, "last_modified": moment.isoformat()}
            if revision > 1 and chance.random() < 0.25:
                yield {**written, "delete_marker": True}
            else:
                yield {**written, **content(key, headers, revision, chance)}
            moment += timedelta(seconds=chance.choice((0, 0, 1, 60, 1500)))


def content(key: str, headers: dict[str, str], revision: int, chance: random.Random) -> dict[str, Any]:
    """Return the bytes, headers, metadata and, on every third version or so, tags of a version."""
    tags = {"project": f"P{chance.randrange(9)}", "keep": "yes"} if chance.random() < 0.3 else {}
    return {
        "content": f"{key}, revision {revision}: {chance.getrandbits(800):x}\n",
        "headers": headers,
        "metadata": {"author": chance.choice(("ada", "grace", "edsger")), "revision": str(revision)},
        "tags": tags,
    }


def last_second(client: Any) -> None:
    """Write the final reports, all at 14:00:00 sharp and each more than once: only their order tells which counts."""
    for number, key in enumerate(FINAL_REPORTS):
        client.put_object(Bucket=BUCKET, Key=key, Body=b"a draft", Metadata={"state": "draft"})
        client.put_object(Bucket=BUCKET, Key=key, Body=b"as signed", Metadata={"state": "final"})
        if number % 3 == 0:
            client.delete_object(Bucket=BUCKET, Key=key)
        if number % 6 == 0:
            client.put_object(Bucket=BUCKET, Key=key, Body=b"as signed again", Tagging="signed=twice")


# The accident


def wreck(
    s3: EmbeddedS3, client: Any, present: Collection[str], known: Iterable[str], chance: random.Random
) -> dict[str, str]:
    """Let a clean-up script run wild from the next second on; return what it does, by key."""
    fates = {key: chance.choice(FATES) for key in present if key in FINAL_REPORTS or chance.random() < 0.8}
    strays = [f"tmp/clean-up-{number:04}.tmp" for number in range(len(present) // 10)]
    gone = sorted({*known, *FINAL_REPORTS} - {*present})
    fates |= dict.fromkeys([*strays, *gone], "create")
    keys = sorted(fates, key=lambda key: chance.random())
    for start in range(0, len(keys), KEYS_A_SECOND):
        s3.tick()
        in_threads(lambda key: suffer(client, key, fates[key]), keys[start : start + KEYS_A_SECOND])
    return fates


def suffer(client: Any, key: str, fate: str) -> None:
    """Do to a key what its fate says, one request after the other."""
    where = {"Bucket": BUCKET, "Key": key}
    for deed in fate.split():
        if deed == "delete":
            client.delete_object(**where)
        elif deed == "strip":  # the same bytes, and so the same ETag, without metadata and tags
            directives = {"MetadataDirective": "REPLACE", "TaggingDirective": "REPLACE"}
            client.copy_object(**where, CopySource=where, **directives)
        else:
            client.put_object(**where, Body=b"cleaned up")


def in_threads(work: Callable[[str], Any], keys: list[str]) -> list[Any]:
    """Return what `work` returns for each key."""
    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(work, keys))
