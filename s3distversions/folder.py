"""Where a run is kept: a folder here. Those on S3 and on a cluster are made after it.

Two commands that begin at the same time never share what only one of them has made: files and subfolders
that may be there once are made by operations that only one of two can succeed in.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from s3distversions import storage
from s3distversions.errors import UsageError

PART = re.compile(r"part-\d+", re.ASCII)  # what mrjob and Hadoop name outputs, and no editor its backups
NUMBER = re.compile(r"\d+", re.ASCII)
ATTEMPTS = "_attempts"  # the subfolder that says which numbers are taken, and why some failed on a cluster
OURS = re.compile(r"\..+\.\d+")  # what a killed command may leave beside its files


class Folder:
    """A folder here. `place` is what the user calls it, `path` where its files are at hand."""

    def __init__(self, place: str):
        # mrjob's inline runner changes the working directory
        self.place, self.path = place, Path(place).absolute()

    def read(self, name: str) -> bytes | None:
        """Return the content of a file, None if there is none."""
        try:
            return (self.path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            if os.path.exists(self.path / name):
                raise UsageError(f"{self.place}/{name} cannot be read: {error}", "Check the file.") from error
            return None  # a name that is no name, or too long

    def check_free(self, option: str) -> None:
        """Raise UsageError unless a run can begin here: there is nothing yet, or an empty folder."""
        try:
            if not self.path.is_dir() and self.path.stat():
                raise UsageError(f"{option} {self.place} is not a folder", "Choose a new folder for the run.")
            if any(not OURS.fullmatch(path.name) for path in self.path.iterdir()):
                raise UsageError(f"{option} {self.place} is not empty", "Choose a new folder for the run.")
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise UsageError(f"{option} {self.place}: {reason}", "Choose another folder.") from error

    def create(self, name: str, data: bytes) -> bool:
        """Write a file that is not there yet, and the folder with it. False if somebody else has made it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            return storage.create_atomically(self.path / name, data)
        except OSError as error:
            raise UsageError(f"{self.place}: {error.strerror}", "Choose another folder.") from error

    def write(self, name: str, data: bytes) -> None:
        """Write a file, or cover it: a reader sees it old or new."""
        storage.write_atomically(self.path / name, data)

    def claim(self, kind: str, number: int) -> bool:
        """Take a number for an attempt, whose subfolder the job will make. False if somebody else has taken it.

        By a file elsewhere: Hadoop and Spark want to make the subfolder themselves.
        """
        if (self.path / kind / str(number)).exists():  # earlier releases made the subfolder itself
            return False
        folder = self.path / ATTEMPTS
        try:
            folder.mkdir(exist_ok=True)
            return storage.create_atomically(folder / f"{kind}-{number}", b"")
        except OSError as error:
            raise storage.cannot_write(folder, error) from error

    def claimed(self, kind: str) -> set[int]:
        """Return the numbers that anybody has taken; earlier releases made only the subfolders."""
        taken = [name.removeprefix(f"{kind}-") for name in self.names(ATTEMPTS)]
        return {int(number) for number in [*taken, *self.names(kind)] if NUMBER.fullmatch(number)}

    def names(self, kind: str) -> list[str]:
        """Return the names of what is in a subfolder."""
        folder = self.path / kind
        return sorted(os.listdir(folder)) if folder.is_dir() else []

    def output(self, name: str) -> str:
        """Return what the job is to call a subfolder that it makes."""
        return str(self.path / name)

    def input(self, name: str) -> str:
        """Return what the job is to call a file that is at hand."""
        return glob.escape(str(self.path / name))

    def inputs(self, name: str) -> list[str]:
        """Return what the job is to call the files with lines of a subfolder."""
        return [glob.escape(str(part)) for part in self.parts(name)]

    def has_parts(self, name: str) -> bool:
        """Are there files with lines in a subfolder? UsageError if other files lie among them."""
        return bool(self.parts(name))

    def lines(self, name: str) -> Iterator[str]:
        """Yield the lines of a subfolder's files, as text. UsageError if other files lie among them."""
        for part in self.parts(name):
            with part.open(encoding="utf-8", errors="surrogateescape") as lines:
                yield from lines

    def parts(self, name: str) -> list[Path]:
        """Return the files with lines of a subfolder. UsageError if other files lie among them."""
        return [self.path / name / part for part in self.only_parts(name, Folder.names(self, name))]

    def only_parts(self, name: str, found: Iterable[str]) -> list[str]:
        """Return the names, of those of files in a subfolder, of files with lines. UsageError for others."""
        for each in found:
            if not PART.fullmatch(each) and each[0] not in "._":
                raise UsageError(
                    f"{self.place}/{name} holds {each!r}, which is no part of a plan",
                    "Is it an editor's backup? Move it elsewhere: nobody can tell whether it counts.",
                )
        return [each for each in found if PART.fullmatch(each)]

    def publish(self, name: str) -> None:
        """Make sure that a file or a subfolder survives this machine's failure."""
        path = self.path / name
        for file in [*path.iterdir(), path] if path.is_dir() else [path]:
            handle = os.open(file, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
