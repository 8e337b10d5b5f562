"""A run that is kept on S3, under faults of the requests for its own files: never less than the whole plan."""

import pytest

from tests.bucket_under_faults import RUNS, Restore

pytestmark = pytest.mark.usefixtures("impatient")

# The k-th requests of an operation in the two commands below; every file is among them.
EVERY_OTHER = [1, 3, 5, 7, 9]


@pytest.mark.parametrize(
    "operation, kind, at",
    [
        *(("GetObject", kind, EVERY_OTHER) for kind in ("SlowDown", "reset-after", "cut", "cut-chunked")),
        *(("GetObject", kind, EVERY_OTHER) for kind in ("error-in-200", "empty-before", "timeout-before")),
        *(("PutObject", kind, EVERY_OTHER[:4]) for kind in ("InternalError-after", "reset-before")),
        *(("PutObject", kind, EVERY_OTHER[:4]) for kind in ("reset-after", "empty-before", "cut")),
        *(("ListObjectsV2", kind, [1, 3]) for kind in ("cut", "error-in-200", "empty-before")),
        *(("HeadObject", kind, [1, 3]) for kind in ("SlowDown", "cut", "empty-before")),
    ],
)
def test_passing(s3, command, operation, kind, at):
    """Restored, and applied once more from what S3 holds of it: every key of the plan is there."""
    restore = Restore(s3, command, run_on_s3=True)
    s3.fault(operation, kind, at=at, bucket=RUNS)
    ended = restore()
    assert (ended.code, ended.err) == (0, ""), ended
    again = restore.apply()
    assert (again.code, again.err) == (0, ""), again
    s3.check_faults()
    assert again.summary["outcomes"]["already"] == sum(ended.summary["planned"].values()) == 10
    assert {request["bucket"] for request in again.writes} == {RUNS}
    restore.check_state()
    assert restore.written() == dict.fromkeys(restore.to_be_written(), 1)


@pytest.mark.parametrize("operation", ["GetObject", "PutObject", "ListObjectsV2"])
def test_expired_token(s3, command, operation):
    """An error for people, at every place where it can happen; then the same command ends the run."""
    restore = Restore(s3, command, run_on_s3=True)
    for skipped in (0, 2, 4):
        with s3.faults():
            s3.fault(operation, "ExpiredToken", skip=skipped, bucket=RUNS)
            ended = restore()
            if ended.code == 0:  # it sends fewer
                s3.end_faults()
                break
        error, hint = ended.err.splitlines()
        assert ended.code == 1 and "ExpiredToken: The provided token has expired." in error
        assert hint == "hint: Renew the credentials, then run the same command again."
    assert restore().code == 0
    restore.check_state()
    assert restore.written() == dict.fromkeys(restore.to_be_written(), 1)
