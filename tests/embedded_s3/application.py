"""From a request to its reply: operation, handler, errors, log. Knows no sockets."""

import logging
from collections.abc import Callable
from typing import Any

from . import (
    acls,
    bucket_encryption,
    buckets,
    completion,
    configurations,
    copies,
    deletes,
    listing_operations,
    locks_operations,
    multipart,
    object_attributes,
    objects,
    policies_operations,
    request_payment,
    restores,
    tagging,
    upload_listings,
)
from .authorization import authorize, hide_absence
from .errors import CODES, S3Error
from .faults import is_sent, spoil
from .regions import check_region
from .request import Reply, Request
from .routes import is_write, operation_of
from .state import Store

logger = logging.getLogger(__name__)
Handler = Callable[[Store, Request], Reply]
HANDLERS: dict[str, Handler] = {
    **buckets.HANDLERS,
    **bucket_encryption.HANDLERS,
    **configurations.HANDLERS,
    **acls.HANDLERS,
    **policies_operations.HANDLERS,
    **request_payment.HANDLERS,
    **locks_operations.HANDLERS,
    **objects.HANDLERS,
    **copies.HANDLERS,
    **deletes.HANDLERS,
    **tagging.HANDLERS,
    **restores.HANDLERS,
    **listing_operations.HANDLERS,
    **multipart.HANDLERS,
    **completion.HANDLERS,
    **upload_listings.HANDLERS,
    **object_attributes.HANDLERS,
}
CONDITIONS = (
    *("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"),
    *("x-amz-copy-source-if-match", "x-amz-copy-source-if-none-match"),
    *("x-amz-copy-source-if-modified-since", "x-amz-copy-source-if-unmodified-since"),
)
KEY_LIMIT = 1024


def handle(store: Store, request: Request, refused: S3Error | None = None) -> Reply:
    """Carry out one request, whole, and log it. Never raises.

    `refused`: what is wrong with it was found before (a body that cannot be decoded, or was not asked for).
    """
    store.requests += 1
    request_id = f"{store.requests:016X}"
    error: S3Error | None = None
    try:
        check_access(store, request)
        if refused:
            raise refused
        handler = HANDLERS.get(request.operation)
        if handler is None:
            raise S3Error("NotImplemented", f"{request.operation} is not implemented here")
        store.limits.check(request)
        request.fault = store.faults.met_by(request)
        # Most faults come before anything is done.
        reply = handler(store, request) if not request.fault or request.fault.kind.after else Reply()
    except S3Error as refusal:
        error = hide_absence(store, request, refusal)
    except Exception:
        # A defect of this server must look like a failing server, and be seen in the test's output.
        logger.exception("%s /%s/%s", request.method, request.bucket, request.key)
        error = S3Error("InternalError")
    if request.fault and request.fault.kind.name in CODES:
        error = S3Error(request.fault.kind.name)
    if error:
        reply = error_reply(request, error, request_id)
    if request.fault:
        reply = spoil(reply, request.fault, request_id)
    reply.headers["x-amz-request-id"] = reply.headers["x-amz-id-2"] = request_id
    reply.headers["Server"] = "AmazonS3"
    if request.charged:
        reply.headers["x-amz-request-charged"] = "requester"
    store.keep(record(store, request, reply, error))
    return reply


def check_access(store: Store, request: Request) -> None:
    """Raise S3Error for a request that is refused before its body is sent."""
    request.operation = operation_of(request)
    check_names(request)
    check_region(store, request)
    authorize(store, request)


def check_names(request: Request) -> None:
    """Raise S3Error for a key that no S3 could hold."""
    if len(request.key) * 4 > KEY_LIMIT:
        size = len(request.key.encode())
        if size > KEY_LIMIT:
            raise S3Error("KeyTooLongError", Size=str(size), MaxSizeAllowed=str(KEY_LIMIT))


def error_reply(request: Request, error: S3Error, request_id: str) -> Reply:
    """The reply to a refused request."""
    headers = {"Content-Type": "application/xml", **error.headers}
    if error.status == 304:
        return Reply(304, error.headers)
    resource = f"/{request.bucket}/{request.key}" if request.key else f"/{request.bucket}"
    return Reply(error.status, headers, error.document(request_id, resource))


def record(store: Store, request: Request, reply: Reply, error: S3Error | None) -> dict[str, Any]:
    """The request as tests see it; always with the same names."""
    return {
        "number": store.requests,
        "operation": request.operation,
        "write": is_write(request.operation),
        "method": request.method,
        "bucket": request.bucket,
        "key": request.key,
        "query": request.query,
        "version_id": request.query.get("versionId"),
        "status": reply.status if is_sent(reply) else None,
        "error": error.code if error else None,
        "copy_source": request.copy_source,
        "conditions": {name: request.headers[name] for name in CONDITIONS if name in request.headers},
        "deleted": request.deleted,
        "access_key": request.access_key,
        "needed": request.needed,
        "denied": request.denied,
        "fault": str(request.fault.kind) if request.fault else None,
    }
