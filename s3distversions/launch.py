"""Starts the mrjob job and waits for it: the only place, apart from the job itself, that knows mrjob."""

from __future__ import annotations

import glob
import json
import logging
import tempfile
import traceback
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, NamedTuple

import s3distversions
from s3distversions.errors import S3DistVersionsError, UsageError
from s3distversions.parameters import Parameters
from s3distversions.progress import Watch, told_failure
from s3distversions.run import Run

RUNNERS = ("inline", "local")
# What this command sets itself, or has its own word for.
OURS = {
    "-h", "--help", "--deprecated", "-o", "--output-dir", "--output", "--no-output", "--cat-output",
    "--no-cat-output", "--mapper", "--combiner", "--reducer", "--spark", "--step-num", "--steps",
    "--phase", "--parameters-file", "--progress-folder", "-q", "--quiet", "--version",
}  # fmt: skip


class Phase(NamedTuple):
    """What the job is to do, and how to say how far it is."""

    name: str
    what: str
    unit: str
    total: int | None = None
    undone: Parameters | None = None  # those of the run that is undone


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
        raise UsageError(f"-r {runner} is not supported yet", f"Use one of: {', '.join(RUNNERS)}.")
    return str(runner)


def run_phase(
    job_class: Any,
    runner: str,
    phase: Phase,
    run: Run,
    parameters: Parameters,
    inputs: Iterable[Path],
    output: Path,
    passed_on: Sequence[str],
    shown: bool,
) -> None:
    """Run the job's `phase` on `runner` over the files in `inputs` and leave its lines in the folder `output`.

    S3DistVersionsError, with the words of the task that failed, if it does not end well; then `output` may
    hold anything.
    """
    silence_mrjob()
    # A thread or a task that has not noticed yet may still write there when all has ended.
    with tempfile.TemporaryDirectory(prefix="s3distversions-job-", ignore_cleanup_errors=True) as folder:
        # A copy of its own: another command may change what run.json says meanwhile.
        parameters_file = Path(folder, "parameters.json")
        undone = {"undone": phase.undone.to_json()} if phase.undone else {}
        parameters_file.write_text(json.dumps({**parameters.to_json(), **undone}))
        args = [
            *(glob.escape(str(path)) for path in inputs),
            *("--phase", phase.name),
            *("--parameters-file", str(parameters_file)),
            *("--output-dir", str(output)),
            *("--progress-folder", folder),
            *("--local-tmp-dir", folder),  # which goes also when the job fails
            *passed_on,
        ]
        if runner == "inline":
            # One task after the other in this process: few of them, so that threads have all there is to do.
            args += ["--num-cores", "1"]
        else:
            args += ["--py-files", str(zip_package(Path(folder)))]
        with Watch(folder, phase.what, phase.unit, phase.total, shown):
            try:
                with job_class(args=args).make_runner() as mrjob_runner:
                    mrjob_runner.run()
            except S3DistVersionsError:
                raise
            except Exception as error:
                raise told_failure(folder) or unexpected(error, run) from error


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
