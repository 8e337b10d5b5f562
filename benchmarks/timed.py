"""One command run against an endless S3, measured: wall time, CPU, memory, and what the server did meanwhile."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.endless_counts import Told
from benchmarks.endless_process import ROOT, EndlessS3

KEPT = 1 << 20  # bytes of the output
# Any will do; and no file of whoever runs this is read.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "NO_PROXY": "127.0.0.1",
}


class Timed(NamedTuple):
    """What a command took: seconds; `cpu` with all its children; `peak` bytes of the largest of its processes.

    served: what the server did for it. output: its beginning; lines: how many there were.
    """

    wall: float
    cpu: float
    peak: int
    served: Told
    output: str
    lines: int


def timed(server: EndlessS3, command: Sequence[str], folder: str, more: Mapping[str, str]) -> Timed:
    """Run a command with `folder` for all its files, and measure it. RuntimeError if it fails.

    more: variables of its environment.
    """
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, **CREDENTIALS, "PYTHONPATH": path, "TMPDIR": folder, "HOME": folder, **more}
    kept, lines = b"", 0
    errors = Path(folder, "stderr")
    before = server.told()
    began = time.perf_counter()
    with (
        errors.open("wb") as stderr,
        subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=stderr
        ) as process,
    ):
        assert process.stdout
        while piece := process.stdout.read(KEPT):
            kept = kept or piece
            lines += piece.count(b"\n")
        _, status, usage = os.wait4(process.pid, 0)  # of this child and its own, unlike RUSAGE_CHILDREN
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode:
        words = errors.read_text(errors="replace")[-2000:]
        raise RuntimeError(f"exit code {process.returncode} of {' '.join(command)}: {words}")
    served = server.told().since(before)
    cpu, peak = usage.ru_utime + usage.ru_stime, in_bytes(usage.ru_maxrss)
    return Timed(wall, cpu, peak, served, kept.decode(errors="replace"), lines)


def own_peak() -> int:
    """Return the most memory that this process has had, in bytes: Linux tells no less of what it starts."""
    return in_bytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def in_bytes(maxrss: int) -> int:
    """Return ru_maxrss in bytes, which systems tell in their own units."""
    return maxrss if sys.platform == "darwin" else maxrss * 1024
