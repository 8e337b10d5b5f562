"""Pages that arrive damaged are asked for again, through botocore; what was refused is not."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from s3distversions import client, listing
from s3distversions.errors import ProtocolError, S3Error
from s3distversions.model import Access, KeyRange
from tests.listing_documents import document, element, next_page, version

GOOD = document(element(version("a", "v2")), element(version("a", "v1", False)))
CUT = GOOD[:-30]
ERROR = b"<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>"
HTML = b"<html><body>Please sign in</body></html>"


@pytest.fixture(params=[True, False], ids=["reads only", "writes too"])
def server(s3, monkeypatch, request):
    """A server that sends (status, body) one after the other, the last one for ever; and no pause is real."""
    sent = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = server.replies[min(len(sent), len(server.replies) - 1)]
            sent.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(client, "ATTEMPTS", 3)
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))
    client._make.cache_clear()

    def listed(*replies):
        server.replies = [reply if isinstance(reply, tuple) else (200, reply) for reply in replies]
        made = client.make(Access(f"http://127.0.0.1:{server.server_port}"), 1, reads_only=request.param)
        return [each.version_id for each in listing.entries(made, "bucket", KeyRange(""))]

    yield SimpleNamespace(listed=listed, sent=sent)
    server.shutdown()
    server.server_close()
    client._make.cache_clear()


@pytest.mark.parametrize(
    "damaged", [CUT, ERROR, HTML, b"", (500, b""), (503, b"<Error><Code>SlowDown</Code></Error>")]
)
def test_a_damaged_page_is_asked_for_again(server, damaged):
    client.take_requests()
    assert server.listed(damaged, damaged, GOOD) == ["v2", "v1"]
    assert len(server.sent) == 3
    assert client.take_requests() == {"ListObjectVersions": 3}


@pytest.mark.parametrize("damaged", [CUT, ERROR, HTML, b""])
def test_a_page_that_stays_damaged_is_an_error(server, damaged):
    with pytest.raises(S3Error, match="listing the versions in s3://bucket: "):
        server.listed(damaged)
    assert len(server.sent) == 3


def test_a_page_in_the_middle_is_asked_for_again_too(server):
    first = document(element(version("a", "v2")), truncated="true", more=next_page("a", "v2"))
    rest = document(element(version("a", "v1", False))).replace(b"<KeyMarker/>", b"<KeyMarker>a</KeyMarker>")
    assert server.listed(first, CUT, rest) == ["v2", "v1"]
    assert len(server.sent) == 3 and server.sent[1] == server.sent[2]
    assert "key-marker=a" in server.sent[1] and "version-id-marker=v2" in server.sent[1]


def test_a_page_that_cannot_be_trusted_is_not_asked_for_again(server):
    with pytest.raises(ProtocolError, match="whether it is the last"):
        server.listed(document(truncated=None), GOOD)
    assert len(server.sent) == 1


def test_a_refusal_is_not_asked_for_again(server):
    with pytest.raises(S3Error, match="AccessDenied: No") as caught:
        server.listed((403, b"<Error><Code>AccessDenied</Code><Message>No</Message></Error>"), GOOD)
    assert "permissions" in caught.value.hint
    assert len(server.sent) == 1
