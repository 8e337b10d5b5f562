"""One process, measured: its wall time, its CPU, and what the server spent on it meanwhile."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.embedded_s3 import EmbeddedS3

ROOT = Path(__file__).parent.parent


class Measured(NamedTuple):
    """What one process took. Times in seconds; `server_cpu` None where the system does not tell it."""

    wall: float
    cpu: float
    server_cpu: float | None
    requests: int
    output: str


def measure(s3: EmbeddedS3, command: Sequence[str], folder: str, **more: str) -> Measured:
    """Run a command with `folder` for all its files, and measure it. RuntimeError if it fails.

    more: variables of its environment, besides those that name the server's credentials.
    """
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, **s3.environment, "PYTHONPATH": path, "TMPDIR": folder, "HOME": folder}
    environment |= more
    s3.clear_requests()
    server_before = cpu_of(s3)
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)  # of this child alone, unlike RUSAGE_CHILDREN
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    server_after = cpu_of(s3)
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode} of {' '.join(command)}: {output}")
    return Measured(
        wall,
        usage.ru_utime + usage.ru_stime,
        None if server_before is None or server_after is None else server_after - server_before,
        len(s3.requests()),
        output,
    )


def cpu_of(s3: EmbeddedS3) -> float | None:
    """Return the CPU seconds that the server's process has used so far, None where there is no /proc."""
    file = Path(f"/proc/{s3._process.pid}/stat")
    if not file.exists():
        return None
    # utime and stime: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    fields = file.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
