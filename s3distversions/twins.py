"""Does what a copy would bring stand there already, under another version id? Then it is not copied.

A listing only suggests it; both objects are asked, and only where it does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from s3distversions.carried import S3_OWN, Head, class_of_copy, is_kms
from s3distversions.client import FATAL, PASSING, code, explained
from s3distversions.identity import head, same
from s3distversions.location import rebase
from s3distversions.model import COPY, Action, Entry
from s3distversions.parameters import Parameters
from s3distversions.records import UNTOLD, Line, read_action

ASKED_IN_VAIN = 100  # in a row: then no more are asked whether KMS encrypts them


class Twins:
    """Settles the plan lines of one task whose copy may bring what stands there already.

    Any thread may use it. Reads only. S3Error if S3 does not answer.
    """

    def __init__(self, client: Any, parameters: Parameters):
        self._client = client
        self._parameters = parameters
        self._lock = threading.Lock()
        self._in_vain = 0

    def may_concern(self, line: Line) -> bool:
        """Is there anything to settle about a plan line? Asks nobody."""
        return may_be_same(self._parameters, read_action(line, self._parameters.src))

    def settle(self, line: Line) -> Iterator[Line]:
        """Yield the plan line again, unless it need not be carried out; with UNTOLD where nothing can tell."""
        settled = self.is_same(line["key"], read_action(line, self._parameters.src))
        if settled is None:
            yield {**line, "reason": UNTOLD}
        elif not settled:
            yield line

    def is_same(self, key: str, action: Action) -> bool | None:
        """Does what the action would copy stand there already? None where nothing can tell."""
        if not may_be_same(self._parameters, action):
            return False
        target, current = action.target, action.current
        assert target is not None and current is not None  # may_be_same
        there = current._replace(key=rebase(key, self._parameters.src, self._parameters.dest))
        said = None
        if target.etag != current.etag and etags_are_of_bytes(target, current):
            said = self._where_kms_is_at_work(there)
            if said is None:
                return False
        source, written = self._parameters.src.bucket, self._parameters.written.bucket
        return same(self._client, self._parameters, (source, target), (written, there), said)

    def _where_kms_is_at_work(self, there: Entry) -> Head | None:
        """Return what S3 says of what stands there, if its ETag may differ although the bytes are the same.

        Where it is not, nearly every key that was overwritten by as many bytes would be asked: so no more are
        once a hundred in a row were in vain. What is not asked is copied, which is never wrong.
        """
        # With --sse AES256 the version may be encrypted by KMS, and its copy not.
        is_certain = self._parameters.sse == S3_OWN
        with self._lock:
            if self._in_vain >= ASKED_IN_VAIN and not is_certain:
                return None
        try:
            said = head(self._client, self._parameters.written.bucket, there)
        except ClientError as error:
            if code(error) in PASSING | FATAL:
                raise explained(error, f"looking at {there.key!r}") from error
            return None
        except BotoCoreError as error:
            raise explained(error, f"looking at {there.key!r}") from error
        may_differ = is_certain or is_kms(said)
        with self._lock:
            self._in_vain = 0 if may_differ else self._in_vain + 1
        return said if may_differ else None


def may_be_same(parameters: Parameters, action: Action) -> bool:
    """Would a copy bring what may stand there already: same size and class, under another version id?

    Only may: a listing shows neither headers, metadata nor tags; and ETags that differ tell nothing where one
    is of an upload in parts, or KMS encrypts the bytes.
    """
    target, current = action.target, action.current
    return (
        action.action == COPY
        and target is not None
        and current is not None
        and not current.delete_marker
        and target.size == current.size
        and current.storage_class in (target.storage_class, class_of_copy(parameters, target))
    )


def etags_are_of_bytes(*entries: Entry) -> bool:
    """Are the ETags checksums of the bytes, as far as a listing shows? That of an upload in parts is not."""
    return not any("-" in (entry.etag or "") for entry in entries)
