"""Runs the command in the test's own process, and holds what it sent to S3 against what it may send."""

import contextlib
import io
import json
from typing import NamedTuple

from s3distversions.jobs.restore import RestoreVersions

from s3distversions.cli import main


class Ended(NamedTuple):
    """How a command ended: its exit code, its streams, and the requests that S3 got meanwhile."""

    code: int
    out: str
    err: str
    requests: list

    @property
    def writes(self):
        """The requests that could have changed something."""
        return [request for request in self.requests if request["write"]]

    @property
    def changes(self):
        """The writes that S3 carried out, as far as their replies tell."""
        return [
            request
            for request in self.writes
            if request["status"] in (200, 204)
            and not (request["deleted"] and all(row.get("error") for row in request["deleted"]))
        ]

    @property
    def summary(self):
        """What --json printed."""
        return json.loads(self.out)


class Command:
    """`command("--src", ..., "--delete")` runs it and returns how it ended."""

    def __init__(self, s3):
        self.s3 = s3

    def __call__(self, *argv):
        self.s3.clear_requests()
        out, err = io.StringIO(), io.StringIO()
        # What is applied, verified or undone says in its run.json where it is.
        endpoint = [] if {*argv[:1]} & {"apply", "verify", "undo"} else ["--endpoint-url", self.s3.endpoint]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(RestoreVersions, [*argv, *endpoint, "--no-conf"])
        return Ended(code, out.getvalue(), err.getvalue(), self.s3.requests())


def check_requests(requests, src, dest, delete_markers_only=True):
    """Assert what holds in every run: no version is removed, nothing outside source and destination is asked
    for, and nothing outside the destination is written. `src` and `dest` are (bucket, is_in_scope)."""
    for request in requests:
        assert request["bucket"] in (src[0], dest[0]), request
        keys = [request["key"]] if request["key"] else []
        keys += [deleted["key"] for deleted in request.get("deleted") or ()]
        for key in keys:
            in_source = request["bucket"] == src[0] and src[1](key)
            in_destination = request["bucket"] == dest[0] and dest[1](key)
            assert in_destination or (in_source and not request["write"]), request
        for deleted in request.get("deleted") or ():
            assert deleted["version_id"] is None or deleted["was"] in ("delete_marker", None), request


def current_state(s3, bucket):
    """Return {key: content} of what a reader sees in a bucket."""
    client = s3.client()
    return {
        key: client.get_object(Bucket=bucket, Key=key)["Body"].read()
        for key, history in s3.dump(bucket)["keys"].items()
        if history and not history[0]["delete_marker"]
    }


def put(client, key, body=b"then", bucket="mybucket", **more):
    """Put an object."""
    return client.put_object(Bucket=bucket, Key=key, Body=body, **more)
