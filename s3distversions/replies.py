"""A reply of a server, bounded in size and time: what it says of its own length is no bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import urllib3.exceptions
from botocore.awsrequest import AWSResponse
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    HTTPClientError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from s3distversions.errors import S3DistVersionsError, S3Error
from s3distversions.overdue import Overdue

# A copy of 5 GB takes minutes, in which S3 sends a space now and then to show that it is at work.
COPY_SECONDS = 6 * 3600.0
# Bytes. A page of 1000 keys of 1024 bytes, three times as long when they are encoded, has less than 5 MB.
LARGEST = 8 * 1024**2


class UnreadableReply(BotoCoreError):
    """A reply whose values are none, such as a size of letters."""

    fmt = "the reply cannot be read: {error}"


class Bounded:
    """botocore's HTTP session, which would read a reply to its end before anybody sees of it.

    The bodies of objects are left alone: they are read bit by bit, by those who ask for them.
    """

    def __init__(self, session: Any, seconds: float):
        self._session = session
        self._seconds = seconds  # that a body may take to come, but for a copy's
        self._overdue = Overdue()

    def send(self, request: Any) -> AWSResponse:
        """Send a request and return its reply, read. S3Error if that is too large; else botocore's errors."""
        if request.stream_output:
            return self._session.send(request)
        request.stream_output = True
        response = self._session.send(request)
        seconds = COPY_SECONDS if "x-amz-copy-source" in request.headers else self._seconds
        try:
            with self._overdue.ended_after(seconds, response.raw):
                # As a whole: bit by bit, a page of a listing costs more to receive than to read.
                content = response.raw.read(LARGEST + 1, decode_content=False)
        except (TimeoutError, urllib3.exceptions.ReadTimeoutError) as error:
            raise ReadTimeoutError(endpoint_url=request.url, error=error) from error
        except urllib3.exceptions.ProtocolError as error:
            raise ConnectionClosedError(error=error, request=request, endpoint_url=request.url) from error
        except (urllib3.exceptions.HTTPError, ValueError, OSError) as error:
            raise HTTPClientError(error=error) from error
        if len(content) > LARGEST:
            response.raw.close()
            raise too_large(response.url)
        return AWSResponse(response.url, response.status_code, response.raw.headers, Body(content))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def too_large(url: str) -> S3Error:
    """Return the error for a reply of more than LARGEST bytes."""
    return S3Error(
        f"{url.partition('?')[0]}: the reply has more than {LARGEST:,} bytes",
        "No reply of S3 is as long. Is the endpoint right, and does nothing stand before it?",
    )


class Body:
    """A body that has been read already, for botocore to read."""

    def __init__(self, content: bytes):
        self._content = content

    def stream(self) -> Iterator[bytes]:
        """Yield the body."""
        yield self._content


def answer(call: Callable[..., Any], **parameters: Any) -> Any:
    """Return `call(**parameters)`, a method of a client: UnreadableReply where botocore's parser, which
    trusts the values that it gets, fails as Python does."""
    try:
        return call(**parameters)
    except (ClientError, BotoCoreError, S3DistVersionsError):
        raise
    except (ResponseParserError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise UnreadableReply(error=error) from error
