"""Plans that somebody edited, and that are refused before the first write."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.usage.buckets import COPIED, DELETED, KEYS
from tests.usage.table import Bad, Setup

CANNOT = "the plan line of {0!r} cannot be carried out: {1}"
OUTSIDE = "its key is not below s3://versioned/path"


def plan_lines(change: Callable[[list], list]) -> Setup:
    """A copy of the plan's folder with the lines, objects or text, that `change` makes of its plan lines."""

    def setup(directory: Path, plan: Path) -> None:
        shutil.copytree(plan, directory / "run")
        lines, records = [], []
        for part in sorted((directory / "run" / "versions" / "1").glob("part-*")):
            for line in map(json.loads, part.read_text().splitlines()):
                (lines if "key" in line else records).append(line)
            part.unlink()
        assert len(lines) == KEYS + 2
        changed = change(sorted(lines, key=lambda line: line["key"])) + records
        texts = [line if isinstance(line, str) else json.dumps(line) for line in changed]
        (directory / "run" / "versions" / "1" / "part-00000").write_text("\n".join(texts) + "\n")

    return setup


def edited(of: str, /, **changes: object) -> Setup:
    """The plan with another value of some names in the line of the key `of`; ... takes the name out."""

    def change(lines: list) -> list:
        (line,) = [line for line in lines if line["key"] == of]
        line.update(changes)
        for name in [name for name, value in changes.items() if value is ...]:
            del line[name]
        return lines

    return plan_lines(change)


def edited_target(key: str, **changes: object) -> Setup:
    """The plan with other values in the target of `key`."""

    def change(lines: list) -> list:
        for line in lines:
            if line["key"] == key:
                line["target"].update(changes)
        return lines

    return plan_lines(change)


def edited_plan(name: str, error: str, setup: Setup) -> Bad:
    """A row: the bucket has to be looked at before anybody knows that the plan is to be read at all."""
    return Bad(f"{name} in a plan", ["apply", "run", "--no-progress"], error, may_ask=True, setup=setup)


