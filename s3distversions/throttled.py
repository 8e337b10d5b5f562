"""S3 asks for fewer writes: kept from botocore, which would ask again by itself, unseen, for `pace` to follow."""

from __future__ import annotations

import re
from typing import Any

PACED = ("CopyObject", "DeleteObjects", "DeleteObject")
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
THROTTLED = {"SlowDown", "ServiceUnavailable", "503", "Throttling"}
# What botocore reads instead is a conflict, which it hands on, and a code that it does not know.
STATUS, MARK = 409, "Refused by "
CODE = re.compile(rb"<Code>(\w+)</Code>")
MESSAGE = re.compile(rb"<Message>[^<]*</Message>")


def hand_on(response_dict: dict[str, Any], **_: Any) -> None:
    """botocore hook: where S3 asks for fewer requests, make botocore hand that on at once."""
    status, body = response_dict["status_code"], response_dict["body"]
    if status < 300:
        return
    found = CODE.search(body)
    code = found.group(1).decode() if found else str(status)
    if code in THROTTLED or status == 503:
        message = MESSAGE.search(body)
        told = f"<Code>{MARK}{code}</Code>".encode() + (message.group() if message else b"")
        response_dict.update(status_code=STATUS, body=b"<Error>" + told + b"</Error>")


def own_code(code: str) -> str:
    """Return the code that S3 gave, of the one that botocore has read."""
    return code.removeprefix(MARK)
