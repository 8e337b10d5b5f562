"""Pages of a version listing that break what S3 promises of pages, of their order and of entries."""

from tests.hostile.changes import (
    Kind,
    drop,
    field,
    instead,
    key_of,
    later_pages,
    next_page,
    with_entries,
)


def oldest_first(found):
    keys = list(dict.fromkeys(map(key_of, found)))
    return [each for key in keys for each in reversed(found) if key_of(each) == key]


def once_more(*numbers):
    """The entries with these numbers stand once more behind the last of them."""
    behind = max(numbers) + 1
    return lambda found: found[:behind] + [none_current(found)[number] for number in numbers] + found[behind:]


def another(key, place):
    """A copy of an entry, with another key, is put at `place`."""

    def change(found):
        copy = current(found[0]).replace(f"<Key>{key_of(found[0])}</Key>", f"<Key>{key}</Key>")
        return [*found[:place], copy, *found[place:]]

    return change


def current(element):
    return element.replace("<IsLatest>false<", "<IsLatest>true<")


def none_current(found):
    return [each.replace("<IsLatest>true<", "<IsLatest>false<") for each in found]


def second_current(found):
    """The first key has two entries, of which the second is the current one."""
    return [*none_current(found[:1]), current(found[1]), *found[2:]]


def wrapped(name):
    """The entries stand inside another element, as those of a list in other interfaces."""
    return with_entries(lambda found: [f"<{name}>", *found, f"</{name}>"])


PAGES = [
    Kind(
        "truncated, without markers", drop("NextKeyMarker|NextVersionIdMarker"), "where the next one begins"
    ),
    Kind("truncated, with an empty marker", next_page(""), "where the next one begins"),
    Kind("markers that go back", later_pages(next_page("p/a", entries=False)), "the markers go backwards", 2),
    Kind("a marker before the last entry", next_page("p/ a"), "lies before the entry"),
    Kind("a marker without a version id", drop("NextVersionIdMarker"), "has no version id"),
    Kind(
        "last, and yet another page", instead("<IsTruncated>true", "<IsTruncated>false"), "is the last, and"
    ),
    Kind(
        "neither last nor not", instead("<IsTruncated>true", "<IsTruncated>maybe"), "whether it is the last"
    ),
    Kind("not a word on being last", drop("IsTruncated"), "whether it is the last"),
    Kind(
        "last and not last",
        instead("<IsTruncated>true", "<IsTruncated>false</IsTruncated><IsTruncated>true"),
        "has two IsTruncated",
    ),
    Kind(
        "two markers",
        instead("<NextKeyMarker>", "<NextKeyMarker>p/z</NextKeyMarker><NextKeyMarker>"),
        "two Next",
    ),
    Kind("another bucket", instead("<Name>[^<]*", "<Name>theirs"), "its Name is 'theirs', not 'mybucket'"),
    Kind("another prefix", instead("<Prefix>[^<]*", "<Prefix>q/"), "its Prefix is 'q/', not 'p/'"),
    Kind(
        "another marker",
        later_pages(instead("<KeyMarker>[^<]*", "<KeyMarker>p/")),
        "its KeyMarker is 'p/'",
        2,
    ),
    Kind(
        "keys rolled up",
        instead("<Version>.*", "<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes></ListVersionsResult>"),
        "Common",
    ),
    Kind("entries of an unknown kind", instead("<(/?)Version>", r"<\1Contents>", 0), "<Contents>"),
    Kind("entries inside a list", wrapped("Versions"), "<Versions>"),
    Kind("markers inside a list", wrapped("Delete"), "<Delete>"),
]

ORDER = [
    Kind(
        "keys descending",
        with_entries(lambda found: found[::-1]),
        "below another|does not begin with|comes after",
    ),
    Kind("versions oldest first", with_entries(oldest_first), "does not begin with the current entry"),
    Kind(
        "versions before markers",
        with_entries(lambda found: sorted(found, key=lambda each: each[1], reverse=True)),
        "order is lost|comes after",
        9,
    ),
    Kind("a key again at the end", with_entries(lambda found: found + found[:2]), "comes after"),
    Kind("an entry twice", with_entries(once_more(1)), "is listed twice"),
    Kind("an entry twice, another between", with_entries(once_more(0, 1)), "is listed twice"),
    Kind(
        "all entries current",
        with_entries(lambda found: [current(each) for each in found]),
        "below another entry",
    ),
    Kind("no entry current", with_entries(none_current), "does not begin with the current entry"),
    Kind("the second entry current", with_entries(second_current), "does not begin with the current entry"),
    Kind("a key behind the prefix", with_entries(another("q/x", 5)), "does not begin with the prefix"),
    Kind("a key before the prefix", with_entries(another("a", 0)), "does not begin with the prefix"),
    Kind("a key before the marker", later_pages(with_entries(another("p/ a", 0))), "comes after", 2),
]

