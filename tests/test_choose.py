"""The decision: every row of its table by hand; and against the reference model."""

import tracemalloc
from itertools import chain

import pytest
from hypothesis import given, settings

from s3distversions.choose import choose
from s3distversions.model import Entry, Rules
from tests.decisions import any_case, differences, first_failure
from tests.histories import DAY, moment

# --- by hand: V5 is a version of second 5, P5 one uploaded in parts, M5 a delete marker; T is second 5 ---

DELETE, BY_COPY, AT_5 = {"delete": True}, {"undelete": "copy"}, moment(5)


def entries(text):
    """Return a history written newest first: "M9 V5 V3". The version ids are M9-0, V5-1, V3-2."""
    return [entry(name, index) for index, name in enumerate(text.split())]


def entry(name, index=0, when=None):
    """Return one entry, `name` being V, P or M and a second."""
    etags = {"V": "9b2cf535f27731c974343645a3985328", "P": "3858f62230ac3c915f300c664312c11f-2"}
    data = (None, None, None) if name[0] == "M" else (etags[name[0]], 1, "STANDARD")
    when = when or moment(int(name[1:]))
    return Entry("key", f"{name}-{index}", when, name[0] == "M", *data, is_latest=index == 0)


# history, rules, the row's name, action, place of the target, markers to remove
IN_PLACE = [
    ("V5", {}, "unchanged", "none", 0, ""),
    ("V5 V5 M5", {}, "unchanged", "none", 0, ""),
    ("V3 M2 V1", DELETE, "unchanged", "none", 0, ""),
    ("M6 V5", {}, "deleted", "remove_markers", 1, "M6-0"),
    ("M6 V5 M5 V9", {}, "deleted", "remove_markers", 1, "M6-0"),
    ("M9 M9 M6 V3 M2", DELETE, "deleted", "remove_markers", 3, "M9-0 M9-1 M6-2"),
    ("M6 V5", BY_COPY, "deleted, by copy", "copy", 1, ""),
    ("V6 V5", {}, "overwritten", "copy", 1, ""),
    ("V6 V5", BY_COPY, "overwritten", "copy", 1, ""),
    ("V7 M6 V5", DELETE, "overwritten", "copy", 2, ""),
    ("M7 V6 V5", {}, "overwritten and deleted", "copy", 2, ""),
    ("M8 M8 V7 M6 V5", DELETE, "overwritten and deleted", "copy", 4, ""),
    ("M7 V6 V5", BY_COPY, "overwritten and deleted", "copy", 2, ""),
    ("", DELETE, "absent", "none", None, ""),
    ("M6", DELETE, "absent", "none", None, ""),
    ("M6 V6", DELETE, "absent", "none", None, ""),
    ("M5 V5", DELETE, "absent", "none", 0, ""),
    ("M6 V6 M5 V3", {}, "absent", "none", 2, ""),
    ("V6", {}, "created, to be left", "none", None, ""),
    ("V6 M5 V3", {}, "created, to be left", "none", 1, ""),
    ("V6", DELETE, "created", "add_marker", None, ""),
    ("V6 M5 V3", DELETE, "created", "add_marker", 1, ""),
    ("V7 M6 M5", DELETE, "created", "add_marker", 2, ""),
]
# the same with the destination's current entry after the history
TO_A_DESTINATION = [
    ("V5", "", {}, "new there", "copy", 0),
    ("V5", "M9", DELETE, "new there", "copy", 0),
    ("M6 V5", "", {}, "new there", "copy", 1),
    ("V5", "V5", {}, "other there", "copy", 0),
    ("V6 V5", "V9", BY_COPY, "other there", "copy", 1),
    ("M6", "", DELETE, "absent", "none", None),
    ("V6 M5", "M9", DELETE, "absent", "none", 1),
    ("V6", "V9", {}, "created, to be left", "none", None),
    ("V6", "V9", DELETE, "created", "add_marker", None),
    ("M5 V3", "V9", DELETE, "created", "add_marker", 0),
]


