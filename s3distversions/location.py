"""s3:// locations: what a user names with --src and --dest, which keys that means, and where they go."""

from __future__ import annotations

import re
from typing import NamedTuple

from s3distversions.errors import UsageError
from s3distversions.model import KeyRange

SCHEMES = ("s3://", "s3n://", "s3a://")
# Buckets made before 2018 in us-east-1 may have upper case, underscores and up to 255 characters:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]", re.ASCII)
ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}", re.ASCII)
KEY_BYTES = 1024  # the longest key that S3 takes, in UTF-8
HINT = "Write a location as s3://bucket or s3://bucket/path."
OWN_NAME = "Give the bucket's own name: s3://bucket/path."
# Endings that S3 keeps for what is no bucket, or none with versions: same page. An alias would also hide that
# a source and a destination overlap.
NO_BUCKETS = {
    "--x-s3": ("is a directory bucket", "Directory buckets keep no versions."),
    "--table-s3": ("is a table bucket", "Table buckets keep no versions."),
    "-s3alias": ("names an access point", OWN_NAME),
    "--op-s3": ("names an access point of Outposts", OWN_NAME),
    "--ol-s3": ("names an Object Lambda access point", OWN_NAME),
    ".mrap": ("names a multi-region access point", OWN_NAME),
}


class Location(NamedTuple):
    """A bucket and a path in it: `path` is what stands after the bucket's slash, "" for the whole bucket."""

    bucket: str
    path: str

    @property
    def uri(self) -> str:
        """Return the location as s3://bucket/path."""
        return f"s3://{self.bucket}/{self.path}" if self.path else f"s3://{self.bucket}"

    @property
    def below(self) -> str:
        """Return the beginning of every key below the location: `path/`, or "" for a whole bucket."""
        return self.path if not self.path or self.path.endswith("/") else self.path + "/"

    @property
    def own_key(self) -> str | None:
        """Return the key that the location itself names, None where it names only what is below."""
        return self.path if self.path != self.below else None

    def contains(self, key: str) -> bool:
        """Is `key` in the location: below it, or the key that it names? Never so for `path2/...`."""
        return key.startswith(self.below) or key == self.own_key

    def ranges(self) -> list[KeyRange]:
        """Return the key ranges that make up the location."""
        return ([KeyRange.of_key(self.path)] if self.own_key else []) + [KeyRange(self.below)]


def parse(text: str, option: str) -> Location:
    """Return the location that `text`, the value of `option`, names. UsageError if it names none."""
    scheme = next((scheme for scheme in SCHEMES if text.startswith(scheme)), None)
    if scheme is None:
        raise UsageError(f"{option} {text!r} is not an S3 location", HINT)
    bucket, _, path = text[len(scheme) :].partition("/")
    if bucket.startswith("arn:"):
        raise UsageError(f"{option} {text!r} names an ARN", OWN_NAME)
    if not BUCKET.fullmatch(bucket) or ADDRESS.fullmatch(bucket):
        raise UsageError(f"{option} {text!r} has no valid bucket name", HINT)
    for ending, (what, hint) in NO_BUCKETS.items():
        if bucket.endswith(ending):
            raise UsageError(f"{option} {text!r} {what}", hint)
    check_key(path, f"{option} {text!r}")
    return Location(bucket, path)


def check_key(key: str, where: str) -> None:
    """Raise UsageError if `key` is longer than a key or the beginning of one can be, or is no Unicode text."""
    try:
        length = len(key.encode())
    except UnicodeEncodeError as error:
        raise UsageError(f"{where} is not UTF-8", "S3's keys are UTF-8 text.") from error
    if length > KEY_BYTES:
        raise UsageError(
            f"{where} is {length} bytes long",
            f"A key has at most {KEY_BYTES} bytes: no key begins like that.",
        )


def overlap(one: Location, other: Location) -> bool:
    """Is there a key that is in both locations, or could be?"""
    return one.bucket == other.bucket and (
        one.below.startswith(other.below)
        or other.below.startswith(one.below)
        or (one.own_key is not None and other.contains(one.own_key))
        or (other.own_key is not None and one.contains(other.own_key))
    )


def rebase(key: str, src: Location, dest: Location | None) -> str:
    """Return the key at `dest` for `key` of `src`; the key itself where there is no `dest`.

    Keys below keep what follows. The location's own key takes the destination's own name, or, where that is
    a whole bucket or ends with a slash and so has none, stands there under its last part.
    """
    if dest is None:
        return key
    if key == src.own_key:
        return dest.own_key or dest.below + last_part(key)
    if key == src.below and not dest.below:
        return last_part(key)  # the empty object `path/` that stands for a folder: a key cannot be empty
    return dest.below + key[len(src.below) :]


def nameless(src: Location, dest: Location) -> list[str]:
    """Return the keys of `src` that stand at `dest` under their last part, for want of a name there."""
    own = [src.own_key] if src.own_key and not dest.own_key else []
    return own + ([src.below] if src.below and not dest.below else [])


def last_part(key: str) -> str:
    """Return what stands after the last slash of `key`, with the slashes at its end: `b/` for `a/b/`."""
    stem = key.rstrip("/")
    return stem[stem.rfind("/") + 1 :] + key[len(stem) :]


def rebase_range(keys: KeyRange, src: Location, dest: Location) -> KeyRange:
    """Return the range at `dest` in which the keys of the range `keys` of `src` land, in the same order."""
    if keys.is_key:
        return KeyRange.of_key(rebase(keys.prefix, src, dest))

    def bound(key: str | None) -> str | None:
        return None if key is None else dest.below + key[len(src.below) :]

    return KeyRange(dest.below + keys.prefix[len(src.below) :], bound(keys.after), bound(keys.until))
