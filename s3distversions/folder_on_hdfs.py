"""A run's folder on a cluster's file system: its jobs read and write it there, and no plan is copied here."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from s3distversions.errors import UsageError
from s3distversions.folder import ATTEMPTS, Folder
from s3distversions.hdfs import NEXT, Hdfs


class FolderOnHdfs(Folder):
    """A folder that `hdfs` reaches; small files are at hand in a local copy."""

    def __init__(self, place: str, hdfs: Hdfs):
        self._copy = tempfile.TemporaryDirectory(prefix="s3distversions-", ignore_cleanup_errors=True)
        super().__init__(self._copy.name)
        self.place = place.rstrip("/")
        self._hdfs = hdfs
        self._made: set[str] = set()  # subfolders that are there, as far as is known

    def _at(self, name: str) -> str:
        return f"{self.place}/{name}"

    def _make(self, folder: str) -> None:
        if folder not in self._made:
            self._hdfs.make(folder)
            self._made.add(folder)

    def read(self, name: str) -> bytes | None:
        """Return the content of a file, None if there is none."""
        folder, _, name = self._at(name).rpartition("/")
        return self._hdfs.read_kept(folder, name)

    def check_free(self, option: str) -> None:
        """Raise UsageError unless a run can begin here: there is nothing yet, or an empty folder."""
        if any(not name.startswith(NEXT) for name in self._hdfs.names(self.place) or ()):
            raise UsageError(f"{option} {self.place} is not empty", "Choose a new folder for the run.")

    def create(self, name: str, data: bytes) -> bool:
        """Write a file that is not there yet, and the folder with it. False if somebody else has made it."""
        self._make(self.place)
        return self._hdfs.create(self._at(name), data)

    def write(self, name: str, data: bytes) -> None:
        """Write a file, or cover it: a reader sees it old or new."""
        folder, _, name = self._at(name).rpartition("/")
        self._make(folder)
        self._hdfs.cover(folder, name, data)

    def claim(self, kind: str, number: int) -> bool:
        """Take a number for a subfolder that the job will make. False if somebody else has taken it."""
        self._make(self._at(ATTEMPTS))
        return self._hdfs.create(self._at(f"{ATTEMPTS}/{kind}-{number}"), b"")

    def names(self, kind: str) -> list[str]:
        """Return the names of what is in a subfolder."""
        return self._hdfs.names(self._at(kind)) or []

    def output(self, name: str) -> str:
        """Return what the job is to call a subfolder that it makes."""
        return self._at(name)

    def input(self, name: str) -> str:
        """Return what the job is to call a file."""
        return self._at(name)

    def inputs(self, name: str) -> list[str]:
        """Return what the job is to call the lines of a subfolder; UsageError if other files lie among them."""
        self.has_parts(name)
        return [self._at(name)]  # Hadoop passes over names that begin with _

    def has_parts(self, name: str) -> bool:
        """Are there files with lines in a subfolder? UsageError if other files lie among them."""
        return bool(self.only_parts(name, self.names(name)))

    def lines(self, name: str) -> Iterator[str]:
        """Yield the lines of a subfolder's files, as they come. UsageError if other files lie among them."""
        if self.has_parts(name):
            yield from self._hdfs.lines(self._at(f"{name}/part-*"))

    def publish(self, name: str) -> None:
        """Bring a file to the cluster, or a subfolder that was made here."""
        path = self.path / name
        if not path.exists():
            return  # the cluster has made it
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            uri = self._at(file.relative_to(self.path).as_posix())
            self._make(uri.rpartition("/")[0])
            self._hdfs.put(file, uri)
