"""Files on a cluster's file systems, by the `hadoop fs` of this machine: hdfs://, and whatever else it has.

Each call starts a JVM and takes a second: few of them are made. A command, not a library, because it speaks to
every cluster as the cluster's own users do: Kerberos, high availability, EMRFS.
https://hadoop.apache.org/docs/r3.4.2/hadoop-project-dist/hadoop-common/FileSystemShell.html
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from s3distversions.errors import S3DistVersionsError, UsageError

GONE, ANY = "No such file or directory", ""
# A scheme without a file system, or without its classes; a folder where a host belongs.
UNKNOWN = (
    "No FileSystem for scheme",
    "ClassNotFoundException: Class org.apache.hadoop.fs",
    "UnknownHostException",
)
REASON = re.compile(r"^-?(?:cat|ls|mkdir|put|mv|rm): .*|^.*Exception: .*", re.MULTILINE)
NODE_SECONDS = 60  # that a failing task gives its node to say so
MAY_YOU = "Is the cluster up, and may you write there?"
# While a file is covered there is a moment without it: `hadoop fs` deletes the old one, then renames the new one.
# So the new one is kept beside it first, whole.
NEXT = "_next-"


class Hdfs:
    """What `hadoop fs` reaches. `command` is how it is called: the path of `hadoop`, and arguments.

    user: in whose name, where the cluster believes whoever asks; None: in that of this process. seconds: that a
    write may take; None: any number.
    """

    def __init__(self, command: Sequence[str], user: str | None = None, seconds: float | None = None):
        self._command = [*command, "fs"]
        self._seconds = seconds
        self._named = {"HADOOP_USER_NAME": user} if user else {}

    def read(self, uri: str, most: int | None = None) -> bytes | None:
        """Return the content of a file, None if there is none; a little more than `most` bytes of it at most."""
        process = self._start("-cat", uri)
        assert process.stdout is not None
        with process:
            data = process.stdout.read() if most is None else process.stdout.read(most + 1)
            if most is not None and len(data) > most:
                process.kill()
                return data
        return None if self._failed(process, f"reading {uri}", GONE) else data

    def read_kept(self, folder: str, name: str) -> bytes | None:
        """Return the content of a file that `cover` writes, None if there is none."""
        data = self.read(f"{folder}/{name}")
        return self.read(f"{folder}/{NEXT}{name}") if data is None else data

    def lines(self, uri: str) -> Iterator[str]:
        """Yield the lines of a file, or of all files that a pattern names."""
        process = self._start("-cat", uri, text=True)
        assert process.stdout is not None
        with process:
            try:
                yield from process.stdout
            except BaseException:  # nobody wants the rest
                process.kill()
                raise
        self._failed(process, f"reading {uri}")

    def names(self, folder: str) -> list[str] | None:
        """Return the names of what is in a folder, sorted; None if there is no such folder."""
        process = self._start("-ls", "-C", folder)
        with process:
            paths = process.communicate()[0].decode().splitlines()
        if self._failed(process, f"looking at {folder}", GONE):
            return None
        return sorted(path.rstrip("/").rpartition("/")[2] for path in paths)

    def make(self, folder: str) -> None:
        """Make a folder, and those above it, unless it is there."""
        self._run(f"making {folder}", "-mkdir", "-p", folder)

    def create(self, uri: str, data: bytes) -> bool:
        """Write a file that is not there yet, in a folder that is. False if somebody else has made it.

        Of two at the same time one succeeds: by a rename, which HDFS refuses where the name is taken. (Two that
        put the same file share a temporary one, and may both fail.)
        """
        folder, _, name = uri.rpartition("/")
        ours = f"{folder}/{NEXT}{name}-{uuid.uuid4().hex}"
        self._run(f"writing {uri}", "-put", "-", ours, data=data)
        if not self._run(f"writing {uri}", "-mv", ours, uri, passing=ANY):
            return True
        if name not in (self.names(folder) or ()):
            raise S3DistVersionsError(f"writing {uri}: it could not be renamed", MAY_YOU)
        self._run(f"removing {ours}", "-rm", "-skipTrash", ours)
        return False

    def cover(self, folder: str, name: str, data: bytes) -> None:
        """Write a file of a folder, or cover it: at each moment `read_kept` gets the old content or the new."""
        with tempfile.TemporaryDirectory(prefix="s3distversions-") as here:
            paths = [Path(here, NEXT + name), Path(here, name)]
            for path in paths:
                path.write_bytes(data)
            self._run(f"writing {folder}/{name}", "-put", "-f", *map(str, paths), folder)

    def put(self, path: Path, uri: str) -> None:
        """Bring a file there, and cover what is there."""
        self._run(f"writing {uri}", "-put", "-f", str(path), uri)

    def _start(self, *words: str, text: bool = False) -> subprocess.Popen[str]:
        """Start `hadoop fs`; what it says goes to a file, so that it never waits for a reader."""
        said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process that it belongs to
        coding = {"encoding": "utf-8", "errors": "surrogateescape"} if text else {}
        try:
            process = subprocess.Popen(
                [*self._command, *words],
                stdin=subprocess.PIPE if "-" in words else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                env={**os.environ, **self._named},
                **coding,
            )
        except OSError as error:
            what = f"{self._command[0]}: {error.strerror}"
            raise UsageError(what, "-r hadoop runs on a machine of the cluster, with `hadoop`.") from error
        process.said = said  # type: ignore[attr-defined]
        return process

    def _run(self, what: str, *words: str, passing: str | None = None, data: bytes = b"") -> bool:
        """Run `hadoop fs` to its end; return whether it failed for the reason `passing`."""
        process = self._start(*words)
        try:
            process.communicate(data if process.stdin else None, self._seconds)
        except BaseException as error:  # what nobody waits for must not write later
            process.kill()
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise S3DistVersionsError(f"{what}: no answer in {self._seconds} seconds", MAY_YOU) from error
            raise
        return self._failed(process, what, passing)

    def _failed(self, process: subprocess.Popen[str], what: str, passing: str | None = None) -> bool:
        """Has it failed for the reason `passing`? An error if for another one."""
        with process.said as said:  # type: ignore[attr-defined]
            said.seek(0)
            text = said.read().decode(errors="replace").strip()
        if not process.returncode:
            return False
        if passing is not None and passing in text:
            return True
        told = REASON.findall(text) or text.splitlines()[-1:] or [f"exit code {process.returncode}"]
        reason = told[0]
        if any(words in text for words in UNKNOWN):
            raise UsageError(f"{what}: {reason}", "Give a place on a file system that the cluster has.")
        raise S3DistVersionsError(f"{what}: {reason}", MAY_YOU)


def of_this_node() -> Hdfs:
    """Return the file systems by the `hadoop` of the node that a task runs on, in the name of the job's user.

    YARN tells that one as USER; the task's process may be of another, such as `yarn`.
    """
    user = os.environ.get("USER")
    for name in ("HADOOP_HOME", "HADOOP_COMMON_HOME"):
        path = Path(os.environ.get(name) or "/nowhere", "bin", "hadoop")
        if path.exists():
            return Hdfs([str(path)], user, NODE_SECONDS)
    return Hdfs(["hadoop"], user, NODE_SECONDS)
