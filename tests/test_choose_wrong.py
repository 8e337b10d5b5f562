"""Wrong decisions, each seen failing against the model: a check that cannot fail is a defect."""

from itertools import groupby
from operator import attrgetter

import pytest

from s3distversions.choose import choose
from tests.decisions import first_failure


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


def changed(change):
    """Return a decision by rules of which `change(rules)` is what differs."""
    return lambda history, rules, *there: choose(history, rules._replace(**change(rules)), *there)


def before(rules):
    """Return a moment just before that of --keep-newer-than."""
    text = rules.keep_newer_than
    return text and f"{text[:-2]}{chr(ord(text[-2]) - 1)}\x7fZ"  # only to be compared as text


def swapped(rules, kind):
    """Return --only with `kind` and "overwritten" in each other's place."""
    other = {kind: "overwritten", "overwritten": kind}
    return frozenset(other.get(each, each) for each in rules.only)


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
        "--only ignored": ruled(only=frozenset()),
        "--keep-newer-than ignored": ruled(keep_newer_than=None),
        "as new as --keep-newer-than": changed(lambda rules: {"keep_newer_than": before(rules)}),
        "deleted taken for overwritten": changed(lambda rules: {"only": swapped(rules, "deleted")}),
        "created taken for overwritten": changed(lambda rules: {"only": swapped(rules, "created")}),
        "the source's entry is the newer one": lambda history, rules, *there: (
            choose(history, rules._replace(keep_newer_than=None), *there)
            if not history or history[0].last_modified <= (rules.keep_newer_than or "9")
            else choose([], rules)
        ),
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
