"""What people get wrong: exit code, words and hint for each, and nothing written."""

import io
import os
import subprocess
import sys
import sysconfig
from contextlib import nullcontext
from pathlib import Path

import pytest
from s3distversions.jobs.restore import RestoreVersions

from s3distversions import cli, client
from tests import usage
from tests.usage.answers import answering
from tests.usage.buckets import fill, filled
from tests.usage.checking import at, check_deeds, check_words, files
from tests.usage.hints import HINTS, hint_of
from tests.usage.table import given

ROOT = Path(__file__).parent.parent
ROWS = {row.name: row for row in usage.REFUSED}

# The ways in
MODULE = [sys.executable, "-m", "s3distversions"]
SCRIPT = [str(Path(sysconfig.get_path("scripts")) / "s3distversions")]
JOB = [sys.executable, str(ROOT / "jobs" / "restore.py")]


@pytest.fixture(scope="module")
def server():
    """A server that holds what the rows name, and an environment that leads nowhere else."""
    with filled() as server:
        yield server


@pytest.fixture
def s3(server, plan):
    """The server, as it was filled."""
    server.clear_requests()
    yield server
    if any(request["write"] for request in server.requests()):  # only after a row that failed
        server.reset()
        fill(server)


@pytest.fixture(scope="module")
def plan(server, tmp_path_factory):
    """The folder of a finished plan of s3://versioned/path."""
    path = tmp_path_factory.mktemp("plan") / "run"
    argv = ["plan", *given("--delete", "--quiet", "--version-info-output", str(path))]
    assert cli.main(RestoreVersions, at(server.endpoint, argv)) == 0
    return path


def test_the_table_is_as_large_as_promised():
    assert len(ROWS) == len(usage.REFUSED) >= 400


def test_every_hint_is_for_something():
    """No hint stands in the table that no row gets."""
    errors = [row.error for row in usage.REFUSED if isinstance(row.error, str)]
    assert set(map(hint_of, errors)) == {hint for _, hint in HINTS}


@pytest.mark.parametrize("name", ROWS)
def test_refused(name, s3, plan, tmp_path, monkeypatch, capsys, request):
    row = ROWS[name]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(client, "ATTEMPTS", 1)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(row.stdin)))
    for variable, value in row.env.items():
        if value is None:
            monkeypatch.delenv(variable, raising=False)
        else:
            monkeypatch.setenv(variable, value)
    if row.env:
        request.addfinalizer(client._make.cache_clear)  # what is made for this environment is for no other
        client._make.cache_clear()
    row.setup(tmp_path, plan)
    before = files(tmp_path)
    with nullcontext((s3.endpoint, [])) if row.answer is None else answering(row.answer) as (endpoint, asked):
        code = cli.main(RestoreVersions, at(endpoint, row.argv))
        out, err = capsys.readouterr()
        check_words(row, endpoint, code, out, err)
    check_deeds(row, s3, tmp_path, before)
    assert all(line.startswith((b"GET ", b"HEAD ", b"\x16\x03")) for line in asked)  # or TLS's first words


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (MODULE, "time: a day of the month"),
        (MODULE, "source: bytes that are not UTF-8"),
        (SCRIPT, "UTF-16 on standard input"),
        (SCRIPT, "a suspended bucket"),
        (JOB, "a runner that is none of ours"),
        (JOB, "apply what is not there"),
        (JOB, "an unknown action in a plan"),
    ],
)
def test_refused_by_every_way_in(command, name, s3, plan, tmp_path):
    row = ROWS[name]
    row.setup(tmp_path, plan)
    before = files(tmp_path)
    ended = subprocess.run(
        [*command, *map(os.fsencode, at(s3.endpoint, row.argv))],
        input=row.stdin,
        capture_output=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    check_words(row, s3.endpoint, ended.returncode, ended.stdout.decode(), ended.stderr.decode())
    check_deeds(row, s3, tmp_path, before)


@pytest.mark.parametrize("path", ["my%20path", "/path", "path//", "%70ath", "path?versionId=1", "path/*"])
def test_a_path_as_it_stands(path, s3, tmp_path, monkeypatch, capsys):
    """Keys may be called so: nothing is decoded or tidied, and a source in which there is nothing is told."""
    monkeypatch.chdir(tmp_path)
    uri = f"s3://versioned/{path}"
    argv = ["plan", *given("--no-progress", src=uri)]
    assert cli.main(RestoreVersions, at(s3.endpoint, argv)) == 0
    told = (
        f"s3distversions: warning: there is nothing in {uri!r}, and nothing was there; is it spelt right?\n"
    )
    assert capsys.readouterr().err == told
    assert not [request for request in s3.requests() if request["write"]]
