"""The bucket that a role with few permissions restores."""

import pytest

from s3distversions import client
from tests.command import put
from tests.permissions.role import T


@pytest.fixture
def owner(s3):
    """The owner's client; the source holds a key of every kind, and there is another bucket."""
    for bucket in ("mybucket", "elsewhere", "runs"):
        s3.create_bucket(bucket)
    s3.set_clock(T)
    client = s3.client()
    for key in ("over", "twin"):
        put(client, f"p/{key}", Tagging="a=1")
    put(client, "p/gone")
    s3.tick()
    put(client, "p/over", b"now")
    put(client, "p/twin", Tagging="a=1")
    put(client, "p/new", b"now")
    client.delete_object(Bucket="mybucket", Key="p/gone")
    put(client, "d/over", b"now", "elsewhere")
    put(client, "d/new", b"now", "elsewhere")
    put(client, "d/twin", bucket="elsewhere", Tagging="a=1")
    s3.tick()
    return client


@pytest.fixture
def restorer(s3, owner, command, monkeypatch):
    """`restorer(grants, *argv)` runs the command as a user with these grants only."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "restorer")

    def run(given, *argv):
        statements = [
            {"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in sorted(given)
        ]
        s3.add_user("restorer", {"Version": "2012-10-17", "Statement": statements})
        return command(*argv)

    client._make.cache_clear()  # a process keeps its clients, whose credentials are other tests'
    yield run
    client._make.cache_clear()
