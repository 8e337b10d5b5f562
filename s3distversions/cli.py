"""From the command line to an exit code: the only place that prints errors and ends."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from s3distversions import commands, launch, options, report
from s3distversions.errors import S3DistVersionsError

LEFT, INTERRUPTED = 3, 130


def main(job_class: Any, argv: Sequence[str] | None = None) -> int:
    """Run the command with the MapReduce job `job_class`; return the exit code, see `--help`."""
    try:
        return run(job_class, sys.argv[1:] if argv is None else argv)
    except S3DistVersionsError as error:
        print(f"s3distversions: error: {one_line(error.what)}", file=sys.stderr)
        print(f"hint: {one_line(error.hint)}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("s3distversions: interrupted", file=sys.stderr)
        print("hint: Run the same command again, or `s3distversions apply RUN`, to go on.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read standard output has gone; Python would complain again while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def run(job_class: Any, argv: Sequence[str]) -> int:
    """Read the options, run the verb, tell the summary."""
    ours, passed_on = options.split(argv, launch.mrjob_switches(job_class))
    given = options.parse(ours)
    command = commands.Command(job_class, given, passed_on, datetime.now(timezone.utc))
    result = {"restore": commands.restore, "plan": commands.plan, "apply": commands.apply}[given.verb](
        command
    )
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of folders and keys, whatever the locale
    print(json.dumps(result.summary) if given.json else result.text, flush=True)
    return 0 if report.is_complete(result.summary) else LEFT


def one_line(text: str) -> str:
    """Return `text` in one line: keys and servers' messages can hold line ends."""
    return " ".join(text.split())
