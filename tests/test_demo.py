"""The demo and the benchmark run, in small, and the demo's comparison notices what it must."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import demo

ROOT = Path(__file__).parent.parent
REPORT = demo.Object(b"1;2", {"ContentType": "text/csv"}, {"author": "ada"}, {"keep": "yes"})
STATE = {"a": REPORT, "b": REPORT, "c": REPORT}
RAN = demo.Ran(exit_code=0, seconds=1.0, requests=Counter(CopyObject=3), writes=3)
QUIET = RAN._replace(writes=0)
RUNS = {"plan": QUIET, "apply": RAN, "second run": QUIET}


def run(module, *arguments, folder):
    """Run a module of the project; all its files go to a temporary `folder`."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder), "AWS_PROFILE": "of-whoever-runs-this"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_the_demo_breaks_a_bucket_and_brings_it_back(tmp_path):
    ran = run("tests.demo", "--keys", "300", folder=tmp_path)
    assert ran.returncode == 0, ran.stdout
    lines = ran.stdout.splitlines()
    assert any(line.startswith("0 keys wrong now") for line in lines)
    assert any(line.startswith("0 versions removed") for line in lines)
    assert "The second run sent 0 writes." in lines
    assert [line.split()[:3] for line in lines if line.startswith("$ ")] == [
        ["$", "s3distversions", "plan"],
        ["$", "s3distversions", "apply"],
        ["$", "s3distversions", "--src"],
    ]
    assert not list(tmp_path.iterdir()), "files are left"


@pytest.mark.parametrize(
    "altered",
    [
        REPORT._replace(body=b"1;3"),
        REPORT._replace(headers={"ContentType": "text/plain"}),
        REPORT._replace(metadata={"author": "ada", "more": ""}),
        REPORT._replace(tags={}),
    ],
)
def test_a_key_that_differs_is_noticed(altered):
    assert demo.compare(STATE, {**STATE, "b": altered}) == ["b"]


def test_a_key_that_is_missing_or_too_many_is_noticed():
    assert demo.compare(STATE, {"a": REPORT, "b": REPORT, "d": REPORT}) == ["c", "d"]


def test_equal_states_are_equal():
    assert demo.compare(STATE, dict(STATE)) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"damage": []}, "did no damage"),
        ({"left": ["b"]}, "keys that are wrong: 1, such as 'b'"),
        ({"removed": {("b", "v1")}}, "versions that are gone: 1"),
        ({"runs": {**RUNS, "apply": RAN._replace(exit_code=3)}}, "exit code 3 of the apply"),
        ({"runs": {**RUNS, "plan": RAN}}, "the plan wrote"),
        ({"runs": {**RUNS, "second run": RAN}}, "the second run wrote"),
    ],
)
def test_what_is_wrong_is_told(change, words):
    good = {"damage": ["b"], "left": [], "removed": set(), "runs": RUNS}
    assert list(demo.problems(**good)) == []
    (told,) = demo.problems(**{**good, **change})
    assert words in told


def test_the_benchmark_runs_in_small(tmp_path):
    sizes = ["--versions", "3000", "--keys", "100", "--sample", "20", "--repeat", "1"]
    ran = run("benchmarks.bench", *sizes, folder=tmp_path)
    assert ran.returncode == 0, ran.stdout
    rows = [line for line in ran.stdout.splitlines() if line.startswith("| ")]
    assert len(rows) == 10, ran.stdout  # the heading, and nine things that were measured
    assert not list(tmp_path.iterdir()), "files are left"
