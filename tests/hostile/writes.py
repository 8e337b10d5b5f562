"""Replies to writes that no S3 should send, and what may be said of the keys then."""

from typing import NamedTuple

from tests.hostile.changes import body, drop, instead, status
from tests.hostile.documents import DAMAGED, ERROR, HTML, changed
from tests.hostile.server import Change, Reply

NOTHING_DONE = False  # the embedded S3 does not get the request
XHTML = HTML.removeprefix(b"<!DOCTYPE html>")
REFUSED = b"<Error><Code>PreconditionFailed</Code><Message>no</Message></Error>"
CUT = dict(DAMAGED)["a connection that is closed"]


class Said(NamedTuple):
    """A kind of reply, and the statuses of the keys which it is about."""

    name: str
    change: Change
    statuses: set
    done: bool = True


def successes(change):
    """Change what is well, and let errors pass: the server is hostile, and yet refuses what it has to."""
    return lambda reply, request: change(reply, request) if reply.status < 300 else reply


def header(name, value):
    """Send another value of a header; None: none."""

    def change(reply, request):
        kept = {each: text for each, text in reply.headers.items() if each.lower() != name.lower()}
        return reply._replace(headers=kept | ({name: value} if value else {}))

    return change


def error(number, content=REFUSED):
    return lambda reply, request: Reply(number, {}, content)


def more(text, root="DeleteResult"):
    """Say more at the end."""
    return changed(lambda reply: reply.replace(f"</{root}>".encode(), f"{text}</{root}>".encode()))


ALREADY, DONE, FAILED = {"already"}, {"done"}, {"failed"}
# Whether conditions are heeded could not be found out: keys are looked at before another attempt, and markers that
# were added are found then; those to be removed need no condition.
LOOKED_AT = ALREADY | FAILED
ETAG = "<ETag>[^<]*</ETag>"
COPIES = [
    Said("nothing", body(b""), ALREADY),
    Said("nothing, and nothing done", body(b""), FAILED, NOTHING_DONE),
    Said("an error with status 200", body(ERROR), ALREADY),
    Said("an error with status 200, and nothing done", body(ERROR), FAILED, NOTHING_DONE),
    Said("HTML", body(HTML), ALREADY),
    Said("HTML that is XML", body(XHTML), ALREADY),
    Said("HTML, and nothing done", body(XHTML), FAILED, NOTHING_DONE),
    Said("JSON", body(b'{"CopyObjectResult": {"ETag": "x"}}'), ALREADY),
    Said("no ETag", instead(ETAG, ""), ALREADY),
    Said("an empty ETag", instead(ETAG, "<ETag>&quot;&quot;</ETag>"), ALREADY),
    Said("another ETag", instead(ETAG, "<ETag>&quot;0123456789abcdef&quot;</ETag>"), DONE),
    Said("two ETags", instead(ETAG, "<ETag>a</ETag><ETag>b</ETag>"), ALREADY),
    Said("an ETag without quotes", instead("&quot;", "", 0), DONE),
    Said("a time that is none", instead("<LastModified>[^<]*", "<LastModified>soon"), FAILED),
    Said("a copy of another version", header("x-amz-copy-source-version-id", "v99.9"), ALREADY),
    Said(
        "the version id of the source",
        lambda reply, request: header("x-amz-version-id", reply.headers["x-amz-copy-source-version-id"])(
            reply, request
        ),
        DONE,
    ),
    Said("no version id", header("x-amz-version-id", None), DONE),
    Said("status 204", status(204), ALREADY),
    Said("status 304", error(304, b""), ALREADY),  # asked once more: refused for the condition
    Said("a redirection", error(302, b""), ALREADY),
    Said("a refused condition, and yet done", error(412), ALREADY),
    Said("a refused condition", error(412), FAILED, NOTHING_DONE),
    Said("no such key", error(404, b""), FAILED, NOTHING_DONE),
    Said("a closed connection", CUT, ALREADY),
]

