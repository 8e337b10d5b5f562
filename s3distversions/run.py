"""The run folder: parameters, plan, outcomes and summary of one run, in a form that survives a kill.

`run.json` says what counts: an attempt at a plan or an apply is a folder of its own, `versions/<n>` or
`restored/<n>`, that counts once `run.json` names it. `begun.json` is made once, before the first write to the
bucket, and says for good which plan counts.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from s3distversions import __version__, storage
from s3distversions.errors import UsageError
from s3distversions.folder import ATTEMPTS
from s3distversions.parameters import Parameters
from s3distversions.records import Line, loads
from s3distversions.run_state import OF_A_PLAN, check_begun, check_state, ended_applies, read
from s3distversions.stores import Stores
from s3distversions.timestamps import to_text

RUN_FILE, SUMMARY_FILE = "run.json", "summary.json"
RANGES_FILE = "ranges.jsonl"  # of earlier releases, one for all attempts at a plan
BEGUN_FILE = "begun.json"
FAILURE_OF = ATTEMPTS + "/{}-{}-failed"
PLANS, OUTCOMES, VERIFIED = "versions", "restored", "verified"
OPTION = "--version-info-output"


class Run:
    """One run folder. `place` is what the user calls it, `path` where its files are at hand.

    run.json holds, besides the parameters: `plan`, the number of the plan that counts; `listed`, what was
    counted when it was made; `ranges`, the file of the key ranges that were listed; `applied`, a list of
    {"plan", "attempt"}, the applies that ended; `requests`, what all phases have sent so far.
    """

    def __init__(self, place: str, stores: Stores, option: str = OPTION):
        self._folder = stores.folder(place, option)
        self.place, self.path = self._folder.place, self._folder.path
        self._known_begun: dict[str, Any] | None = None
        # What another working directory finds it by.
        self.identity = self.place if "://" in self.place else str(self.path)

    def state(self) -> dict[str, Any] | None:
        """Return what run.json says, None if there is no run in the folder. UsageError if it is damaged."""
        data = self._folder.read(RUN_FILE)
        return None if data is None else read(f"{self.place.rstrip('/')}/{RUN_FILE}", data, check_state)

    def begin(self, parameters: Parameters, began: datetime) -> dict[str, Any] | None:
        """Make the folder and the first run.json; return what it says. None if another command was first."""
        state = {**parameters.to_json(), "version": __version__, "began": to_text(began)}
        state |= {"plan": None, "listed": None, "applied": [], "requests": {}}
        return state if self._folder.create(RUN_FILE, to_bytes(state)) else None

    def check_free(self) -> None:
        """Raise UsageError unless a run can begin in the folder."""
        self._folder.check_free(OPTION)

    def update(self, **changes: Any) -> dict[str, Any]:
        """Change run.json, and return what it says now."""
        state = {**(self.state() or {}), **changes}
        self.write(RUN_FILE, state)
        return state

    def count_requests(self, sent: Mapping[str, int]) -> dict[str, Any]:
        """Add requests, by operation, to those of the run; return what run.json says then."""
        state = self.state() or {}
        state["requests"] = dict(Counter(state["requests"]) + Counter(sent))
        self.write(RUN_FILE, state)
        return state

    def add_applied(self, plan: int | None, attempt: int) -> None:
        """Note that an apply of a plan has ended; None for one job, which keeps no plan."""
        state = self.state() or {}
        state["applied"].append({"plan": plan, "attempt": attempt})
        self.write(RUN_FILE, state)

    def write(self, name: str, content: dict[str, Any]) -> None:
        """Write a JSON file of the folder."""
        self._folder.write(name, to_bytes(content))

    def keep_lines(self, kind: str, lines: Iterable[str]) -> str:
        """Write a file of lines that is an input of the job; return its name.

        It is named after what it holds, and written once: of two commands at the same time none sees another's.
        """
        data = "".join(f"{line}\n" for line in lines).encode()
        name = f"{kind}-{hashlib.sha256(data).hexdigest()[:16]}.jsonl"
        self._folder.create(name, data)
        self.file(name)
        return name

    def write_lines(self, name: str, lines: Iterable[str]) -> None:
        """Write a file of lines."""
        try:
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            with (self.path / name).open("w") as file:
                file.writelines(f"{line}\n" for line in lines)
        except OSError as error:
            raise storage.cannot_write(self.path / name, error) from error
        self._folder.publish(name)

    def file(self, name: str) -> Path:
        """Return a file of the folder, at hand. UsageError if there is none."""
        data = self._folder.read(name)
        if data is None:
            raise UsageError(f"{self.place} holds no {name}", "Give the whole folder of a run.")
        path = self.path / name
        if not path.exists():
            path.write_bytes(data)
        return path

    def has_plan(self, state: dict[str, Any]) -> bool:
        """Is there a finished plan?"""
        return state["plan"] is not None and self._folder.has_parts(f"{PLANS}/{state['plan']}")

    def take_plan(self, number: int, **more: Any) -> dict[str, Any]:
        """Name the plan that counts from here on, and what else is to be noted; return what run.json says.

        UsageError if another command writes by another plan by now: an undo looks at one plan only.
        """
        self.check_begun(number)
        return self.update(plan=number, **more)

    def begin_to_write(self, state: dict[str, Any]) -> None:
        """Note that from here on the bucket may be written as the plan says that `state` names.

        One job has none: `plan` is None. UsageError if another command was first, with another plan.
        """
        counts = {name: state[name] for name in OF_A_PLAN if name in state}
        if self._begun() is None:  # of two commands only one can make it
            self._folder.create(BEGUN_FILE, to_bytes(counts))
            if self._begun() is None:
                raise UsageError(
                    f"{self.place}/{BEGUN_FILE} cannot be written", "Run the same command again."
                )
        self.check_begun(state["plan"])
        self.update(**counts, begun=state["plan"])

    def as_begun(self) -> dict[str, Any]:
        """Return what run.json says, the plan in it being that by which the bucket is written, if there is one.

        Of two commands that change run.json at the same moment one may undo what the other has noted.
        """
        state, begun = self.state() or {}, self._begun()
        return self.update(**begun) if begun and begun["plan"] != state["plan"] else state

    def check_begun(self, plan: int | None) -> None:
        """Raise UsageError if the bucket is written by another plan; run.json names that one from now on."""
        begun = self._begun()
        if begun and begun["plan"] != plan:
            self.update(**begun)
            again = f"s3distversions apply {shlex.quote(self.place)}"
            raise UsageError(
                f"another command writes by another plan of the run in {self.place}",
                f"Let it end, then: {again}" if begun["plan"] else "Choose a new folder: that was --one-job.",
            )

    def check_not_begun(self, state: dict[str, Any]) -> None:
        """Raise UsageError if the bucket may be written already: a new plan would know nothing of that."""
        if self.was_begun(state):
            raise UsageError(f"the run in {self.place} is applied already", "Choose a new folder for a plan.")

    def _begun(self) -> dict[str, Any] | None:
        data = None if self._known_begun else self._folder.read(BEGUN_FILE)
        if data is not None:  # it never changes
            self._known_begun = read(f"{self.place.rstrip('/')}/{BEGUN_FILE}", data, check_begun)
        return self._known_begun

    def was_begun(self, state: dict[str, Any]) -> bool:
        """Has there been an attempt to apply it, whatever became of it?"""
        return (
            state.get("begun") is not None
            or bool(state["applied"])
            or self._begun() is not None
            or bool(self._folder.claimed(OUTCOMES))
        )

    def new_attempt(self, kind: str) -> int:
        """Take the number of the next attempt (`kind` is PLANS, OUTCOMES or VERIFIED), and return it.

        Of two that begin at the same time each gets its own, here and on S3.
        """
        first = max(self._folder.claimed(kind), default=0) + 1
        return next(number for number in itertools.count(first) if self._folder.claim(kind, number))

    def attempts(self, kind: str) -> set[int]:
        """Return the numbers of all attempts, whatever became of them."""
        return self._folder.claimed(kind)

    def publish(self, kind: str, number: int) -> None:
        """Make sure that the lines of an attempt are kept before run.json names it."""
        self._folder.publish(f"{kind}/{number}")

    def output(self, kind: str, number: int) -> str:
        """Return what the job is to call the folder of an attempt, which it makes."""
        return self._folder.output(f"{kind}/{number}")

    def failure_file(self, kind: str, number: int) -> str:
        """Return where a task on another machine can leave its failure."""
        return self._folder.output(FAILURE_OF.format(kind, number))

    def failure_of(self, kind: str, number: int) -> bytes | None:
        """Return what a task has left there, if one has."""
        return self._folder.read(FAILURE_OF.format(kind, number))

    def inputs(self, kind: str, number: int) -> list[str]:
        """Return what the job is to call the lines of an attempt."""
        return self._folder.inputs(f"{kind}/{number}")

    def input(self, name: str) -> str:
        """Return what the job is to call a file of the folder that `write_lines` or `file` has seen."""
        return self._folder.input(name)

    def journal(self, state: dict[str, Any]) -> list[str]:
        """Return what the job is to call the lines that tell what the run was to do and what it did.

        Each apply of a plan has all its keys, so the last one is enough; one job has only those that it found.
        """
        applied = ended_applies(state)
        attempts = [(OUTCOMES, number) for number in applied]
        if self.has_plan(state):
            attempts = [(PLANS, state["plan"]), *attempts[-1:]]
        return [each for kind, number in attempts for each in self.inputs(kind, number)]

    def lines(self, kind: str, number: int) -> Iterator[str]:
        """Yield the lines of an attempt, as text. UsageError if other files lie among them."""
        return self._folder.lines(f"{kind}/{number}")

    def records(self, kind: str, number: int) -> Iterator[Line]:
        """Yield the lines of an attempt. UsageError for what is none."""
        return filter(None, map(loads, self.lines(kind, number)))


def to_bytes(content: dict[str, Any]) -> bytes:
    """Return a JSON file's content."""
    return json.dumps(content, indent=1).encode() + b"\n"
