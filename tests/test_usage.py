"""What people get wrong: exit code and words for each, and nothing written; then what must be accepted."""

import io
import os
import re
import subprocess
import sys
import sysconfig
from datetime import datetime, timezone
from pathlib import Path

import pytest
from s3distversions.jobs.restore import RestoreVersions

from s3distversions import cli, client, launch, options, prefixes, prepare, storage
from s3distversions.location import Location
from s3distversions.model import KeyRange
from tests import usage
from tests.embedded_s3 import EmbeddedS3
from tests.usage.accepted import GOOD, GOOD_LISTS, SRC
from tests.usage.buckets import fill
from tests.usage.table import Bad, given

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
ROWS = {row.name: row for row in usage.REFUSED}

# The ways in
MODULE = [sys.executable, "-m", "s3distversions"]
SCRIPT = [str(Path(sysconfig.get_path("scripts")) / "s3distversions")]
JOB = [sys.executable, str(ROOT / "jobs" / "restore.py")]


# The server, and one plan to spoil


@pytest.fixture(scope="module")
def server():
    """A server that holds what the rows name, and an environment that leads nowhere else."""
    with EmbeddedS3() as server, pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in server.environment.items():
            patch.setenv(name, value)
        fill(server)
        yield server


@pytest.fixture
def s3(server, plan):
    """The server, as it was filled."""
    yield server
    if any(request["write"] for request in server.requests()):  # only after a row that failed
        server.reset()
        fill(server)


@pytest.fixture(scope="module")
def plan(server, tmp_path_factory):
    """The folder of a finished plan of s3://versioned/path."""
    path = tmp_path_factory.mktemp("plan") / "run"
    argv = ["plan", *given("--delete", "--quiet", "--version-info-output", str(path))]
    assert cli.main(RestoreVersions, at(server, argv)) == 0
    return path


# What is refused


def at(s3: EmbeddedS3, argv: list[str]) -> list[str]:
    """Return the arguments with the server's endpoint in them."""
    return [word.replace("{endpoint}", s3.endpoint) for word in argv]


def begin(row: Bad, directory: Path, plan: Path, s3: EmbeddedS3) -> tuple[list[str], dict[str, bytes]]:
    """Set a row up; return its arguments, and the files that are there."""
    row.setup(directory, plan)
    s3.clear_requests()
    return at(s3, row.argv), files(directory)


def files(directory: Path) -> dict[str, bytes]:
    """Return what a directory holds, by path."""
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in directory.rglob("*")}


def check(row: Bad, code: int, out: str, err: str, directory: Path, s3: EmbeddedS3, before: dict) -> None:
    """Assert everything that holds for every row."""
    assert "Traceback" not in err
    lines = err.splitlines()
    assert len(lines) == 2, err
    start, what = lines[0][:23], lines[0][23:]
    assert start == "s3distversions: error: "
    if isinstance(row.error, re.Pattern):
        assert row.error.fullmatch(what), what
    else:
        assert what == row.error
    assert re.fullmatch(r"hint: \S.*", lines[1])
    assert code == row.code
    assert out == ""
    requests = s3.requests()
    assert not [request for request in requests if request["write"]]
    if not row.may_ask:
        assert not requests
        assert files(directory) == before


def test_the_table_is_as_large_as_promised():
    assert len(ROWS) == len(usage.REFUSED) >= 90


@pytest.mark.parametrize("name", ROWS)
def test_refused(name, s3, plan, tmp_path, monkeypatch, capsys):
    row = ROWS[name]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(client, "ATTEMPTS", 1)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(row.stdin)))
    argv, before = begin(row, tmp_path, plan, s3)
    code = cli.main(RestoreVersions, argv)
    out, err = capsys.readouterr()
    check(row, code, out, err, tmp_path, s3, before)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (MODULE, "time: a day of the month"),
        (MODULE, "source: bytes that are not UTF-8"),
        (SCRIPT, "UTF-16 on standard input"),
        (SCRIPT, "a suspended bucket"),
        (JOB, "a runner not yet there"),
        (JOB, "apply what is not there"),
        (JOB, "an unknown action in a plan"),
    ],
)
def test_refused_by_every_way_in(command, name, s3, plan, tmp_path):
    row = ROWS[name]
    argv, before = begin(row, tmp_path, plan, s3)
    ended = subprocess.run(
        [*command, *map(os.fsencode, argv)],
        input=row.stdin,
        capture_output=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    check(row, ended.returncode, ended.stdout.decode(), ended.stderr.decode(), tmp_path, s3, before)


# What is accepted


@pytest.mark.parametrize("row", GOOD, ids=lambda row: row.name)
def test_accepted(row):
    ours, passed_on = options.split(row.argv, launch.mrjob_switches(RestoreVersions))
    parsed = options.parse(ours)
    resolved = {} if parsed.verb == "apply" else vars(prepare.parameters_of(parsed, NOW))
    runner = launch.runner_of(RestoreVersions, passed_on)
    # The prefix list is read later: until then it is an option, not a parameter.
    found = {**resolved, "prefixes": parsed.prefixes, "passed_on": passed_on, "runner": runner}
    found = {**vars(parsed), **found}
    assert {name: found[name] for name in row.meant} == row.meant


@pytest.mark.parametrize("place", ["list", "-"])
@pytest.mark.parametrize(("name", "content", "meant"), GOOD_LISTS, ids=[name for name, *_ in GOOD_LISTS])
def test_accepted_lists(name, content, meant, place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    Path("list").write_bytes(content)
    data = storage.read_bytes(None, place, "--prefixes")
    assert prefixes.read(data, place, SRC) == meant


def test_a_list_of_a_whole_bucket():
    assert prefixes.read(b"/1\n2\n", "list", Location("mybucket", "")) == [KeyRange("1"), KeyRange("2")]
