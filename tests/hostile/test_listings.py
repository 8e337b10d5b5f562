"""Every kind of reply to a listing that no S3 should send, before the whole job: an error, and no write."""

import pytest

from tests.hostile.bucket import check_error
from tests.hostile.documents import UNTRUSTED
from tests.hostile.listings import ENTRIES, ORDER, PAGES
from tests.hostile.made_up import MADE_UP

KINDS = [*MADE_UP, *PAGES, *ORDER, *ENTRIES, *UNTRUSTED]


def test_the_kinds_are_as_many_as_promised():
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 100


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_nothing_is_written_on_such_a_basis(kind, hostile, s3, model, restore):
    before = s3.dump("mybucket")
    hostile.does(kind.change, "ListObjectVersions", kind.passed_on)
    ended = restore()
    assert hostile.changed
    check_error(ended, kind.said)
    # One the short way, where that is known, before those of botocore.
    assert hostile.count("ListObjectVersions") <= kind.most + 1
    assert (hostile.writes, s3.dump("mybucket")) == ([], before)
