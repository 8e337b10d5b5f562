"""Sources and destinations that are refused, each alone or because of the other."""

import re

from tests.usage.table import Bad, given

NO_LOCATION = "--src {0!r} is not an S3 location"
NO_BUCKET = "--src {0!r} has no valid bucket name"
LOCATIONS = [
    ("no scheme", "versioned/path", NO_LOCATION),
    ("https", "https://versioned.s3.amazonaws.com/path", NO_LOCATION),
    ("hdfs", "hdfs:///path", NO_LOCATION),
    ("http to a server", "http://127.0.0.1:9000/versioned/path", NO_LOCATION),
    ("Google's", "gs://versioned/path", NO_LOCATION),
    ("a local path", "/versioned/path", NO_LOCATION),
    ("a file", "file:///versioned", NO_LOCATION),
    ("s3b", "s3b://versioned/path", NO_LOCATION),
    ("no colon", "s3//versioned/path", NO_LOCATION),
    ("one slash", "s3:/x", NO_LOCATION),
    ("S3 in upper case", "S3://versioned/path", NO_LOCATION),
    ("a space before", " s3://versioned/path", NO_LOCATION),
    ("no bucket", "s3://", NO_BUCKET),
    ("no bucket, but a path", "s3:///path", NO_BUCKET),
    ("a bucket of two letters", "s3://ab/path", NO_BUCKET),
    ("a bucket of 256 letters", "s3://" + "b" * 256, NO_BUCKET),
    ("a space in the bucket", "s3://my bucket/path", NO_BUCKET),
    ("a hyphen first", "s3://-bucket/path", NO_BUCKET),
    ("a dot last", "s3://bucket./path", NO_BUCKET),
    ("a letter with dots", "s3://bücket/path", NO_BUCKET),
    ("a dot first", "s3://.bucket/path", NO_BUCKET),
    ("an underscore first", "s3://_bucket/path", NO_BUCKET),
    ("an underscore last", "s3://bucket_/path", NO_BUCKET),
    ("a hyphen last", "s3://bucket-/path", NO_BUCKET),
    ("an IP address", "s3://192.168.5.4/path", NO_BUCKET),
    ("nothing but slashes", "s3:////", NO_BUCKET),
    ("%20 in the bucket", "s3://my%20bucket/path", NO_BUCKET),
    ("a plus in the bucket", "s3://my+bucket/path", NO_BUCKET),
    ("a line end in the bucket", "s3://bucket\n/path", NO_BUCKET),
    ("a backslash", "s3://bucket\\path", NO_BUCKET),
    ("a user and a password", "s3://me:secret@bucket/path", NO_BUCKET),
    ("a question mark", "s3://bucket?versionId=1", NO_BUCKET),
    ("a wildcard", "s3://bucket*/path", NO_BUCKET),
    ("a port", "s3://bucket:9000/path", NO_BUCKET),
    ("an ARN", "arn:aws:s3:::versioned", NO_LOCATION),
    (
        "an access point's ARN",
        "s3://arn:aws:s3:us-east-1:123456789012:accesspoint/mine/path",
        "--src {0!r} names an ARN",
    ),
    ("a bucket's ARN behind a scheme", "s3://arn:aws:s3:::versioned/path", "--src {0!r} names an ARN"),
    (
        "an Outpost's ARN",
        "s3://arn:aws:s3-outposts:us-east-1:123456789012:outpost/op-1/bucket/mine",
        "--src {0!r} names an ARN",
    ),
    ("an access point's alias", "s3://mine-abc123-s3alias/path", "--src {0!r} names an access point"),
    (
        "an Object Lambda access point's alias",
        "s3://mine-abc123--ol-s3/path",
        "--src {0!r} names an Object Lambda access point",
    ),
    ("a multi-region access point", "s3://mine.mrap/path", "--src {0!r} names a multi-region access point"),
    ("a table bucket", "s3://mine--table-s3/path", "--src {0!r} is a table bucket"),
    (
        "a directory bucket",
        "s3://mine--usw2-az1--x-s3/path",
        "--src {0!r} is a directory bucket",
    ),
    ("a path of 1025 bytes", "s3://versioned/" + "é" * 512 + "e", "--src {0!r} is 1025 bytes long"),
    ("bytes that are not UTF-8", "s3://versioned/\udcff", "--src {0!r} is not UTF-8"),
]

OVERLAPS = [
    ("the same", "s3://versioned/path", "s3://versioned/path"),
    ("the same with a slash", "s3://versioned/path", "s3://versioned/path/"),
    ("the same as s3a", "s3://versioned/path", "s3a://versioned/path"),
    ("below", "s3://versioned/path", "s3://versioned/path/old"),
    ("above", "s3://versioned/path/old", "s3://versioned/path"),
    ("below, with two slashes", "s3://versioned/path", "s3://versioned/path//old"),
    ("two slashes above", "s3://versioned//path", "s3://versioned/"),
    ("deep below", "s3://versioned/path", "s3n://versioned/path/a/b/c"),
    ("deep above", "s3://versioned/path/a/b/c", "s3://versioned/path"),
    ("two whole buckets", "s3://versioned", "s3://versioned"),
    ("a whole bucket with a slash", "s3://versioned/", "s3://versioned"),
    ("the key of a folder", "s3://versioned/path/", "s3://versioned/path"),
    ("below a whole bucket", "s3://versioned", "s3://versioned/path"),
    ("a whole bucket above", "s3://versioned/path", "s3://versioned"),
    ("the folder of a key", "s3://versioned/path/key", "s3://versioned/path/"),
    ("a key in the folder", "s3://versioned/path/", "s3://versioned/path/key"),
]


def shown(uri: str) -> str:
    """How the command writes a location."""
    whole = re.fullmatch(r"s3[an]?://([^/]+)/?", uri)
    return f"s3://{whole[1]}" if whole else re.sub("^s3[an]:", "s3:", uri)


LONG = "s3://other/" + "x" * 1020
REFUSED = [
    Bad(
        "a destination below which no key has room",
        given("--dest", LONG + "xxxx"),
        "'path/' at --dest is 1025 bytes long",
    ),
    Bad(
        "a prefix of 1025 bytes at the destination",
        given("--dest", LONG, "--prefixes", "-"),
        "'path/1234' at --dest is 1025 bytes long",
        stdin=b"1234\n",
    ),
    *(Bad(f"source: {name}", given(src=uri), error.format(uri)) for name, uri, error in LOCATIONS),
    *(
        Bad(f"destination: {name}", given("--dest", uri), error.format(uri).replace("--src", "--dest"))
        for name, uri, error in LOCATIONS
        if error in (NO_LOCATION, NO_BUCKET)
    ),
    *(
        Bad(
            f"overlap: {name}",
            given("--dest", dest, src=src),
            f"--dest {shown(dest)} overlaps with --src {shown(src)}",
        )
        for name, src, dest in OVERLAPS
    ),
]
