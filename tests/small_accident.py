"""A bucket of three keys, one of every kind of damage, and the restore that mends it."""

from tests.command import put

T = "2014-01-01T07:00:00Z"
RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T, "--delete", "--no-progress")
RUN = ("--version-info-output", "run")
THEN = {"p/over": b"then", "p/gone": b"then"}
NOW = {"p/over": b"now", "p/new": b"now"}
# Two keys then, one overwritten, one deleted, one created; a copy and a marker, a marker less.
ENTRIES = 3 + 2 + 1


def break_it(s3):
    """One key of every kind."""
    s3.reset()
    s3.create_bucket("mybucket")
    client = s3.client()
    s3.set_clock(T)
    put(client, "p/over")
    put(client, "p/gone")
    s3.tick()
    put(client, "p/over", b"now")
    put(client, "p/new", b"now")
    client.delete_object(Bucket="mybucket", Key="p/gone")
    s3.tick()
