"""What run folders and prefix lists are reached by, and where they may be, with each of mrjob's runners."""

from __future__ import annotations

import getpass
import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from s3distversions import prefixes, storage
from s3distversions.errors import UsageError
from s3distversions.folder import Folder
from s3distversions.folder_on_hdfs import FolderOnHdfs
from s3distversions.folder_on_s3 import FolderOnS3
from s3distversions.hdfs import Hdfs
from s3distversions.location import parse

CLUSTERS = ("hadoop", "emr")  # mrjob's runners whose jobs read and write the run's folder themselves
HDFS = "hdfs://"
# What Hadoop takes for a pattern, for two paths, or not at all.
SIMPLE = "Use letters, digits, and . _ - = + in it."
NOT_IN_PATHS = re.compile(r"[*?\[\]{}^\\,:\s\x00-\x1f]")

NOT_ON_SPARK = re.compile(r"[,{}\\]")


class Stores(NamedTuple):
    """`client` makes the client for S3; `hdfs` reaches the cluster's file systems, with `-r hadoop` only."""

    client: Callable[[], Any]
    runner: str = "inline"
    hdfs: Hdfs | None = None

    @property
    def is_cluster(self) -> bool:
        """Do jobs read and write the run's folder themselves, on other machines?"""
        return self.runner in CLUSTERS

    def check(self, place: str | None, option: str) -> None:
        """Raise UsageError if a run's folder cannot be at `place`."""
        if place is None:
            if self.runner == "emr":
                raise UsageError(f"-r emr needs {option}", "Give an s3:// location for the run.")
        elif storage.is_on_s3(place):
            if self.is_cluster and NOT_IN_PATHS.search(place.partition("://")[2]):
                raise UsageError(f"{option} {place} is no path that Hadoop reads", SIMPLE)
            if self.hdfs:
                self.hdfs.names(place)  # UsageError where the cluster has no such file system
        elif self.runner == "emr":
            raise UsageError(f"{option} {place}: -r emr keeps runs on s3:// only", "Give an s3:// location.")
        elif self.hdfs is None:
            if self.runner == "spark" and NOT_ON_SPARK.search(str(Path(place).absolute())):
                raise UsageError(f"{option} {place} is no path that Spark reads", SIMPLE)
            if "://" in place:
                raise UsageError(
                    f"{option} {place}: this runner keeps runs in local folders and on s3:// only",
                    "Give a local folder or an s3:// location, or use -r hadoop.",
                )
        elif not place.startswith(HDFS):
            raise UsageError(
                f"{option} {place}: -r hadoop keeps runs on hdfs:// or s3:// only",
                "Give an hdfs:/// path; a run that is here can be brought there by `hadoop fs -put`.",
            )
        elif NOT_IN_PATHS.search(place.removeprefix(HDFS).partition("/")[2]):
            raise UsageError(f"{option} {place} is no path that Hadoop reads", SIMPLE)

    def parent(self) -> str:
        """Return what stands before a run's name where the user gives none."""
        if self.hdfs is None:
            return ""
        return f"{HDFS}/user/{os.environ.get('HADOOP_USER_NAME') or getpass.getuser()}/s3distversions/"

    def folder(self, place: str, option: str) -> Folder:
        """Return the folder that `place`, the value of `option`, names."""
        if storage.is_on_s3(place):
            on_cluster = place.rstrip("/") if self.is_cluster else None
            return FolderOnS3(parse(place.rstrip("/"), option), self.client, on_cluster)
        if self.hdfs:
            return FolderOnHdfs(place, self.hdfs)
        return Folder(place)

    def exists(self, place: str, option: str) -> bool:
        """Is there anything at `place`?"""
        if self.hdfs and not storage.is_on_s3(place):
            return self.hdfs.names(place) is not None
        # Only a look at S3 needs a client, which cannot always be had.
        return storage.exists(self.client() if storage.is_on_s3(place) else None, place, option)

    def read(self, place: str, option: str) -> bytes:
        """Return the content of the file that `option` names: local, s3://, `-`, and with -r hadoop hdfs://.

        UsageError if there is none or it cannot be read.
        """
        if not (self.hdfs and place.startswith(HDFS)):
            return storage.read_bytes(self.client(), place, option)
        data = self.hdfs.read(place, prefixes.MOST_BYTES)
        if data is None:
            raise UsageError(f"{option} {place}: no such file", "Check the path.")
        return prefixes.whole(io.BytesIO(data), f"{option} {place}")
