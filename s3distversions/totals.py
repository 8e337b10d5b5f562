"""The lines of a run folder -> what they add up to. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from s3distversions.findings import COUNTS, WRONG, is_looked_at, is_not_attributed
from s3distversions.model import ADD_MARKER, ALREADY, ARCHIVED, CHANGED, COPY, DONE, FAILED, LARGEST_COPY
from s3distversions.records import UNTOLD, Line, is_outcome

LEFT = (FAILED, ARCHIVED, CHANGED)  # the statuses of keys that were left as they were
FAILED_KEYS_SHOWN = 100


@dataclass
class Totals:
    """What the lines of a plan, or the outcomes of an apply, add up to."""

    listed: Counter[str] = field(default_factory=Counter)  # keys, existing, versions, markers
    ranges: set[int] = field(default_factory=set)  # numbers of the ranges that were listed to their end
    keys_below: Counter[str] = field(
        default_factory=Counter
    )  # by the prefix of the ranges: it may have several
    planned: Counter[str] = field(default_factory=Counter)  # by action
    covering: int = 0  # planned copies over something that exists, and deletes
    uncertain: int = 0
    untold: int = 0  # planned copies of what may stand there already
    large: list[str] = field(default_factory=list)  # keys whose planned copies are made in parts
    doubled: int = 0  # lines of a plan beyond the first of their key
    not_looked_at: int = 0  # outcomes that an earlier attempt has left
    outcomes: Counter[str] = field(default_factory=Counter)  # by status
    bytes_copied: int = 0
    copied_twice: int = 0
    # By status, the first outcomes that left a key as it was.
    left: dict[str, list[Line]] = field(default_factory=lambda: {status: [] for status in LEFT})
    wrong: int = 0  # keys that are not as they should be
    wrong_lines: list[Line] = field(default_factory=list)  # the first of them
    not_attributed: int = 0  # keys that an undo leaves alone
    not_attributed_lines: list[Line] = field(default_factory=list)  # the first of them
    requests: Counter[str] = field(default_factory=Counter)  # by operation
    unconditional: set[str] = field(default_factory=set)  # operations whose conditions were passed over
    widest_gap: float = 0.0  # seconds, between the look at a key that stood in for them and its write

    def add(self, line: Line) -> None:
        """Count a line."""
        if "key" not in line:
            self._add_record(line)
        elif line.get("status") == WRONG:
            self.wrong += 1
            self.wrong_lines += [line] if self.wrong <= FAILED_KEYS_SHOWN else []
        elif is_outcome(line):
            self._add_outcome(line)
        else:
            self._add_planned(line)

    def _add_record(self, line: Line) -> None:
        if line.get("record") == "listed":
            self.ranges.add(line["range"])
            self.listed.update({name: line[name] for name in ("keys", "existing", "versions", "markers")})
            self.listed.update({name: line.get(name, 0) for name in ("archived_keys", "archived_bytes")})
            self.keys_below[line["prefix"]] += line["keys"]
        elif line.get("record") == "requests":
            self.requests.update(line["requests"])
        elif line.get("record") == "doubled":
            self.doubled += line["lines"]
        elif line.get("record") == "looked at before":
            self.unconditional.update(line["operations"])
            self.widest_gap = max(self.widest_gap, line["seconds"])
        elif is_looked_at(line):
            self.listed.update({name: line[name] for name in COUNTS})
        elif is_not_attributed(line):
            self.not_attributed += 1
            self.not_attributed_lines += [line] if self.not_attributed <= FAILED_KEYS_SHOWN else []

    def _add_planned(self, line: Line) -> None:
        self.planned[line["action"]] += 1
        self.uncertain += bool(line.get("uncertain"))
        self.untold += line.get("reason") == UNTOLD
        if line["action"] == COPY and ((line.get("target") or {}).get("size") or 0) > LARGEST_COPY:
            self.large.append(line["key"])
        current = line.get("current")
        # Below a marker of a suspended bucket, too, a version may stand that a write replaces.
        self.covering += current is not None and line["action"] in (COPY, ADD_MARKER)

    def _add_outcome(self, line: Line) -> None:
        self.outcomes[line["status"]] += 1
        self.not_looked_at += line.get("looked_at") is False
        if line["status"] == DONE:
            self.bytes_copied += line.get("bytes") or 0
            self.copied_twice += line.get("copied_twice") is True
        elif line["status"] != ALREADY and len(self.left[line["status"]]) < FAILED_KEYS_SHOWN:
            self.left[line["status"]].append(line)

    @property
    def empty_prefixes(self) -> list[str]:
        """The prefixes of ranges under which there is no key in scope."""
        return [prefix for prefix, keys in self.keys_below.items() if not keys]

    @property
    def not_done(self) -> list[Line]:
        """The first outcomes that left a key as it was: what failed comes before what others changed."""
        return [line for status in LEFT for line in self.left[status]][:FAILED_KEYS_SHOWN]
