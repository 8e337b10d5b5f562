"""Lines of a run folder -> totals -> summary.json and the words for people. Pure."""

from __future__ import annotations

import shlex
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from s3distversions.model import (
    ACTIONS,
    ADD_MARKER,
    ALREADY,
    ARCHIVED,
    CHANGED,
    COPY,
    DONE,
    FAILED,
    REMOVE_MARKERS,
    STATUSES,
)
from s3distversions.records import Line, is_outcome

LEFT = (FAILED, ARCHIVED, CHANGED)  # the statuses of keys that were left as they were
FAILED_KEYS_SHOWN = 100
NAMES_SHOWN = 5

# Dollars a request in us-east-1, 2026; DELETE is free: https://aws.amazon.com/s3/pricing/
DOLLARS = {
    **dict.fromkeys(("ListObjectVersions", "ListObjectsV2", "CopyObject", "PutObject"), 0.005 / 1000),
    **dict.fromkeys(("HeadObject", "GetObject", "GetObjectTagging", "GetBucketVersioning"), 0.0004 / 1000),
}


@dataclass
class Totals:
    """What the lines of a plan, or the outcomes of an apply, add up to."""

    listed: Counter[str] = field(default_factory=Counter)  # keys, existing, versions, markers
    ranges: set[int] = field(default_factory=set)  # numbers of the ranges that were listed to their end
    empty_prefixes: list[str] = field(default_factory=list)
    planned: Counter[str] = field(default_factory=Counter)  # by action
    covering: int = 0  # planned copies over something that exists, and deletes
    uncertain: int = 0
    doubled: int = 0  # lines of a plan beyond the first of their key
    not_looked_at: int = 0  # outcomes that an earlier attempt has left
    outcomes: Counter[str] = field(default_factory=Counter)  # by status
    bytes_copied: int = 0
    # By status, the first outcomes that left a key as it was.
    left: dict[str, list[Line]] = field(default_factory=lambda: {status: [] for status in LEFT})
    requests: Counter[str] = field(default_factory=Counter)  # by operation

    def add(self, line: Line) -> None:
        """Count a line."""
        if "key" not in line:
            self._add_record(line)
        elif is_outcome(line):
            self._add_outcome(line)
        else:
            self._add_planned(line)

    def _add_record(self, line: Line) -> None:
        if line.get("record") == "listed":
            self.ranges.add(line["range"])
            self.listed.update({name: line[name] for name in ("keys", "existing", "versions", "markers")})
            if not line["keys"]:
                self.empty_prefixes.append(line["prefix"])
        elif line.get("record") == "requests":
            self.requests.update(line["requests"])
        elif line.get("record") == "doubled":
            self.doubled += line["lines"]

    def _add_planned(self, line: Line) -> None:
        self.planned[line["action"]] += 1
        self.uncertain += bool(line.get("uncertain"))
        current = line.get("current")
        # Below a marker of a suspended bucket, too, a version may stand that a write replaces.
        self.covering += current is not None and line["action"] in (COPY, ADD_MARKER)

    def _add_outcome(self, line: Line) -> None:
        self.outcomes[line["status"]] += 1
        self.not_looked_at += line.get("looked_at") is False
        if line["status"] == DONE:
            self.bytes_copied += line.get("bytes") or 0
        elif line["status"] != ALREADY and len(self.left[line["status"]]) < FAILED_KEYS_SHOWN:
            self.left[line["status"]].append(line)

    @property
    def not_done(self) -> list[Line]:
        """The first outcomes that left a key as it was: what failed comes before what others changed."""
        return [line for status in LEFT for line in self.left[status]][:FAILED_KEYS_SHOWN]


def empty_prefixes(listed: Totals) -> list[str]:
    """Return the warning that there is nothing under some prefixes, if it is so: a misspelt one is seen."""
    if not listed.empty_prefixes:
        return []
    names = ", ".join(repr(prefix) for prefix in sorted(listed.empty_prefixes)[:NAMES_SHOWN])
    more = ", ..." if len(listed.empty_prefixes) > NAMES_SHOWN else ""
    return [f"there is nothing under {len(listed.empty_prefixes):,} of the prefixes: {names}{more}"]


def summary(
    state: dict[str, Any], ended: str, plan: Totals | None, applied: Totals | None, warnings: list[str]
) -> dict[str, Any]:
    """Return summary.json. What is not known, because no plan was kept or none applied, is null.

    state: what run.json says; plan and applied: the totals of the plan's lines and of the outcomes.
    """
    listed = state["listed"] or {}
    requests = state["requests"]
    return {
        "restore_time": state["restore_time"],
        "began": state["began"],
        "ended": ended,
        "src": state["src"],
        "dest": state["dest"],
        **{name: listed.get(name) for name in ("keys", "versions", "markers")},
        "planned": {action: plan.planned[action] for action in ACTIONS} if plan else None,
        "outcomes": {status: applied.outcomes[status] for status in STATUSES} if applied else None,
        "uncertain": plan.uncertain if plan else None,
        "bytes_copied": applied.bytes_copied if applied else None,
        "requests": dict(sorted(requests.items())),
        "estimated_usd": round(sum(DOLLARS.get(name, 0) * count for name, count in requests.items()), 6),
        "failed_keys": [line["key"] for line in applied.not_done] if applied else [],
        "warnings": warnings,
    }


