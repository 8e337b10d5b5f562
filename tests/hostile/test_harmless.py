"""Odd replies to a listing that say the same: what they are restored to is exact."""

import pytest

from tests.hostile.bucket import check_error, state, wanted
from tests.hostile.harmless import HARMLESS, TOO_LONG


@pytest.mark.parametrize("change", [change for _, change in HARMLESS], ids=[name for name, _ in HARMLESS])
def test_the_restore_is_exact(change, hostile, s3, model, restore):
    hostile.does(change, "ListObjectVersions")
    ended = restore("--json")
    assert hostile.changed
    assert (ended.code, ended.err) == (0, "")
    assert ended.summary["outcomes"] == {"done": 10, "already": 0, "changed": 0, "archived": 0, "failed": 0}
    assert state(s3) == wanted(model)
    hostile.does(change, "ListObjectVersions")
    again = restore(run="again")
    assert (again.code, hostile.writes) == (0, [])


def test_a_length_that_is_too_long(hostile, s3, model, restore):
    """It is an error, or it is harmless: which of the two is for botocore to say."""
    hostile.does(TOO_LONG, "ListObjectVersions")
    ended = restore("--json")
    assert hostile.changed
    if ended.code:
        check_error(ended, "listing the versions in s3://mybucket: ")
        assert hostile.writes == []
    else:
        assert state(s3) == wanted(model)