ENTRIES = [
    Kind(
        "keys that are not said to be encoded", drop("EncodingType"), "does not say how its keys are encoded"
    ),
    Kind("a key with a broken %", field("Key", "<Key>p/%ZZ</Key>"), "'p/%ZZ' is not URL-encoded"),
    Kind("a key that ends inside a %", field("Key", "<Key>p/%C</Key>"), "'p/%C' is not URL-encoded"),
    Kind("a key cut inside a character", field("Key", "<Key>p/%C3</Key>"), "'p/%C3' is not UTF-8"),
    Kind("a key of a surrogate", field("Key", "<Key>p/%ED%A0%80</Key>"), "is not UTF-8"),
    Kind("a key that is not UTF-8", field("Key", "<Key>p/%FF</Key>"), "'p/%FF' is not UTF-8"),
    Kind("an empty key", field("Key", "<Key></Key>"), "has no key"),
    Kind("no key", drop("Key"), "lacks or garbles 'Key'"),
    Kind("two keys", field("Key", "<Key>p/1</Key><Key>p/2</Key>"), "two Key"),
    Kind("no version id", drop("VersionId"), "lacks or garbles 'VersionId'"),
    Kind("an empty version id", field("VersionId", "<VersionId/>"), "an identifier is empty"),
    Kind(
        "two version ids",
        field("VersionId", "<VersionId>v1</VersionId><VersionId>v2</VersionId>"),
        "two VersionId",
    ),
    Kind(
        "a version id with a line end",
        field("VersionId", "<VersionId>v1&#13;&#10;x: y</VersionId>"),
        "is no version id",
    ),
    Kind(
        "a version id that is a query",
        field("VersionId", "<VersionId>v1&amp;acl</VersionId>"),
        "is no version id",
    ),
    Kind(
        "a version id without an end",
        field("VersionId", f"<VersionId>{'v' * 1025}</VersionId>"),
        "is no version id",
    ),
    Kind("no time", drop("LastModified"), "lacks or garbles 'LastModified'"),
    Kind(
        "two times",
        field("LastModified", "<LastModified>2013-01-01T00:00:00Z</LastModified>" * 2),
        "two LastModified",
    ),
    *(
        Kind(
            f"the time {time}",
            field("LastModified", f"<LastModified>{time}</LastModified>"),
            "is not a time in UTC",
        )
        for time in (
            *(
                "",
                "yesterday",
                "2014-01-01",
                "1388534400",
                "2014-01-01T00:00:00",
                "2014-01-01T00:00:00+07:00",
            ),
            *(
                "0000-01-01T00:00:00Z",
                "10000-01-01T00:00:00Z",
                "-2014-01-01T00:00:00Z",
                "2014-02-30T00:00:00Z",
            ),
            *("2014-13-01T00:00:00Z", "2014-01-01T25:00:00Z", "Wed, 01 Jan 2014 00:00:00 GMT"),
        )
    ),
    Kind("no ETag", drop("ETag"), "lacks or garbles 'ETag'"),
    Kind("an empty ETag", field("ETag", "<ETag>&quot;&quot;</ETag>"), "an identifier is empty"),
    Kind("an ETag with a line end", field("ETag", "<ETag>&quot;a&#10;b&quot;</ETag>"), "is no ETag"),
    Kind("two ETags in one", field("ETag", "<ETag>&quot;a&quot;, &quot;b&quot;</ETag>"), "is no ETag"),
    Kind("no size", drop("Size"), "lacks or garbles 'Size'"),
    *(
        Kind(f"the size {size[:9]!r}", field("Size", f"<Size>{size}</Size>"), "is no size")
        for size in ("", "-1", "many", "1.5", "1_000", "0x10", "٣", "9" * 5000)
    ),
    Kind("neither current nor not", field("IsLatest", "<IsLatest>maybe</IsLatest>"), "garbles 'maybe'"),
    Kind("not a word on being current", drop("IsLatest"), "garbles 'IsLatest'"),
    Kind(
        "a class with a line end",
        field("StorageClass", "<StorageClass>A&#10;B</StorageClass>"),
        "is no storage class",
    ),
    Kind("a key with markup inside", field("Key", "<Key>p/<b/>x</Key>"), "has no key"),
]
