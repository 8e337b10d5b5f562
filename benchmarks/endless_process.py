"""What benchmarks use: an endless S3 in processes of its own."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.endless_counts import CONTROL_PATH, Told

ROOT = Path(__file__).parent.parent
# Else glibc gives each page's memory back to the system and takes it again, which is half of the server's work.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(64 << 20), "MALLOC_TRIM_THRESHOLD_": str(256 << 20)}


class EndlessS3:
    """A running server, to be used as a context manager. It ends with this process, however that ends.

    options: those of the command line, such as versions=10**7, shape="dates", latency=300, processes=2.
    """

    def __init__(self, **options: Any) -> None:
        command = [sys.executable, "-m", "benchmarks.endless_s3", "--until-stdin-closes"]
        for name, value in options.items():
            command += [f"--{name.replace('_', '-')}", str(value)]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **KEEP_MEMORY},
        )
        assert self._process.stdout
        self.endpoint = self._process.stdout.readline().decode().strip()
        if not self.endpoint:
            raise RuntimeError(f"the endless S3 did not start: exit code {self._process.wait()}")
        trusted = ssl.create_default_context(cafile=options.get("certificate"))
        handlers = urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted)
        self._opener = urllib.request.build_opener(*handlers)

    def __enter__(self) -> EndlessS3:  # noqa: PYI034 - Self is not in Python 3.10
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def told(self) -> Told:
        """Return what it has done so far."""
        with self._opener.open(self.endpoint + CONTROL_PATH, timeout=60) as reply:
            return Told(*json.load(reply))
