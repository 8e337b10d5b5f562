"""--only and --keep-newer-than: what they leave alone of what else would be done, and that they say so."""

import pytest

from s3distversions.choose import choose
from s3distversions.model import Rules
from tests.histories import moment
from tests.test_choose import entries, entry

T = moment(5)
HISTORIES = {  # by the kind of change since T, each with what it takes to revert it
    "deleted": [("M6 V5", "remove_markers"), ("M7 V6 V5", "copy"), ("M9 M8 V3", "remove_markers")],
    "overwritten": [("V6 V5", "copy"), ("V7 M6 V5", "copy"), ("V6 V6 V1", "copy")],
    "created": [("V6", "add_marker"), ("V6 M5 V1", "add_marker"), ("V8 M7 V6", "add_marker")],
}
ROWS = [(kind, *row) for kind, rows in HISTORIES.items() for row in rows]
AT_A_DESTINATION = [
    ("deleted", "V5", "", "copy"),
    ("deleted", "V6 V5", "M9", "copy"),
    ("overwritten", "M6 V5", "V9", "copy"),
    ("created", "M6 V6", "V9", "add_marker"),
]


def chosen(history, there=None, **rules):
    """Return what is chosen with --delete; `there`: the destination's entry, "" for none."""
    rules = Rules(T, delete=True, in_place=there is None, **rules)
    return choose(iter(entries(history)), rules, entry(there) if there else None)


@pytest.mark.parametrize("kind, history, action", ROWS)
@pytest.mark.parametrize("only", HISTORIES)
def test_only(only, kind, history, action):
    found = chosen(history, only=frozenset({only}))
    assert found.action == (action if only == kind else "none")
    if only != kind:
        assert (found.reason, found.markers) == (f"{kind}: --only does not name it", ())
    assert chosen(history, only=frozenset(HISTORIES)) == chosen(history)


@pytest.mark.parametrize("kind, history, there, action", AT_A_DESTINATION)
@pytest.mark.parametrize("only", HISTORIES)
def test_only_goes_by_the_destination(only, kind, history, there, action):
    found = chosen(history, there, only=frozenset({only}))
    assert found.action == (action if only == kind else "none")


@pytest.mark.parametrize("kind, history, action", ROWS)
def test_keep_newer_than(kind, history, action):
    newest = int(history[1])
    assert chosen(history, keep_newer_than=moment(newest)).action == action
    left = chosen(history, keep_newer_than=moment(newest - 1))
    assert (left.action, left.reason, left.markers) == ("none", "newer than --keep-newer-than", ())
    assert left.target == chosen(history).target, "what stood there then is told all the same"


def test_below_a_second():
    listed = [entry("V6", when="2014-01-01T00:00:06.001Z"), entry("V5", 1)]
    assert choose(listed, Rules(T, keep_newer_than=moment(6))).action == "none"
    assert choose(listed, Rules(T, keep_newer_than=moment(7))).action == "copy"


@pytest.mark.parametrize("there, action", [("V9", "none"), ("V8", "copy"), ("M9", "none"), ("", "copy")])
def test_the_destination_is_newer(there, action):
    """Whatever the source's own newest entry is."""
    for history in ("V5", "V20 V5", "M20 V5"):
        assert chosen(history, there, keep_newer_than=moment(8)).action == action


def test_what_needs_nothing_keeps_its_own_reason():
    assert chosen("V5 V4", only=frozenset({"deleted"}), keep_newer_than=moment(1)).reason == "unchanged since"
