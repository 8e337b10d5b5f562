"""Standard input, output and error, which can be closed, full, gone, or unable to hold a key's characters."""

from __future__ import annotations

import contextlib
import io
import os
import sys

from s3distversions.errors import S3DistVersionsError

LINE = 2000  # characters of an error that are told: a command line can hold a million
BESIDES = " [...] "


def open_closed() -> None:
    """Open those of the three that are closed, on the null device.

    Else the next file to be opened would take their number, and get what is meant for them. Python leaves
    None in their places, which mrjob cannot do with.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            # Takes the lowest number that is free: this one. Children, such as sort(1), need it as well.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115


def say(line: str) -> None:
    """Print a line on standard error. A log that is full or gone stops nobody's restore."""
    with contextlib.suppress(OSError, ValueError):  # full, or closed
        print(line, file=sys.stderr, flush=True)


def end() -> None:
    """Give up what standard error still holds and does not take: the command ends well without it."""
    try:
        sys.stderr.flush()
    except (OSError, ValueError):
        _discard(sys.stderr)


def show(text: str, place: str) -> None:
    """Print what the command was asked for, on standard output; `place` is the folder of the run.

    S3DistVersionsError if it cannot be written.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names of folders come out as they came in, whatever the locale: the command that is shown can be run.
        by_bytes = sys.stdout.encoding.lower().replace("-", "") == "utf8"
        sys.stdout.reconfigure(errors="surrogateescape" if by_bytes else "backslashreplace")
    try:
        print(text, flush=True)
    except OSError as error:
        _discard(sys.stdout)
        raise S3DistVersionsError(
            f"cannot write to standard output: {error.strerror}", f"What it was to say stands in {place}."
        ) from error


def _discard(stream: io.TextIOBase) -> None:
    """Lead a stream that failed to the null device: Python would fail again when it flushes it at the end."""
    with contextlib.suppress(OSError, ValueError):  # no file below it
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def one_line(text: str) -> str:
    """Return `text` in one line, for a terminal: keys and servers' messages can hold line ends and worse."""
    line = "".join(letter if letter.isprintable() else _escaped(letter) for letter in " ".join(text.split()))
    if len(line) <= LINE:
        return line
    half = (LINE - len(BESIDES)) // 2
    return line[:half] + BESIDES + line[-half:]


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode()
