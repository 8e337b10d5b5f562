"""A page read by one expression is what the real parser reads, or it is left to that; whatever is done to the page."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3distversions import columns, parse, quick
from s3distversions.errors import ProtocolError
from s3distversions.parse import DamagedPage

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    "<Name>b</Name><Prefix></Prefix><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>"
    "<IsTruncated>true</IsTruncated><NextKeyMarker>z</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>"
)
TAIL = "</ListVersionsResult>"
OWNER = "<Owner><ID>75aa57f09aa0c8ca</ID><DisplayName>somebody</DisplayName></Owner>"
# The order of fields as AWS documents it, as others send it, and as MinIO does.
LAYOUTS = [
    "Key VersionId IsLatest LastModified ETag Size StorageClass Owner",
    "Key VersionId IsLatest LastModified ETag ChecksumAlgorithm ChecksumType Size Owner StorageClass",
    "Key LastModified ETag Size Owner StorageClass IsLatest VersionId",
    "Owner Size ETag StorageClass Key VersionId IsLatest LastModified",
]
OF_VERSIONS = ("ETag", "Size", "StorageClass", "ChecksumAlgorithm", "ChecksumType")


def entry(layout, kind, key, number, latest, **changed):
    """Return the text of an entry."""
    texts = {
        "Key": key,
        "VersionId": f"v{number}.Az_-",
        "IsLatest": str(latest).lower(),
        "LastModified": f"2014-01-{number % 28 + 1:02}T{number % 24:02}:00:59.000Z",
        "ETag": f"&quot;{number:032x}&quot;",
        "Size": str(number),
        "StorageClass": ("STANDARD", "GLACIER_IR")[number % 2],
        "ChecksumAlgorithm": "CRC64NVME",
        "ChecksumType": "FULL_OBJECT",
    } | changed
    names = [name for name in layout.split() if kind == "Version" or name not in OF_VERSIONS]
    body = "".join(OWNER if name == "Owner" else f"<{name}>{texts[name]}</{name}>" for name in names)
    return f"<{kind}>{body}</{kind}>"


def plain(layout=LAYOUTS[0], number=6, **changed):
    """Return a page of the plain form: two entries a key, every third a delete marker."""
    kinds = ["DeleteMarker" if place % 3 == 2 else "Version" for place in range(number)]
    entries = [
        entry(
            layout, kind, f"p/{place // 2:03}%2B+x", place, place % 2 == 0, **(changed if place == 3 else {})
        )
        for place, kind in enumerate(kinds)
    ]
    return (HEAD + "".join(entries) + TAIL).encode()


def outcome(read, body):
    """Return what reading comes to: the page, or which error with which words."""
    try:
        page = read(body)
    except (DamagedPage, ProtocolError) as error:
        return type(error).__name__, str(error)
    return page._replace(entries=columns.of(list(page.entries))), page.told


def slowly(body):
    """Read by the real parser alone."""
    return parse.read(parse.document(body))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_plain_pages_are_read_quickly(layout):
    """The expression reads them, and all of what it reads is what the parser reads."""
    body = plain(layout, 1000)
    page = parse.page(body)
    assert isinstance(page.entries, columns.Read) and len(page.entries) == 1000
    slow = slowly(body)
    assert (list(page.entries), page._replace(entries=slow.entries)) == (list(slow.entries), slow)
    for name in ("keys", "version_ids", "is_latest", "delete_markers"):
        assert getattr(page.entries, name) == getattr(slow.entries, name)
    for moment in (
        "2014-01-14T13:00:59Z",
        "2014-01-14T13:00:58Z",
        "2013-01-01T00:00:00Z",
        "2015-01-01T00:00:00Z",
    ):
        assert page.entries.later_than(moment) == slow.entries.later_than(moment)
    part, slow_part = page.entries[17:400], slow.entries[17:400]
    assert list(part) == list(slow_part) and part.keys == slow_part.keys
    assert part.later_than("2014-01-14T13:00:59Z") == slow_part.later_than("2014-01-14T13:00:59Z") != []


BAD = [
    {"Key": ""},
    {"Key": "a b"},
    {"Key": "p/%"},
    {"Key": "p/%FF"},
    {"Key": "p/&amp;"},
    {"Key": "p/&#1;"},
    {"Key": "p/]]>"},
    {"Key": "p/<!-- -->"},
    {"Key": "<![CDATA[p/]]>"},
    {"Key": "<Key>p/</Key>"},
    {"Key": "p/</Key><Key>q"},
    {"VersionId": ""},
    {"VersionId": "a b"},
    {"VersionId": "a%b"},
    {"VersionId": "v" * 1025},
    {"IsLatest": "True"},
    {"IsLatest": ""},
    {"LastModified": "2014-02-30T00:00:00.000Z"},
    {"LastModified": "2014-13-01T00:00:00.000Z"},
    {"LastModified": "2014-01-01T24:00:00.000Z"},
    {"LastModified": "2014-01-01T00:60:00.000Z"},
    {"LastModified": "2014-01-01T00:00:60.000Z"},
    {"LastModified": "2014-01-01T00:00:00Z"},
    {"LastModified": "2014-01-01T00:00:00.0Z"},
    {"LastModified": "2014-01-01T00:00:00.000+00:00"},
    {"LastModified": "0000-01-01T00:00:00.000Z"},
    {"LastModified": "2014-01-01T00:00:00.0000Z"},
    {"ETag": ""},
    {"ETag": "&quot;&quot;"},
    {"ETag": "a"},
    {"ETag": '"a"'},
    {"ETag": "&quot;a&lt;b&quot;"},
    {"ETag": "&quot;a b&quot;"},
    {"Size": ""},
    {"Size": "-1"},
    {"Size": "1.5"},
    {"Size": "1" * 100},
    {"StorageClass": ""},
    {"StorageClass": "A B"},
    {"StorageClass": "</StorageClass><StorageClass>GLACIER"},
    {
        "StorageClass": "STANDARD</StorageClass><RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress></RestoreStatus><StorageClass>"
    },
]


@pytest.mark.parametrize("changed", BAD, ids=lambda changed: "=".join(next(iter(changed.items())))[:60])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_one_entry_that_is_not_plain(changed, layout):
    """All is as if the expression did not exist: the words of the refusal too."""
    body = plain(layout, **changed)
    assert outcome(parse.page, body) == outcome(slowly, body)


AROUND = [
    lambda text: text.replace("<Name>b</Name>", "<Name>b</Name><Foo>").replace(TAIL, "</Foo>" + TAIL),
    lambda text: text.replace("<Name>b</Name>", "<Name>b</Name><!--").replace(TAIL, "-->" + TAIL),
    lambda text: text.replace("<Name>b</Name>", "<Name><![CDATA[").replace(TAIL, "]]></Name>" + TAIL),
    lambda text: text.replace("<Name>b</Name>", '<Name a="').replace(TAIL, '"/>' + TAIL),
    lambda text: text.replace("<Name>b</Name>", "<?x ").replace(TAIL, "?>" + TAIL),
    lambda text: text.replace("</Version><", "</Version> <", 1),
    lambda text: text.replace("</Version><", "</Version><Version/><", 1),
    lambda text: text.replace(
        "</Version><", "</Version><CommonPrefixes><Prefix>p</Prefix></CommonPrefixes><", 1
    ),
    lambda text: text.replace("<Version><Key>", "<Version><VersionId>x</VersionId><Key>", 1),
    lambda text: text.replace("<Version>", "<Version a='1'>", 1),
    lambda text: text.replace("<Version>", "<a:Version xmlns:a='x'>", 1).replace(
        "</Version>", "</a:Version>", 1
    ),
    lambda text: text.replace("</Version>", "</DeleteMarker>", 1),
    lambda text: text.replace("<IsTruncated>true</IsTruncated>", ""),
    lambda text: text.replace("<EncodingType>url</EncodingType>", ""),
    lambda text: text.replace(TAIL, ""),
    lambda text: text + text,
    lambda text: text.replace("?>\n", '?>\n<!DOCTYPE a [<!ENTITY b "c">]>'),
    lambda text: text.replace("UTF-8", "UTF-16"),
    lambda text: "\ufeff" + text,
    lambda text: text.replace("<ListVersionsResult", "<ListBucketResult").replace(
        TAIL, "</ListBucketResult>"
    ),
]


@pytest.mark.parametrize("change", AROUND)
def test_what_is_around_the_entries(change):
    """Entries inside another element, a comment or an attribute are none, whatever the expression finds."""
    body = change(plain().decode()).encode()
    assert outcome(parse.page, body) == outcome(slowly, body)


@settings(max_examples=700, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(LAYOUTS))
def test_pages_that_are_spoilt_anywhere(seed, layout):
    """Bytes changed, pieces taken out, doubled or put elsewhere: both ways come to the same."""
    chance = random.Random(seed)
    body = plain(layout, chance.randrange(1, 8))
    for _ in range(chance.randrange(1, 4)):
        tags = [place for place in range(len(body)) if body[place : place + 1] == b"<"] or [0]
        begin, end = sorted(
            chance.choice(tags) if chance.random() < 0.7 else chance.randrange(len(body)) for _ in "ab"
        )
        piece = chance.choice(
            [b"", body[begin:end] * 2, b"<", b"&", b"]]>", b"\xff", b"<Version>", b"</Version>", b" ", b"0"]
        )
        if chance.random() < 0.3:
            where = chance.choice(tags)
            body = body[:where] + body[begin:end] + body[where:]
        else:
            body = body[:begin] + piece + body[end if chance.random() < 0.5 else begin + 1 :]
        body = body or b"<"
    assert outcome(parse.page, body) == outcome(slowly, body), body


def test_the_pages_of_the_embedded_s3_are_read_quickly(s3):
    """What the tests run on has the plain form, as AWS's pages have: the quick way is the one that they try."""
    s3.create_bucket("b")
    for number in range(5):
        s3.client().put_object(Bucket="b", Key=f"a key {number}", Body=b"x")
    s3.client().delete_object(Bucket="b", Key="a key 3")
    from tests.raw_requests import ask

    body = ask(s3, "GET", "/b?versions&encoding-type=url").body
    assert quick.find(body) is not None and len(parse.page(body).entries) == 6


def test_an_etag_does_not_reach_into_another_entry():
    """Not even where its quotes are in two delete markers, whose ETags nobody reads."""
    marker = (
        "<DeleteMarker><Key>{}</Key><VersionId>v</VersionId><IsLatest>true</IsLatest>"
        "<LastModified>2014-01-01T00:00:00.000Z</LastModified><ETag>{}</ETag><Size>0</Size>"
        "<StorageClass>S</StorageClass></DeleteMarker>"
    )
    layout = "Key VersionId IsLatest LastModified ETag Size StorageClass"
    first = entry(layout, "Version", "p/0", 1, True)
    last = entry(layout, "Version", "p/9", 2, True)
    body = HEAD + first + marker.format("p/a", "&quot;x") + marker.format("p/b", "y&quot;") + last + TAIL
    page = parse.page(body.encode())
    assert [each.key for each in page.entries] == ["p/0", "p/a", "p/b", "p/9"]
    assert page == parse.read(parse.document(body.encode()))
