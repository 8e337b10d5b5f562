"""Files of a run and prefix lists, where the user has them: here, on S3 or on standard input."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from s3distversions.client import BROKEN_OFF, asking, code, explained, looking
from s3distversions.errors import S3DistVersionsError, UsageError
from s3distversions.location import SCHEMES, Location, parse
from s3distversions.prefixes import whole

READS = 5  # of one object, at most


def is_on_s3(place: str) -> bool:
    """Does `place` name something on S3?"""
    return place.startswith(SCHEMES)


def read_bytes(client: Any, place: str, option: str) -> bytes:
    """Return the content of the file that `option` names: a local path, an s3:// location, or `-`.

    UsageError if there is none or it cannot be read.
    """
    if is_on_s3(place):
        where = parse(place, option)
        if not where.path:
            raise UsageError(f"{option} {place} names no object", "Write s3://bucket/path/of/the/file.")
        data = read_object(client, where, f"{option} {place}")
        if data is None:
            raise UsageError(f"{option} {place}: no such object", "Check the bucket and the key.")
        return data
    if place != "-" and "://" in place:
        raise UsageError(
            f"{option} {place}: this runner reads local files and s3:// only",
            "Copy the file, or use -r hadoop.",
        )
    try:
        if place == "-":
            return whole(sys.stdin.buffer, f"{option} {place}")
        with open(place, "rb") as file:
            return whole(file, f"{option} {place}")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{option} {place}: {reason}", "Give a file that can be read.") from error


def read_object(client: Any, where: Location, name: str | None = None) -> bytes | None:
    """Return the content of an object, None if there is none. S3Error if S3 does not let it be read."""

    def read(times: int = READS) -> bytes | None:
        try:
            body = client.get_object(Bucket=where.bucket, Key=where.path)["Body"]
            data = whole(body, name or where.uri)
            body.read(1)  # behind its end botocore looks whether it was whole
            return data
        except ClientError as error:
            if code(error) in ("NoSuchKey", "404"):
                return None
            raise
        except BROKEN_OFF:  # botocore asks again for a reply, not for the rest of one
            if times == 1:
                raise
            return read(times - 1)

    return looking(f"reading {where.uri}", read)


def exists(client: Any, place: str, option: str) -> bool:
    """Is there anything at `place`: a local path, or something below an s3:// location?"""
    if not is_on_s3(place):
        return os.path.lexists(place)
    where = parse(place, option)
    call = client.list_objects_v2
    reply = asking(f"reading {where.uri}", call, Bucket=where.bucket, Prefix=where.below, MaxKeys=1)
    return bool(reply["KeyCount"])


def names(client: Any, where: Location) -> list[str]:
    """Return the names of what lies directly below a location: objects, and what others begin with."""
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=where.bucket, Prefix=where.below, Delimiter="/"
    )
    found: list[str] = []
    for page in looking(f"reading {where.uri}", lambda: list(pages)):
        found += (item["Key"] for item in page.get("Contents", ()))
        found += (item["Prefix"] for item in page.get("CommonPrefixes", ()))
    return sorted(filter(None, (key[len(where.below) :].rstrip("/") for key in found)))


def create_object(client: Any, where: Location, data: bytes) -> bool:
    """Write an object that is not there yet. False if somebody else has made it.

    S3 lets one of two writers at the same time through:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    """
    try:
        client.put_object(Bucket=where.bucket, Key=where.path, Body=data, IfNoneMatch="*")
    except ClientError as error:
        if code(error) in ("PreconditionFailed", "412", "ConditionalRequestConflict", "409"):
            return False
        raise explained(error, f"writing {where.uri}") from error
    return True


def write_atomically(path: Path, data: bytes) -> None:
    """Write a local file so that whoever reads it, even after a crash, sees it old or new, never half."""
    try:
        write_beside(path, data).replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error


def create_atomically(path: Path, data: bytes) -> bool:
    """Write a local file that is not there yet, whole at once. False if it is. OSError if it cannot be."""
    part = write_beside(path, data)
    try:
        os.link(part, path)  # unlike a rename, it fails where the name is taken
    except FileExistsError:
        return False
    finally:
        part.unlink(missing_ok=True)
    return True


def write_beside(path: Path, data: bytes) -> Path:
    """Write a file that is to become `path`, down to the disk, and return it. OSError if it cannot be."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return part


def cannot_write(path: Path, error: OSError) -> S3DistVersionsError:
    """Return the error that `path` cannot be written."""
    return S3DistVersionsError(
        f"cannot write {path}: {error.strerror}", "Free space, or choose another folder."
    )


def upload(client: Any, path: Path, where: Location) -> None:
    """Put a local file on S3, whatever its size; parts of a killed upload never become visible."""
    asking(
        f"writing {where.uri}",
        client.upload_file,
        Filename=str(path),
        Bucket=where.bucket,
        Key=where.path,
    )


def download_folder(client: Any, where: Location, path: Path) -> None:
    """Bring the objects directly below a location into a local folder; UsageError if there is no such bucket.

    What lies deeper, or has a name that no file here may have, is passed over: nothing is written elsewhere.
    """
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=where.bucket, Prefix=where.below)
    for page in looking(f"reading {where.uri}", lambda: list(pages)):
        for item in page.get("Contents", ()):
            name = item["Key"][len(where.below) :]
            if name in ("", ".", "..") or "/" in name or "\0" in name or len(os.fsencode(name)) > 255:
                continue
            path.mkdir(parents=True, exist_ok=True)
            asking(
                f"reading s3://{where.bucket}/{item['Key']}",
                client.download_file,
                Bucket=where.bucket,
                Key=item["Key"],
                Filename=str(path / name),
            )
