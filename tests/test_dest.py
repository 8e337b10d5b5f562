"""A state put elsewhere: only what differs is copied, markers there stay, and the other bucket may be far away."""

import pytest

from tests.command import current_state, put

US = "us-east-1"
RESTORE = (
    "--src",
    "s3://here/p",
    "--restore-time",
    "2014-01-01T07:00:00Z",
    "--dest",
    "s3://there/to",
    "--delete",
)


THEN = {f"to/{key}": b"then" for key in ("a", "b", "over", "gone")}


@pytest.fixture
def client(s3):
    """A client of the server, with the source: four keys at 7:00, two of them damaged later, and one created."""
    s3.create_bucket("here")
    s3.create_bucket("there")
    s3.set_clock("2014-01-01T07:00:00Z")
    client = s3.client()
    for key in ("p/a", "p/b", "p/over", "p/gone"):
        put(client, key, bucket="here")
    s3.tick()
    put(client, "p/over", b"now", bucket="here")
    put(client, "p/new", b"now", bucket="here")
    client.delete_object(Bucket="here", Key="p/gone")
    s3.tick()
    return client


def test_only_what_differs_is_copied(s3, client, command):
    """A twin of other bytes, of other metadata, a deleted one, one too many, and what has no history in the source."""
    put(client, "to/a", bucket="there")
    put(client, "to/b", bucket="there", Metadata={"by": "hand"})
    put(client, "to/gone", bucket="there")
    client.delete_object(Bucket="there", Key="to/gone")
    put(client, "to/new", b"now", bucket="there")
    put(client, "to/own", b"own", bucket="there")
    markers = [each["version_id"] for each in s3.dump("there")["keys"]["to/gone"] if each["delete_marker"]]
    ended = command(*RESTORE, "--version-info-output", "run", "--quiet", "--json", "--verify")
    assert (ended.code, ended.summary["verified"]["wrong"]) == (0, 0)
    assert ended.summary["planned"] == {"copy": 3, "remove_markers": 0, "add_marker": 1}
    assert [each["key"] for each in ended.changes if each["operation"] == "CopyObject"].count("to/a") == 0
    assert current_state(s3, "there") == {**THEN, "to/own": b"own"}
    kept = [each["version_id"] for each in s3.dump("there")["keys"]["to/gone"] if each["delete_marker"]]
    assert kept == markers
    again = command(*RESTORE, "--version-info-output", "again", "--quiet", "--json")
    assert (again.code, again.writes, again.summary["planned"]["copy"]) == (0, [], 0)
    put(client, "to/over", b"now", bucket="there")
    assert command("verify", "run", "--quiet").code == 3


@pytest.mark.parametrize("here, there", [("", "eu-west-1"), ("eu-west-1", ""), ("eu-west-1", "ap-south-1")])
def test_another_region(s3, command, here, there):
    """S3 leads each request to the bucket's own region; that is remembered, so few are sent twice."""
    source, dest = f"from-{here or US}", f"to-{there or US}"
    s3.create_bucket(source, location=here)
    s3.create_bucket(dest, location=there)
    client = s3.client()
    s3.set_clock("2014-01-01T07:00:00Z")
    for number in range(40):
        put(client, f"p/{number}", bucket=source)
    s3.tick()
    for number in range(40):
        put(client, f"p/{number}", b"now", bucket=source)
    where = ("--src", f"s3://{source}/p", "--dest", f"s3://{dest}/to")
    ended = command(*where, *RESTORE[2:4], "--version-info-output", "run", "--quiet", "--verify")
    assert (ended.code, ended.err) == (0, "")
    assert current_state(s3, dest) == {f"to/{number}": b"then" for number in range(40)}
    led = [each for each in ended.requests if each["status"] in (301, 400)]
    assert len(led) <= 20, len(led)
    assert {each["error"] for each in led} <= {"AuthorizationHeaderMalformed", "PermanentRedirect"}
    assert command("undo", "run", "--quiet").code == 0
    assert current_state(s3, dest) == {}
