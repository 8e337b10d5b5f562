"""Requests to S3 at less than half of botocore's price, for those that a restore sends by the million.

botocore chooses the endpoint, validates, builds and signs each request anew, through some fifty hooks. Here
the first request to a bucket goes that way, and shows where the bucket is and how it is signed for; the next
ones are put together from the same service model, signed by botocore's signer, sent by an `exchange` and read
by botocore's parser. Whatever is not a plain answer (redirects, bad requests, S3's own errors, connections
that break, replies of a form that S3 does not send) is asked again through botocore, which knows what to do.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from botocore.endpoint import convert_to_response_dict
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import OperationModel
from botocore.parsers import ResponseParserFactory
from botocore.utils import parse_timestamp

from s3distversions.exchange import Exchange

OPERATIONS = {
    "copy_object": "CopyObject",
    "head_object": "HeadObject",
    "list_object_versions": "ListObjectVersions",
}
# Statuses that say all there is to say; after any other botocore asks once more.
ANSWERS = {200, 204, 206, 403, 404, 409, 412}
ELSEWHERE = {301, 302, 307, 308, 400}  # what S3 says where the bucket's region is another one
SCOPE = re.compile(r"AWS4-HMAC-SHA256 Credential=[^,]+/\d{8}/([^/,]+)/([^/,]+)/aws4_request,")
HEADER_VALUE = re.compile(r"[!-~]([ !-~]*[!-~])?")


class Route(NamedTuple):
    """Where a bucket's requests go, as one that botocore sent has shown."""

    base: str  # what stands before the key in its URLs, or, in those of the bucket itself, before the query
    user_agent: str
    region: str | None  # None: requests are not signed
    service: str


