"""What the lines of a run add up to -> summary.json. Pure."""

from __future__ import annotations

from typing import Any

from s3distversions.model import ACTIONS, RESTORE, STATUSES, UNDO
from s3distversions.prices import in_dollars
from s3distversions.totals import LEFT, Totals


def summary(
    state: dict[str, Any],
    ended: str,
    plan: Totals | None,
    applied: Totals | None,
    warnings: list[str],
    verified: Totals | None = None,
) -> dict[str, Any]:
    """Return summary.json. What is not known, because no plan was kept or none applied or verified, is null.

    state: what run.json says; plan, applied and verified: the totals of the plan's lines, of the outcomes, and
    of what a verification has found.
    """
    listed = state["listed"] or {}
    requests = state["requests"]
    return {
        "kind": state.get("kind", RESTORE),  # which the first release did not say
        "restore_time": state["restore_time"],
        "began": state["began"],
        "ended": ended,
        "src": state["src"],
        "dest": state["dest"],
        **{name: listed.get(name) for name in ("keys", "versions", "markers", "ranges")},
        "planned": {action: plan.planned[action] for action in ACTIONS} if plan else None,
        "outcomes": {status: applied.outcomes[status] for status in STATUSES} if applied else None,
        "uncertain": plan.uncertain if plan else None,
        "untold": plan.untold if plan else None,
        "archived": archived(listed),
        "bytes_copied": applied.bytes_copied if applied else None,
        "copied_twice": applied.copied_twice if applied else None,
        "requests": dict(sorted(requests.items())),
        "estimated_usd": in_dollars(requests),
        "failed_keys": [line["key"] for line in applied.not_done] if applied else [],
        "verified": verified and verification(ended, verified),
        "undo": undoing(state, plan) if plan and state.get("kind") == UNDO else None,
        "warnings": warnings,
    }


def archived(listed: dict[str, int]) -> dict[str, int] | None:
    """Return what summary.json says of the planned copies whose version could not be read when it was listed."""
    if not {"archived_keys", "archived_bytes"} <= listed.keys():  # as in a run of an earlier release
        return None
    return {"keys": listed["archived_keys"], "bytes": listed["archived_bytes"]}


def verification(ended: str, verified: Totals) -> dict[str, Any]:
    """Return what summary.json says of a verification."""
    wrong = [{"key": line["key"], "reason": line["reason"]} for line in verified.wrong_lines]
    keys = verified.listed["keys"]
    return {"ended": ended, "keys": keys, "wrong": verified.wrong, "wrong_keys": wrong}


def undoing(state: dict[str, Any], plan: Totals) -> dict[str, Any]:
    """Return what summary.json says of an undo: of which run, and which keys it leaves alone."""
    left = [{"key": line["of"], "reason": line["reason"]} for line in plan.not_attributed_lines]
    return {"of": state["undo_of"], "left": plan.not_attributed, "left_keys": left}


def is_complete(summary: dict[str, Any]) -> bool:
    """Is everything done that was tried, and as it should be where that was looked at?"""
    left = [(summary["outcomes"] or {}).get(status) for status in LEFT]
    return not any([*left, (summary["verified"] or {}).get("wrong"), (summary["undo"] or {}).get("left")])
