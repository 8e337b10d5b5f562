"""boto3 clients: how they are made, what they count, and what their errors mean to a person."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import boto3
import botocore.handlers
import botocore.loaders
import botocore.session
from boto3.exceptions import Boto3Error
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    ResponseStreamingError,
)
from urllib3.exceptions import HTTPError

from s3distversions import __version__, expires
from s3distversions.errors import S3DistVersionsError, S3Error, UsageError
from s3distversions.exchange import Exchange
from s3distversions.model import Access
from s3distversions.page_replies import read_page
from s3distversions.replies import Bounded, answer
from s3distversions.throttled import PACED, hand_on, own_code
from s3distversions.wire import Wire

# A copy of 5 GB can be silent for minutes; botocore's 60 seconds would send it twice.
READ_TIMEOUT_SECONDS = 900
ATTEMPTS = 10

_sent: Counter[str] = Counter()
_sent_lock = threading.Lock()


def make(access: Access, width: int, reads_only: bool = False, paced: tuple[str, ...] = PACED) -> Any:
    """Return this process's S3 client for `width` requests in flight; made once, and after any fork.

    reads_only: it sends no copies, so that botocore need not look for errors inside replies with status 200,
    which costs it a DOM of every page of a listing, before any hook of ours. `read_page` looks there itself.
    paced: operations whose refusals, where S3 asks for fewer, are handed on at once; botocore repeats others.
    Clients are thread-safe, sessions are not, and nothing of either survives a fork.
    """
    return _make(access, width, reads_only, paced, os.getpid())


@cache
def _make(access: Access, width: int, reads_only: bool, paced: tuple[str, ...], pid: int) -> Any:
    config = Config(
        max_pool_connections=width,
        read_timeout=READ_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        # Another server's buckets are seldom host names that resolve.
        s3={"addressing_style": "path"} if access.endpoint_url else {},
        signature_version=UNSIGNED if access.no_sign_request else None,
        user_agent_extra=f"s3distversions/{__version__}",
    )
    try:
        core = botocore.session.Session(profile=access.profile)
        core.register_component("data_loader", _loader(core.get_config_variable("data_path")))
        session = boto3.Session(botocore_session=core)
        region = session.region_name or "us-east-1"
        client = session.client("s3", endpoint_url=access.endpoint_url, config=config, region_name=region)
    except Exception as error:  # botocore raises whatever it meets in a damaged configuration
        raise explained(error, "the client could not be made") from error
    connections = client._endpoint.http_session
    client._endpoint.http_session = Bounded(connections, READ_TIMEOUT_SECONDS)
    client.meta.events.register_first("before-parse.s3.ListObjectVersions", read_page)
    client.meta.events.register("before-parse.s3", _distrust)
    for name in paced:
        client.meta.events.register(f"before-parse.s3.{name}", hand_on)
    client.meta.events.register("before-send.s3", _count)
    expires.keep_text(client)
    if access.request_payer:
        client.meta.events.register("provide-client-params.s3", partial(_pay, access.request_payer))
        client.meta.events.register("before-call.s3", partial(_pay_for_any, access.request_payer))
    if reads_only:
        client.meta.events.unregister("before-parse.s3.*", botocore.handlers._handle_200_error)
        client.meta.events.register("before-parse.s3.GetObjectTagging", botocore.handlers._handle_200_error)
    return Wire(client, session.get_credentials(), Exchange(connections, READ_TIMEOUT_SECONDS))


@cache
def _loader(data_path: str | None) -> Any:
    """Return what reads botocore's descriptions of services: a megabyte of JSON, once for all clients."""
    return botocore.loaders.create_loader(data_path)


