"""What S3 holds in these tests, and what is refused because of that, or because nobody answers."""

import contextlib
import os
from collections.abc import Iterator

import pytest

from tests.embedded_s3 import EmbeddedS3
from tests.usage.table import STOPPED, Bad, given

CLOSED_PORT = "http://127.0.0.1:1"
KEYS = 16  # with bad lines among that many good ones, a job that does not look first would begin to write
COPIED, DELETED, CREATED = "path/key-09", "path/deleted", "path/created"


def fill(server: EmbeddedS3) -> None:
    """Put everything that the rows name on the server; the same version ids every time."""
    then = {"version_id": "1", "last_modified": "2014-01-01T00:00:00Z"}
    since = {"version_id": "2", "last_modified": "2014-01-02T00:00:00Z"}
    keys = [f"path/key-{number:02}" for number in range(KEYS)]
    entries = [{"key": key, "content": "old", **then} for key in [*keys, DELETED]]
    entries += [{"key": key, "content": "new, longer", **since} for key in [*keys, CREATED]]
    entries += [{"key": DELETED, "delete_marker": True, **since}]
    server.load("versioned", entries)
    server.load("versioned-too", [])
    server.load("suspended", entries, "Suspended")
    server.load("never", [{"key": keys[0], "content": "there"}], "")
    server.load("other", [{"key": key} for key in ("empty", "used/notes.txt", "a\nb", "a\nb/a\nb")])


@contextlib.contextmanager
def filled() -> Iterator[EmbeddedS3]:
    """A server that holds what the rows name, and an environment that leads nowhere else."""
    with EmbeddedS3() as server, pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in server.environment.items():
            patch.setenv(name, value)
        fill(server)
        yield server


REFUSED = [
    Bad(
        "no such bucket",
        given(src="s3://nowhere"),
        "looking at s3://nowhere: NoSuchBucket: The specified bucket does not exist",
        may_ask=True,
    ),
    Bad(
        "no such destination",
        given("--dest", "s3://nowhere"),
        "looking at s3://nowhere: NoSuchBucket: The specified bucket does not exist",
        may_ask=True,
    ),
    Bad(
        "a bucket never versioned",
        given(src="s3://never"),
        "s3://never was never versioned",
        STOPPED,
        may_ask=True,
    ),
    Bad(
        "a bucket never versioned, to plan",
        ["plan", *given("--dest", "s3://other/new", src="s3://never")],
        "s3://never was never versioned",
        STOPPED,
        may_ask=True,
    ),
    Bad(
        "a suspended bucket",
        given(src="s3://suspended"),
        "versioning of s3://suspended is suspended",
        STOPPED,
        may_ask=True,
    ),
    Bad(
        "a suspended bucket to overwrite",
        given("--overwrite", src="s3://suspended"),
        "versioning of s3://suspended is suspended",
        STOPPED,
        may_ask=True,
    ),
    Bad(
        "one job into a bucket that keeps nothing",
        given("--one-job", "--dest", "s3://never/new"),
        "s3://never/new keeps no versions, and --one-job cannot tell beforehand what it covers",
        may_ask=True,
    ),
    Bad(
        "a copy over what is not kept",
        given("--no-progress", "--dest", "s3://never/path"),
        "s3://never keeps no versions, and 1 of its keys would be covered or deleted for good",
        STOPPED,
        may_ask=True,
    ),
    Bad(
        "more to delete than allowed",
        given("--no-progress", "--delete", "--max-delete", "0"),
        f"1 of {KEYS + 1} keys would be deleted, more than --max-delete 0 allows",
        STOPPED,
        may_ask=True,
    ),
    Bad(
        "more per cent to delete than allowed",
        given("--no-progress", "--delete", "--max-delete", "5.8%"),
        f"1 of {KEYS + 1} keys would be deleted, more than --max-delete 5.8% allows",
        STOPPED,
        may_ask=True,
    ),
    Bad(
        "two keys for one name",
        given("--dest", "s3://versioned-too", src="s3://other/a\nb"),
        r"'a\nb' and 'a\nb/a\nb' would both become 'a\nb'",
        may_ask=True,
    ),
    Bad(
        "nobody listens",
        [*given(src="s3://versioned")[:4], "--endpoint-url", CLOSED_PORT],
        f'looking at s3://versioned: Could not connect to the endpoint URL: "{CLOSED_PORT}/versioned?versioning"',
        STOPPED,
    ),
    Bad(
        "nobody listens where the list is",
        [*given()[:4], "--endpoint-url", CLOSED_PORT, "--prefixes", "s3://other/list"],
        f'reading s3://other/list: Could not connect to the endpoint URL: "{CLOSED_PORT}/other/list"',
        STOPPED,
    ),
]
