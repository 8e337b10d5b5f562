"""Replies to a listing that are odd and provably harmless: they say what S3 would have said."""

from tests.hostile.changes import body, drop, first_page, instead
from tests.hostile.documents import changed, http, sized

CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n"


def unmarked(page):
    """UTF-16 without a byte order mark, in a document that says it is UTF-8: its first bytes tell."""
    return page.decode().encode("utf-16-le")


def chunked(page):
    return (
        b"".join(b"%x;name=value\r\n%b\r\n" % (len(part), part) for part in (page[:7], page[7:]))
        + b"0\r\n\r\n"
    )


HARMLESS = [
    ("no namespace", instead(' xmlns="[^"]*"', "")),
    ("another namespace", instead(' xmlns="[^"]*"', ' xmlns="http://doc.s3.amazonaws.com/2006-03-01"')),
    (
        "a prefix for the namespace",
        changed(
            lambda page: (
                page.replace(b"<", b"<s3:")
                .replace(b"<s3:/", b"</s3:")
                .replace(b"<s3:?", b"<?")
                .replace(b"xmlns=", b"xmlns:s3=")
            )
        ),
    ),
    ("a byte order mark", changed(lambda page: b"\xef\xbb\xbf" + page)),
    ("UTF-16", changed(lambda page: page.replace(b'encoding="UTF-8"', b"").decode().encode("utf-16"))),
    ("UTF-16 that says it is UTF-8", changed(unmarked)),
    ("another charset", instead('encoding="UTF-8"', 'encoding="ISO-8859-1"')),
    (
        "another content type",
        lambda reply, request: body(reply.body, Content_Type="text/html; charset=latin-1")(reply, request),
    ),
    ("ETags without quotes", instead("&quot;", "", 0)),
    ("no classes", drop("StorageClass")),
    ("no owners", drop("Owner")),
    ("fields of an unknown kind", instead("</Version>", "<Colour>red</Colour></Version>", 0)),
    ("a page's field of an unknown kind", instead("<MaxKeys>", "<Colour>red</Colour><MaxKeys>")),
    (
        "fields in another order",
        instead(r"(<Key>.*?</Key>)(<VersionId>.*?</VersionId>)(<IsLatest>.*?</IsLatest>)", r"\3\2\1", 0),
    ),
    ("comments and instructions", instead("<Key>", "<!-- <Version> --><?php ?><Key><!-- x -->", 0)),
    ("keys in CDATA", instead("<Key>([^<]*)</Key>", r"<Key><![CDATA[\1]]></Key>", 0)),
    ("keys in references", instead("<Key>p", "<Key>&#112;", 0)),
    ("blanks between elements", instead("><(?!/)", ">\r\n\t <", 0)),
    ("other most keys", instead("<MaxKeys>[^<]*", "<MaxKeys>0")),
    ("nothing repeated of the request", drop("Name|Prefix|KeyMarker|VersionIdMarker|MaxKeys")),
    ("later entries in the far future", instead("2014-01-01T00:00:20.000Z", "9999-12-31T23:59:59.999Z", 0)),
    ("a marker that leads past keys", instead("<NextKeyMarker>[^<]*", "<NextKeyMarker>p/zzz")),
    ("a marker that leads out of the prefix", instead("<NextKeyMarker>[^<]*", "<NextKeyMarker>q/a")),
    (
        "a marker that leads past versions",
        first_page(instead("<NextVersionIdMarker>[^<]*", "<NextVersionIdMarker>v1.0")),
    ),
    ("ten times 100 Continue", http(CONTINUE * 10 + "HTTP/1.1 200 OK\r\n\r\n")),
    ("chunks with extensions", sized("Transfer-Encoding: chunked", chunked)),
    ("no length", http("HTTP/1.1 200 OK\r\n\r\n")),
    ("no reason, and line ends of Unix", http("HTTP/1.0 200\nserver: x\n\n")),
    ("a length of letters", sized("Content-Length: many")),
    ("a negative length", sized("Content-Length: -1")),
]
# Older botocore takes it for a reply that broke off, newer ones take what came.
TOO_LONG = sized("Content-Length: 9{}")
