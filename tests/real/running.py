"""The job on a real server: how it is run, what it may have sent, and moments that lie between two writes."""

import contextlib
import io
import json
import math
import os
import time
from datetime import datetime, timezone
from typing import NamedTuple

from s3distversions.jobs.restore import RestoreVersions

from s3distversions.cli import main

READS = {"GetBucketVersioning", "ListObjectVersions", "HeadObject", "GetObjectTagging"}
READS |= {"GetBucketLifecycleConfiguration", "GetObjectLockConfiguration"}


class Ended(NamedTuple):
    """How a command ended: its exit code and its two streams."""

    code: int
    out: str
    err: str

    @property
    def requests(self):
        """{operation: how often it was sent}, as --json tells it."""
        return json.loads(self.out)["requests"]

    def check_reads_only(self):
        """Assert that it ended well, and sent something, but nothing that writes."""
        assert (self.code, self.err) == (0, ""), self
        assert self.requests and not set(self.requests) - READS, self.requests


def s3distversions(*argv):
    """Run the command in this process, quietly and with --json, on the server that the tests are given."""
    # apply finds the endpoint in run.json
    endpoint = [] if "apply" in argv else ["--endpoint-url", os.environ["S3_CONTRACT_ENDPOINT"]]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(RestoreVersions, [*argv, *endpoint, "--no-conf", "--quiet", "--json"])
    return Ended(code, out.getvalue(), err.getvalue())


def moment_between():
    """Return a moment, to the second, that is after all that was written and before all that will be.

    Restore times have no fractions, and real servers no clock that could be set: so the next full second is
    let pass, which takes a second at most. The server has this machine's clock.
    """
    full = math.floor(time.time()) + 1
    while (left := full + 0.02 - time.time()) > 0:
        time.sleep(min(left, 1))
    return datetime.fromtimestamp(full, timezone.utc).isoformat()
