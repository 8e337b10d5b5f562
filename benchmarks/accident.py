"""An accident as data: keys of seven kinds, as they were at a moment and as somebody's tool has left them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

MOMENT = datetime.fromisoformat("2014-01-01T14:00:00+00:00")
LATER = timedelta(hours=1)
# What happened to the keys of each kind, oldest first: (hours from the moment, "put" or "delete").
KINDS = {
    "untouched": [(-2, "put")],
    "untouched, with a past": [(-4, "put"), (-3, "put"), (-2, "put")],
    "overwritten": [(-2, "put"), (1, "put")],
    "deleted": [(-2, "put"), (1, "delete")],
    "overwritten, then deleted": [(-2, "put"), (1, "put"), (2, "delete")],
    "created since": [(1, "put")],
    "deleted before, created again": [(-3, "put"), (-2, "delete"), (1, "put")],
    "deleted in the second in which it was put": [(-2, "put"), (-2, "delete"), (1, "put")],
    "put in the second in which it was deleted": [(-3, "put"), (-2, "delete"), (-2, "put"), (1, "delete")],
}
RARE = ("deleted in the second in which it was put", "put in the second in which it was deleted")
ONE_IN = 100  # keys is of a rare kind
Content = tuple[str, int]  # ETag and size


def keys(number: int, hit: int) -> Iterator[tuple[str, str]]:
    """Yield `number` keys, each with its kind: of `hit` keys one is of a common kind, in equal shares, the
    others are untouched."""
    common = [kind for kind in KINDS if kind not in RARE]
    for identity in range(number):
        kind = "untouched" if identity % hit else common[identity // hit % len(common)]
        if identity % ONE_IN == 0:
            kind = RARE[identity // ONE_IN % len(RARE)]
        yield f"data/{identity % 8}/{identity:08}", kind


def entries(number: int, kinds: dict[str, Any], hit: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield the histories of `number` keys as entries to load, oldest first; `kinds` says what happened to each.

    hit: of so many keys one is of any kind, the others are untouched.
    """
    chance = random.Random(seed)
    for key, kind in keys(number, hit):
        for hours, what in kinds[kind]:
            entry = {"key": key, "last_modified": (MOMENT + hours * LATER).isoformat()}
            if what == "put":
                yield {**entry, "size": chance.randrange(1_000_000)}
            else:
                yield {**entry, "delete_marker": True}


def then(histories: dict[str, list[dict[str, Any]]]) -> dict[str, Content]:
    """Return what a reader saw at the moment, by the histories of a dump, newest first: nothing is sorted."""
    seen = {}
    for key, history in histories.items():
        target = next((entry for entry in history if _moment(entry) <= MOMENT), None)
        if target and not target["delete_marker"]:
            seen[key] = (target["etag"], target["size"])
    return seen


def now(histories: dict[str, list[dict[str, Any]]]) -> dict[str, Content]:
    """Return what a reader sees now."""
    return {
        key: (history[0]["etag"], history[0]["size"])
        for key, history in histories.items()
        if not history[0]["delete_marker"]
    }


def _moment(entry: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["last_modified"].replace("Z", "+00:00"))
