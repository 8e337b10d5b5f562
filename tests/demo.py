"""python -m tests.demo: an ordinary day in a bucket, an accident, and the way back; exit 1 if anything is wrong.

An S3 in memory stands in for AWS; the command that brings the bucket back is the real one. Nothing leaves
this machine, and nothing is left on it: all files are in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import random
import shlex
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from tests.demo_day import BUCKET, FINAL_REPORTS, MIDNIGHT, in_threads, last_second, ordinary_day, wreck
from tests.embedded_s3 import EmbeddedS3

RESTORE_TIME = MIDNIGHT.replace(hour=14)
RUN = "archive-20140101T070000Z"  # the name that the command gives to the run's folder


class Object(NamedTuple):
    """All that a reader gets of a key."""

    body: bytes
    headers: dict[str, str]
    metadata: dict[str, str]
    tags: dict[str, str]


State = dict[str, Object]


def demonstrate(s3: EmbeddedS3, number_of_keys: int, seed: int, folder: str) -> list[str]:
    """Play it all; return what went wrong, in words."""
    client = s3.client()
    print(f"An S3 in memory, {s3.endpoint}, stands in for AWS. All this takes half a minute.")
    step("An ordinary day, 2014-01-01 at +07:00")
    writes = list(ordinary_day(number_of_keys, random.Random(seed)))
    s3.load(BUCKET, writes)
    at(s3, RESTORE_TIME)
    last_second(client)
    before = read(client)
    tell_day(writes, before)

    step("The accident")
    made = wreck(s3, client, before, [write["key"] for write in writes], random.Random(seed))
    damage = compare(before, read(client))
    versions = list_versions(client)
    tell_damage(made, damage)

    step("What would have to be done? The plan says so, and writes nothing to the bucket")
    at(s3, RESTORE_TIME + timedelta(minutes=30))
    where = ["--endpoint-url", s3.endpoint]
    what = ["--src", f"s3://{BUCKET}", "--restore-time", RESTORE_TIME.isoformat(), "--delete"]
    planned = run(s3, ["plan", *what, *where], folder)

    step("Carry it out")
    applied = run(s3, ["apply", RUN], folder)

    step("Is every key as it was at 14:00:00?")
    left = compare(before, read(client))
    removed = versions - list_versions(client)
    tell_result(damage, left, removed, applied)

    step("Once more, from the start: there is nothing left to do")
    again = run(s3, [*what, *where], folder)
    print(f"The second run sent {again.writes:,} writes.")
    return list(problems(damage, left, removed, {"plan": planned, "apply": applied, "second run": again}))


def at(s3: EmbeddedS3, moment: datetime) -> None:
    """Stop the server's clock at a moment."""
    s3.set_clock(moment.isoformat())


# Looking


def read(client: Any) -> State:
    """Return every key that a reader finds now, with all there is to it."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    keys = [item["Key"] for page in pages for item in page.get("Contents", ())]
    return dict(zip(keys, in_threads(lambda key: read_object(client, key), keys), strict=True))


def read_object(client: Any, key: str) -> Object:
    """Return all that a reader gets of a key."""
    reply = client.get_object(Bucket=BUCKET, Key=key)
    names = ("ContentType", "CacheControl", "ContentEncoding", "ContentDisposition", "ContentLanguage")
    tags = client.get_object_tagging(Bucket=BUCKET, Key=key)["TagSet"] if reply.get("TagCount") else []
    return Object(
        reply["Body"].read(),
        {name: reply[name] for name in names if name in reply},
        reply["Metadata"],
        {tag["Key"]: tag["Value"] for tag in tags},
    )


def compare(expected: State, found: State) -> list[str]:
    """Return the keys that are not the same in both: other bytes, headers, metadata or tags, missing, or too many."""
    return [key for key in sorted({*expected, *found}) if expected.get(key) != found.get(key)]


def list_versions(client: Any) -> set[tuple[str, str]]:
    """Return the key and the id of every version, current or not."""
    pages = client.get_paginator("list_object_versions").paginate(Bucket=BUCKET)
    return {(item["Key"], item["VersionId"]) for page in pages for item in page.get("Versions", ())}


# The command


class Ran(NamedTuple):
    """What became of a command: its exit code, how long it took, and what the server saw of it."""

    exit_code: int
    seconds: float
    requests: Counter[str]
    writes: int


def run(s3: EmbeddedS3, arguments: list[str], folder: str) -> Ran:
    """Run the real command, as in a shell whose working directory is `folder`; its words pass through."""
    shown = shlex.join(["s3distversions", *arguments]).replace(" --endpoint-url", " \\\n      --endpoint-url")
    print(bold(f"$ {shown}"), flush=True)
    environment = {**os.environ, **s3.environment, "TMPDIR": folder, "HOME": folder}
    s3.clear_requests()
    began = time.perf_counter()
    done = subprocess.run([console_command(), *arguments], cwd=folder, env=environment, check=False)
    seconds = time.perf_counter() - began
    log = s3.requests()
    requests = Counter(request["operation"] for request in log)
    return Ran(done.returncode, seconds, requests, sum(request["write"] for request in log))


def console_command() -> str:
    """Return the path of the installed console command."""
    return str(Path(sysconfig.get_path("scripts"), "s3distversions"))


def forget_surroundings() -> None:
    """Take profiles, endpoints, proxies and settings of whoever runs this out of the environment."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "BOTO", "MRJOB_")) or name.lower().endswith("_proxy"):
            del os.environ[name]


