"""20,000 keys brought back on a cluster, exactly; looked at before, verified, and undone."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks import accident
from tests.hadoop.installing import ARCHIVE
from tests.hadoop.running import INSTALLED, SHIPPED, Hadoop, lines_here
from tests.real.looking import connect
from tests.real.running import moment_between

KEYS = 28_500  # of which 20,000 and some have to be restored
RESTORED = 20_000
BUCKET = "bucket"
OUTSIDE = "other/untouched"  # what the prefix list leaves out


def in_folders(entries):
    """The entries of an accident, two of its eight folders among them renamed to what no list names."""
    return ({**entry, "key": entry["key"].replace("data/7/", "other/")} for entry in entries)


def test_on_the_embedded_s3(s3, hadoop):
    """Nodes that have Python and nothing else: code and dependencies are shipped. The plan is that of one process."""
    hadoop.nodes = SHIPPED
    assert ARCHIVE.exists()
    s3.load(BUCKET, in_folders(accident.entries(KEYS * 8 // 7, accident.KINDS, 1, seed=7)))
    before = s3.dump(BUCKET)["keys"]
    listed = {key: history for key, history in before.items() if not key.startswith("other/")}
    others = {key: history for key, history in before.items() if key.startswith("other/")}
    prefixes = f"{hadoop.run}-prefixes.txt"
    hadoop.fs("-mkdir", "-p", "hdfs:///user/hadoop/runs")
    hadoop.fs("-put", "-", prefixes, data=b"/data/0\n" + b"".join(b"data/%d\n" % each for each in range(7)))
    what = ("--src", f"s3://{BUCKET}", "--restore-time", accident.MOMENT.isoformat(), "--delete")

    planned = hadoop("plan", *what, "--prefixes", prefixes, "--version-info-output", hadoop.run, "--json")
    assert planned.code == 0, planned.err
    count = sum(planned.summary["planned"].values())
    assert count >= RESTORED
    assert planned.summary["keys"] == len(listed)
    assert planned.summary["versions"] + planned.summary["markers"] == sum(map(len, listed.values()))
    assert not [request for request in s3.requests() if request["write"]]
    (hadoop.folder / "prefixes.txt").write_bytes(hadoop.fs("-cat", prefixes))
    inline = hadoop.inline("plan", *what, "--prefixes", "prefixes.txt", "--version-info-output", "here")
    assert inline.code == 0, inline.err
    assert hadoop.lines("versions/1") == lines_here(hadoop.folder / "here" / "versions" / "1")

    applied = hadoop("apply", hadoop.run, "--verify", "--json")
    assert applied.code == 0, applied.err
    assert applied.summary["outcomes"]["done"] == count == sum(applied.summary["outcomes"].values())
    assert "map 100%, reduce 100%" in applied.err  # it tells how far it is
    after = s3.dump(BUCKET)["keys"]
    assert accident.now(after) == {**accident.then(listed), **accident.now(others)}
    assert {key: after[key] for key in others} == others

    again = hadoop("apply", hadoop.run, "--json")
    assert (
        again.code == 0 and again.summary["outcomes"]["already"] + again.summary["outcomes"]["done"] == count
    )
    assert s3.dump(BUCKET)["keys"] == after

    undone = hadoop("undo", hadoop.run, "--version-info-output", f"{hadoop.run}-undone", "--json")
    assert undone.code == 0, undone.err
    assert accident.now(s3.dump(BUCKET)["keys"]) == accident.now(before)


@pytest.mark.timeout(1500)  # MinIO takes minutes to tell what 20,000 single keys hold
def test_on_minio(minio, tmp_path):
    """Nodes that have the dependencies installed; content and metadata are compared, as a reader sees them."""
    hadoop = Hadoop(minio.endpoint, minio.environment, tmp_path, INSTALLED)
    client = connect_to(minio)
    client.create_bucket(Bucket=BUCKET)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    names = [f"p/{hashlib.sha256(b'%d' % number).hexdigest()[:12]}" for number in range(RESTORED)]
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda key: put(client, key, b"then"), names[: RESTORED * 3 // 4]))
        then = content(client)
        moment = moment_between()
        # A third overwritten, a third deleted, a third neither nor: and a quarter created.
        list(threads.map(lambda key: put(client, key, b"now"), names[::2]))
        list(
            threads.map(
                lambda key: client.delete_object(Bucket=BUCKET, Key=key), names[1 : RESTORED * 3 // 4 : 2]
            )
        )
        list(threads.map(lambda key: put(client, key, b"new"), names[RESTORED * 3 // 4 + 1 :: 2]))
    now = content(client)
    what = ("--src", f"s3://{BUCKET}/p", "--restore-time", moment, "--delete")

    planned = hadoop("plan", *what, "--version-info-output", hadoop.run, "--json")
    assert planned.code == 0, planned.err
    assert sum(planned.summary["planned"].values()) == RESTORED == planned.summary["keys"]
    applied = hadoop("apply", hadoop.run, "--json")
    assert applied.code == 0, applied.err
    assert content(client) == then
    verified = hadoop("verify", hadoop.run, "--json")
    assert verified.code == 0, verified.err
    undone = hadoop("undo", hadoop.run, "--version-info-output", f"{hadoop.run}-undone", "--json")
    assert undone.code == 0, undone.err
    assert content(client) == now


def connect_to(server):
    """A client for a server that is kept."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        return connect()


def put(client, key, body):
    """Put a small object whose ETag says what is in it."""
    client.put_object(Bucket=BUCKET, Key=key, Body=body + key.encode(), Metadata={"of": body.decode()})


def content(client):
    """Return {key: ETag} of what a reader sees: as objects are put whole, that of their bytes."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    return {item["Key"]: item["ETag"] for page in pages for item in page.get("Contents", ())}
