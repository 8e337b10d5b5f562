"""From the command line to an exit code: the only place that prints errors and ends."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from s3distversions import commands, launch, options, report
from s3distversions.errors import S3DistVersionsError

LEFT, INTERRUPTED = 3, 130


def main(job_class: Any, argv: Sequence[str] | None = None) -> int:
    """Run the command with the MapReduce job `job_class`; return the exit code, see `--help`."""
    before = end_on_signals()
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
    except Exception as error:  # noqa: BLE001 - a defect of ours: told as one, in two lines
        with tempfile.NamedTemporaryFile("w", prefix="s3distversions-", suffix=".txt", delete=False) as file:
            traceback.print_exc(file=file)
        print(f"s3distversions: error: {type(error).__name__}: {one_line(str(error))}", file=sys.stderr)
        print(f"hint: This is a defect. Please report it, with the file {file.name}.", file=sys.stderr)
        return 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_on_signals() -> dict[signal.Signals, Any]:
    """Let SIGTERM, which schedulers send, end the command as Ctrl-C does; return what the signals did before."""
    if threading.current_thread() is not threading.main_thread():
        return {}

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    return {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGINT)}


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
