"""What mrjob says of a job on a cluster, read for people."""

import io
import logging
import subprocess
import sys

import pytest

from s3distversions import watched
from s3distversions.cluster_log import ClusterLog
from s3distversions.errors import S3DistVersionsError, S3Error
from s3distversions.progress import Tallies, Watch, packed

SAID = [
    ("Running step 1 of 2...", 0, "step 1 of 2, map 0%, reduce 0%"),
    ("  Running job: job_1795896861300_0001", 0, "step 1 of 2, map 0%, reduce 0%"),
    ("   map 50% reduce 0%", 12, "step 1 of 2, map 50%, reduce 0%"),
    ("   map 100% reduce 100%", 50, "step 1 of 2, map 100%, reduce 100%"),
    ("Running step 2 of 2...", 50, "step 2 of 2, map 0%, reduce 0%"),
    ("  Submitted application application_1795896861300_0002", 50, "step 2 of 2, map 0%, reduce 0%"),
    ("   map 100% reduce  33%", 83, "step 2 of 2, map 100%, reduce 33%"),
]
CAUSE = """
Probable cause of failure:

PipeMapRed.waitOutputThreads(): subprocess failed with code 1
\tat org.apache.hadoop.streaming.PipeMapRed.waitOutputThreads(PipeMapRed.java:326)

(from lines 40-61 of /logs/syslog)

caused by:

+ /usr/bin/python3 restore.py --step-num=0 --mapper
Traceback (most recent call last):
  File "restore.py", line 25, in <module>
    from s3distversions import records, tasks
ModuleNotFoundError: No module named 'boto3'

(from lines 1-9 of /logs/stderr)


while reading input from lines 1-131 of hdfs://localhost:8020/run/ranges.jsonl
"""


@pytest.fixture
def log():
    """A log that listens to mrjob."""
    with ClusterLog() as listening:
        yield listening


def test_how_far_it_is(log):
    mrjob = logging.getLogger("mrjob.hadoop")
    for text, count, words in SAID:
        mrjob.info(text)
        assert (log.count, log.words) == (count, words)


def test_on_elastic_mapreduce(log):
    """Where nobody may see how many maps have ended, there is the state of step and cluster."""
    mrjob = logging.getLogger("mrjob.emr")
    mrjob.info("Waiting for Step 2 of 2 (s-ABC) to complete...")
    assert (log.count, log.words) == (50, "step 2 of 2, map 0%, reduce 0%")
    mrjob.info("  PENDING (cluster is STARTING: Configuring cluster software)")
    assert log.words == "step 2 of 2, PENDING (cluster is STARTING: Configuring cluster software)"
    mrjob.info("  RUNNING for 0:01:32")
    assert log.words == "step 2 of 2, RUNNING for 0:01:32"
    mrjob.info("   map  50% reduce   0%")
    assert (log.count, log.words) == (62, "step 2 of 2, map 50%, reduce 0%")


def test_the_job_of_the_step_that_runs(log):
    mrjob = logging.getLogger("mrjob.hadoop")
    mrjob.info("  Running job: job_1795896861300_0001")
    assert log.job == "job_1795896861300_0001"
    mrjob.info("Running step 2 of 2...")
    assert log.job is None


def test_the_cause_is_the_end_of_the_tasks_own_traceback(log):
    assert log.cause is None
    logging.getLogger("mrjob.hadoop").error(CAUSE)
    assert log.cause == "ModuleNotFoundError: No module named 'boto3'"


def test_a_cause_without_a_traceback(log):
    logging.getLogger("mrjob.hadoop").error(
        "Probable cause of failure:\n\n\nwhile reading input from hdfs:///a"
    )
    assert log.cause is None


def test_it_stops_listening():
    before = list(logging.getLogger("mrjob").handlers), logging.getLogger("mrjob").level
    with ClusterLog():
        pass
    assert (logging.getLogger("mrjob").handlers, logging.getLogger("mrjob").level) == before


@pytest.mark.parametrize("is_terminal", [False, True])
def test_a_watch_shows_per_cent_and_the_words(monkeypatch, log, is_terminal):
    monkeypatch.setattr(sys, "stderr", stream := io.StringIO())
    stream.isatty = lambda: is_terminal
    with Watch(log, "listing", "%", 100, shown=True):
        logging.getLogger("mrjob.hadoop").info("   map 50% reduce 0%")
    last = stream.getvalue().strip().splitlines()[-1].rpartition("\r")[2]
    assert last.startswith("listing:  25% [00:00") and last.endswith("step 1 of 1, map 50%, reduce 0%]")


class Runner:
    """mrjob's runner of a job that ends as a test says."""

    def __init__(self, end):
        self.end = end

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def run(self):
        logging.getLogger("mrjob.hadoop").info("  Running job: job_1795896861300_0007")
        raise self.end

    def get_hadoop_bin(self):
        return ["hadoop"]


class Run:
    """A run in whose folder a task has left its failure, or has not."""

    place = "hdfs:///run"

    def __init__(self, failure=None):
        self.failure = failure

    def failure_of(self, kind, number):
        return self.failure

    def write_lines(self, name, lines):
        self.written = name


def work(run):
    """A phase of a job of a run."""
    return watched.Work(watched.Phase("plan", "listing", "entries"), run, None, [], "versions", 1)


def test_a_failure_that_a_task_has_left():
    run = Run(packed(S3Error("listing s3://bucket: AccessDenied", "Does the role have the permissions?")))
    with pytest.raises(S3DistVersionsError) as raised:
        watched.on_cluster(lambda: Runner(RuntimeError("step 1 failed")), work(run), "", shown=False)
    assert raised.value.what == "listing s3://bucket: AccessDenied"
    assert raised.value.hint == "Does the role have the permissions?"


def test_a_failure_of_which_no_task_has_told():
    run = Run()
    with pytest.raises(S3DistVersionsError) as raised:
        watched.on_cluster(lambda: Runner(RuntimeError("step 1 failed")), work(run), "", shown=False)
    assert raised.value.what == "the job failed: step 1 failed"
    assert raised.value.hint.endswith("yarn logs -applicationId application_1795896861300_0007")
    assert run.written == "failure.txt"


def test_an_interruption_ends_the_job(monkeypatch):
    ended = []
    monkeypatch.setattr(subprocess, "run", lambda command, **_: ended.append(command))
    with pytest.raises(KeyboardInterrupt):
        watched.on_cluster(lambda: Runner(KeyboardInterrupt()), work(Run()), "", shown=False)
    assert ended == [["hadoop", "org.apache.hadoop.mapred.JobClient", "-kill", "job_1795896861300_0007"]]


def test_tallies_have_no_words(tmp_path):
    assert (Tallies(str(tmp_path)).count, Tallies(str(tmp_path)).words) == (0, "")
