"""Starts the mrjob job and waits for it: the only place, apart from the job itself, that knows mrjob."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import s3distversions
from s3distversions import sizing, watched
from s3distversions.errors import UsageError
from s3distversions.hdfs import Hdfs
from s3distversions.stores import CLUSTERS
from s3distversions.watched import Work

RUNNERS = ("inline", "local", "spark", *CLUSTERS)
# What this command sets itself, or has its own word for.
OURS = {
    "-h", "--help", "--deprecated", "-o", "--output-dir", "--output", "--no-output", "--cat-output",
    "--no-cat-output", "--mapper", "--combiner", "--reducer", "--spark", "--step-num", "--steps",
    "--phase", "--parameters-file", "--progress-folder", "--failure-file", "-q", "--quiet", "--version",
}  # fmt: skip


@cache
def mrjob_switches(job_class: Any) -> dict[str, bool]:
    """Return mrjob's own switches that may be passed on, and whether a value follows each."""
    switches = {}
    for action in job_class(args=[]).arg_parser._actions:
        for switch in action.option_strings:
            if switch not in OURS:
                switches[switch] = action.nargs != 0
    return switches


def runner_of(job_class: Any, passed_on: Sequence[str]) -> str:
    """Return the runner that mrjob's options, as the user gave them, choose. UsageError if they are wrong."""
    try:
        job_options = job_class(args=list(passed_on)).options
        runner = job_options.runner or "inline"
    except ValueError as error:
        raise UsageError(f"{error}", "See `s3distversions --help`, and mrjob's documentation.") from error
    for path in job_options.conf_paths or ():
        try:
            Path(path).open().close()
        except OSError as error:
            raise UsageError(
                f"--conf-path {path}: {error.strerror}", "Give a file that can be read."
            ) from error
    if runner not in RUNNERS:
        raise UsageError(f"-r {runner} is not supported", f"Use one of: {', '.join(RUNNERS)}.")
    return str(runner)


def hdfs_of(job_class: Any, runner: str, passed_on: Sequence[str]) -> Hdfs | None:
    """Return the cluster's file systems, by the `hadoop` that mrjob finds; None where the runner has none."""
    if runner != "hadoop":
        return None
    silence_mrjob()
    with job_class(args=[os.devnull, *passed_on]).make_runner() as mrjob_runner:
        return Hdfs(mrjob_runner.get_hadoop_bin())


def run_phase(job_class: Any, runner: str, work: Work, passed_on: Sequence[str], shown: bool) -> None:
    """Run a phase of the job on `runner`, and leave its lines in the folder of the attempt.

    S3DistVersionsError, with the words of the task that failed, if it does not end well; then the folder may
    hold anything.
    """
    silence_mrjob()
    # A thread or a task that has not noticed yet may still write there when all has ended.
    with tempfile.TemporaryDirectory(prefix="s3distversions-job-", ignore_cleanup_errors=True) as folder:
        args = [*common_args(work, Path(folder)), *runner_args(runner, work, Path(folder))]
        if runner in CLUSTERS:
            args += sizes(job_class, work, passed_on)
        args += passed_on
        watch = watched.on_cluster if runner in CLUSTERS else watched.here
        watch(lambda: job_class(args=args).make_runner(), work, folder, shown)


def common_args(work: Work, folder: Path) -> list[str]:
    """Return what the job is told, wherever it runs. `folder` is for files that go when it has ended."""
    # A copy of its own: another command may change what run.json says meanwhile.
    parameters_file = folder / "parameters.json"
    undone = {"undone": work.phase.undone.to_json()} if work.phase.undone else {}
    parameters_file.write_text(json.dumps({**work.parameters.to_json(), **undone}))
    return [
        *work.inputs,
        *("--phase", work.phase.name),
        *("--parameters-file", str(parameters_file)),
        *("--output-dir", work.run.output(work.kind, work.number)),
        *("--local-tmp-dir", str(folder)),  # which goes also when the job fails
    ]


def runner_args(runner: str, work: Work, folder: Path) -> list[str]:
    """Return what the job is told besides, on `runner`."""
    if runner == "inline":
        # One task after the other in this process: few of them, so that threads have all there is to do.
        return ["--progress-folder", str(folder), "--num-cores", "1"]
    shipped = ["--py-files", str(zip_package(folder))]
    if runner == "spark":
        return ["--progress-folder", str(folder), "--spark-tmp-dir", str(folder), *shipped]
    if runner not in CLUSTERS:
        return ["--progress-folder", str(folder), *shipped]
    return [
        *shipped,
        *("--failure-file", work.run.failure_file(work.kind, work.number)),
        *("--cleanup-on-failure", "TMP"),
    ]


def sizes(job_class: Any, work: Work, passed_on: Sequence[str]) -> list[str]:
    """Return how many tasks a job has, and how much memory, but for what the user or mrjob's configuration says."""
    with job_class(args=[os.devnull, *passed_on]).make_runner() as made:
        said = made._jobconf_for_step(0)  # by the new names, whatever the user calls them
    wanted = sizing.jobconf(work.phase.tasks, work.parameters)
    return [word for name, value in wanted.items() if name not in said for word in ("-D", f"{name}={value}")]


def zip_package(folder: Path) -> Path:
    """Return a zip of this package, for tasks that run where it is not installed.

    Compiled modules go with it: to compile them anew takes each task as long as to start.
    """
    root = Path(s3distversions.__path__[0])
    path = folder / "s3distversions.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(root.rglob("*.py")):
            name = Path("s3distversions") / file.relative_to(root)
            archive.write(file, name)
            # Where there is none they do without; another Python passes over it, and over one that is too old.
            with suppress(OSError):
                compiled = cache_from_source(str(file), optimization="")
                archive.writestr(str(name.with_suffix(".pyc")), Path(compiled).read_bytes())
    return path


def silence_mrjob() -> None:
    """Keep mrjob's log off the terminal: errors are told in one line, progress by a bar."""
    log = logging.getLogger("mrjob")
    log.propagate = False
    if not log.handlers:
        log.addHandler(logging.NullHandler())
