"""A server whose listing loses the order is refused: exit code 1, what is wrong, a hint, and nothing written.

By its name; and, where something in between hides that, by what its listing shows, wherever that is wrong.
"""

import os
from random import Random

import pytest

from s3distversions import servers
from s3distversions.client import make
from s3distversions.errors import ProtocolError
from s3distversions.listing import entries
from s3distversions.model import Access, KeyRange
from tests.real.running import moment_between, s3distversions

SERVER = os.environ.get("S3_CONTRACT_SERVER")
NAMED = {
    "moto": "moto sends all versions of a page",
    "versitygw": "Versity S3 Gateway sends all delete markers",
}


def write(client, bucket, key, kinds):
    """Write a history: p for a version, d for a delete marker; return [(version id, is it a marker)], newest first."""
    history = []
    for number, kind in enumerate(kinds):
        if kind == "p":
            reply = client.put_object(Bucket=bucket, Key=key, Body=b"%d" % number)
        else:
            reply = client.delete_object(Bucket=bucket, Key=key)
        history.insert(0, (reply["VersionId"], kind == "d"))
    return history


@pytest.mark.parametrize("kinds", ["", "p", "pp", "pdp", "pdpp", "pdpd", "ppdppdd"])
@pytest.mark.parametrize("verb", [["plan"], [], ["--one-job"]], ids=["plan", "restore", "one-job"])
def test_the_job_ends_and_writes_nothing(client, new_bucket, kinds, verb):
    """Whatever is in the bucket: also where its listing happens to be right."""
    bucket = new_bucket()
    write(client, bucket, "key", kinds)
    moment = moment_between()
    if kinds:
        write(client, bucket, "key", "p")
    before = listed(client, bucket)
    ended = s3distversions(*verb, "--src", f"s3://{bucket}", "--restore-time", moment, "--delete")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(
        f"s3distversions: error: the server's version listing cannot be trusted: {NAMED[SERVER]}"
    )
    assert ended.err.endswith(f"hint: {servers.HINT}\n")
    assert listed(client, bucket) == before


def listed(client, bucket):
    """Return all that a small bucket holds; these servers' pages cannot be followed."""
    page = client.list_object_versions(Bucket=bucket)
    assert not page["IsTruncated"]
    return [
        (each["Key"], each["VersionId"])
        for kind in ("Versions", "DeleteMarkers")
        for each in page.get(kind, ())
    ]


def test_its_listing_is_refused_wherever_it_is_wrong(client, new_bucket, monkeypatch):
    """Without the name: of 40 random histories, each is listed as it was written, or refused."""
    monkeypatch.setattr(servers, "LOSES_THE_ORDER", {})
    random, outcomes = Random(14), []
    job = make(Access(os.environ["S3_CONTRACT_ENDPOINT"]), 4)
    for _ in range(40):
        bucket = new_bucket()
        # Of one key: where there are more, the keys themselves are out of order and tell.
        history = write(client, bucket, "key", "p" + "".join(random.choices("pd", k=random.randint(1, 7))))
        try:
            found = [(entry.version_id, entry.delete_marker) for entry in entries(job, bucket, KeyRange(""))]
        except ProtocolError as error:
            outcomes.append(error.what)
            continue
        outcomes.append("right")
        assert found == history
    assert "right" in outcomes
    assert any("versions and delete markers come apart" in each for each in outcomes)
