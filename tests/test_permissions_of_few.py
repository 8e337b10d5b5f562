"""The rows of docs/permissions.md that only some objects and options need: with them it works, and without says so."""

import pytest

from s3distversions import client
from tests.documented_permissions import IN_PLACE, grants, rows
from tests.single_copies import T, history, overwritten

RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T, "--no-progress", "--version-info-output", "run")
COPIES = [
    *rows("every run", "copies over", "copies of what has tags", "optional: a warning of lifecycle"),
    "copies",
]
COPIES += rows("optional: a warning that copies")
LARGE = {"size": 5 * 1024**3 + 1, "tags": {"a": "1"}}
# beginning of the row: what the version has, options of the command
FEW = {
    "copies of more than": (LARGE, ()),
    "`--thaw`": ({"storage_class": "GLACIER", "tags": {"a": "1"}}, ("--thaw", "Standard")),
    "`--acl`": ({"tags": {"a": "1"}}, ("--acl", "private")),
}


@pytest.fixture
def restorer(s3, command, monkeypatch):
    """`restorer(grants, *argv)` runs the command as a user with these grants only."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "restorer")

    def run(given, *argv):
        statements = [{"Effect": "Allow", "Action": action, "Resource": on} for action, on in sorted(given)]
        s3.add_user("restorer", {"Version": "2012-10-17", "Statement": statements})
        return command(*argv)

    client._make.cache_clear()
    yield run
    client._make.cache_clear()


@pytest.mark.parametrize("row", FEW)
def test_the_row_is_enough(s3, restorer, row):
    about, options = FEW[row]
    overwritten(s3, "p/a", **about)
    given = grants([*COPIES, *rows(row)], IN_PLACE)
    ended = restorer(given, *RESTORE, *options)
    assert not {action for request in ended.requests for action in request["denied"]}, ended.err
    if row == "`--thaw`":
        assert ended.code == 3 and "it was asked for" in ended.out
    else:
        assert ended.code == 0 and history(s3, "p/a")[0]["content"] == history(s3, "p/a")[-1]["content"]


@pytest.mark.parametrize("action", ["s3:RestoreObject", "s3:PutObjectAcl", "s3:ListBucketMultipartUploads"])
def test_without_it(s3, restorer, action):
    """The key fails, or nothing is written; and what is missing is named. A warning is only a warning."""
    row = next(row for row in FEW if action in {name for name, _ in grants(rows(row), IN_PLACE)})
    about, options = FEW[row]
    overwritten(s3, "p/a", **about)
    given = {each for each in grants([*COPIES, *rows(row)], IN_PLACE) if each[0] != action}
    ended = restorer(given, *RESTORE, *options)
    assert action in ended.out + ended.err
    assert (ended.code != 0) == (action != "s3:ListBucketMultipartUploads")


def test_an_upload_that_may_not_be_ended(s3, restorer):
    """It is named, with the command for somebody who may."""
    overwritten(s3, "p/a", **LARGE)
    row = grants([*COPIES, *rows("copies of more than")], IN_PLACE)
    s3.fault("UploadPartCopy", "AccessDenied", times=1)
    ended = restorer({each for each in row if each[0] != "s3:AbortMultipartUpload"}, *RESTORE)
    assert ended.code == 3
    assert (
        "this ends it: aws s3api abort-multipart-upload --bucket mybucket --key p/a --upload-id" in ended.out
    )
