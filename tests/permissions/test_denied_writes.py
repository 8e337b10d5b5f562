"""Writes that are denied: found out before the first where that can be tried, and told key by key elsewhere."""

import json
from pathlib import Path

import pytest

from s3distversions.denials import MOST
from tests.command import current_state, put
from tests.documented_permissions import IN_PLACE, grants, rows
from tests.permissions.role import (
    ELSEWHERE_GRANTS,
    HINT,
    IN_PLACE_GRANTS,
    RESTORE,
    RUN,
    T,
    check_left,
    check_said,
    check_stopped,
    denied,
)


@pytest.mark.parametrize(
    "action",
    [
        "s3:GetObjectVersion",
        "s3:GetObjectVersionTagging",
        "s3:PutObject",
        "s3:PutObjectTagging",
        "s3:GetObject",
        "s3:DeleteObject",
    ],
)
def test_in_place_without_one(s3, restorer, action):
    """It is found out before the first write; granted, the run is applied."""
    grant = (action, "arn:aws:s3:::mybucket/p/*")
    assert grant in IN_PLACE_GRANTS
    before = s3.dump("mybucket")
    ended = restorer(IN_PLACE_GRANTS - {grant}, *RESTORE, "--delete", *RUN)
    check_stopped(s3, ended, "mybucket", before, *grant)
    assert denied(ended) == {action}
    again = restorer(IN_PLACE_GRANTS, "apply", "run", "--no-progress")
    check_left(s3, again, "mybucket", "p/", ())


def test_markers_that_may_not_be_removed(s3, restorer):
    """That cannot be tried: the keys that need it fail, and say so; the others are restored."""
    grant = ("s3:DeleteObjectVersion", "arn:aws:s3:::mybucket/p/*")
    ended = restorer(IN_PLACE_GRANTS - {grant}, *RESTORE, "--delete", *RUN)
    check_left(s3, ended, "mybucket", "p/", ("gone",))
    check_said(ended, *grant)
    assert denied(ended) == {grant[0]}
    again = restorer(IN_PLACE_GRANTS, "apply", "run", "--no-progress")
    check_left(s3, again, "mybucket", "p/", ())
    assert sum(len(write["deleted"] or [write]) for write in again.writes) == 1


def test_many_markers_that_may_not_be_removed(s3, owner, restorer):
    """After a few in one task the run stops, and says why; nothing of it is lost to the next."""
    gone = [f"p/gone{number}" for number in range(10 * MOST)]
    s3.set_clock(T)
    for key in gone:
        put(owner, key)
    s3.tick()
    for key in gone:
        owner.delete_object(Bucket="mybucket", Key=key)
    grant = ("s3:DeleteObjectVersion", "arn:aws:s3:::mybucket/p/*")
    ended = restorer(IN_PLACE_GRANTS - {grant}, *RESTORE, "--delete", *RUN)
    error, hint = ended.err.splitlines()
    assert ended.code == 1 and not current_state(s3, "mybucket").keys() & {*gone}
    assert error.startswith("s3distversions: error: s3:DeleteObjectVersion is missing: the first 10 writes")
    assert hint.startswith(f"hint: {HINT}")
    assert restorer(IN_PLACE_GRANTS, "apply", "run", "--no-progress").code == 0
    assert current_state(s3, "mybucket").keys() == {"p/over", "p/gone", "p/twin", *gone}


@pytest.mark.parametrize(
    ("action", "on"),
    [
        ("s3:GetObjectVersion", "mybucket/p/"),
        ("s3:PutObject", "elsewhere/d/"),
        ("s3:DeleteObject", "elsewhere/d/"),
    ],
)
def test_elsewhere_without_one(s3, restorer, action, on):
    grant = (action, f"arn:aws:s3:::{on}*")
    assert grant in ELSEWHERE_GRANTS
    before = s3.dump("elsewhere")
    where = ("--dest", "s3://elsewhere/d")
    ended = restorer(ELSEWHERE_GRANTS - {grant}, *RESTORE, *where, "--delete", *RUN)
    check_stopped(s3, ended, "elsewhere", before, *grant)


@pytest.mark.parametrize(
    ("action", "on", "wrong"),
    [
        ("s3:GetObjectVersionTagging", "mybucket/p/", ("over", "twin")),
        ("s3:PutObjectTagging", "elsewhere/d/", ("over",)),
        ("s3:GetObject", "elsewhere/d/", ("over",)),
    ],
)
def test_elsewhere_without_what_some_keys_need(s3, restorer, action, on, wrong):
    """One that can be written shows that the role may: those that need more fail, and say so."""
    grant = (action, f"arn:aws:s3:::{on}*")
    assert grant in ELSEWHERE_GRANTS
    ended = restorer(ELSEWHERE_GRANTS - {grant}, *RESTORE, "--dest", "s3://elsewhere/d", *RUN)
    check_said(ended, *grant)
    failed = json.loads(Path("run/summary.json").read_text())["failed_keys"]
    assert (ended.code, sorted(failed)) == (3, [f"p/{name}" for name in wrong])


def test_an_explicit_deny_in_the_bucket(s3, owner, restorer):
    """Whatever the role may: the keys under the deny fail, and the reason is told."""
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::mybucket/p/o*",
    }
    owner.put_bucket_policy(Bucket="mybucket", Policy=json.dumps({"Statement": deny}))
    s3.set_clock(T)
    put(owner, "p/free")
    s3.tick()
    put(owner, "p/free", b"now")
    ended = restorer(IN_PLACE_GRANTS, *RESTORE, "--delete", *RUN)
    state = {"p/over": b"now", "p/gone": b"then", "p/twin": b"then", "p/free": b"then"}
    assert (ended.code, current_state(s3, "mybucket")) == (3, state)
    assert "with an explicit deny in a resource-based policy" in ended.out and HINT in ended.out


def test_a_write_that_was_done_to_try_is_told(s3, restorer):
    """A server that passes over the conditions of copies has made one, when it denies deletes."""
    s3.settings(ignored_conditions=["CopyObject"])
    grant = ("s3:DeleteObject", "arn:aws:s3:::mybucket/p/*")
    ended = restorer(IN_PLACE_GRANTS - {grant}, *RESTORE, "--delete", *RUN)
    error, hint = ended.err.splitlines()
    assert ended.code == 1 and error.startswith("s3distversions: error: s3:DeleteObject is missing: ")
    assert hint.startswith("hint: Only 'p/over' was written, to try. ")
    assert [each["key"] for each in ended.changes] == ["p/over"]
    again = restorer(IN_PLACE_GRANTS | grants(rows("keys that somebody"), IN_PLACE), "apply", "run", "--json")
    assert again.summary["outcomes"] == {"done": 2, "already": 1, "changed": 0, "archived": 0, "failed": 0}
