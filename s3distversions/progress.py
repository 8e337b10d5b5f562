"""How far a job is: tasks tell by small files in a folder, the command shows the sum while it waits.

Files, because mrjob's inline tasks have the command's process but not its streams, and local ones neither.
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

from s3distversions.errors import S3DistVersionsError

TOLD_EVERY_SECONDS = 0.2
PLAIN_LINE_EVERY_SECONDS = 10.0
FAILURE = "failure"


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
        words = {"what": error.what, "hint": error.hint, "exit_code": error.exit_code}
        part = Path(folder, f"{FAILURE}-{uuid.uuid4().hex}")
        part.write_text(json.dumps(words))
        part.replace(Path(folder, FAILURE))  # two tasks may fail at once


def told_failure(folder: str) -> S3DistVersionsError | None:
    """Return the error that a task has left in `folder`, None if there is none."""
    path = Path(folder, FAILURE)
    if not path.exists():
        return None
    words = json.loads(path.read_text())
    error = S3DistVersionsError(words["what"], words["hint"])
    error.exit_code = words["exit_code"]
    return error


def told(folder: str) -> int:
    """Return the sum of what the tasks have told; a file that is being written counts next time."""
    total = 0
    for path in Path(folder).glob("tally-*"):
        text = path.read_text()
        total += int(text) if text.isdigit() else 0
    return total


class Watch:
    """Shows the sum of the tallies in `folder` on standard error while the block runs.

    A bar where standard error is a terminal, a plain line every ten seconds and at the end where it is not,
    nothing with `shown` false. `total` None: a count and a rate only.
    """

    def __init__(self, folder: str, what: str, unit: str, total: int | None, shown: bool):
        self._folder = folder
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
                self._display.show(told(self._folder))
                self._display.end()

    def _watch(self) -> None:
        assert self._display is not None
        with suppress(OSError):
            while not self._ended.wait(TOLD_EVERY_SECONDS):
                self._display.show(told(self._folder))


def _display(stream: TextIO, what: str, unit: str, total: int | None) -> Bar | PlainLines:
    return (Bar if stream.isatty() else PlainLines)(stream, what, unit, total)


class Bar:
    """A bar with count, rate and time left, for a terminal."""

    def __init__(self, stream: TextIO, what: str, unit: str, total: int | None):
        from tqdm import tqdm  # nodes need not have it

        width, height = shutil.get_terminal_size()  # unlike tqdm's own, 80 x 24 where nobody knows
        self._bar = tqdm(
            desc=what, unit=unit, unit_scale=True, total=total, file=stream, ncols=width, nrows=height
        )

    def show(self, count: int) -> None:
        """Show that `count` is done."""
        self._bar.update(count - self._bar.n)

    def end(self) -> None:
        """Leave the last state on the terminal."""
        self._bar.close()


class PlainLines:
    """The same words, a line now and then, for a log."""

    def __init__(self, stream: TextIO, what: str, unit: str, total: int | None):
        self._stream, self._what, self._unit, self._total = stream, what, unit, total
        self._began = self._shown_at = time.monotonic()
        self._count = 0

    def show(self, count: int) -> None:
        """Print a line if the last one was a while ago."""
        self._count = count
        if time.monotonic() - self._shown_at >= PLAIN_LINE_EVERY_SECONDS:
            self.end()

    def end(self) -> None:
        """Print a line."""
        from tqdm import tqdm  # nodes need not have it

        self._shown_at = time.monotonic()
        line = tqdm.format_meter(
            self._count,
            self._total or 0,
            self._shown_at - self._began,
            prefix=self._what,
            unit=self._unit,
            unit_scale=True,
            ncols=0,
        )
        print(line.strip(), file=self._stream, flush=True)
