"""Where a run is kept: a folder here, or one on S3 that is worked on in a local copy.

Two commands that begin at the same time never share what only one of them has made: files and subfolders
that may be there once are made by operations that only one of two can succeed in.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from s3distversions import storage
from s3distversions.errors import UsageError
from s3distversions.location import Location, parse

PART = re.compile(r"part-\d+", re.ASCII)  # what mrjob and Hadoop name outputs, and no editor its backups
CLAIM = "_claimed"  # Hadoop passes over names that begin so
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

    def claim(self, name: str) -> bool:
        """Make a subfolder that is not there yet. False if somebody else has made it."""
        try:
            (self.path / name).mkdir(parents=True)
        except FileExistsError:
            return False
        except OSError as error:
            raise storage.cannot_write(self.path / name, error) from error
        return True

    def is_claimed(self, name: str) -> bool:
        """Has anybody made a subfolder?"""
        return (self.path / name).is_dir()

    def holds(self, name: str) -> bool:
        """Is there anything in a subfolder?"""
        folder = self.path / name
        return folder.is_dir() and any(folder.iterdir())

    def parts(self, name: str) -> list[Path]:
        """Return the files with lines of a subfolder. UsageError if other files lie among them."""
        folder = self.path / name
        files = sorted(folder.iterdir()) if folder.is_dir() else []
        strange = [path.name for path in files if not PART.fullmatch(path.name) and path.name[0] not in "._"]
        if strange:
            raise UsageError(
                f"{self.place}/{name} holds {strange[0]!r}, which is no part of a plan",
                "Is it an editor's backup? Move it elsewhere: nobody can tell whether it counts.",
            )
        return [path for path in files if PART.fullmatch(path.name)]

    def publish(self, name: str) -> None:
        """Make sure that a file or a subfolder survives this machine's failure."""
        path = self.path / name
        for file in [*path.iterdir(), path] if path.is_dir() else [path]:
            handle = os.open(file, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


class FolderOnS3(Folder):
    """A folder on S3; files come into the local copy when they are asked for."""

    def __init__(self, where: Location, client: Callable[[], Any]):
        self._copy = tempfile.TemporaryDirectory(prefix="s3distversions-", ignore_cleanup_errors=True)
        super().__init__(self._copy.name)
        self.place = where.uri
        self._where = where
        self._client = client

    def _at(self, name: str) -> Location:
        return Location(self._where.bucket, self._where.below + name)

    def read(self, name: str) -> bytes | None:
        """Return the content of an object, None if there is none."""
        return storage.read_object(self._client(), self._at(name))

    def check_free(self, option: str) -> None:
        """Raise UsageError unless there is nothing yet."""
        if storage.exists(self._client(), self.place, option):
            raise UsageError(f"{option} {self.place} is not empty", "Choose a new folder for the run.")

    def create(self, name: str, data: bytes) -> bool:
        """Write an object that is not there yet. False if somebody else has made it."""
        return storage.create_object(self._client(), self._at(name), data)

    def write(self, name: str, data: bytes) -> None:
        """Write an object, or cover it."""
        super().write(name, data)
        self.publish(name)

    def claim(self, name: str) -> bool:
        """Make an object that says that a subfolder is taken. False if somebody else has made it."""
        if not storage.create_object(self._client(), self._at(f"{name}/{CLAIM}"), b""):
            return False
        return super().claim(name)

    def is_claimed(self, name: str) -> bool:
        """Has anybody made a subfolder?"""
        return self.read(f"{name}/{CLAIM}") is not None

    def holds(self, name: str) -> bool:
        """Is there anything in a subfolder?"""
        return storage.exists(self._client(), self._at(name).uri, "RUN")

    def parts(self, name: str) -> list[Path]:
        """Return the files with lines of a subfolder, brought here once. UsageError as for a folder here."""
        if not (self.path / name).is_dir():
            storage.download_folder(self._client(), self._at(name), self.path / name)
        return super().parts(name)

    def publish(self, name: str) -> None:
        """Bring a file or a subfolder to S3."""
        path = self.path / name
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            storage.upload(self._client(), file, self._at(file.relative_to(self.path).as_posix()))


def open_folder(place: str, client: Callable[[], Any], option: str) -> Folder:
    """Return the folder that `place`, the value of `option`, names."""
    if storage.is_on_s3(place):
        return FolderOnS3(parse(place.rstrip("/"), option), client)
    return Folder(place)
