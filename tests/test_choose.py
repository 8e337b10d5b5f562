"""The decision: every row of its table by hand; against the reference model; wrong ones seen failing."""

import tracemalloc
from itertools import chain, groupby
from operator import attrgetter

import pytest
from hypothesis import given, settings

from s3distversions.choose import choose
from s3distversions.model import Entry, Rules
from tests.histories import DAY, any_case, differences, first_failure, moment

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


# --- wrong decisions: a check that cannot fail is a defect ---


def reading(change):
    """Return a decision that reads `change(history, T)` in place of the history."""
    return lambda history, rules, *there: choose(change(history, rules.restore_time), rules, *there)


def tied(order):
    """Return a decision that reads the entries of one second sorted by `order`."""
    return reading(lambda h, _: [e for _, tie in groupby(h, TIME) for e in sorted(tie, key=order)])


def blind(ignored):
    """Return a decision that does not see the entries for which `ignored(entry, T)`."""
    return reading(lambda history, at: [entry for entry in history if not ignored(entry, at)])


def ruled(**fixed):
    """Return a decision some of whose rules are fixed."""
    return lambda history, rules, *there: choose(history, rules._replace(**fixed), *there)


def ended(change):
    """Return a decision that ends otherwise in place: `change(action, entries above T)` is what differs."""

    def decide(history, rules, *there):
        action = choose(history, rules, *there)
        above = [entry for entry in history if entry.last_modified > rules.restore_time]
        return action._replace(**((rules.in_place and change(action, above)) or {}))

    return decide


def removal(entries):
    """Return what differs where these entries are removed, be they what they may."""
    return {"action": "remove_markers", "markers": tuple(entry.version_id for entry in entries)}


def just_after(entry, at):
    """Return `entry`, later if it is of the very moment `at`."""
    return entry._replace(last_modified=at[:-1] + ".5Z") if entry.last_modified == at else entry


TIME, MARKER, ETAG = map(attrgetter, ("last_modified", "delete_marker", "etag"))
NO, ADD = {"action": "none"}, {"action": "add_marker"}
MUTANTS = {  # the promise that they break: the wrong decisions
    "state": {
        "sorted by time": reading(lambda history, _: sorted(history, key=TIME)[::-1]),
        "sorted by time, ties kept": reading(lambda history, _: sorted(history, key=TIME, reverse=True)),
        "sorted by id": reading(lambda history, _: sorted(history, key=attrgetter("version_id"))),
        "markers first": tied(lambda e: not e.delete_marker),
        "versions first": tied(MARKER),
        "IsLatest first, then versions": tied(lambda e: (not e.is_latest, e.delete_marker)),
        "IsLatest first, then markers": tied(lambda e: (not e.is_latest, not e.delete_marker)),
        "< for <=": reading(lambda history, at: [just_after(entry, at) for entry in history]),
        "oldest that counts": reading(lambda h, at: [e for e in h if e.last_modified > at] + h[-1:]),
        "current not seen": reading(lambda history, _: history[1:]),
        "current alone seen": reading(lambda history, _: history[:1]),
        "no marker seen": blind(lambda e, _: e.delete_marker),
        "no marker up to T seen": blind(lambda e, at: e.delete_marker and e.last_modified <= at),
        "no null seen": blind(lambda e, _: e.version_id == "null"),
        "deletes unasked": ruled(delete=True),
        "never deletes": ruled(delete=False),
        "source taken for destination": ruled(in_place=True),
        "destination taken for empty": lambda history, rules, *_: choose(history, rules),
        "only the top marker removed": ended(lambda a, _: {"markers": a.markers[:1]}),
        "markers around a version": ended(lambda a, up: a.action == "copy" and removal(filter(MARKER, up))),
        "a marker on top is the target": ended(lambda _, up: up and MARKER(up[0]) and NO),
    },
    "markers": {
        "versions removed": ended(lambda a, up: a.action == "copy" and removal(up)),
        "markers never named": ended(lambda a, _: {"markers": ()}),
    },
    "fewest": {
        "--undelete ignored": ruled(undelete="remove-markers"),
        "a marker on a marker": ended(lambda a, _: MARKER(a.current) and not a.target and ADD),
        "one ETag is the same": ended(lambda a, _: a.target and ETAG(a.target) == ETAG(a.current) and NO),
        "copies what was only deleted": ended(lambda a, _: a.markers and {"action": "copy"}),
    },
    "uncertain": {"never uncertain": ended(lambda *_: {"uncertain": False})},
    "entries": {"no target named": ended(lambda a, _: a.action != "copy" and {"target": None})},
}
ALL = [(promise, name) for promise, mutants in MUTANTS.items() for name in mutants]


@pytest.mark.parametrize("promise, name", ALL, ids=[name for _, name in ALL])
def test_wrong_decisions_are_caught(promise, name):
    assert first_failure(MUTANTS[promise][name], range(5000), lambda broken: promise in broken) is not None
