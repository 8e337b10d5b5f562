"""A client whose listings go at the pace that S3 takes, and are asked for again where it wants fewer."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from botocore.exceptions import ClientError

from s3distversions import client
from s3distversions.list_pace import ListPace
from s3distversions.model import Access
from s3distversions.throttled import THROTTLED

LISTS = ("ListObjectVersions",)


class Paced:
    """The client of one task, for its threads: boto3's, but that its listings wait for one another."""

    def __init__(self, access: Access, width: int):
        """width: how many requests are in flight at most."""
        self._client = client.make(access, width, reads_only=True, paced=LISTS)
        self._paces: defaultdict[str, ListPace] = defaultdict(ListPace)  # by bucket

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def is_slow(self, bucket: str, key: str) -> bool:
        """Does S3 slow down the listing of a bucket around `key`?"""
        return self._paces[bucket].is_slow(key)

    def list_object_versions(self, **parameters: Any) -> Any:
        """Return a page. S3Error where S3 refuses everything for too long; else botocore's errors."""
        pace = self._paces[parameters["Bucket"]]
        begin = parameters.get("KeyMarker") or parameters["Prefix"]
        while True:
            sent = pace.wait(begin)
            try:
                reply = self._client.list_object_versions(**parameters)
            except ClientError as error:
                if client.code(error) not in THROTTLED:
                    raise
                pace.refused(begin, sent, f"listing the versions in s3://{parameters['Bucket']}")
            else:
                pace.passed(begin, sent)
                return reply
