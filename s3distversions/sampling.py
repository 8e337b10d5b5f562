"""A few lines of a plan, of whatever length: on which the server is tried before the first write."""

from __future__ import annotations

import random
from collections import Counter

from s3distversions.carried import ARCHIVES
from s3distversions.conditions import COPY_OBJECT, DELETE_OBJECT, DELETE_OBJECTS
from s3distversions.deletes import NOT_IN_XML
from s3distversions.model import ADD_MARKER, COPY, LARGEST_COPY, Entry
from s3distversions.parameters import Parameters
from s3distversions.records import Line, plan_line, read_action
from s3distversions.writing import Planned, planned

COPIES = 100
TRIED = 10  # of each kind of write
OVER, INTO, COPIED = "copies over a version", "copies over nothing", "copies"
SIZES = {COPIED: COPIES, OVER: TRIED, INTO: TRIED, DELETE_OBJECTS: TRIED, DELETE_OBJECT: TRIED}


class Sample:
    """Takes the lines of a plan; keeps some of each kind, every line as likely as any other.

    All of them, in their order, where there are no more.
    """

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self._random = random.Random(0)
        self._seen: Counter[str] = Counter()
        self._kept: dict[str, list[Line]] = {kind: [] for kind in SIZES}

    def add(self, line: Line) -> None:
        """Take a line of a plan that has been checked."""
        for kind in kinds(line):
            kept = self._kept[kind]
            place = self._random.randrange(self._seen[kind] + 1)
            self._seen[kind] += 1
            if len(kept) < SIZES[kind]:
                kept.append(line)
            elif place < SIZES[kind]:
                kept[place] = line

    @property
    def versions(self) -> list[Entry]:
        """Return versions that are to be copied."""
        targets = [item.action.target for item in self._items(COPIED)]
        return [target for target in targets if target is not None]

    @property
    def to_try(self) -> dict[str, list[Planned]]:
        """Return some of the actions by the operation, S3's name of it, that carries them out."""
        found = {
            COPY_OBJECT: self._items(OVER) + self._items(INTO),
            DELETE_OBJECTS: self._items(DELETE_OBJECTS),
            DELETE_OBJECT: self._items(DELETE_OBJECT),
        }
        return {operation: items for operation, items in found.items() if items}

    def _items(self, kind: str) -> list[Planned]:
        """Return what was kept of a kind."""
        src = self._parameters.src
        return [planned(line["key"], read_action(line, src), self._parameters) for line in self._kept[kind]]


def kinds(line: Line) -> list[str]:
    """Return the kinds that a line of a plan is of."""
    if line.get("action") == ADD_MARKER:
        return [delete_operation(line["key"])]
    if line.get("action") != COPY:
        return []
    target, current = line["target"], line["current"]
    if target["size"] > LARGEST_COPY or target["storage_class"] in ARCHIVES:
        return [COPIED]
    return [COPIED, INTO if current is None or current["delete_marker"] else OVER]


def operation_of(item: Planned) -> str | None:
    """Return the operation, S3's name of it, that can be tried on an action; None: there is none."""
    kind = kinds(plan_line(item.key, item.action))[-1:]
    return {OVER: COPY_OBJECT, INTO: COPY_OBJECT, COPIED: None}.get(kind[0], kind[0]) if kind else None


def delete_operation(key: str) -> str:
    """Return the operation, S3's name of it, by which a marker is added to a key."""
    return DELETE_OBJECT if NOT_IN_XML.search(key) else DELETE_OBJECTS
