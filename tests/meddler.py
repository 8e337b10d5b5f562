"""Somebody else, who writes to a key just before one of the job's own writes leaves this process."""

from unittest.mock import patch
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

from botocore.httpsession import URLLib3Session


class Meddler:
    """While its context lasts, calls `meddle()` before the write with number `number`, from 1.

    `met`: afterwards the operation of that write, and the keys that it names; None: there was no such write.
    """

    def __init__(self, number, meddle):
        self.number, self.meddle, self.met = number, meddle, None
        self._seen = 0
        self._send = URLLib3Session.send
        self._patch = patch.object(URLLib3Session, "send", lambda *arguments: self._sent(*arguments))

    def __enter__(self):
        self._patch.start()
        return self

    def __exit__(self, *exception):
        self._patch.stop()

    def _sent(self, session, request):
        operation = operation_of(request)
        self._seen += bool(operation)
        if operation and self._seen == self.number:
            self.met = operation, keys_of(request, operation)
            self.meddle()
        return self._send(session, request)


def operation_of(request):
    """The operation of a request that writes an entry; None for others."""
    query = parse_qs(urlsplit(request.url).query, keep_blank_values=True)
    if request.method == "PUT" and "x-amz-copy-source" in request.headers and "partNumber" not in query:
        return "CopyObject"
    if request.method == "POST" and "delete" in query:
        return "DeleteObjects"
    if request.method == "POST" and "uploadId" in query:
        return "CompleteMultipartUpload"
    return "DeleteObject" if request.method == "DELETE" and "uploadId" not in query else None


def keys_of(request, operation):
    """The keys that a request writes."""
    if operation == "DeleteObjects":
        return {
            element.text
            for element in ElementTree.fromstring(request.body).iter()
            if element.tag.endswith("}Key")
        }
    return {unquote(urlsplit(request.url).path).split("/", 2)[2]}