KEY = "<Key>p/(created|undeleted|undeleted twice)</Key>"
OF_ADDED = "(?<=<DeleteMarkerVersionId>)[^<]*"
# Whatever becomes of its keys, DeleteObjects ends with 200: they fail while no reply can be read.
DELETES = [
    Said("nothing", body(b""), LOOKED_AT),
    Said("nothing, and nothing done", body(b""), FAILED, NOTHING_DONE),
    Said("an error with status 200", body(ERROR), LOOKED_AT),
    Said("HTML", body(HTML), FAILED),
    Said("HTML that is XML", body(XHTML), FAILED),
    Said("JSON", body(b'{"Deleted": []}'), LOOKED_AT),
    Said("no word of any key", body(b"<DeleteResult/>"), FAILED),
    Said("no word of any key, and nothing done", body(b"<DeleteResult/>"), FAILED, NOTHING_DONE),
    Said("other keys", instead(KEY, r"<Key>p/x\1</Key>", 0), FAILED),
    Said("more keys than were asked for", more("<Deleted><Key>q/beside</Key></Deleted>"), DONE),
    Said("no keys", drop("Key"), FAILED),
    Said("empty keys", instead(KEY, "<Key/>", 0), FAILED),
    Said("two keys in one", instead(KEY, r"<Key>p/\1</Key><Key>p/\1</Key>", 0), FAILED),
    Said("everything twice", instead("(<Deleted>.*</Deleted>)", r"\1\1"), DONE),
    Said(
        "two things of a key",
        instead(
            "(<Deleted>.*</Deleted>)",
            lambda found: (
                found[0] + found[0].replace("</DeleteMarkerVersionId>", "0</DeleteMarkerVersionId>")
            ),
        ),
        FAILED,
    ),
    Said(
        "done and an error",
        instead(
            "<Deleted>(<Key>[^<]*</Key>(?:<VersionId>[^<]*</VersionId>)?)(.*?)</Deleted>",
            r"<Deleted>\1\2</Deleted><Error>\1<Code>AccessDenied</Code></Error>",
            0,
        ),
        FAILED,
    ),
    Said("an error without a code", instead("Deleted>", "Error>", 0), FAILED),
    Said(
        "an error without a key",
        body(b"<DeleteResult><Error><Code>AccessDenied</Code></Error></DeleteResult>"),
        FAILED,
    ),
    Said("another version id", instead("<VersionId>[^<]*", "<VersionId>v99.9", 0), DONE | FAILED),
    Said(
        "a version id where none was asked for",
        instead("</Key>(?!<VersionId>)", "</Key><VersionId>v1</VersionId>", 0),
        DONE | FAILED,
    ),
    Said("an empty version id", instead("</Key>(?!<VersionId>)", "</Key><VersionId/>", 0), DONE),
    Said("another marker", instead(OF_ADDED, "v99.9", 0), DONE | FAILED),
    Said("no word of markers", drop("DeleteMarker|DeleteMarkerVersionId"), DONE),
    Said(
        "two markers in one",
        instead(
            f"<DeleteMarkerVersionId>({OF_ADDED})",
            r"<DeleteMarkerVersionId>\1</DeleteMarkerVersionId><DeleteMarkerVersionId>\1",
            0,
        ),
        DONE | FAILED,
    ),
    Said("a NUL", changed(lambda reply: reply.replace(b"<Key>", b"<Key>\0")), LOOKED_AT),
    Said("a refusal, and yet done", error(412), {"already", "changed"}),
    Said("no such bucket", error(404, b"<Error><Code>NoSuchBucket</Code></Error>"), FAILED, NOTHING_DONE),
    Said("a closed connection", CUT, LOOKED_AT),
]

# A marker that was added is found by the next attempt; one that was removed may never have been there.
ALONE = [
    Said("a page of HTML", lambda reply, request: Reply(200, {}, HTML), ALREADY | FAILED),
    Said(
        "a page of HTML, and nothing done", lambda reply, request: Reply(200, {}, HTML), FAILED, NOTHING_DONE
    ),
    Said("nothing, with status 200", error(200, b""), ALREADY | FAILED),
    Said("another version id", header("x-amz-version-id", "v99.9"), DONE | FAILED),
    Said("no headers", error(204, b""), DONE),
    Said("status 304", error(304, b""), FAILED),
    Said("a refusal, and yet done", error(412), {"already", "changed"}),
    Said("a closed connection", CUT, ALREADY | FAILED),
]