REFUSED = [
    edited_plan(
        "a torn line",
        """the plan holds a line that is not JSON: '{"key": "path/key-09", "act'""",
        plan_lines(lambda lines: [*lines, '{"key": "path/key-09", "act']),
    ),
    edited_plan(
        "a list",
        "the plan holds a line that is no plan line: '[1, 2]'",
        plan_lines(lambda lines: [*lines, [1, 2]]),
    ),
    edited_plan(
        "words",
        "the plan holds a line that is not JSON: '# not this one'",
        plan_lines(lambda lines: [*lines, "# not this one"]),
    ),
    edited_plan("a key outside", CANNOT.format("path2/a", OUTSIDE), edited(COPIED, key="path2/a")),
    edited_plan("a key above", CANNOT.format("", OUTSIDE), edited(COPIED, key="")),
    edited_plan("a number for a key", CANNOT.format(5, OUTSIDE), edited(COPIED, key=5)),
    edited_plan("no name for a key", CANNOT.format(None, OUTSIDE), edited(COPIED, key=None)),
    edited_plan(
        "half a character", CANNOT.format("path/\ud800", "it is not UTF-8"), edited(COPIED, key="path/\ud800")
    ),
    edited_plan(
        "an unknown action", CANNOT.format(COPIED, "unknown action 'erase'"), edited(COPIED, action="erase")
    ),
    edited_plan("no action", CANNOT.format(COPIED, "it has no 'action'"), edited(COPIED, action=...)),
    edited_plan(
        "a column more",
        CANNOT.format(COPIED, "nobody knows what its 'note' means"),
        edited(COPIED, note="look here"),
    ),
    edited_plan(
        "a key that lost its name",
        "the plan holds a line with 'action' and without 'key'",
        edited(COPIED, key=..., kez=COPIED),
    ),
    edited_plan("an outcome", f"the plan holds an outcome, of {COPIED!r}", edited(COPIED, status="done")),
    edited_plan(
        "a time that is none",
        CANNOT.format(COPIED, "its target is not whole"),
        edited_target(COPIED, last_modified="then"),
    ),
    edited_plan(
        "an empty version",
        CANNOT.format(COPIED, "its target is not whole"),
        edited_target(COPIED, version_id=""),
    ),
    edited_plan(
        "a size below nothing",
        CANNOT.format(COPIED, "its target is not whole"),
        edited_target(COPIED, size=-1),
    ),
    edited_plan(
        "a list for a class",
        CANNOT.format(COPIED, "its target is not whole"),
        edited_target(COPIED, storage_class=[]),
    ),
    edited_plan(
        "a column more in a target",
        CANNOT.format(COPIED, "its target is not whole"),
        edited_target(COPIED, note="x"),
    ),
    edited_plan(
        "a number for a reason",
        CANNOT.format(COPIED, "its reason is no text, or its uncertain neither true nor false"),
        edited(COPIED, reason=5),
    ),
    edited_plan(
        "two lines in one",
        re.compile(r"the plan holds a line that is not JSON: '\{\"key.*"),
        plan_lines(lambda lines: [json.dumps(lines[0]) + json.dumps(lines[1]), *lines[2:]]),
    ),
    edited_plan(
        "half a line doubled",
        'the plan holds a line that is not JSON: \'"key": "path\'',
        plan_lines(lambda lines: ['"key": "path', *lines]),
    ),
    edited_plan("the bucket's other keys", CANNOT.format("key-09", OUTSIDE), edited(COPIED, key="key-09")),
    edited_plan(
        "a way out",
        CANNOT.format("path/../x", "")[:0] + CANNOT.format("../path/key", OUTSIDE),
        edited(COPIED, key="../path/key"),
    ),
    edited_plan("no target", CANNOT.format(COPIED, "it has no 'target'"), edited(COPIED, target=...)),
    edited_plan(
        "nothing for a target",
        CANNOT.format(COPIED, "there is no version to bring back"),
        edited(COPIED, target=None),
    ),
    edited_plan(
        "a marker for a target",
        CANNOT.format(COPIED, "there is no version to bring back"),
        edited_target(COPIED, delete_marker=True),
    ),
    edited_plan(
        "a target without size",
        CANNOT.format(COPIED, "its target is not whole"),
        edited_target(COPIED, size=None),
    ),
    edited_plan(
        "a number for a version",
        CANNOT.format(COPIED, "its target is not whole"),
        edited_target(COPIED, version_id=5),
    ),
    edited_plan(
        "a word for the current entry",
        CANNOT.format(COPIED, "its current entry is not whole"),
        edited(COPIED, current="none"),
    ),
    edited_plan("no markers", CANNOT.format(DELETED, "it has no 'markers'"), edited(DELETED, markers=...)),
    edited_plan(
        "no marker",
        CANNOT.format(DELETED, "there are no markers to remove"),
        edited(DELETED, markers=[]),
    ),
    edited_plan(
        "a word for markers",
        CANNOT.format(DELETED, "its markers are no list of version ids"),
        edited(DELETED, markers="abc"),
    ),
    edited_plan(
        "a version for a marker",
        CANNOT.format(DELETED, "its markers are not those above the target"),
        edited(DELETED, markers=["1"]),
    ),
    edited_plan(
        "a version behind a marker",
        CANNOT.format(DELETED, "its markers are not those above the target"),
        edited(DELETED, markers=["2", "1"]),
    ),
    edited_plan(
        "markers to remove under a version",
        CANNOT.format(COPIED, "there are no markers to remove"),
        edited(COPIED, action="remove_markers", markers=["abc"]),
    ),
    edited_plan(
        "a delete of what is deleted",
        CANNOT.format(DELETED, "there is nothing to delete"),
        edited(DELETED, action="add_marker"),
    ),
]
