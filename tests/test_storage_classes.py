"""The storage class belongs to what a run wrote, and to what an undo puts back."""

import pytest

from tests.damaged_bucket import RESTORE, RUN

QUIET = ("--quiet", "--json")


def load(s3, *classes):
    """Let p/a have the same bytes in one class after the other, from the restore time on, a second each."""
    for second, kind in enumerate(classes):
        when = f"2014-01-01T07:00:0{second}Z"
        s3.load("mybucket", [{"key": "p/a", "content": "then", "storage_class": kind, "last_modified": when}])
    s3.set_clock("2014-01-01T08:00:00Z")


def current(s3):
    """The current entry."""
    return s3.dump("mybucket")["keys"]["p/a"][0]


def test_a_class_comes_back(s3, command):
    """The run copied for the sake of the class alone; the undo does so too."""
    load(s3, "STANDARD", "STANDARD_IA")
    assert command(*RESTORE, *RUN).code == 0
    assert current(s3)["storage_class"] == "STANDARD"
    undone = command("undo", "run", "--version-info-output", "undo", *QUIET, "--verify")
    assert (undone.code, current(s3)["storage_class"]) == (0, "STANDARD_IA")


@pytest.mark.parametrize("kind, status", [("STANDARD_IA", "already"), ("STANDARD", "changed")])
def test_what_somebody_else_wrote_in_another_class(s3, command, kind, status):
    """The same bytes where the run's copy would stand: in the class of its copy nothing tells them apart."""
    load(s3, "STANDARD_IA", "STANDARD")
    s3.load("mybucket", [{"key": "p/a", "content": "else", "last_modified": "2014-01-01T07:00:02Z"}])
    assert command("plan", *RESTORE, *RUN).code == 0
    load(s3, kind)
    ended = command("apply", "run", *QUIET)
    assert ended.summary["outcomes"][status] == 1
    assert (ended.changes, current(s3)["storage_class"]) == ([], kind)
