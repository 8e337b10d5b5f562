"""What run.json and begun.json say: are they whole? Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from s3distversions.errors import UsageError
from s3distversions.model import UNDO
from s3distversions.parameters import Parameters
from s3distversions.timestamps import is_moment

COUNTED = ("keys", "existing", "versions", "markers")  # the first two where an undo looks at single keys
OF_A_PLAN = ("plan", "listed", "ranges")  # what changes with the plan that counts


def read(name: str, data: bytes, check: Callable[[Any], None]) -> dict[str, Any]:
    """Return what a JSON file of the run says. UsageError, with its name, if it is damaged."""
    try:
        state = json.loads(data)
        check(state)
    except KeyError as error:
        what = f"{name} cannot be read: it has no {error}"
        raise UsageError(what, "Choose the folder of a run.") from error
    except (ValueError, TypeError, RecursionError, UsageError) as error:
        raise UsageError(f"{name} cannot be read: {error}", "Choose the folder of a run.") from error
    return dict(state)


def check_state(state: Any) -> None:
    """Raise TypeError, KeyError, ValueError or UsageError unless `state` is what a run.json holds."""
    if not isinstance(state, dict):
        raise TypeError("it holds no run")
    Parameters.from_json(state)
    counted = COUNTED[:2] if state.get("kind") == UNDO else COUNTED
    check_each(
        began=is_moment(state["began"]),
        plan=state["plan"] is None or is_count(state["plan"]),
        listed=is_counts(state["listed"], counted) or (state["plan"] is None and state["listed"] is None),
        ranges=isinstance(state.get("ranges", ""), str),
        applied=isinstance(state["applied"], list) and all(map(is_applied, state["applied"])),
        requests=is_counts(state["requests"]),
    )


def check_begun(begun: Any) -> None:
    """Raise TypeError or KeyError unless `begun` is what a begun.json holds."""
    if not isinstance(begun, dict):
        raise TypeError("it holds no plan")
    check_each(
        plan=begun["plan"] is None or is_count(begun["plan"]),
        listed=is_counts(begun["listed"], COUNTED[:2]) or (begun["plan"] is None and begun["listed"] is None),
        ranges=isinstance(begun.get("ranges", ""), str),
    )


def check_each(**right: bool) -> None:
    """Raise TypeError for the first that is not right."""
    for name, is_right in right.items():
        if not is_right:
            raise TypeError(f"its {name!r} is damaged")


def is_count(value: Any) -> bool:
    """Is it a whole number, not below 0?"""
    return type(value) is int and value >= 0


def is_counts(value: Any, names: Iterable[str] = ()) -> bool:
    """Does it hold numbers by name, those of `names` among them?"""
    return isinstance(value, dict) and value.keys() >= set(names) and all(map(is_count, value.values()))


def is_applied(value: Any) -> bool:
    """Does it say which attempt has applied which plan?"""
    return (
        isinstance(value, dict)
        and is_count(value.get("attempt"))
        and (value.get("plan") is None or is_count(value["plan"]))
    )


def ended_applies(state: dict[str, Any]) -> list[int]:
    """Return the numbers of the applies of the plan that counts that have ended."""
    return [each["attempt"] for each in state["applied"] if each["plan"] == state["plan"]]
