"""The same restore on Spark and in one process: the same plan, the same outcomes, the same state."""

import json

import pytest

from benchmarks import accident
from s3distversions.cli import main
from tests.spark.uneven import Uneven

BUCKET = "bucket"
SPARK = ("-r", "spark", "--spark-master", "local[2]", "-D", "spark.ui.enabled=false")
WHAT = ("--src", f"s3://{BUCKET}", "--restore-time", accident.MOMENT.isoformat(), "--delete")


def lines(folder):
    """The lines that have a key, of all parts, sorted by it."""
    read = [json.loads(line) for part in folder.glob("part-*") for line in part.read_text().splitlines()]
    return sorted((line for line in read if "key" in line), key=lambda line: line["key"])


@pytest.fixture
def then(s3):
    """An accident, and what a reader saw before."""
    s3.load(BUCKET, accident.entries(4_000, accident.KINDS, 1, seed=5))
    return accident.then(s3.dump(BUCKET)["keys"])


def test_plan_apply_verify_undo(s3, then, command, tmp_path):
    before = accident.now(s3.dump(BUCKET)["keys"])
    planned = command("plan", *WHAT, "--version-info-output", "run", "--json", *SPARK)
    assert planned.code == 0, planned.err
    assert not planned.writes
    inline = command("plan", *WHAT, "--version-info-output", "inline", "--json")
    for name in ("keys", "versions", "markers", "planned", "uncertain"):
        assert planned.summary[name] == inline.summary[name]
    assert lines(tmp_path / "run" / "versions" / "1") == lines(tmp_path / "inline" / "versions" / "1")
    assert "entries/s" in planned.err  # it tells how far it is

    applied = command("apply", "run", "--verify", "--json", *SPARK)
    assert applied.code == 0, applied.err
    assert applied.summary["outcomes"]["done"] == sum(planned.summary["planned"].values())
    assert accident.now(s3.dump(BUCKET)["keys"]) == then
    undone = command("undo", "run", "--version-info-output", "undone", "--json", *SPARK)
    assert undone.code == 0, undone.err
    assert accident.now(s3.dump(BUCKET)["keys"]) == before


def test_all_in_one_job(s3, then, command):
    ended = command(*WHAT, "--one-job", "--version-info-output", "run", "--json", *SPARK)
    assert ended.code == 0, ended.err
    assert accident.now(s3.dump(BUCKET)["keys"]) == then


def test_a_task_that_fails_says_why(s3, then, command):
    assert command("plan", *WHAT, "--version-info-output", "run").code == 0
    with s3.faults("ListObjectVersions", "AccessDenied"):
        ended = command("verify", "run", *SPARK)
    what = next(line for line in ended.err.splitlines() if "error:" in line)
    assert ended.code == 1 and "AccessDenied" in what and "Traceback" not in ended.err


def test_a_dropped_step_is_noticed(s3, then, command, capsys):
    """mrjob drops steps whose settings differ, and exits with 0; a plan that is not whole is none."""
    s3.clear_requests()
    argv = ["--endpoint-url", s3.endpoint, "--no-conf", "--version-info-output", "run", "--quiet", *SPARK]
    code, err = main(Uneven, [*WHAT, *argv]), capsys.readouterr().err
    assert code and "the plan holds a line that is not JSON" in err, err
    assert not [request for request in s3.requests() if request["write"]]
