"""A bucket of 35 keys, most of them damaged, the run that mends it, and what both of them hold."""

import json
from pathlib import Path

from tests.command import current_state

RESTORE = ("--src", "s3://mybucket/p", "--restore-time", "2014-01-01T07:00:00Z", "--delete")
RUN = ("--version-info-output", "run", "--quiet")


def damage(s3):
    """30 keys at 7:00; a second later ten overwritten, ten deleted, five created. Returns the state then."""
    s3.create_bucket("mybucket")
    client = s3.client()

    def put(numbers, content):
        for number in numbers:
            client.put_object(Bucket="mybucket", Key=f"p/{number:02}", Body=content)

    s3.set_clock("2014-01-01T07:00:00Z")
    put(range(30), b"then")
    then = current_state(s3, "mybucket")
    s3.set_clock("2014-01-01T07:00:01Z")
    put([*range(10), *range(30, 35)], b"now")
    for number in range(10, 20):
        client.delete_object(Bucket="mybucket", Key=f"p/{number:02}")
    s3.set_clock("2014-01-01T07:00:02Z")
    return then


def entries(s3):
    """How many entries the bucket holds."""
    return sum(len(history) for history in s3.dump("mybucket")["keys"].values())


def lines(kind, number=1, folder="run"):
    """The lines of an attempt that have a key."""
    parts = sorted(Path(folder, kind, str(number)).glob("part-*"))
    found = [json.loads(line) for part in parts for line in part.read_text().splitlines()]
    return [line for line in found if "key" in line]
