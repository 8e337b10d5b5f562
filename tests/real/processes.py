"""Processes of a server: started on free ports, waited for with a bound, and gone when whoever started them is."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

ACCESS_KEY, SECRET_KEY = "real-server-access-key", "real-server-secret-key"
READY_SECONDS = 60
STEP_SECONDS = 60
_SET_ON_DEATH = 1  # PR_SET_PDEATHSIG of Linux's prctl(2)


class Running(NamedTuple):
    """A server that answers: where, and its processes, the first started first."""

    endpoint: str
    processes: list[subprocess.Popen]

    def stop(self) -> None:
        """End its processes, the last started first, each by its own id."""
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def spawn(command: list[str], log: Path, **environment: str) -> subprocess.Popen:
    """Start a process whose words go to `log`. It ends with this one, however this one ends."""
    libc = ctypes.CDLL(None)
    on_linux = hasattr(libc, "prctl")
    with open(log, "ab") as words:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,  # an interrupt at the terminal is for the tests
            # Between fork and exec; the keeper has no threads that could hold a lock.
            preexec_fn=(lambda: libc.prctl(_SET_ON_DEATH, signal.SIGKILL)) if on_linux else None,  # noqa: PLW1509
        )


def do(command: list[str], log: Path) -> None:
    """Run one step of setting up a server. CalledProcessError or TimeoutExpired if it does not succeed."""
    with open(log, "ab") as words:
        subprocess.run(command, stdout=words, stderr=subprocess.STDOUT, timeout=STEP_SECONDS, check=True)


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(url: str, process: subprocess.Popen) -> None:
    """Return when `url` is answered, with whatever status below 500. RuntimeError if that does not come."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with {process.returncode}")
        with contextlib.suppress(OSError):
            try:
                opener.open(url, timeout=5).close()
                return
            except urllib.error.HTTPError as answer:
                if answer.code < 500:
                    return
        time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer within {READY_SECONDS} seconds")
