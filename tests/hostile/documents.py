"""Replies to a listing that are no page at all, and HTTP that is none: asked for again, then an error."""

import gzip
import json

from tests.hostile.changes import Kind, body, raw, status, with_text
from tests.hostile.conftest import ATTEMPTS
from tests.hostile.server import Reply

ROOT = "<ListVersionsResult"
LAUGHS = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in</body></html>"
ERROR = b"<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>"


def declared(declarations, key):
    """Declare entities, and write the first key with one of them."""

    def change(text, request):
        return text.replace(ROOT, f"<!DOCTYPE r [{declarations}]>{ROOT}", 1).replace(
            "<Key>", f"<Key>{key}", 1
        )

    return with_text(change)


def changed(change):
    """Change the bytes of the body."""
    return lambda reply, request: reply._replace(body=change(reply.body))


def http(head, content=lambda body: body):
    """A reply with this head, which need not be one of HTTP."""
    return raw(head.encode(), content)


def sized(about, content=lambda body: body):
    """A proper head, but for what it says of its length: {} is the true one."""

    def change(reply, request):
        head = f"HTTP/1.1 200 OK\r\n{about.format(len(reply.body))}\r\n\r\n"
        return Reply(raw=[head.encode() + content(reply.body)])

    return change


DAMAGED = [  # (name, change)
    ("HTML", body(HTML)),
    ("HTML that is XML", body(HTML.removeprefix(b"<!DOCTYPE html>"))),
    ("JSON", body(json.dumps({"IsTruncated": False, "Versions": []}).encode())),
    ("nothing", body(b"")),
    ("blanks", body(b" \r\n" * 1000)),
    ("NUL", changed(lambda page: page.replace(b"<Key>", b"<Key>\0", 1))),
    ("NULs behind it", changed(lambda page: page + b"\0" * 100)),
    ("a page cut short", changed(lambda page: page[:-25])),
    ("two pages", changed(lambda page: page + page)),
    ("two pages in one document", changed(lambda page: page.replace(b"?>", b"?><Both>", 1) + b"</Both>")),
    ("an error with status 200", body(ERROR)),
    (
        "a listing of another kind",
        changed(lambda page: page.replace(b"ListVersionsResult", b"ListBucketResult")),
    ),
    ("bytes that are no UTF-8", changed(lambda page: page.replace(b"<Key>", b"<Key>\xff", 1))),
    ("gzip", lambda reply, request: body(gzip.compress(reply.body), Content_Encoding="gzip")(reply, request)),
    ("a reference to U+0001", changed(lambda page: page.replace(b"<Key>", b"<Key>&#1;", 1))),
    ("an entity", declared('<!ENTITY e "x">', "p/&e;")),
    ("a billion laughs", declared(LAUGHS, "p/&l9;")),
    ("an external entity", declared('<!ENTITY e SYSTEM "file:///etc/passwd">', "&e;")),
    ("an entity of the server's", declared('<!ENTITY e SYSTEM "{endpoint}/x">', "&e;")),
    ("a document type", declared("", "")),
    *((f"status {number}", status(number)) for number in (201, 202, 203, 204, 205, 206, 226)),
    ("no HTTP", http("hello")),
    ("HTTP 0.9", http("")),
    ("another protocol", http("SIP/2.0 200 OK\r\n\r\n")),
    ("a status that is none", http("HTTP/1.1 abc OK\r\n\r\n")),
    ("a header of 100 KB", http(f"HTTP/1.1 200 OK\r\nx: {'x' * 100_000}\r\n\r\n")),
    ("1000 headers", http("HTTP/1.1 200 OK\r\n" + "x: x\r\n" * 1000 + "\r\n")),
    ("a status that goes on and on", http("HTTP/1.1 200 " + "O" * 100_000 + "\r\n\r\n")),
    ("a length too short", sized("Content-Length: 200")),
    ("a length of 0", sized("Content-Length: 0")),
    ("two lengths", sized("Content-Length: 7\r\nContent-Length: {}")),
    ("a body cut short", sized("Content-Length: {}", lambda page: page[: len(page) // 2])),
    ("chunks of no size", sized("Transfer-Encoding: chunked", lambda page: b"zz\r\n" + page)),
    ("chunks of a negative size", sized("Transfer-Encoding: chunked", lambda page: b"-5\r\n" + page)),
    ("chunks without an end", sized("Transfer-Encoding: chunked", lambda page: b"20\r\n" + page[:32])),
    (
        "a page behind a page",
        lambda reply, request: http(
            f"HTTP/1.1 200 OK\r\nContent-Length: {len(HTML)}\r\n\r\n",
            lambda page: HTML + b"HTTP/1.1 200 OK\r\n\r\n" + page,
        )(reply, request),
    ),
    ("a connection that is closed", lambda reply, request: Reply(raw=[])),
]

ELSEWHERE = {"Location": "http://127.0.0.1:1/", "x-amz-bucket-region": "eu-west-1"}
REFUSING = [
    *(
        (f"status {number}", lambda reply, request, number=number: Reply(number, {}, b""))
        for number in (300, 304, 400, 401, 403, 404, 407, 410, 418, 451, 600, 999)
    ),
    *(
        (f"redirection {number}", lambda reply, request, number=number: Reply(number, ELSEWHERE, b""))
        for number in (301, 302, 303, 307, 308)
    ),
    ("redirection to itself", lambda reply, request: Reply(307, {"Location": "/mybucket?versions"}, b"")),
    ("an error in HTML", lambda reply, request: Reply(403, {}, HTML)),
    (
        "an error of laughs",
        lambda reply, request: Reply(
            403, {}, f"<!DOCTYPE r [{LAUGHS}]><Error><Code>&l9;</Code></Error>".encode()
        ),
    ),
    (
        "an error with line ends",
        lambda reply, request: Reply(
            403, {}, b"<Error><Code>No\n</Code><Message>a\r\nb\x1b[2J</Message></Error>"
        ),
    ),
    ("switching protocols", lambda reply, request: Reply(101, {"Upgrade": "h2c"}, b"")),
]

# Older lxml read what is nested as deep, and then the page lacks something.
NESTED = body(b"<ListVersionsResult>" * 100_000 + b"</ListVersionsResult>" * 100_000)

UNTRUSTED = [
    Kind("deep nesting", NESTED, "listing the versions in|a page does not say whether", ATTEMPTS),
    *(Kind(name, change, "listing the versions in s3://mybucket: ", ATTEMPTS) for name, change in DAMAGED),
    *(Kind(name, change, "listing the versions in s3://mybucket: ", ATTEMPTS) for name, change in REFUSING),
]
