"""10,000 command lines that nobody should type: whatever they are, no traceback, two lines, and no write."""

import contextlib
import gc
import io
import re
import shutil
import sys

import pytest
from s3distversions.jobs.restore import RestoreVersions

from s3distversions import cli, client
from tests.usage.buckets import fill, filled
from tests.usage.fuzzed import SEED, command_line, may_write, quoted, shrunk
from tests.usage.table import given

LINES_IN_ALL = 10_000
LINES_A_TEST = 500
CODES = (0, 1, 2, 3)  # the contract's; nobody interrupts
ON_THE_WAY = re.compile(r"s3distversions: warning: |(listing and comparing|restoring): ")


class Field:
    """A server and a working directory, both as at the start for every line that could have changed them."""

    def __init__(self, server, directory):
        self.server = server
        self._directory = directory
        self._pristine = directory.parent / "pristine"
        self._make_files()

    def _make_files(self):
        pristine = self._pristine
        for name, content in {
            "list": b"key-0\n", "empty": b"", "utf16": "1\n".encode("utf-16"), "folder/notes": b"mine",
            "torn/run.json": b'{"src": ', "mrjob.conf": b"runners: {}\n",
        }.items():  # fmt: skip
            (pristine / name).parent.mkdir(parents=True, exist_ok=True)
            (pristine / name).write_bytes(content)
        argv = ["plan", *given("--delete", "--quiet", "--version-info-output", str(pristine / "run"))]
        with contextlib.redirect_stdout(io.StringIO()):
            assert cli.main(RestoreVersions, self.at(argv)) == 0
        self.take_writes()  # of a plan: if there are any, the lines show it
        self.tidy()

    def at(self, line):
        """Return a line with the server's endpoint in it."""
        return [word.replace("{endpoint}", self.server.endpoint) for word in line]

    def tidy(self):
        """Make the working directory what it was."""
        for path in self._directory.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(self._pristine, self._directory, dirs_exist_ok=True)

    def take_writes(self):
        """Return the writes since the last call; after some, S3 holds again what it held."""
        requests = self.server.requests()
        writes = [request for request in requests if request["write"]]
        if writes:
            self.server.reset()
            fill(self.server)
        elif requests:
            self.server.clear_requests()
        return writes


@pytest.fixture(scope="module")
def field(tmp_path_factory):
    directory = tmp_path_factory.mktemp("field") / "here"
    directory.mkdir()
    with filled() as server, pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory)
        patch.setattr(client, "ATTEMPTS", 1)
        yield Field(server, directory)


def complaint(field, line):
    """Run a line; return what is wrong with how it ended, None if nothing is."""
    out, err = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        try:
            code = cli.main(RestoreVersions, field.at(line))
        except SystemExit as ended:  # --help and --version
            code = ended.code
        except BaseException as error:  # noqa: BLE001 - nothing else may come out
            return f"raised {error!r}"
    if code != 2:
        field.tidy()
    return complaint_of(code, out.getvalue(), err.getvalue())


def complaint_of(code, out, err):
    """Return what is wrong with an exit code and two streams."""
    if code not in CODES:
        return f"the exit code is {code!r}"
    if "Traceback" in err or "defect" in err or "the job failed" in err:
        return f"a failure that nobody foresaw: {err!r}"
    lines = [line for line in err.splitlines() if not ON_THE_WAY.match(line)]
    if code in (0, 3):
        return f"ended well, with words of error: {err!r}" if lines or not out else None
    if out or not re.fullmatch(r"s3distversions: error: \S[^\n]*\nhint: \S[^\n]*", "\n".join(lines)):
        return f"not the two lines of an error: {out!r} {err!r}"
    return None


def wrote(field, line):
    """Run a line; return whether it wrote to S3."""
    field.take_writes()
    complaint(field, line)
    return bool(field.take_writes())


def check(field, number, line):
    """Assert that a line ends as it should; what fails is told in its shortest form."""
    said = complaint(field, line)
    if said:
        short = shrunk(line, lambda shorter: complaint(field, shorter))
        pytest.fail(
            f"line {number} of seed {SEED}: {quoted(field.at(short))}\n{complaint(field, short) or said}"
        )


def check_no_write(field, lines):
    """Assert that nothing of this was written: `lines` could not be whole restores."""
    if field.take_writes():
        for number, line in lines:
            if wrote(field, line):
                short = shrunk(line, lambda shorter: not may_write(shorter) and wrote(field, shorter))
                pytest.fail(f"line {number} of seed {SEED} wrote to S3: {quoted(field.at(short))}")
        pytest.fail(f"one of the lines {lines[0][0]} to {lines[-1][0]} of seed {SEED} wrote to S3")


@pytest.mark.parametrize("first", range(0, LINES_IN_ALL, LINES_A_TEST))
def test_lines(first, field):
    print(f"seed {SEED}")
    harmless = []
    for number in range(first, first + LINES_A_TEST):
        line = command_line(number)
        if may_write(line):
            check_no_write(field, harmless)
            harmless = []
            check(field, number, line)
            field.take_writes()
        else:
            check(field, number, line)
            harmless.append((number, line))
    check_no_write(field, harmless)
    gc.collect()


def test_a_write_would_be_seen(field):
    """The check of the check: a whole restore does write to these buckets."""
    line = [*given("--quiet"), "--no-conf"]
    assert may_write(line)
    assert wrote(field, line)
    assert not may_write(["plan", *line]) and not wrote(field, ["plan", *line])
