"""What mrjob is told, by options and by its configuration: checked before anything is sent or made.

mrjob itself looks at some of it when a task begins, after the buckets were asked, and at some of it never.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from s3distversions.errors import UsageError
from s3distversions.launch import silence_mrjob

HINT = "See mrjob's documentation: https://mrjob.readthedocs.io/en/latest/guides/configs-reference.html"
ON_CLUSTER = "-r hadoop runs on a machine of the cluster, with `hadoop` on the PATH or in $HADOOP_HOME/bin."
COMPRESS = "mapreduce.output.fileoutputformat.compress"
# mrjob's names of the options that name files which every task gets, and what each has to be
FILES = {"upload_files": os.path.isfile, "py_files": os.path.isfile, "upload_archives": os.path.isfile}
FOLDERS = {"upload_dirs": os.path.isdir}


def check(job_class: Any, runner: str, passed_on: Sequence[str]) -> None:
    """Raise UsageError unless mrjob can make a runner with the options that were passed on to it, and the
    files that they, or a configuration file, name are there."""
    silence_mrjob()
    if runner == "emr":  # making one asks AWS already
        return
    try:
        # With an input, or it would wait for standard input.
        with job_class(args=[os.devnull, *passed_on]).make_runner() as made:
            told = made._opts
            made._jobconf_for_step(0)  # where it compares versions of Hadoop
    except Exception as error:  # mrjob, YAML and what they are given raise whatever they like
        if runner == "hadoop" and isinstance(error, FileNotFoundError):
            raise UsageError(f"{error.filename}: no such command", ON_CLUSTER) from error
        what = str(error).strip() or type(error).__name__
        raise UsageError(f"mrjob refuses its options or its configuration: {what}", HINT) from error
    master = told.get("spark_master") or "local"
    if runner == "spark" and not master.startswith("local"):
        raise UsageError(f"-r spark runs on this machine, not on {master}", "On a cluster use -r hadoop.")
    for name, exists in {**FILES, **FOLDERS}.items():
        for path in told[name] or ():
            here = str(path).partition("#")[0]  # behind it stands the name that tasks see
            if "://" not in here and not exists(here):
                kind = "folder" if name in FOLDERS else "file"
                raise UsageError(f"mrjob's option {name}: {path} is no {kind}", "Give one that is there.")
    for name in {**told["jobconf"], **told["cmdenv"]}:
        if not name:  # tasks get them as variables of their environment
            raise UsageError("mrjob's options jobconf and cmdenv: a name is empty", HINT)
    if told["jobconf"].get(COMPRESS) not in (None, "false", False):
        raise UsageError(
            f"mrjob's option jobconf: {COMPRESS}", "A run's lines are read as they are: leave it out."
        )
    cores = told.get("num_cores")
    if cores is not None and not (isinstance(cores, int) and cores > 0):
        raise UsageError(f"mrjob's option num_cores: {cores!r} is not a number above 0", HINT)