@pytest.mark.parametrize("history, rules, row, action, target, markers", IN_PLACE)
def test_in_place(history, rules, row, action, target, markers):
    listed = entries(history)
    chosen = choose(iter(listed), Rules(AT_5, **rules))
    assert (chosen.action, chosen.markers) == (action, tuple(markers.split()))
    assert chosen.target == (None if target is None else listed[target])
    assert chosen.current == (listed[0] if listed else None)


@pytest.mark.parametrize("history, there, rules, row, action, target", TO_A_DESTINATION)
def test_to_a_destination(history, there, rules, row, action, target):
    listed, chosen = entries(history), sent(history, there, rules)
    assert (chosen.action, chosen.markers) == (action, ())
    assert chosen.target == (None if target is None else listed[target])
    assert chosen.current == (entry(there) if there else None)


def sent(history, there, rules):
    """Return what is chosen for a destination."""
    rules = Rules(AT_5, **rules, in_place=False)
    return choose(iter(entries(history)), rules, entry(there) if there else None)


def test_every_row_has_a_reason_of_its_own():
    reasons = {}
    for history, rules, row, *_ in IN_PLACE:
        reasons.setdefault(row, set()).add(choose(entries(history), Rules(AT_5, **rules)).reason)
    for history, there, rules, row, *_ in TO_A_DESTINATION:
        reasons.setdefault(row, set()).add(sent(history, there, rules).reason)
    assert all(len(of_row) == 1 for of_row in reasons.values()), reasons
    assert len(set().union(*reasons.values()) - {""}) == len(reasons), reasons


@pytest.mark.parametrize(
    "when, restore_time, counts",
    [
        ("2014-01-01T07:00:00Z", "2014-01-01T07:00:00Z", True),
        ("2014-01-01T07:00:00.001Z", "2014-01-01T07:00:00Z", False),
        ("2014-01-01T06:59:59.999Z", "2014-01-01T07:00:00Z", True),
        ("2014-01-01T07:00:00Z", "2014-01-01T07:00:00.5Z", True),
        ("2014-01-01T07:00:00.5Z", "2014-01-01T07:00:00.5Z", True),
        ("2014-01-01T07:00:00.12Z", "2014-01-01T07:00:00.123Z", True),
        ("2014-01-01T07:00:00.123Z", "2014-01-01T07:00:00.12Z", False),
        ("2014-01-01T07:00:01Z", "2014-01-01T07:00:00.999Z", False),
    ],
)
def test_an_entry_of_the_restore_time_itself_counts(when, restore_time, counts):
    chosen = choose([entry("V0", when=when)], Rules(restore_time, delete=True))
    assert chosen.action == ("none" if counts else "add_marker")
    assert (chosen.target is not None) == counts


CERTAIN = ("", "V5", "V9 M7 V5 V3", "V9 V6", "P9 V5", "V5 P4", f"P{5 - DAY}")
UNCERTAIN = ("V9 V4 V6", "V9 V4 V3 M6", "M4 V6", "P5", "V9 P5 V3", "V9 P5 V9", f"P{6 - DAY}")


@pytest.mark.parametrize("history", CERTAIN + UNCERTAIN)
def test_uncertain(history):
    assert choose(iter(entries(history)), Rules(AT_5)).uncertain == (history in UNCERTAIN)


@pytest.mark.parametrize("kind", ["V", "M"])
def test_a_long_history_is_read_as_a_stream(kind):
    above = (entry(f"{kind}{9 + index % 2}", index) for index in range(100_000))
    below = (entry(f"{kind}4", index) for index in range(100_000))
    stream = chain(entries("M9 V9"), above, [entry("V5")], below)
    tracemalloc.start()
    chosen = choose(stream, Rules(AT_5))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (chosen.action, chosen.target, chosen.markers) == ("copy", entry("V5"), ())
    assert next(stream, None) is None, "what stands below the target may make it uncertain"
    assert peak < 100_000


# --- against the model ---


def test_random_histories():
    assert first_failure(choose, range(100_000)) is None


@settings(max_examples=500, deadline=None, derandomize=True)
@given(any_case())
def test_any_history(case):
    assert differences(choose, case) == set()
