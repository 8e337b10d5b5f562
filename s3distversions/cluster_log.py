"""What mrjob says while a job runs on a cluster, read for people: how far it is, and what went wrong."""

from __future__ import annotations

import logging
import re

STEP = re.compile(r"(?:Running|Waiting for) step (\d+) of (\d+)", re.IGNORECASE)
STATE = re.compile(r" +((?:PENDING|RUNNING).*)")  # of a step of Elastic MapReduce, whose maps nobody may see
DONE = re.compile(r"map\s+(\d+)% reduce\s+(\d+)%")
JOB = re.compile(r"\b(job_\d+_\d+)\b")
MADE = re.compile(r"Created new cluster (j-\w+)")
STARTS = "map 0%, reduce 0%"
RAISED = re.compile(r"^[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit)\b.*", re.MULTILINE)
CAUSE = "Probable cause of failure:"


class ClusterLog(logging.Handler):
    """Listens to mrjob's log while the block runs. `job` is the job of the step that runs, as Hadoop calls it."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.step, self.steps = 1, 1
        self.maps = self.reduces = 0  # per cent
        self.state = STARTS
        self.job: str | None = None
        self.clusters: list[str] = []  # of Elastic MapReduce, that were made
        self.cause: str | None = None  # the end of the traceback that mrjob has found in a log of the cluster
        self._before = logging.NOTSET

    def emit(self, record: logging.LogRecord) -> None:
        """Take in what mrjob says."""
        text = record.getMessage()
        if found := STEP.search(text):
            self.step, self.steps = map(int, found.groups())
            self.maps = self.reduces = 0
            self.state = STARTS
            self.job = None
        elif found := DONE.search(text):
            self.maps, self.reduces = map(int, found.groups())
            self.state = f"map {self.maps}%, reduce {self.reduces}%"
        elif found := STATE.fullmatch(text):
            self.state = found[1]
        elif found := JOB.search(text):
            self.job = found[1]
        self.clusters += MADE.findall(text)
        if CAUSE in text:
            self.cause = ([*RAISED.findall(text)] or [None])[-1]

    @property
    def count(self) -> int:
        """Return how far the job is, in per cent, its steps and their halves counted alike."""
        return (100 * (self.step - 1) + (self.maps + self.reduces) // 2) // self.steps

    @property
    def words(self) -> str:
        """Return how far it is, as Hadoop or Elastic MapReduce says it."""
        return f"step {self.step} of {self.steps}, {self.state}"

    def __enter__(self) -> ClusterLog:  # noqa: PYI034 - nobody subclasses it
        log = logging.getLogger("mrjob")
        self._before = log.level
        log.setLevel(logging.INFO)
        log.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        log = logging.getLogger("mrjob")
        log.removeHandler(self)
        log.setLevel(self._before)
