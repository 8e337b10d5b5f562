"""boto3 clients: how they are made, what they count, and what their errors mean to a person."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
import botocore.handlers
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)

from s3distversions import __version__
from s3distversions.errors import ProtocolError, S3DistVersionsError, S3Error, UsageError
from s3distversions.parse import DamagedPage, page

# A copy of 5 GB can be silent for minutes; botocore's 60 seconds would send it twice.
READ_TIMEOUT_SECONDS = 900
ATTEMPTS = 10

_sent: Counter[str] = Counter()
_sent_lock = threading.Lock()


def make(endpoint_url: str | None, profile: str | None, width: int, reads_only: bool = False) -> Any:
    """Return this process's S3 client for `width` requests in flight; made once, and after any fork.

    reads_only: it sends no copies, so that botocore need not look for errors inside replies with status 200,
    which costs it a DOM of every page of a listing, before any hook of ours. `_read_page` looks there itself.
    Clients are thread-safe, sessions are not, and nothing of either survives a fork.
    """
    return _make(endpoint_url, profile, width, reads_only, os.getpid())


@cache
def _make(endpoint_url: str | None, profile: str | None, width: int, reads_only: bool, pid: int) -> Any:
    config = Config(
        max_pool_connections=width,
        read_timeout=READ_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        # Another server's buckets are seldom host names that resolve.
        s3={"addressing_style": "path"} if endpoint_url else {},
        user_agent_extra=f"s3distversions/{__version__}",
    )
    try:
        session = boto3.Session(profile_name=profile)
        client = session.client(
            "s3", endpoint_url=endpoint_url, config=config, region_name=session.region_name or "us-east-1"
        )
    except (BotoCoreError, ValueError) as error:
        raise explained(error, "the client could not be made") from error
    client.meta.events.register_first("before-parse.s3.ListObjectVersions", _read_page)
    client.meta.events.register("before-send.s3", _count)
    if reads_only:
        client.meta.events.unregister("before-parse.s3.*", botocore.handlers._handle_200_error)
    return client


def _read_page(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """botocore hook: parse a page of a version listing in the order of its document.

    botocore would sort it into two arrays, at ten times the cost; it gets an empty page to parse instead.
    Replies that are not whole become a 500, which botocore asks for again.
    """
    if response_dict["status_code"] >= 300:
        return
    try:
        customized_response_dict["Page"] = page(response_dict["body"])
    except DamagedPage:
        response_dict["status_code"] = 500
        response_dict["body"] = b""
    except ProtocolError as error:
        customized_response_dict["Page"] = error  # raised where the page is used: botocore may not retry it
        response_dict["body"] = b"<ListVersionsResult/>"
    else:
        response_dict["body"] = b"<ListVersionsResult/>"


def _count(event_name: str, **_: Any) -> None:
    """botocore hook: count every request that is sent, repeated ones too, by the operation's name."""
    with _sent_lock:
        _sent[event_name.rpartition(".")[2]] += 1


def take_requests() -> dict[str, int]:
    """Return how often each operation was sent since the last call, in this process."""
    with _sent_lock:
        counts = dict(_sent)
        _sent.clear()
    return counts


def code(error: ClientError) -> str:
    """Return S3's code of an error reply, such as AccessDenied; its HTTP status where there is no body."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


# Errors that pass: S3 is busy, or another write to the same key is under way (409).
PASSING = {
    "SlowDown",
    "InternalError",
    "ServiceUnavailable",
    "500",
    "503",
    "RequestTimeout",
    "Throttling",
    "ConditionalRequestConflict",
    "OperationAborted",
    "409",
}
# Errors that every further request would meet too.
FATAL = {"ExpiredToken", "InvalidAccessKeyId", "InvalidToken"}
AGAIN = "Run the same command again: what is done is not done twice."
HINTS = {
    "NoSuchBucket": "Is the bucket's name spelled right, and the endpoint the right one?",
    "AccessDenied": "Does the role have the permissions that docs/permissions.md lists?",
    "403": "Does the role have the permissions that docs/permissions.md lists?",
    "InvalidToken": "Renew the credentials, then run the same command again.",
    "ExpiredToken": "Renew the credentials, then run the same command again.",
    "InvalidAccessKeyId": "The access key is unknown to this endpoint: check credentials and --endpoint-url.",
    "SignatureDoesNotMatch": "Check the secret key.",
}


def explained(error: Exception, doing: str) -> S3DistVersionsError:
    """Return the error for people that a boto3 exception amounts to; `doing` says what was tried."""
    if isinstance(error, ClientError):
        message = error.response.get("Error", {}).get("Message") or "no message"
        hint = HINTS.get(code(error), AGAIN if code(error) in PASSING else "S3 refuses this request itself.")
        return S3Error(f"{doing}: {code(error)}: {message}", hint)
    if isinstance(error, (NoCredentialsError, PartialCredentialsError)):
        return S3Error(
            f"{doing}: no credentials", "Give them as for the AWS CLI: environment, profile or role."
        )
    if isinstance(error, ProfileNotFound):
        return UsageError(f"{error}", "See `aws configure list-profiles`.")
    if isinstance(error, (HTTPClientError, ConnectionError)):
        return S3Error(f"{doing}: {error}", "Is the endpoint right, and reachable from here?")
    return S3Error(f"{doing}: {error}", "Check --endpoint-url, --profile and the AWS configuration.")


def asking(doing: str, call: Callable[..., Any], **parameters: Any) -> Any:
    """Return `call(**parameters)`; S3Error, with words for people, where S3 does not answer it well."""
    try:
        return call(**parameters)
    except (ClientError, BotoCoreError) as error:
        raise explained(error, doing) from error


def looking(doing: str, call: Callable[..., Any], **parameters: Any) -> Any:
    """`asking` before anything is written: a bucket that does not exist is bad usage, UsageError."""
    try:
        return asking(doing, call, **parameters)
    except S3Error as error:
        if isinstance(error.__cause__, ClientError) and code(error.__cause__) == "NoSuchBucket":
            raise UsageError(error.what, error.hint) from error
        raise
