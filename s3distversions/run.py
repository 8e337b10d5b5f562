"""The run folder: parameters, plan, outcomes and summary of one run, in a form that survives a kill.

`run.json` is the only file that says what counts: an attempt at a plan or an apply is a folder of its own,
`versions/<n>` or `restored/<n>`, that counts once `run.json` names it. A folder on S3 is worked on in a local
copy and brought there at each step.
"""

from __future__ import annotations

import itertools
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from s3distversions import __version__, storage
from s3distversions.errors import UsageError
from s3distversions.location import Location, parse
from s3distversions.parameters import Parameters
from s3distversions.timestamps import compact, to_text

RUN_FILE, SUMMARY_FILE, RANGES_FILE = "run.json", "summary.json", "ranges.jsonl"
CLAIM_FILE = "_claimed"  # in the folder of an attempt on S3; Hadoop passes over names that begin so
PLANS, OUTCOMES = "versions", "restored"
OPTION = "--version-info-output"


class Run:
    """One run folder. `place` is what the user calls it, `path` where its files are at hand."""

    def __init__(self, place: str, client: Callable[[], Any], option: str = OPTION):
        self._client = client
        self._s3: Location | None = parse(place.rstrip("/"), option) if storage.is_on_s3(place) else None
        if self._s3 is None:
            # mrjob's inline runner changes the working directory
            self.path, self.place = Path(place).absolute(), place
        else:
            self._copy = tempfile.TemporaryDirectory(prefix="s3distversions-")
            self.path = Path(self._copy.name)
            self.place = self._s3.uri
            storage.download_folder(client(), self._s3, self.path)

    def state(self) -> dict[str, Any] | None:
        """Return what run.json says, None if there is no run in the folder. UsageError if it is damaged."""
        file, name = self.path / RUN_FILE, f"{self.place.rstrip('/')}/{RUN_FILE}"
        if not os.path.exists(file):  # Path.exists raises an error for a name that is too long
            return None
        try:
            state = json.loads(file.read_text())
            if not isinstance(state, dict):
                raise TypeError("it holds no run")
            Parameters.from_json(state)
            if missing := {"plan", "applied", "listed"} - state.keys():
                raise KeyError(min(missing))
        except KeyError as error:
            what = f"{name} cannot be read: it has no {error}"
            raise UsageError(what, "Choose the folder of a run.") from error
        except (ValueError, TypeError, OSError, UsageError) as error:
            raise UsageError(f"{name} cannot be read: {error}", "Choose the folder of a run.") from error
        return state

    def has_plan(self, state: dict[str, Any]) -> bool:
        """Is there a finished plan?"""
        return state["plan"] is not None and bool(self.parts(PLANS, state["plan"]))

    def is_free(self) -> bool:
        """Is there nothing in the folder yet?"""
        return not os.path.exists(self.path) or (self.path.is_dir() and not any(self.path.iterdir()))

    def check_free(self) -> None:
        """Raise UsageError unless a run can begin in the folder."""
        try:
            if not self.path.is_dir() and self.path.stat():
                raise UsageError(f"{OPTION} {self.place} is not a folder", "Choose a new folder for the run.")
        except FileNotFoundError:
            return
        except OSError as error:
            raise UsageError(f"{OPTION} {self.place}: {error.strerror}", "Choose another folder.") from error
        if not self.is_free():
            raise UsageError(f"{OPTION} {self.place} is not empty", "Choose a new folder for the run.")

    def begin(self, parameters: Parameters, began: datetime) -> dict[str, Any]:
        """Make the folder and write the first run.json; return what it says."""
        state = {**parameters.to_json(), "version": __version__, "began": to_text(began)}
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{OPTION} {self.place}: {error.strerror}", "Choose another folder.") from error
        return self.update(**state, plan=None, applied=[], listed=None)

    def update(self, **changes: Any) -> dict[str, Any]:
        """Change run.json, and return what it says now."""
        state = {**(self.state() or {}), **changes}
        self.write(RUN_FILE, state)
        return state

    def write(self, name: str, content: dict[str, Any]) -> None:
        """Write a JSON file of the folder."""
        data = json.dumps(content, indent=1, ensure_ascii=True).encode() + b"\n"
        storage.write_atomically(self.path / name, data)
        self.publish(name)

    def write_lines(self, name: str, lines: Iterable[str]) -> None:
        """Write a file of lines."""
        try:
            with (self.path / name).open("w") as file:
                file.writelines(f"{line}\n" for line in lines)
        except OSError as error:
            raise storage.cannot_write(self.path / name, error) from error
        self.publish(name)

    def publish(self, name: str) -> None:
        """Bring a file or a folder of the run to S3, if the run is there."""
        if self._s3 is None:
            return
        path = self.path / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                key = self._s3.below + file.relative_to(self.path).as_posix()
                storage.upload(self._client(), file, Location(self._s3.bucket, key))

    def new_attempt(self, kind: str) -> int:
        """Make the folder of the next attempt (`kind` is PLANS or OUTCOMES) and return its number.

        Of two that begin at the same time each gets its own, here and on S3.
        """
        number = 1 + max((number for number, _ in self._attempts(kind)), default=0)
        while not self._claim(kind, number):
            number += 1
        return number

    def _claim(self, kind: str, number: int) -> bool:
        """Make the folder of an attempt. False if it is there already."""
        path = self.attempt(kind, number)
        try:
            path.mkdir(parents=True)
        except FileExistsError:
            return False
        except OSError as error:
            raise storage.cannot_write(path, error) from error
        if self._s3 is None:
            return True
        key = f"{self._s3.below}{kind}/{number}/{CLAIM_FILE}"
        return storage.claim(self._client(), Location(self._s3.bucket, key))

    def _attempts(self, kind: str) -> Iterator[tuple[int, Path]]:
        folder = self.path / kind
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name.isdigit():
                yield int(path.name), path

    def attempt(self, kind: str, number: int) -> Path:
        """Return the folder of an attempt."""
        return self.path / kind / str(number)

    def parts(self, kind: str, number: int) -> list[Path]:
        """Return the files that hold the lines of an attempt."""
        return sorted(self.attempt(kind, number).glob("part-*"))

    def lines(self, kind: str, number: int) -> Iterator[str]:
        """Yield the lines of an attempt, as text."""
        for part in self.parts(kind, number):
            with part.open(encoding="utf-8", errors="surrogateescape") as lines:
                yield from lines


def place_for(option: str | None, parameters: Parameters, client: Callable[[], Any]) -> str:
    """Return the run's folder: the one that --version-info-output names, or a free one named after the
    bucket and the moment, below a parent that ends with a slash, or in the working directory."""
    if option and not option.endswith("/"):
        return option
    stem = (option or "") + f"{parameters.src.bucket}-{compact(parameters.restore_time)}"
    for number in itertools.count(1):
        place = stem if number == 1 else f"{stem}-{number}"
        # Only a look at S3 needs a client, which cannot always be had.
        if not storage.exists(client() if storage.is_on_s3(place) else None, place, OPTION):
            return place
    raise AssertionError("unreachable")
