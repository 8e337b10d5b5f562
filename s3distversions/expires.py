"""The header Expires of an upload as text: S3 keeps any, such as `0`; botocore would make a date of it."""

from __future__ import annotations

from typing import Any


def keep_text(client: Any) -> None:
    """Let a boto3 client send the text that is given as Expires of an upload in parts, as it is."""
    client.meta.events.register("before-parameter-build.s3.CreateMultipartUpload", _take)
    client.meta.events.register("before-call.s3.CreateMultipartUpload", _say)


def _take(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    """botocore hook: take the text out of what is checked."""
    if isinstance(params.get("Expires"), str):
        context["expires"] = params.pop("Expires")


def _say(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    """botocore hook: put it among the headers, before they are signed."""
    if "expires" in context:
        params["headers"]["Expires"] = context["expires"]
