"""The summary of a run -> what people read. Pure."""

from __future__ import annotations

import shlex
from typing import Any

from s3distversions.model import (
    ADD_MARKER,
    ALREADY,
    ARCHIVED,
    CHANGED,
    COPY,
    DONE,
    FAILED,
    REMOVE_MARKERS,
    UNDELETE,
)
from s3distversions.records import Line
from s3distversions.totals import LEFT, Totals

NAMES_SHOWN = 5


def for_people(summary: dict[str, Any], place: str, plan: int | None, applied: Totals | None) -> str:
    """Return the summary as text: what was found, done, left and why, and the commands that come next.

    place and plan: the run's folder and the number of its plan; applied: the totals of the outcomes.
    """
    planned, outcomes = summary["planned"], summary["outcomes"]
    lines = [aim(summary)]
    if summary["undo"]:
        lines.append(f"  found    {count(summary['keys'], 'key')} that the run was to change")
    elif summary["keys"] is not None:
        lines.append(
            f"  found    {count(summary['keys'], 'key')} with {count(summary['versions'], 'version')} "
            f"and {count(summary['markers'], 'delete marker')}"
        )
    if planned is not None:
        lines += column("planned", planned_in_words(planned, summary["uncertain"]) + doubts_in_words(summary))
    if outcomes is not None:
        lines += column("done", done_in_words(outcomes, summary["bytes_copied"]))
        lines += column("left", left_in_words(outcomes, applied.not_done if applied else []))
    if summary["undo"] and summary["undo"]["left"]:
        left = count(summary["undo"]["left"], "key")
        lines += column("not ours", [f"{left} left alone", *examples(summary["undo"]["left_keys"])])
    if summary["verified"]:
        looked_at, wrong = count(summary["verified"]["keys"], "key"), summary["verified"]["wrong"]
        found = f"{looked_at} looked at, {wrong:,} not as they should be"
        lines += column("verified", [found, *examples(summary["verified"]["wrong_keys"])])
    cost = summary["estimated_usd"]
    dollars = f"${cost:.5f}" if cost < 0.01 else f"${cost:,.2f}"
    sent = count(sum(summary["requests"].values()), "request")
    since = " since the run began" if outcomes is not None and planned is not None else ""
    lines += column("cost", [f"{sent}{since}, about {dollars} on AWS"])
    lines += column("warning", summary["warnings"])
    lines += column("run", [place])
    return "\n".join([*lines, "", *following(summary, place, plan, applied)])


def aim(summary: dict[str, Any]) -> str:
    """Return what the run is for."""
    if summary["kind"] == UNDELETE:
        since = f" since {summary['restore_time']}" if summary["restore_time"] else ""
        return f"{summary['src']}: what was deleted{since}, back to its newest version"
    if summary["undo"]:
        return f"{summary['src']} as it was before the run in {summary['undo']['of']}"
    put_to = f", put to {summary['dest']}" if summary["dest"] else ""
    return f"{summary['src']} as it was at {summary['restore_time']}{put_to}"


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
    return parts + doubts or ["nothing: no key needs a change"]


def doubts_in_words(summary: dict[str, Any]) -> list[str]:
    """Return, in words, what of the planned copies may be in vain, or has to wait."""
    archived, untold = summary["archived"] or {"keys": 0, "bytes": 0}, summary["untold"]
    waiting = f"{archived['keys']:,} of them archived ({count(archived['bytes'], 'byte')}), to be thawed first: --thaw"
    in_vain = f"{untold:,} of them may stand there already: nothing tells, so they are copied"
    return ([waiting] if archived["keys"] else []) + ([in_vain] if untold else [])


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


def examples(keys: list[dict[str, str]]) -> list[str]:
    """Return the first of some keys, with the reasons."""
    more = ["... the rest is in the run folder"] if len(keys) > NAMES_SHOWN else []
    return [f"{each['key']!r}: {each['reason']}" for each in keys[:NAMES_SHOWN]] + more


def following(summary: dict[str, Any], place: str, plan: int | None, applied: Totals | None) -> list[str]:
    """Return what a person may want to do next, as commands."""
    apply = f"  s3distversions apply {shlex.quote(place)}"
    planned, outcomes, verified = summary["planned"], summary["outcomes"], summary["verified"]
    if verified and not verified["wrong"]:
        return ["Every key is as it should be."]
    if outcomes is None:
        if not any(planned.values()):
            return ["Nothing has to be done, and nothing has been written."]
        return [
            f"Nothing has been written. Read the plan (in versions/{plan}), cut lines from it if you like, then:",
            apply,
        ]
    if outcomes[FAILED] or outcomes[ARCHIVED]:
        return [*permissions_hint(applied), "To try again what was left, and only that:", apply]
    if verified:
        return ["What is wrong was written since, or is not told apart: look at it, then begin a new run."]
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


def nothing_there(listed: Totals, uri: str, has_prefixes: bool, is_filtered: bool) -> list[str]:
    """Return the warning that nothing is in scope at `uri`, or under some prefixes, if it is so: what is
    misspelt is seen."""
    what = "there is nothing that passes the filters" if is_filtered else "there is nothing"
    if not has_prefixes:
        spelt = f"{what} in {uri!r}, and nothing was there; is it spelt right?"
        return [] if listed.listed["keys"] else [spelt]
    if not listed.empty_prefixes:
        return []
    names = ", ".join(repr(prefix) for prefix in sorted(listed.empty_prefixes)[:NAMES_SHOWN])
    more = ", ..." if len(listed.empty_prefixes) > NAMES_SHOWN else ""
    return [f"{what} under {len(listed.empty_prefixes):,} of the prefixes: {names}{more}"]
