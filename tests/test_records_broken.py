"""Plans that went through a person's hands: what is broken is refused."""

import pytest

from s3distversions.errors import UsageError
from s3distversions.model import ADD_MARKER, COPY, NONE, REMOVE_MARKERS
from s3distversions.records import loads, plan_line, read_action
from tests.plan_lines import KEY, SRC, actions

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


@pytest.mark.parametrize(
    "text, said",
    [
        *(
            (text, "is not JSON")
            for text in ('{"key": "a', "key", "{'key': 1}", '{"key": "a"} {"key": "b"}', "\x00")
        ),
        *((text, "is no plan line") for text in ("[]", "1", '"key"', "null", "true\n")),
    ],
)
def test_what_is_no_line_of_a_plan_is_refused(text, said):
    with pytest.raises(UsageError, match=said):
        loads(text)
