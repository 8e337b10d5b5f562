"""The lines of a run folder: nothing is lost on the way, and what a person may have broken is refused."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3distversions.errors import ProtocolError, UsageError
from s3distversions.location import Location
from s3distversions.model import ADD_MARKER, COPY, NONE, REMOVE_MARKERS, Action, Entry, KeyRange
from s3distversions.records import (
    is_outcome,
    listed,
    loads,
    may_be_same,
    one_a_key,
    outcome,
    plan_line,
    read_action,
    requests_sent,
    shuffle_key,
    spread,
)

SRC = Location("bucket", "path")
KEY = "path/key"


def version(version_id="v1", key=KEY, **more):
    data = {"etag": "9b2cf535f27731c974343645a3985328", "size": 3, "storage_class": "STANDARD", **more}
    return Entry(key, version_id, "2014-01-01T00:00:00Z", False, is_latest=False, **data)


def marker(version_id="m2", key=KEY):
    return Entry(key, version_id, "2014-01-02T00:00:00.5Z", True, None, None, None, is_latest=False)


def actions(key=KEY):
    """Return one action of each kind, as `choose` makes them."""
    v1, v2, m2 = version("v1", key), version("v2", key, etag="e2"), marker("m2", key)
    return {
        "overwritten": Action(COPY, "overwritten since", v1, v2),
        "new there": Action(COPY, "missing", v1, None),
        "below a marker": Action(COPY, "overwritten and deleted since", v1, m2, uncertain=True),
        "deleted": Action(REMOVE_MARKERS, "deleted since", v1, m2, ("m2", "m1")),
        "created": Action(ADD_MARKER, "created since", None, v2),
        "created again": Action(ADD_MARKER, "created since", m2, v2),
    }


def sent(line):
    """Return a line as it is after it was written and read."""
    text = json.dumps(line)
    assert "\n" not in text
    return loads(text)


@pytest.mark.parametrize("name", actions())
def test_an_action_survives_the_round_trip(name):
    action = actions()[name]
    line = plan_line(KEY, action)
    assert not is_outcome(line)
    assert read_action(sent(line), SRC) == action


def test_a_plan_line_is_what_the_interface_says():
    assert plan_line(KEY, actions()["deleted"]) == {
        "key": "path/key",
        "action": "remove_markers",
        "reason": "deleted since",
        "target": {
            "version_id": "v1",
            "last_modified": "2014-01-01T00:00:00Z",
            "delete_marker": False,
            "etag": "9b2cf535f27731c974343645a3985328",
            "size": 3,
            "storage_class": "STANDARD",
        },
        "current": {
            "version_id": "m2",
            "last_modified": "2014-01-02T00:00:00.5Z",
            "delete_marker": True,
            "etag": None,
            "size": None,
            "storage_class": None,
        },
        "markers": ["m2", "m1"],
        "uncertain": False,
    }


def test_an_outcome_is_what_the_interface_says():
    action = actions()["deleted"]
    line = outcome(KEY, action, "done", version_id="v9", bytes=3)
    assert is_outcome(line)
    assert line == sent(line)
    given = {name: line[name] for name in ("key", "action", "status", "version_id", "error", "bytes")}
    assert given == {
        "key": KEY,
        "action": "remove_markers",
        "status": "done",
        "version_id": "v9",
        "error": None,
        "bytes": 3,
    }
    assert (line["current"], line["markers"]) == (plan_line(KEY, action)["current"], ["m2", "m1"])
    assert outcome(KEY, action, "failed", error="AccessDenied")["error"] == "AccessDenied"


keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@settings(deadline=None)
@given(keys, st.sampled_from(list(actions())))
def test_any_key_survives_the_round_trip(key, name):
    action = actions(key)[name]
    line = sent(plan_line(key, action))
    assert line["key"] == key
    assert read_action(line, Location("bucket", "")) == action
    assert sent(outcome(key, action, "done"))["key"] == key
    assert spread(line) == (shuffle_key(key), line)


# --- plans that went through a person's hands ---


REMOVED = "(removed)"


@pytest.mark.parametrize(
    "name, changes",
    [
        # keys
        ("overwritten", {"key": "path2/key"}),
        ("overwritten", {"key": "pat"}),
        ("overwritten", {"key": ""}),
        ("overwritten", {"key": 5}),
        ("overwritten", {"key": None}),
        ("overwritten", {"key": "path/\ud800"}),
        # what is missing
        *(("overwritten", {field: REMOVED}) for field in ("action", "reason", "target", "current")),
        *(("overwritten", {field: REMOVED}) for field in ("markers", "uncertain", "target.size")),
        ("overwritten", {"current.etag": REMOVED}),
        ("overwritten", {"target.colour": "red"}),
        ("overwritten", {"target": "v1"}),
        ("overwritten", {"target": []}),
        ("overwritten", {"target": {}}),
        # actions that do not go with the rest
        ("overwritten", {"action": "purge"}),
        ("overwritten", {"action": NONE}),
        ("overwritten", {"action": None}),
        ("overwritten", {"action": REMOVE_MARKERS}),
        ("overwritten", {"action": ADD_MARKER}),  # it existed then: it is not to be deleted
        ("overwritten", {"target": None}),
        ("overwritten", {"target.delete_marker": True}),
        ("deleted", {"target": None}),
        ("deleted", {"target.delete_marker": True}),
        ("deleted", {"current": None}),
        ("deleted", {"current.delete_marker": False}),
        ("deleted", {"action": ADD_MARKER}),
        ("created", {"current": None}),
        ("created", {"current.delete_marker": True}),
        ("created", {"action": COPY}),
        # markers: what stands there is removed by its id, for good
        ("deleted", {"markers": []}),
        ("deleted", {"markers": None}),
        ("deleted", {"markers": "m2"}),
        ("deleted", {"markers": [2]}),
        ("deleted", {"markers": [None]}),
        ("deleted", {"markers": ["m2", "v1"]}),  # the target itself
        ("deleted", {"markers": ["m7"]}),  # not the marker on top
        # types
        ("overwritten", {"target.version_id": None}),
        ("overwritten", {"target.version_id": 1}),
        ("overwritten", {"target.size": "3"}),
        ("overwritten", {"target.size": None}),
        ("overwritten", {"target.delete_marker": "false"}),
        ("overwritten", {"current.delete_marker": "false"}),
        ("overwritten", {"current.etag": 7}),
    ],
    ids=str,
)
def test_a_broken_plan_line_is_refused(name, changes):
    line = plan_line(KEY, actions()[name])
    for field, value in changes.items():
        outer, _, inner = field.rpartition(".")
        part = line[outer] if outer else line
        if value is REMOVED:
            del part[inner]
        else:
            part[inner] = value
    with pytest.raises(UsageError, match="cannot be carried out") as caught:
        read_action(line, SRC)
    assert "Cut whole lines from a plan" in caught.value.hint


def test_the_key_that_the_source_itself_names_is_below_it():
    assert read_action(plan_line("path", actions("path")["overwritten"]), SRC).target.key == "path"


@pytest.mark.parametrize("text", ["", "\n", "  \r\n"])
def test_blank_lines_are_passed_over(text):
    assert loads(text) is None


@pytest.mark.parametrize("text", ['{"key": "a', "key", "{'key': 1}", '{"key": "a"} {"key": "b"}', "\x00"])
def test_what_is_not_json_is_refused(text):
    with pytest.raises(UsageError, match="is not JSON"):
        loads(text)


@pytest.mark.parametrize("text", ["[]", "1", '"key"', "null", "true\n"])
def test_what_is_no_object_is_refused(text):
    with pytest.raises(UsageError, match="is no plan line"):
        loads(text)


# --- the way through the job ---


def test_all_lines_of_a_key_meet_and_neighbours_do_not():
    action = actions()["overwritten"]
    assert spread(plan_line(KEY, action))[0] == spread(outcome(KEY, action, "done"))[0]
    reducers = [int(shuffle_key(f"logs/2014-01-01/{number:08}")[:4], 16) % 16 for number in range(1600)]
    assert all(50 < reducers.count(each) < 150 for each in range(16))


def test_records_go_with_the_others():
    record = listed(7, KeyRange("a", "b", "c"), keys=1, existing=1, versions=3, markers=2)
    assert record == {
        "record": "listed",
        "range": 7,
        "prefix": "a",
        "keys": 1,
        "existing": 1,
        "versions": 3,
        "markers": 2,
    }
    for line in (record, requests_sent({"HeadObject": 2})):
        key, same = spread(line)
        assert same == line == sent(line) and "key" not in line
        assert key == spread(sent(line))[0]


def test_one_a_key():
    one, other = plan_line("a", actions("a")["deleted"]), plan_line("b", actions("b")["deleted"])
    record = requests_sent({})
    assert list(one_a_key([one, record, other, sent(one), record])) == [one, record, other, record]
    assert list(one_a_key([])) == []


def test_a_key_that_was_listed_twice_and_differently_is_an_error():
    lines = [plan_line("a", actions("a")["deleted"]), plan_line("a", actions("a")["overwritten"])]
    passed = one_a_key(lines)
    assert next(passed) == lines[0]
    with pytest.raises(ProtocolError, match="'a' was listed twice"):
        next(passed)


@pytest.mark.parametrize(
    "current, is_same",
    [
        (version("v2"), True),
        (version("v2", etag="other"), False),
        (version("v2", size=4), False),
        (version("v2", storage_class="GLACIER"), False),
        (marker(), False),
        (None, False),
    ],
)
def test_may_be_same(current, is_same):
    assert may_be_same(Action(COPY, "", version("v1"), current)) == is_same


def test_only_a_copy_may_be_the_same():
    twins = {"target": version("v1"), "current": version("v2")}
    assert may_be_same(Action(COPY, "", **twins))
    for other in (NONE, ADD_MARKER, REMOVE_MARKERS):
        assert not may_be_same(Action(other, "", **twins))
    assert not may_be_same(Action(COPY, "", marker("m1"), marker("m2")))