# Telling


def step(title: str) -> None:
    """Print the heading of the next step."""
    print(f"\n{bold(title)}", flush=True)


def bold(text: str) -> str:
    """Return the text as a terminal shows it in bold; as it is where there is none."""
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() and "NO_COLOR" not in os.environ else text


def tell_day(writes: list[dict[str, Any]], state: State) -> None:
    """Print what was written, and what stands at the end of it."""
    deletes = sum(1 for write in writes if write.get("delete_marker"))
    keys = len({write["key"] for write in writes})
    tagged = sum(1 for found in state.values() if found.tags)
    print(
        f"From 00:00 to 14:00 people write {keys:,} keys of s3://{BUCKET}, which keeps versions: "
        f"{len(writes) - deletes:,} puts, {deletes:,} deletes;\n"
        f"and at 14:00:00 sharp {len(FINAL_REPORTS)} more, each at least twice in that one second. "
        f"Now {len(state):,} keys can be read,\n"
        f"{tagged:,} of them with tags. All that a reader gets is remembered, to be compared with later."
    )


def tell_damage(fates: dict[str, str], damage: list[str]) -> None:
    """Print what the accident did."""
    kinds = Counter("deleted" if fate.endswith("delete") else fate.split()[0] for fate in fates.values())
    created = kinds.pop("create", 0)
    deleted = kinds.pop("deleted", 0)
    print(
        f"From 14:00:01 on a clean-up script runs wild. It overwrites {sum(kinds.values()):,} keys, "
        f"deletes {deleted:,} and leaves {created:,} of its own.\n"
        f"Now {len(damage):,} keys are not as they were at 14:00:00."
    )


def tell_result(damage: list[str], left: list[str], removed: set[tuple[str, str]], applied: Ran) -> None:
    """Print how the bucket compares with what is remembered, and what it took."""
    by_operation = ", ".join(f"{count:,} {name}" for name, count in applied.requests.most_common())
    print(
        f"{len(damage):,} keys wrong before\n"
        f"{len(left):,} keys wrong now: bytes, headers, metadata and tags of every key were read and compared\n"
        f"{len(removed):,} versions removed: what the accident wrote is history too\n"
        f"{applied.requests.total():,} requests ({by_operation}) in {applied.seconds:.1f} seconds"
    )


def problems(
    damage: list[str], left: list[str], removed: set[tuple[str, str]], runs: dict[str, Ran]
) -> Iterator[str]:
    """Yield what is not as it should be."""
    if not damage:
        yield "the accident did no damage"
    if left:
        yield f"keys that are wrong: {len(left):,}, such as {left[0]!r}"
    if removed:
        yield f"versions that are gone: {len(removed):,}"
    for name, ran in runs.items():
        if ran.exit_code:
            yield f"exit code {ran.exit_code} of the {name}"
        if ran.writes and name != "apply":
            yield f"the {name} wrote"


def main() -> int:
    """Read the arguments, play the demo, return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__)
    parser.add_argument("--keys", type=int, default=2500, help="how many are written on the day")
    parser.add_argument("--seed", type=int, default=14, help="of the day's and the accident's chances")
    arguments = parser.parse_args()
    forget_surroundings()
    with tempfile.TemporaryDirectory(prefix="s3distversions-demo-") as folder, EmbeddedS3() as s3:
        wrong = demonstrate(s3, arguments.keys, arguments.seed, folder)
    step(f"WRONG: {'; '.join(wrong)}." if wrong else "Everything is as it was at 14:00:00.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
