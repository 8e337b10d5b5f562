"""The conditions of writes: what the plan saw is still what stands there; or a look just before each write.

Some servers take the conditions of an operation and pass over them. There every key is asked for by HEAD just
before its write. What somebody else writes between that look and the write is covered then, and stays in the
history: how long that took at most is kept, to be told.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError

from s3distversions.client import code
from s3distversions.deletes import Reply
from s3distversions.listing import entries
from s3distversions.model import Entry, KeyRange
from s3distversions.parameters import Parameters
from s3distversions.records import Line, looked_at_before
from s3distversions.replies import answer

CONDITION_FAILED = {"PreconditionFailed", "412", "NoSuchKey", "404"}
COPY_OBJECT, DELETE_OBJECTS, DELETE_OBJECT = PROBED = ("CopyObject", "DeleteObjects", "DeleteObject")
# An upload in parts is for what is too large to be copied only to try: it is taken to be as CopyObject is.
AS_ANOTHER = {"CompleteMultipartUpload": COPY_OBJECT}
NOBODYS = "0" * 32  # the ETag of no object
CHANGED_MEANWHILE = {"Code": "PreconditionFailed", "Message": "another entry stands there than the plan saw"}


def of_copy(current: Entry | None) -> dict[str, str]:
    """Return the condition of a copy, as botocore names it: what stands there is still `current`.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    """
    if current is None or current.delete_marker:
        return {"IfNoneMatch": "*"}  # a delete marker on top counts as absent
    return {"IfMatch": f'"{current.etag}"'}


class Conditions:
    """What a task knows of the server: whose conditions it heeds. Any thread may use it.

    Operations that nobody has probed are `unknown`; they count as those whose conditions are passed over.
    """

    def __init__(self, client: Any, parameters: Parameters, is_probed: bool = True):
        self._client = client
        self._bucket = parameters.written.bucket
        self._lock = threading.Lock()
        self.probing = threading.Lock()
        self.unknown = set() if is_probed else set(PROBED)
        self.ignored = set(parameters.unconditional)  # operations
        self.widest_gap = 0.0  # seconds

    def are_heeded(self, operation: str) -> bool:
        """Does the server heed the conditions of an operation?"""
        return AS_ANOTHER.get(operation, operation) not in self.ignored | self.unknown

    def records(self) -> list[Line]:
        """Return the record of the operations whose conditions the server passes over, if there are any."""
        return [looked_at_before(self.ignored, self.widest_gap)] if self.ignored or self.widest_gap else []

    def found(self, operation: str, is_heeded: bool) -> None:
        """Take note of what a probe has found."""
        self.unknown.discard(operation)
        if not is_heeded:
            self.ignored.add(operation)

    def sent(
        self, operation: str, send: Callable[..., Any], current: Entry | None, arguments: dict[str, Any]
    ) -> Any:
        """Return what `send` returns for the arguments of a copy, and the condition that `current` stands there.

        Where the server passes over conditions, ClientError PreconditionFailed, and nothing is sent, if something
        else stands there; and botocore's own errors of a HEAD.
        """
        arguments = {**arguments, **of_copy(current)}
        if self.are_heeded(operation):
            return send(**arguments)
        with self.gap():
            if not self.stands(arguments["Key"], current):
                raise ClientError({"Error": CHANGED_MEANWHILE}, operation)
            return send(**arguments)

    def stands(self, key: str, current: Entry | None) -> bool:
        """Is what stands at `key` still `current`, as far as a HEAD can tell? ClientError if it may not be asked.

        Not every server names the delete marker that stands on top; then it is enough that a reader sees nothing.
        """
        try:
            head = answer(self._client.head_object, Bucket=self._bucket, Key=key)
        except ClientError as error:
            if code(error) == "403":  # has no body to say it in
                raise _denied(error) from error
            if code(error) == "400" and current is not None:  # which a customer's key (SSE-C) encrypts
                return self._is_listed(key, current)
            if code(error) not in CONDITION_FAILED:
                raise
            marker = _marker_on_top(error)
            if current is None:
                return marker is None
            return current.delete_marker and marker in (None, current.version_id)
        return (
            current is not None
            and not current.delete_marker
            and head.get("ETag", "").strip('"') == current.etag
            and head.get("VersionId", current.version_id) == current.version_id
        )

    def _is_listed(self, key: str, current: Entry) -> bool:
        """Is `current` the first that is listed of a key?"""
        top = next(entries(self._client, self._bucket, KeyRange.of_key(key)), None)
        return top is not None and (top.version_id, top.etag) == (current.version_id, current.etag)

    def refusal(self, key: str, current: Entry | None) -> Reply | None:
        """Return why a key must not be written, by what stands there; None: it may be.

        botocore's ConnectionError if S3 cannot be reached.
        """
        try:
            return None if self.stands(key, current) else Reply(*CHANGED_MEANWHILE.values())
        except ClientError as error:
            return Reply(code(error), str(error))
        except ConnectionError:
            raise
        except BotoCoreError as error:
            return Reply(type(error).__name__, str(error))

    @contextmanager
    def gap(self, is_looked_at: bool = True) -> Iterator[None]:
        """Measure what is done in its context, looks and then their write, as a gap; if anything is looked at."""
        began = time.monotonic()
        try:
            yield
        finally:
            if is_looked_at:
                seconds = time.monotonic() - began
                with self._lock:
                    self.widest_gap = max(self.widest_gap, seconds)


def _marker_on_top(error: ClientError) -> str | None:
    """Return the version id of the delete marker that a 404 tells of; None: it tells of none, or not which."""
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return headers.get("x-amz-version-id") if headers.get("x-amz-delete-marker") == "true" else None


def _denied(error: ClientError) -> ClientError:
    """Return the error of a HEAD that is denied, with the permission that it needs."""
    what = "to look at a key before its write needs s3:GetObject and, where it is gone, s3:ListBucket"
    return ClientError({"Error": {"Code": "AccessDenied", "Message": what}}, error.operation_name)
