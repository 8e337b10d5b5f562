"""The replies that hold pages of a version listing: kept from botocore, which would lose their order."""

from __future__ import annotations

from typing import Any

from s3distversions.errors import ProtocolError
from s3distversions.parse import DamagedPage, page


def read_page(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """botocore hook: parse a page of a version listing in the order of its document.

    botocore would sort it into two arrays, at thirty times the cost; it gets an empty page to parse instead.
    Replies that are not whole become a 500, which botocore asks for again.
    """
    if response_dict["status_code"] >= 300:
        return
    try:
        if response_dict["status_code"] != 200:
            raise DamagedPage("a page is sent with status 200 and with no other")
        server = response_dict["headers"].get("Server", "")
        customized_response_dict["Page"] = page(response_dict["body"])._replace(server=server)
    except DamagedPage:
        response_dict["status_code"] = 500
        response_dict["body"] = b""
    except ProtocolError as error:
        customized_response_dict["Page"] = error  # raised where the page is used: botocore may not retry it
        response_dict["body"] = b"<ListVersionsResult/>"
    else:
        response_dict["body"] = b"<ListVersionsResult/>"