def for_people(summary: dict[str, Any], place: str, plan: int | None, applied: Totals | None) -> str:
    """Return the summary as text: what was found, done, left and why, and the commands that come next.

    place and plan: the run's folder and the number of its plan; applied: the totals of the outcomes.
    """
    planned, outcomes = summary["planned"], summary["outcomes"]
    put_to = f", put to {summary['dest']}" if summary["dest"] else ""
    lines = [f"{summary['src']} as it was at {summary['restore_time']}{put_to}"]
    if summary["keys"] is not None:
        lines.append(
            f"  found    {count(summary['keys'], 'key')} with {count(summary['versions'], 'version')} "
            f"and {count(summary['markers'], 'delete marker')}"
        )
    if planned is not None:
        lines += column("planned", planned_in_words(planned, summary["uncertain"]))
    if outcomes is not None:
        lines += column("done", done_in_words(outcomes, summary["bytes_copied"]))
        lines += column("left", left_in_words(outcomes, applied.not_done if applied else []))
    cost = summary["estimated_usd"]
    dollars = f"${cost:.5f}" if cost < 0.01 else f"${cost:,.2f}"
    sent = count(sum(summary["requests"].values()), "request")
    since = " since the run began" if outcomes is not None and planned is not None else ""
    lines += column("cost", [f"{sent}{since}, about {dollars} on AWS"])
    lines += column("warning", summary["warnings"])
    lines += column("run", [place])
    return "\n".join([*lines, "", *following(summary, place, plan, applied)])


def count(number: int, noun: str) -> str:
    """Return a number and what it counts: `1 key`, `2,000 keys`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def column(word: str, parts: list[str]) -> list[str]:
    """Return lines with `word` before the first of `parts`, and the others below it."""
    return [f"  {word if index == 0 else '':8} {part}" for index, part in enumerate(parts)]


def planned_in_words(planned: dict[str, int], uncertain: int) -> list[str]:
    """Return the planned actions in words."""
    words = {
        COPY: ("version", "to copy back"),
        REMOVE_MARKERS: ("deleted key", "to bring back by removing delete markers"),
        ADD_MARKER: ("key", "to delete"),
    }
    parts = [
        f"{count(planned[action], noun)} {what}" for action, (noun, what) in words.items() if planned[action]
    ]
    doubts = (
        [f"{uncertain:,} of them marked uncertain: the listing cannot settle which version was there"]
        if uncertain
        else []
    )
    return parts + doubts or ["nothing: every key is as it was"]


def done_in_words(outcomes: dict[str, int], bytes_copied: int) -> list[str]:
    """Return what was done, in words."""
    done = outcomes[DONE] + outcomes[ALREADY]
    earlier = f", {outcomes[ALREADY]:,} of them by an earlier attempt" if outcomes[ALREADY] else ""
    return [f"{count(done, 'key')}{earlier}; {count(bytes_copied, 'byte')} copied inside S3"] if done else []


def left_in_words(outcomes: dict[str, int], not_done: list[Line]) -> list[str]:
    """Return how many keys were left as they were, why, and some of them."""
    words = {
        FAILED: "failed",
        ARCHIVED: "archived: their class has to be thawed before they can be read",
        CHANGED: "written by somebody since the plan: left alone",
    }
    left = [f"{outcomes[status]:,} {words[status]}" for status in LEFT if outcomes[status]]
    examples = [f"{line['key']!r}: {line['error']}" for line in not_done[:NAMES_SHOWN]]
    more = ["... the rest is in the run folder"] if len(not_done) > NAMES_SHOWN else []
    return left + examples + more


def following(summary: dict[str, Any], place: str, plan: int | None, applied: Totals | None) -> list[str]:
    """Return what a person may want to do next, as commands."""
    apply = f"  s3distversions apply {shlex.quote(place)}"
    planned, outcomes = summary["planned"], summary["outcomes"]
    if outcomes is None:
        if not any(planned.values()):
            return ["Nothing has to be done, and nothing has been written."]
        return [
            f"Nothing has been written. Read the plan (in versions/{plan}), cut lines from it if you like, then:",
            apply,
        ]
    if outcomes[FAILED] or outcomes[ARCHIVED]:
        return [*permissions_hint(applied), "To try again what was left, and only that:", apply]
    if outcomes[CHANGED]:
        return ["The keys that were left are newer than the plan: look at them before you plan again."]
    if applied and applied.not_looked_at == sum(outcomes.values()) > 0:
        return [
            "This run was finished before; the bucket was not looked at. For its state now, begin a new run."
        ]
    return ["All done."] if any(outcomes.values()) else ["Nothing had to be done."]


def permissions_hint(applied: Totals | None) -> list[str]:
    """Return where to look if S3 denied something."""
    denied = any(
        (line["error"] or "").startswith("AccessDenied") for line in (applied.not_done if applied else [])
    )
    return ["Does the role have the permissions that docs/permissions.md lists?"] if denied else []


def is_complete(summary: dict[str, Any]) -> bool:
    """Is everything done that was tried?"""
    outcomes = summary["outcomes"] or {}
    return not any(outcomes.get(status) for status in LEFT)
