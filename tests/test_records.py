"""The lines of a run folder: nothing is lost on the way, and all lines of a key meet."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3distversions.errors import ProtocolError
from s3distversions.location import Location
from s3distversions.model import KeyRange
from s3distversions.records import (
    is_outcome,
    listed,
    one_a_key,
    outcome,
    plan_line,
    read_action,
    requests_sent,
    shuffle_key,
    spread,
)
from tests.plan_lines import KEY, SRC, actions, sent


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