class Wire:
    """A client of S3: boto3's, with the operations of OPERATIONS sent the short way. Any thread may use it."""

    def __init__(self, client: Any, credentials: Any, exchange: Exchange):
        """client: boto3's; credentials: botocore's, which renew themselves, or None."""
        self._client = client
        self._exchange = exchange
        self._credentials = credentials
        parsers = ResponseParserFactory()
        parsers.set_parser_defaults(timestamp_parser=_moment)
        self._parser = parsers.create_parser("rest-xml")
        self._routes: dict[tuple[str, bool], Route] = {}  # by bucket, and whether a key follows
        self._last = threading.local()  # the request that boto3 has sent last, on each thread
        client.meta.events.register_last("before-send.s3", self._remember)
        for method, name in OPERATIONS.items():
            setattr(self, method, self._short_way(method, client.meta.service_model.operation_model(name)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def _short_way(self, method: str, model: OperationModel) -> Callable[..., Any]:
        """Return what stands in for a method of boto3's client."""

        def call(**parameters: Any) -> Any:
            reply = self._answer(model, parameters)
            return self._long_way(method, parameters) if reply is None else reply

        return call

    def _long_way(self, method: str, parameters: dict[str, Any]) -> Any:
        """Return boto3's reply, and learn from it the way to the bucket."""
        self._last.request = None
        try:
            reply = getattr(self._client, method)(**parameters)
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") in ANSWERS:
                self._learn(parameters)
            raise
        self._learn(parameters)
        return reply

    def _learn(self, parameters: dict[str, Any]) -> None:
        """Keep the way that the last request on this thread has taken: S3 has answered it there."""
        route = _route(self._last.request, parameters.get("Key"))
        if route:
            self._routes[_place(parameters)] = route

    def _remember(self, request: Any, **_: Any) -> None:
        """botocore hook: keep what is sent until its reply shows that it went to the right place."""
        self._last.request = request

    def _answer(self, model: OperationModel, parameters: dict[str, Any]) -> dict[str, Any] | None:
        """Return the reply, None where botocore has to ask. ClientError where S3 refuses for good."""
        route = self._routes.get(_place(parameters))
        told = self._told(model, parameters) if route else None
        if route is None or told is None:
            return None
        request = self._signed(route, model, *told)
        try:
            self._client.meta.events.emit(f"before-send.s3.{model.name}", request=request)
            answer = self._exchange.ask(request, partial(self._read, model))
        except BotoCoreError:
            return None
        if answer is None:
            return None
        status, parsed = answer
        if status in ELSEWHERE:
            self._routes.pop(_place(parameters), None)  # the bucket may have been elsewhere all along
        if status not in ANSWERS:
            return None
        if status >= 300:
            code = parsed.get("Error", {}).get("Code")
            raise self._client.exceptions.from_code(code)(parsed, model.name)
        return dict(parsed)

    def _read(self, model: OperationModel, response: AWSResponse) -> tuple[int, dict[str, Any]]:
        """Return the status of a reply, as botocore's hooks see it, and what it says."""
        read, more = convert_to_response_dict(response, model), dict[str, Any]()
        self._client.meta.events.emit(
            f"before-parse.s3.{model.name}",
            operation_model=model,
            response_dict=read,
            customized_response_dict=more,  # to which a hook of botocore's adds ExpiresString
        )
        status = read["status_code"]
        if status not in ANSWERS or "Page" in more:  # which holds all that a listing tells
            return status, more
        return status, {**self._parser.parse(read, model.output_shape), **more}

    def _told(self, model: OperationModel, parameters: dict[str, Any]) -> tuple[str, dict[str, str]] | None:
        """Return the key and query of the URL, and the headers; None for what only botocore can write."""
        for _, changed in self._client.meta.events.emit(
            f"provide-client-params.s3.{model.name}", params=parameters, model=model, context={}
        ):
            parameters = parameters if changed is None else changed
        headers: dict[str, str] = {}
        query = [text for text in [urlsplit(model.http["requestUri"]).query] if text]  # `versions`
        for name, value in parameters.items():
            if name not in model.input_shape.members:
                return None
            place = model.input_shape.members[name].serialization
            text = _source(value) if name == "CopySource" else value
            if isinstance(text, bool):
                text = str(text).lower()
            elif isinstance(text, int):
                text = str(text)
            elif isinstance(text, list):
                text = ",".join(text)
            if place.get("location") == "uri":
                continue
            if not isinstance(text, str):
                return None
            if place.get("location") == "querystring":
                query.append(f"{place['name']}={quote(text, safe='-._~')}")
            elif place.get("location") == "header" and HEADER_VALUE.fullmatch(text):
                headers[place["name"]] = text
            else:
                return None
        path = quote(parameters.get("Key", ""), safe="/~")
        return f"{path}?{'&'.join(query)}" if query else path, headers

    def _signed(
        self, route: Route, model: OperationModel, path: str, headers: Mapping[str, str]
    ) -> AWSPreparedRequest:
        """Return the request, ready to be sent."""
        url = route.base + path
        method = model.http["method"]
        request = AWSRequest(method, url, headers={**headers, "User-Agent": route.user_agent}, data=b"")
        if route.region is not None:
            # Anew each time: they may have been renewed.
            frozen = self._credentials.get_frozen_credentials()
            S3SigV4Auth(frozen, route.service, route.region).add_auth(request)
        if method == "PUT":
            request.headers["Content-Length"] = "0"
        return AWSPreparedRequest(method, url, dict(request.headers.items()), None, False)


def _place(parameters: Mapping[str, Any]) -> tuple[str, bool]:
    """Return for which requests a route is good: those of a bucket and of its keys have URLs of two forms."""
    return parameters["Bucket"], "Key" in parameters


def _route(request: Any, key: str | None) -> Route | None:
    """Return the route that a request took, None if others cannot be made like it."""
    if request is None:
        return None
    url = request.url.partition("?")[0]
    path = "" if key is None else quote(key, safe="/~")
    signed = _text(request.headers.get("Authorization"))
    scope = SCOPE.match(signed)
    if not url.endswith(path if key is None else f"/{path}") or not urlsplit(url).hostname:
        return None
    if signed and not scope:
        return None
    region, service = scope.groups() if scope else (None, "s3")
    return Route(url.removesuffix(path), _text(request.headers.get("User-Agent")), region, service)


def _source(source: Mapping[str, str]) -> str:
    """Return the header of a copy's source, as botocore writes it."""
    path = quote(f"{source['Bucket']}/{source['Key']}", safe="-._~/")
    return f"{path}?versionId={source['VersionId']}" if "VersionId" in source else path


def _moment(text: str) -> datetime:
    """Return a time of a reply; ISO 8601, as in S3's documents, at a twentieth of what dateutil takes."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return parse_timestamp(text)


def _text(value: str | bytes | None) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""
