"""Replies about a bucket's versioning that no S3 should send: what is not known to be enabled is left."""

import pytest

from tests.hostile.bucket import check_error
from tests.hostile.changes import body, instead, status
from tests.hostile.documents import DAMAGED, HTML

ENABLED = "<Status>Enabled</Status>"
KINDS = [
    ("nothing", body(b""), "500|never versioned"),
    ("HTML", body(HTML), "never versioned|looking at s3://mybucket"),
    ("JSON", body(b'{"Status": "Enabled"}'), "looking at s3://mybucket"),
    ("an error with status 200", body(b"<Error><Code>AccessDenied</Code></Error>"), "AccessDenied"),
    ("no status", instead(ENABLED, ""), "never versioned"),
    ("an empty status", instead(ENABLED, "<Status/>"), "''"),
    ("a status with a blank", instead(ENABLED, "<Status>Enabled </Status>"), "'Enabled '"),
    ("a status of another case", instead(ENABLED, "<Status>enabled</Status>"), "'enabled'"),
    ("a status in Spanish", instead(ENABLED, "<Status>Habilitado</Status>"), "'Habilitado'"),
    ("two states", instead(ENABLED, f"{ENABLED}<Status>Suspended</Status>"), "which is no state"),
    ("a status with markup", instead(ENABLED, "<Status><b>Enabled</b></Status>"), "which is no state|never"),
    ("status 204", status(204), "never versioned|500|204"),
    ("a page cut short", dict(DAMAGED)["a page cut short"], "looking at s3://mybucket"),
]


@pytest.mark.parametrize(("change", "said"), [kind[1:] for kind in KINDS], ids=[name for name, *_ in KINDS])
def test_nothing_is_written_and_nothing_listed(change, said, hostile, s3, model, restore):
    hostile.does(change, "GetBucketVersioning")
    ended = restore()
    assert hostile.changed
    check_error(ended, said)
    assert (hostile.writes, hostile.count("ListObjectVersions")) == ([], 0)
    assert hostile.count("GetBucketVersioning") <= 3
