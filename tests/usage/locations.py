"""Sources and destinations that are refused, each alone or because of the other."""

from tests.usage.table import Bad, given

NO_LOCATION = "--src {0!r} is not an S3 location"
NO_BUCKET = "--src {0!r} has no valid bucket name"
LOCATIONS = [
    ("no scheme", "versioned/path", NO_LOCATION),
    ("https", "https://versioned.s3.amazonaws.com/path", NO_LOCATION),
    ("hdfs", "hdfs:///path", NO_LOCATION),
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
    ("a wildcard", "s3://bucket*/path", NO_BUCKET),
    ("a port", "s3://bucket:9000/path", NO_BUCKET),
    ("an ARN", "arn:aws:s3:::versioned", NO_LOCATION),
    (
        "an access point's ARN",
        "s3://arn:aws:s3:us-east-1:123456789012:accesspoint/mine/path",
        "--src {0!r} names an ARN",
    ),
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
    ("below a whole bucket", "s3://versioned", "s3://versioned/path"),
    ("a whole bucket above", "s3://versioned/path", "s3://versioned"),
    ("the folder of a key", "s3://versioned/path/key", "s3://versioned/path/"),
    ("a key in the folder", "s3://versioned/path/", "s3://versioned/path/key"),
]

REFUSED = [
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
            f"--dest {dest.replace('s3a:', 's3:')} overlaps with --src {src}",
        )
        for name, src, dest in OVERLAPS
    ),
]
