"""A phase of the job while it runs: how far it is, and whatever ends it too early, in words for people."""

from __future__ import annotations

import subprocess
import traceback
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from s3distversions.cluster_log import ClusterLog
from s3distversions.errors import S3DistVersionsError
from s3distversions.parameters import Parameters
from s3distversions.progress import Tallies, Watch, told_failure, unpacked
from s3distversions.run import Run


class Phase(NamedTuple):
    """What the job is to do, and how to say how far it is."""

    name: str
    what: str
    unit: str
    total: int | None = None
    tasks: int = 1  # of each step, on a cluster
    undone: Parameters | None = None  # those of the run that is undone


class Work(NamedTuple):
    """A phase of the job over `inputs`, into the attempt `number` of kind `kind` of a run."""

    phase: Phase
    run: Run
    parameters: Parameters
    inputs: Iterable[str]  # as Run.inputs calls them
    kind: str
    number: int


def here(make_runner: Callable[[], Any], work: Work, folder: str, shown: bool) -> None:
    """Run the job on this machine: its tasks tell how far they are, and why they failed, in `folder`."""
    phase = work.phase
    with Watch(Tallies(folder), phase.what, phase.unit, phase.total, shown):
        try:
            with make_runner() as runner:
                runner.run()
        except S3DistVersionsError:
            raise
        except Exception as error:
            raise told_failure(folder) or unexpected(error, work.run) from error


def on_cluster(make_runner: Callable[[], Any], work: Work, _: str, shown: bool) -> None:
    """Run the job on a cluster: Hadoop tells how far it is, and a task leaves its failure in the run's folder.

    A command that is interrupted ends the job with it.
    """
    with ClusterLog() as log, Watch(log, work.phase.what, "%", 100, shown), make_runner() as runner:
        try:
            runner.run()
        except Exception as error:
            data = work.run.failure_of(work.kind, work.number)
            raise unpacked(data) if data else unexpected_on_cluster(error, work.run, log) from error
        except BaseException:
            end_job(runner, log.job)
            raise


def end_job(runner: Any, job: str | None) -> None:
    """End a job of Hadoop that nobody waits for any more."""
    if job and hasattr(runner, "get_hadoop_bin"):
        command = [*runner.get_hadoop_bin(), "org.apache.hadoop.mapred.JobClient", "-kill", job]
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def unexpected_on_cluster(error: Exception, run: Run, log: ClusterLog) -> S3DistVersionsError:
    """Return the error for a failure that no task has told of: it could not begin, or was killed."""
    failed = unexpected(error, run)
    if log.cause:
        failed.what = f"the job failed: {log.cause}"
    if log.job:
        application = log.job.replace("job_", "application_")
        failed.hint = f"The tasks' logs tell more: yarn logs -applicationId {application}"
    return failed


def unexpected(error: Exception, run: Run) -> S3DistVersionsError:
    """Return the error for a failure that nobody foresaw; what a developer needs goes into the run folder."""
    what = str(error).strip().splitlines() or [type(error).__name__]
    try:
        run.write_lines("failure.txt", traceback.format_exception(error))
    except (OSError, S3DistVersionsError):  # it may be the reason: no space
        return S3DistVersionsError(f"the job failed: {what[-1]}", "Run the same command again.")
    return S3DistVersionsError(
        f"the job failed: {what[-1]}", f"Run the same command again; {run.place}/failure.txt tells more."
    )
