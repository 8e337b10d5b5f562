"""What only a process of its own can meet: streams, space, rights, places and bytes that are not as usual."""

import ctypes
import os
import pty
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from tests.usage.buckets import filled
from tests.usage.checking import at
from tests.usage.table import RESTORE_TIME

PLACE = ["--src", "s3://versioned/path", "--restore-time", RESTORE_TIME, "--endpoint-url", "{endpoint}"]
PLAN = ["plan", *PLACE, "--quiet", "--no-conf", "--version-info-output", "run"]
IN_VAIN = ["plan", "--src", "s3:/é", "--restore-time", RESTORE_TIME]
NO_LOCATION = "--src {0} is not an S3 location"
LOCATION = "Write a location as s3://bucket or s3://bucket/path."
TOLD_IN = "What it was to say stands in run."


class Case(NamedTuple):
    """A command, how its process is begun, and how it ends."""

    name: str
    argv: list[str | bytes]
    code: int
    error: str = ""  # the line of the error, a pattern; nothing where it ends well or cannot say
    hint: str = ""
    shown: str = ""  # what stands on standard output, a pattern
    shell: str = ""  # redirections, as a shell writes them
    before: Callable[[], object] = lambda: None  # in the new process
    setup: Callable[[Path], object] = lambda directory: None
    env: Mapping[str, str | None] = MappingProxyType({})
    typed: bytes | None = None  # on a terminal


def limit(what: int, most: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(what, (most, most))


def without_privileges() -> None:
    """Let modes of files mean to root what they mean to others; whoever is not root has no need of it."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def unreadable(directory: Path) -> None:
    (directory / "list").write_bytes(b"1\n")
    (directory / "list").chmod(0)


def read_only(directory: Path) -> None:
    directory.chmod(0o555)


def gone(directory: Path) -> None:
    (directory / "gone").mkdir()


ALL = r"s3://versioned/path as it was at 2014-01-01T07:00:00Z\n(.*\n)*"
EMPTY = "the prefix list - holds no prefix"
ONE_A_LINE = "Write one beginning of a key a line."
CASES = [
    Case("standard output closed", PLAN, 0, shell=">&-"),
    Case("standard error closed", PLAN, 0, shell="2>&-", shown=ALL),
    Case("all three closed", [*PLAN, "--json"], 0, shell="<&- >&- 2>&-"),
    Case("standard error closed, and an error", IN_VAIN, 2, shell="2>&-"),
    Case("standard output full", PLAN, 1, "cannot write to standard output: No space left on device", TOLD_IN, shell=">/dev/full"),
    Case("standard error full", [word for word in PLAN if word != "--quiet"], 0, shell="2>/dev/full", shown=ALL),
    Case("standard error full, and an error", IN_VAIN, 2, shell="2>/dev/full"),
    Case("nobody reads", PLAN, 1, "cannot write to standard output: Broken pipe", TOLD_IN, shell="| true"),
    Case("no list on a closed standard input", [*PLAN, "--prefixes", "-"], 2, EMPTY, ONE_A_LINE, shell="<&-"),
    Case("an empty list on a terminal", [*PLAN, "--prefixes", "-"], 2, EMPTY, ONE_A_LINE, typed=b"\n\x04"),
    Case("a list on a terminal", [*PLAN, "--prefixes", "-"], 0, typed=b"/key-0\r\n\x04", shown=ALL + r".*run      run\n(.*\n)*"),
    Case("no space for the run", PLAN, 2, "run: File too large", "Choose another folder.", before=limit(resource.RLIMIT_FSIZE, 0)),
    Case("little space for the job", PLAN, 1, r"the job failed: \[Errno 27\] File too large: .*", "Run the same command again.",
         before=limit(resource.RLIMIT_FSIZE, 1000)),
    Case("an unreadable list", [*PLAN, "--prefixes", "list"], 2, "--prefixes list: Permission denied", "Give a file that can be read.",
         setup=unreadable, before=without_privileges),
    Case("no right to make the run", PLAN, 2, "run: Permission denied", "Choose another folder.",
         setup=read_only, before=without_privileges),
    Case("no home, no name, no place for temporary files", PLAN, 0, shown=ALL,
         env={"HOME": None, "USER": None, "LOGNAME": None, "TMPDIR": "/proc/none"}),
    Case("the working directory gone", PLAN, 2, "the working directory: No such file or directory", "Change to a folder that is there.",
         setup=gone, before=lambda: (os.chdir("gone"), os.rmdir("../gone"))),
    Case("letters beyond ASCII in C", IN_VAIN, 2, NO_LOCATION.format(r"'s3:/\\xe9'"), LOCATION,
         env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii:strict"}),
    Case("a name beyond ASCII in POSIX", [*PLAN[:-1], "é"], 0, shown=ALL + r".*apply '\\xe9'\n",
         env={"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"}),
    Case("a name of bytes", [*PLAN[:-1], b"r\xff"], 0, shown=ALL + r".*apply 'r" "\udcff" r"'\n"),
    Case("an option of bytes", [*PLAN, b"--\xff"], 2, r"unrecognized arguments: --\\udcff", "See `s3distversions --help`."),
    Case("a word of 120,000 letters", ["plan", "--src", "x" * 120_000, *PLACE[2:]], 2, r"--src 'x{900,} \[\.\.\.\] x{900,}' is not an S3 location", LOCATION),
    Case("100,000 words", ["x"] * 100_000, 2, "unexpected argument 'x'", "See `s3distversions --help`."),
]  # fmt: skip


@pytest.fixture(scope="module")
def server():
    with filled() as server:
        yield server


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_process(case, server, tmp_path):
    case.setup(tmp_path)
    server.clear_requests()
    code, out, err = ended(case, server.endpoint, tmp_path)
    lines = [line for line in err.splitlines() if not line.startswith("listing and comparing")]
    found = (code, len(lines))
    assert found == (case.code, 2 if case.error else 0), err
    if case.error:
        assert re.fullmatch(f"s3distversions: error: {case.error}", lines[0]), lines
        assert lines[1] == f"hint: {case.hint}"
    assert re.fullmatch(case.shown, out), out
    assert not [request for request in server.requests() if request["write"]]


def ended(case: Case, endpoint: str, directory: Path) -> tuple[int, str, str]:
    """Run a case's process; return how it ended, its words as Python has them in argv."""
    words = [word if isinstance(word, bytes) else os.fsencode(at(endpoint, [word])[0]) for word in case.argv]
    command = [os.fsencode(sys.executable), b"-m", b"s3distversions", *words]
    if case.shell:
        command = [b"bash", b"-c", f'set -o pipefail; "$@" {case.shell}'.encode(), b"bash", *command]
    env = {**os.environ, **{name: value for name, value in case.env.items() if value is not None}}
    env = {name: value for name, value in env.items() if case.env.get(name, value) is not None}
    keyboard, terminal = pty.openpty()
    try:
        os.write(keyboard, case.typed or b"")
        process = subprocess.run(
            command,
            stdin=subprocess.DEVNULL if case.typed is None else terminal,
            capture_output=True,
            cwd=directory,
            env=env,
            preexec_fn=case.before,  # the test's process may have threads, but none that holds a lock for long
            timeout=60,
            check=False,
        )
    finally:
        os.close(keyboard)
        os.close(terminal)
    return process.returncode, os.fsdecode(process.stdout), os.fsdecode(process.stderr)
