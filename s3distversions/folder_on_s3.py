"""A run's folder on S3: files come into a local copy when they are asked for, or the cluster reads them itself."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from s3distversions import storage
from s3distversions.errors import UsageError
from s3distversions.folder import ATTEMPTS, Folder
from s3distversions.location import Location


class FolderOnS3(Folder):
    """A folder on S3. `on_cluster`: what a cluster's file system calls it, where jobs read and write it there."""

    def __init__(self, where: Location, client: Callable[[], Any], on_cluster: str | None = None):
        self._copy = tempfile.TemporaryDirectory(prefix="s3distversions-", ignore_cleanup_errors=True)
        super().__init__(self._copy.name)
        self.place = where.uri
        self._where = where
        self._client = client
        self._on_cluster = on_cluster

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

    def claim(self, kind: str, number: int) -> bool:
        """Make an object that says that a number is taken. False if somebody else has made it."""
        name = f"{kind}/{number}"
        if storage.exists(self._client(), self._at(name).uri, "RUN"):  # as earlier releases said it
            return False
        return storage.create_object(self._client(), self._at(f"{ATTEMPTS}/{kind}-{number}"), b"")

    def names(self, kind: str) -> list[str]:
        """Return the names of what is in a subfolder."""
        return storage.names(self._client(), self._at(kind))

    def output(self, name: str) -> str:
        """Return what the job is to call a subfolder that it makes."""
        return f"{self._on_cluster}/{name}" if self._on_cluster else super().output(name)

    def input(self, name: str) -> str:
        """Return what the job is to call a file that is at hand."""
        return f"{self._on_cluster}/{name}" if self._on_cluster else super().input(name)

    def inputs(self, name: str) -> list[str]:
        """Return what the job is to call the lines of a subfolder; UsageError if other files lie among them."""
        if not self._on_cluster:
            return super().inputs(name)
        self.only_parts(name, self.names(name))
        return [f"{self._on_cluster}/{name}"]  # Hadoop passes over names that begin with _

    def has_parts(self, name: str) -> bool:
        """Are there files with lines in a subfolder? UsageError if other files lie among them."""
        return bool(self.only_parts(name, self.names(name))) if self._on_cluster else super().has_parts(name)

    def parts(self, name: str) -> list[Path]:
        """Return the files with lines of a subfolder, brought here once. UsageError as for a folder here."""
        if not (self.path / name).is_dir():
            storage.download_folder(self._client(), self._at(name), self.path / name)
        return super().parts(name)

    def publish(self, name: str) -> None:
        """Bring a file or a subfolder to S3, unless the cluster has written it there."""
        path = self.path / name
        if self._on_cluster and not path.exists():
            return
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            storage.upload(self._client(), file, self._at(file.relative_to(self.path).as_posix()))
