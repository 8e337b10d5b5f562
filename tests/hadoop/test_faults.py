"""Tasks and nodes that die on a cluster: YARN repeats them, and the end is exact."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import accident
from tests.hadoop.installing import HOME
from tests.hadoop.running import INSTALLED, Ended

KEYS = 9_000
BUCKET = "bucket"
WHAT = ("--src", f"s3://{BUCKET}", "--restore-time", accident.MOMENT.isoformat(), "--delete")
DYING = str(Path(__file__).with_name("dying.py"))
PATIENCE = 240  # seconds, until what has to come has come


@pytest.fixture
def then(s3, tmp_path):
    """An accident, and what a reader saw before it."""
    s3.load(BUCKET, accident.entries(KEYS, accident.KINDS, 1, seed=11))
    return accident.then(s3.dump(BUCKET)["keys"])


def dying(half, step, after, folder):
    """Nodes on which the first attempts of tasks are killed."""
    return [*INSTALLED, "--task-python-bin", f"{sys.executable} {DYING} {half} {step} {after} {folder}"]


def check_exact(s3, then, ended):
    """Assert that all is as it was, that each key has one outcome, and that none was written twice."""
    assert ended.code == 0, ended.err
    outcomes = ended.summary["outcomes"]
    assert (
        sum(outcomes.values())
        == sum(ended.summary["planned"].values())
        == outcomes["done"] + outcomes["already"]
    )
    histories = s3.dump(BUCKET)["keys"]
    assert accident.now(histories) == then
    after_it = {
        key: [each for each in history if each["last_modified"] > "2020"]
        for key, history in histories.items()
    }
    assert max(map(len, after_it.values())) == 1


def test_killed_mappers_and_reducers(s3, then, hadoop, tmp_path):
    """First the plan, whose mappers are killed; then an apply, whose reducers are killed amid their writes."""
    hadoop.nodes = dying("mapper", 1, 100, tmp_path)
    planned = hadoop("plan", *WHAT, "--version-info-output", hadoop.run, "--json")
    assert planned.code == 0, planned.err
    deaths = list(tmp_path.glob("attempt_*_m_*"))
    assert deaths
    assert not [request for request in s3.requests() if request["write"]]
    inline = hadoop.inline("plan", *WHAT, "--version-info-output", "here", "--json")
    for name in ("keys", "versions", "markers", "planned", "uncertain"):
        assert planned.summary[name] == inline.summary[name]

    s3.clear_requests()
    hadoop.nodes = dying("reducer", 0, 500, tmp_path)
    applied = hadoop("apply", hadoop.run, "--json")
    assert len(list(tmp_path.glob("attempt_*_r_*"))) == 2  # of 6,000 and some writes, in two tasks
    assert applied.summary["outcomes"]["already"] >= 500
    check_exact(s3, then, applied)


@pytest.mark.timeout(900)
def test_a_node_that_dies(s3, then, hadoop):
    """It dies with its containers while they write; another node takes over."""
    assert hadoop("plan", *WHAT, "--version-info-output", hadoop.run).code == 0
    s3.clear_requests()
    hadoop.nodes = [*INSTALLED, "-D", "mapreduce.job.reduces=6"]
    process = hadoop.start("apply", hadoop.run, "--write-parallel", "1", "--json", "--quiet")
    until = time.monotonic() + PATIENCE
    while not [request for request in s3.requests() if request["write"]][100:]:
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.1)
    cluster = str(HOME / "bin" / "cluster")
    subprocess.run([cluster, "kill-node", "1"], check=True)
    try:
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        subprocess.run([cluster, "start-node", "1"], check=True)
    check_exact(s3, then, Ended(process.returncode, out, err))
