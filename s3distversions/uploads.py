"""Uploads in parts that have begun and not ended: ended with the task, or named with the command that does it.

Their parts are stored, and paid for, and show in no listing of objects.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from __future__ import annotations

import shlex
import threading
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from s3distversions.client import code
from s3distversions.listing import can_be_asked
from s3distversions.model import KeyRange
from s3distversions.parameters import Parameters
from s3distversions.parse import decode
from s3distversions.replies import answer
from s3distversions.timestamps import to_text


class Uploads:
    """The uploads of one task that are open. Any thread may use it."""

    def __init__(self, client: Any, parameters: Parameters):
        self._client = client
        self._parameters = parameters
        self._lock = threading.Lock()
        self._open: set[tuple[str, str]] = set()  # key, upload id
        self.closed = threading.Event()  # the task has ended: no more parts

    def begun(self, key: str, upload_id: str) -> None:
        """Take notice of an upload; after the end of the task it is ended at once."""
        with self._lock:
            self._open.add((key, upload_id))
        if self.closed.is_set():
            self.end(key, upload_id)

    def is_open(self, key: str, upload_id: str) -> bool:
        """Has the upload neither been completed nor ended?"""
        with self._lock:
            return (key, upload_id) in self._open

    def completed(self, key: str, upload_id: str) -> None:
        """Forget an upload: it has become a version."""
        with self._lock:
            self._open.discard((key, upload_id))

    def end(self, key: str, upload_id: str) -> str:
        """End an upload and drop its parts; return "", or what to do where that fails. May be called again."""
        self.completed(key, upload_id)
        try:
            answer(
                self._client.abort_multipart_upload,
                Bucket=self._parameters.written.bucket,
                Key=key,
                UploadId=upload_id,
            )
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and code(error) in ("NoSuchUpload", "404"):
                return ""
            return f"; its upload is left, and this ends it: {command(self._parameters, key, upload_id)}"
        return ""

    def close(self) -> None:
        """End what is open: the task is over, or was interrupted. May be called again."""
        self.closed.set()
        with self._lock:
            left = list(self._open)
        for key, upload_id in left:
            self.end(key, upload_id)


def leftovers(client: Any, parameters: Parameters, keys: Collection[str]) -> list[str]:
    """Return a warning for each open upload of one of `keys`, with the command that ends it.

    keys: those that are written in parts, as they are named where they are written. Ours, of a run that was
    killed, look like anybody's: they are named, and never ended. Reads only; may be repeated.
    """
    if not keys:
        return []
    try:
        return [
            f"an upload of {key!r} has been open{began}; if it is a killed run's, this ends it: "
            + command(parameters, key, upload_id)
            for key, upload_id, began in _open_uploads(client, parameters)
            if key in keys
        ]
    except (ClientError, BotoCoreError) as error:
        what = f"s3://{parameters.written.bucket} could not be asked for uploads that a killed run left"
        return [f"{what}: {error}"]


def _open_uploads(client: Any, parameters: Parameters) -> Iterator[tuple[str, str, str]]:
    """Yield key, id and, in words, the beginning of each open upload below the location that is written."""
    where: dict[str, str] = {}
    while True:
        page = answer(
            client.list_multipart_uploads,
            Bucket=parameters.written.bucket,
            Prefix=can_be_asked(KeyRange(parameters.written.path.rstrip("/"))).prefix,
            EncodingType="url",
            **where,
        )
        is_encoded = page.get("EncodingType") == "url"
        for upload in page.get("Uploads", ()):
            began = upload.get("Initiated")
            since = f" since {to_text(began)}" if isinstance(began, datetime) else ""
            yield decode(upload["Key"], is_encoded), upload["UploadId"], since
        key, upload_id = page.get("NextKeyMarker"), page.get("NextUploadIdMarker")
        following = {"KeyMarker": decode(key, is_encoded), "UploadIdMarker": upload_id} if key else {}
        if not page.get("IsTruncated") or not upload_id or following == where:
            return
        where = following


def command(parameters: Parameters, key: str, upload_id: str) -> str:
    """Return the command that ends an upload, for a shell."""
    words = ["aws", "s3api", "abort-multipart-upload", "--bucket", parameters.written.bucket]
    words += ["--key", key, "--upload-id", upload_id]
    words += ["--endpoint-url", parameters.endpoint_url] if parameters.endpoint_url else []
    words += ["--profile", parameters.profile] if parameters.profile else []
    return shlex.join(words)