def _distrust(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    """botocore hook: a 200 that does not say what S3 always says becomes a 500, which is asked for again.

    Else botocore would take an empty reply for success: for a bucket never versioned, a plan that is kept, a
    key that is deleted.
    """
    if response_dict["status_code"] != 200:
        return
    members = operation_model.output_shape.members if operation_model.output_shape else {}
    if operation_model.name == "DeleteObject":
        whole = False  # what is deleted is told by a 204
    elif "ETag" in members and members["ETag"].serialization.get("location") == "header":
        needed = ("ETag", "Content-Length") if operation_model.name == "HeadObject" else ("ETag",)
        whole = all(name in response_dict["headers"] for name in needed)
    else:
        in_headers = all("location" in member.serialization for member in members.values())
        whole = in_headers or bool(response_dict["body"])
    if not whole:
        response_dict.update(status_code=500, body=b"")


def _pay(payer: str, params: dict[str, Any], model: Any, **_: Any) -> dict[str, Any]:
    """botocore hook: say who pays, where that is an argument.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ObjectsinRequesterPaysBuckets.html
    """
    return {**params, "RequestPayer": payer} if "RequestPayer" in model.input_shape.members else params


def _pay_for_any(payer: str, params: dict[str, Any], **_: Any) -> None:
    """botocore hook: say who pays, also for what is asked of buckets, where botocore knows no argument."""
    params["headers"]["x-amz-request-payer"] = payer


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
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "Unknown")
    return own_code(str(error.response.get("Error", {}).get("Code") or status))


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
    "ConnectionClosedError",  # botocore's, when its quota of retries is used up; so is the next
    "ReadTimeoutError",
}
# A reply that ended too soon, where botocore hands on its body, or an error's instead of one, unread.
BROKEN_OFF = (IncompleteReadError, ReadTimeoutError, ResponseStreamingError, HTTPError)
# Errors that every further request would meet too.
FATAL = {"ExpiredToken", "InvalidAccessKeyId", "InvalidToken"}
WRONG_REGION = "Name the bucket's region, in AWS_DEFAULT_REGION or the profile, and an endpoint there."
NOT_S3 = "That is not how S3 answers: is the endpoint right? If it is, run the same command again."
AGAIN = "Run the same command again: what is done is not done twice."
DENIED = (
    "Does the role have the permissions that docs/permissions.md lists? "
    "Where the requester pays: --request-payer."
)
HINTS = {
    "NoSuchBucket": "Is the bucket's name spelled right, and the endpoint the right one?",
    "AccessDenied": DENIED,
    "403": DENIED,
    "InvalidToken": "Renew the credentials, then run the same command again.",
    "ExpiredToken": "Renew the credentials, then run the same command again.",
    "InvalidAccessKeyId": "The access key is unknown to this endpoint: check credentials and --endpoint-url.",
    "SignatureDoesNotMatch": "Check the secret key.",
    "RequestTimeTooSkewed": "Set this machine's clock.",
    "PermanentRedirect": WRONG_REGION,
    "AuthorizationHeaderMalformed": WRONG_REGION,
}


def explained(error: Exception, doing: str) -> S3DistVersionsError:
    """Return the error for people that a boto3 exception amounts to; `doing` says what was tried."""
    if isinstance(error, Boto3Error) and isinstance(error.__context__, ClientError):
        error = error.__context__  # of an upload: S3's own words tell more
    if isinstance(error, ClientError):
        message = error.response.get("Error", {}).get("Message") or "no message"
        hint = AGAIN if code(error) in PASSING else "S3 refuses this request itself."
        # S3's own codes are words, but for a HEAD, whose reply has no body to say them in.
        is_strange = code(error).isdecimal() and not error.operation_name.startswith("Head")
        hint = HINTS.get(code(error), NOT_S3 if is_strange else hint)
        return S3Error(f"{doing}: {code(error)}: {message}", hint)
    if isinstance(error, (NoCredentialsError, PartialCredentialsError)):
        what = "no credentials" if isinstance(error, NoCredentialsError) else str(error)
        return S3Error(f"{doing}: {what}", "Give them as for the AWS CLI: environment, profile or role.")
    if isinstance(error, ProfileNotFound):
        return UsageError(f"{error}", "See `aws configure list-profiles`.")
    if "maximum recursion depth" in str(error):  # botocore asks for the region, is redirected, asks, ...
        return S3Error(f"{doing}: redirected, and not told to which region", WRONG_REGION)
    if "Invalid header value" in str(error):  # and then the value: a token is for nobody's log
        return S3Error(f"{doing}: the credentials hold a line end", "Set them again, without line ends.")
    if isinstance(error, (HTTPClientError, ConnectionError, *BROKEN_OFF)):
        return S3Error(f"{doing}: {error}", "Is the endpoint right, and reachable from here?")
    if isinstance(error, OSError):  # of a file that the configuration names, or of what is brought to and fro
        return S3Error(f"{doing}: {error}", "Check the file and the space there is.")
    return S3Error(f"{doing}: {error}", "Check --endpoint-url, --profile and the AWS configuration.")


def asking(doing: str, call: Callable[..., Any], **parameters: Any) -> Any:
    """Return `call(**parameters)`; S3Error, with words for people, where S3 does not answer it well."""
    try:
        return answer(call, **parameters)
    except (ClientError, BotoCoreError, Boto3Error, HTTPError, OSError, RecursionError) as error:
        raise explained(error, doing) from error


def looking(doing: str, call: Callable[..., Any], **parameters: Any) -> Any:
    """`asking` before anything is written: a bucket that does not exist is bad usage, UsageError."""
    try:
        return asking(doing, call, **parameters)
    except S3Error as error:
        if isinstance(error.__cause__, ClientError) and code(error.__cause__) == "NoSuchBucket":
            raise UsageError(error.what, error.hint) from error
        raise
