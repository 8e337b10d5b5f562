"""What jobs on a cluster are told, and what a user is told of them: settings, memory, progress, failures."""

import signal
import time

import pytest

from benchmarks import accident
from tests.hadoop.installing import BARE

BUCKET = "bucket"
WHAT = ("--src", f"s3://{BUCKET}", "--restore-time", accident.MOMENT.isoformat())
PATIENCE = 120  # seconds, until what has to come has come


@pytest.fixture(autouse=True)
def bucket(s3):
    """An accident of a few keys."""
    s3.load(BUCKET, accident.entries(700, accident.KINDS, 1, seed=3))


def test_all_in_one_job_with_many_requests_in_flight(s3, hadoop):
    """YARN, which ends what takes more memory than it asked for, lets 64 and 128 requests in flight live. Then
    what every job of this cluster was told: no task has a second attempt beside it, and enough memory."""
    then = accident.then(s3.dump(BUCKET)["keys"])
    width = ("--list-parallel", "64", "--write-parallel", "128")
    ended = hadoop(*WHAT, "--delete", "--one-job", *width, "--version-info-output", hadoop.run, "--json")
    assert ended.code == 0, ended.err
    assert accident.now(s3.dump(BUCKET)["keys"]) == then
    settings = hadoop.job_settings()
    assert len(settings) >= 2
    for each in settings:
        assert each["mapreduce.map.speculative"] == each["mapreduce.reduce.speculative"] == "false"
        assert each["mapreduce.output.fileoutputformat.compress"] == "false"
        assert int(each["mapreduce.job.reduces"]) >= 1
        assert int(each["mapreduce.map.memory.mb"]) >= 768
    assert settings[-1]["mapreduce.reduce.memory.mb"] == "1024"


def test_a_default_place_and_one_that_is_taken(hadoop):
    planned = hadoop("plan", *WHAT)
    place = "hdfs:///user/hadoop/s3distversions/bucket-20140101T140000Z"
    assert planned.code == 0 and planned.out.rstrip().endswith(f"s3distversions apply {place}")
    assert hadoop.lines("versions/1", place)
    assert b'"began"' in hadoop.fs("-cat", f"{place}/run.json")
    later = hadoop("plan", *WHAT, "--delete", "--version-info-output", place)
    assert (later.code, later.out) == (2, "")
    assert later.err.startswith(f"s3distversions: error: --version-info-output {place} holds another run\n")


def test_a_task_that_fails_says_why(hadoop):
    """In the words of the task, not of Hadoop; and nothing is written."""
    wrong = {"AWS_ACCESS_KEY_ID": "nobody"}  # the tasks' alone
    ended = hadoop("plan", *WHAT, "--version-info-output", hadoop.run, "--quiet", cmdenv=wrong)
    what, hint = ended.err.splitlines()
    assert ended.code == 1
    assert (
        what.startswith("s3distversions: error: listing the versions in s3://bucket: ")
        and "AccessDenied" in what
    )
    assert hint.startswith("hint: Does the role have the permissions that docs/permissions.md lists?")
    again = hadoop("plan", *WHAT, "--version-info-output", hadoop.run, "--quiet", "--json")
    assert again.code == 0, again.err  # a second attempt beside the first
    assert b"versions/2" in hadoop.fs("-ls", f"{hadoop.run}/versions")


def test_nodes_without_the_dependencies(hadoop):
    """Python says what it lacks; the command says so, and where to look."""
    hadoop.nodes = ["--python-bin", str(BARE)]
    ended = hadoop("plan", *WHAT, "--version-info-output", hadoop.run, "--quiet")
    what, hint = ended.err.splitlines()
    assert ended.code == 1
    assert what.startswith("s3distversions: error: the job failed: ModuleNotFoundError: No module named ")
    assert hint.startswith("hint: The tasks' logs tell more: yarn logs -applicationId application_")


def test_an_interrupted_command_ends_its_job(s3, hadoop):
    process = hadoop.start("plan", *WHAT, "--version-info-output", hadoop.run)
    until = time.monotonic() + PATIENCE
    while not (running := hadoop.jobs("UNDEFINED")):
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and "Traceback" not in err
    while not set(running) <= set(hadoop.jobs("KILLED")):
        assert time.monotonic() < until
        time.sleep(0.2)
    assert not [request for request in s3.requests() if request["write"]]
