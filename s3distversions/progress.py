"""How far a job is: tasks tell by small files in a folder, the command shows the sum while it waits.

Files, because mrjob's inline tasks have the command's process but not its streams, and local ones neither. On a
cluster tasks have no such folder: there Hadoop tells (`cluster_log`), and a task that fails leaves its error on
the cluster's file system.
"""

from __future__ import annotations

import json
import shutil
import sys
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from s3distversions import hdfs
from s3distversions.cluster_log import ClusterLog
from s3distversions.errors import S3DistVersionsError

TOLD_EVERY_SECONDS = 0.2
PLAIN_LINE_EVERY_SECONDS = 10.0
FAILURE = "failure"
PER_CENT = (
    "{desc}: {percentage:3.0f}% [{elapsed}{postfix}]"  # of a job on a cluster; when it ends nobody knows
)


class Tally:
    """A task's count of what it has done, told to the command by a file of its own in `folder`."""

    def __init__(self, folder: str | None):
        self._path = Path(folder) / f"tally-{uuid.uuid4().hex}" if folder else None
        self._lock = threading.Lock()
        self._count = 0
        self._told_at = 0.0

    def add(self, number: int) -> None:
        """Count `number` more. Any thread may call."""
        with self._lock:
            self._count += number
            if time.monotonic() - self._told_at > TOLD_EVERY_SECONDS:
                self._tell()

    @property
    def count(self) -> int:
        """Return the count as it is now."""
        return self._count

    def tell(self) -> None:
        """Tell the count as it is now, at the task's end."""
        with self._lock:
            self._tell()

    def _tell(self) -> None:
        if self._path:
            try:
                self._path.write_text(str(self._count))
            except FileNotFoundError as error:
                what = "the command that began this task has ended"
                raise S3DistVersionsError(what, "Run it again: it goes on where it was.") from error
        self._told_at = time.monotonic()


def tell_failure(folder: str | None, error: S3DistVersionsError) -> None:
    """Leave a task's error where the command finds it: local tasks have no other way to hand it over."""
    if folder:
        part = Path(folder, f"{FAILURE}-{uuid.uuid4().hex}")
        part.write_bytes(packed(error))
        part.replace(Path(folder, FAILURE))  # two tasks may fail at once


def tell_failure_on_cluster(uri: str, error: BaseException) -> None:
    """Leave the error of a task on another machine in a file of the cluster, as far as its node can.

    The logs of tasks are on the nodes, or gone with them.
    """
    if not isinstance(error, S3DistVersionsError):
        what = f"a task failed: {type(error).__name__}: {error}"
        error = S3DistVersionsError(what, "This is a defect. Please report it, with the logs of the tasks.")
    with suppress(S3DistVersionsError, OSError):  # the task's log has it, too
        hdfs.of_this_node().create(uri, packed(error))  # the first of those that fail at once


def told_failure(folder: str) -> S3DistVersionsError | None:
    """Return the error that a task has left in `folder`, None if there is none."""
    path = Path(folder, FAILURE)
    return unpacked(path.read_bytes()) if path.exists() else None


def packed(error: S3DistVersionsError) -> bytes:
    """Return an error as a file's content."""
    return json.dumps({"what": error.what, "hint": error.hint, "exit_code": error.exit_code}).encode()


def unpacked(data: bytes) -> S3DistVersionsError:
    """Return the error that is a file's content."""
    words = json.loads(data)
    error = S3DistVersionsError(words["what"], words["hint"])
    error.exit_code = words["exit_code"]
    return error


class Tallies:
    """What the tasks have told in `folder`."""

    words = ""

    def __init__(self, folder: str):
        self._folder = folder

    @property
    def count(self) -> int:
        """Return the sum; a file that is being written counts next time."""
        total = 0
        for path in Path(self._folder).glob("tally-*"):
            text = path.read_text()
            total += int(text) if text.isdigit() else 0
        return total


class Watch:
    """Shows the count and the words of `source` on standard error while the block runs.

    A bar where standard error is a terminal, a plain line every ten seconds and at the end where it is not,
    nothing with `shown` false. `total` None: a count and a rate only.
    """

    def __init__(self, source: Tallies | ClusterLog, what: str, unit: str, total: int | None, shown: bool):
        self._source = source
        # mrjob's inline runner replaces sys.stderr while a task runs
        self._display = _display(sys.stderr, what, f" {unit}", total) if shown else None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        if self._display:
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._display:
            self._thread.join()
            with suppress(OSError):  # a log that is full stops nobody's restore
                self._display.show(self._source.count, self._source.words)
                self._display.end()

    def _watch(self) -> None:
        assert self._display is not None
        with suppress(OSError):
            while not self._ended.wait(TOLD_EVERY_SECONDS):
                self._display.show(self._source.count, self._source.words)


def _display(stream: TextIO, what: str, unit: str, total: int | None) -> Bar | PlainLines:
    return (Bar if stream.isatty() else PlainLines)(stream, what, unit, total)


class Bar:
    """A bar with count, rate and time left, for a terminal."""

    def __init__(self, stream: TextIO, what: str, unit: str, total: int | None):
        from tqdm import tqdm  # nodes need not have it

        in_per_cent = {"bar_format": PER_CENT} if unit == " %" else {}
        width, height = shutil.get_terminal_size()  # unlike tqdm's own, 80 x 24 where nobody knows
        self._bar = tqdm(
            desc=what,
            unit=unit,
            unit_scale=True,
            total=total,
            file=stream,
            ncols=width,
            nrows=height,
            **in_per_cent,
        )

    def show(self, count: int, words: str = "") -> None:
        """Show that `count` is done."""
        self._bar.set_postfix_str(words, refresh=False)
        self._bar.update(count - self._bar.n)

    def end(self) -> None:
        """Leave the last state on the terminal."""
        self._bar.close()


class PlainLines:
    """The same words, a line now and then, for a log."""

    def __init__(self, stream: TextIO, what: str, unit: str, total: int | None):
        self._stream, self._what, self._unit, self._total = stream, what, unit, total
        self._began = self._shown_at = time.monotonic()
        self._count, self._words = 0, ""

    def show(self, count: int, words: str = "") -> None:
        """Print a line if the last one was a while ago."""
        self._count, self._words = count, words
        if time.monotonic() - self._shown_at >= PLAIN_LINE_EVERY_SECONDS:
            self.end()

    def end(self) -> None:
        """Print a line."""
        from tqdm import tqdm  # nodes need not have it

        self._shown_at = time.monotonic()
        in_per_cent = self._unit == " %"
        line = tqdm.format_meter(
            self._count,
            self._total or 0,
            self._shown_at - self._began,
            prefix=self._what,
            unit=self._unit,
            unit_scale=True,
            ncols=None if in_per_cent else 0,  # no bar
            postfix=self._words,
            bar_format=PER_CENT if in_per_cent else None,
        )
        print(line.strip(), file=self._stream, flush=True)
