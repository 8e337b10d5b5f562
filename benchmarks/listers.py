"""What lists versions: this tool, boto3's paginator, `mc` and `rclone`; how each is run, and its result checked."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.endless_bucket import RESTORE_TIME
from benchmarks.endless_pages import Bucket
from benchmarks.endless_process import ROOT
from benchmarks.timed import Timed
from tests.demo import console_command
from tests.real.installing import NotToBeHad, go_install

BUCKET = "bucket"
PEERS = ROOT / ".peers" / "go"
MC = ("github.com/minio/mc", "v0.0.0-20250313080218-cf909e1063a9")
RCLONE = ("github.com/rclone/rclone", "v1.76.0")


class Lister(NamedTuple):
    """A tool. command(endpoint): its command line, and variables of its environment.

    right(output, bucket): has it seen every entry? serial: it asks for one page after the other.
    """

    name: str
    command: Callable[[str], tuple[list[str], dict[str, str]]]
    right: Callable[[Timed, Bucket], bool]
    serial: bool


def ours(runner: str, width: int) -> Lister:
    """Return this tool's `plan`: it lists, chooses, and writes a plan.

    runner: of mrjob. width: requests in flight in a task.
    """

    def command(endpoint: str) -> tuple[list[str], dict[str, str]]:
        what = ["plan", "--src", f"s3://{BUCKET}", "--restore-time", RESTORE_TIME.isoformat()]
        how = ["--endpoint-url", endpoint, "--list-parallel", str(width), "-r", runner, "--json", "--quiet"]
        return [console_command(), *what, *how], {}

    def right(ran: Timed, bucket: Bucket) -> bool:
        summary = json.loads(ran.output)
        counted = summary["keys"], summary["versions"], summary["markers"]
        copies = summary["planned"].get("copy", 0)
        return copies == bucket.overwritten() and counted == (
            bucket.keys,
            bucket.versions - bucket.markers(),
            bucket.markers(),
        )

    return Lister(f"`plan -r {runner}`", command, right, serial=False)


def boto3_paginator() -> Lister:
    """Return boto3's paginator, in a loop that only counts."""

    def command(endpoint: str) -> tuple[list[str], dict[str, str]]:
        return [sys.executable, "-m", "benchmarks.loops", "count", endpoint, BUCKET], {}

    return Lister(
        "boto3's paginator", command, lambda ran, bucket: int(ran.output) == bucket.versions, serial=True
    )


def mc(program: Path) -> Lister:
    """Return MinIO's client, which prints every entry."""

    def command(endpoint: str) -> tuple[list[str], dict[str, str]]:
        where = endpoint.replace("://", "://benchmark:benchmark@")
        return [str(program), "--quiet", "ls", "--versions", "-r", f"there/{BUCKET}"], {
            "MC_HOST_there": where
        }

    return Lister(
        "`mc ls --versions -r`", command, lambda ran, bucket: ran.lines == bucket.versions, serial=True
    )


def rclone(program: Path) -> Lister:
    """Return rclone, which prints every version and passes over delete markers."""

    def command(endpoint: str) -> tuple[list[str], dict[str, str]]:
        settings = {"TYPE": "s3", "PROVIDER": "Other", "ENV_AUTH": "true", "ENDPOINT": endpoint}
        settings |= {"VERSIONS": "true", "LIST_URL_ENCODE": "true"}
        variables = {f"RCLONE_CONFIG_THERE_{name}": value for name, value in settings.items()}
        line = [str(program), "lsf", "--s3-versions", "-R", "--fast-list", "--config", "/dev/null"]
        return [*line, f"there:{BUCKET}"], variables

    def right(ran: Timed, bucket: Bucket) -> bool:
        return bucket.versions - bucket.markers() <= ran.lines <= bucket.versions + FOLDERS

    return Lister("`rclone lsf --s3-versions -R`", command, right, serial=True)


FOLDERS = 10  # which rclone prints too; where keys are flat these are few


def peers() -> tuple[list[Lister], list[str]]:
    """Return the peers that this machine can have, built if need be, and words about those that it cannot."""
    found, missing = [], []
    for make, (module, version) in ((mc, MC), (rclone, RCLONE)):
        try:
            with contextlib.redirect_stdout(sys.stderr):
                found.append(make(go_install(module, version, PEERS)))
        except NotToBeHad as reason:
            missing.append(f"{module} is skipped: {reason}")
    return found, missing
