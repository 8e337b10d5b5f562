"""A row of the table, its usual arguments, and what can be set up for it."""

import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

RESTORE_TIME = "2014-01-01T14:00:00+07:00"
USAGE, STOPPED = 2, 1  # exit codes

# Setup of a row: its working directory, and a finished plan of `s3://versioned/path` to copy from.
Setup = Callable[[Path, Path], None]


class Bad(NamedTuple):
    """A command that must be refused. {endpoint} and {port} stand for the server's, in `argv` and in `error`."""

    name: str
    argv: list[str]
    error: str | re.Pattern[str]  # a pattern only where Python's own words differ between its versions
    code: int = USAGE
    may_ask: bool = False  # S3 has to be asked to know that it is wrong
    setup: Setup = lambda directory, plan: None
    stdin: bytes = b""
    env: Mapping[str, str | None] = MappingProxyType({})  # what else stands in the environment; None: not
    answer: bytes | Callable[[bytes], bytes] | None = (
        None  # in the place of the server, one that says this whatever it is asked
    )


def given(*more: str, src: str = "s3://versioned/path", time: str = RESTORE_TIME) -> list[str]:
    """Return the arguments that most rows have, and `more`."""
    return ["--src", src, "--restore-time", time, "--endpoint-url", "{endpoint}", *more]


def file(name: str, content: bytes) -> Setup:
    """A file, in folders that are made for it."""

    def setup(directory: Path, plan: Path) -> None:
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    return setup


def folder(name: str) -> Setup:
    """An empty folder."""
    return lambda directory, plan: (directory / name).mkdir()


def run_json(change: Callable[[dict], object]) -> Setup:
    """A copy of the plan's folder, and what `change` makes of its run.json, or leaves of it."""

    def setup(directory: Path, plan: Path) -> None:
        shutil.copytree(plan, directory / "run")
        path = directory / "run" / "run.json"
        state = json.loads(path.read_text())
        changed = change(state)
        path.write_text(json.dumps(state if changed is None else changed))

    return setup
