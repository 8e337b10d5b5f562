"""From the command line to an exit code: the only place that prints errors and ends."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from s3distversions import launch, options, streams
from s3distversions.applying import apply
from s3distversions.command import Command
from s3distversions.errors import S3DistVersionsError
from s3distversions.restoring import plan, restore
from s3distversions.undo import undo
from s3distversions.verifying import verify

LEFT, INTERRUPTED = 3, 130
VERBS = {
    "restore": restore,
    "plan": plan,
    "apply": apply,
    "verify": verify,
    "undo": undo,
    "undelete": restore,
}


def main(job_class: Any, argv: Sequence[str] | None = None) -> int:
    """Run the command with the MapReduce job `job_class`; return the exit code, see `--help`."""
    streams.open_closed()
    before = end_on_signals()
    try:
        return run(job_class, sys.argv[1:] if argv is None else argv)
    except S3DistVersionsError as error:
        streams.say(f"s3distversions: error: {streams.one_line(error.what)}")
        streams.say(f"hint: {streams.one_line(error.hint)}")
        return error.exit_code
    except KeyboardInterrupt:
        streams.say("s3distversions: interrupted")
        streams.say("hint: Run the same command again, or `s3distversions apply RUN`, to go on.")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - a defect of ours: told as one, in two lines
        streams.say(f"s3distversions: error: {type(error).__name__}: {streams.one_line(str(error))}")
        streams.say(f"hint: This is a defect. Please report it, with {kept_for_a_report()}.")
        return 1
    finally:
        streams.end()
        for number, handler in before.items():
            signal.signal(number, handler)


def end_on_signals() -> dict[signal.Signals, Any]:
    """Let SIGTERM, which schedulers send, and the end of a terminal end the command as Ctrl-C does.

    Return what the signals did before. A hang-up that is ignored, as under nohup, stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        return {}

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    heeded = [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        heeded.append(signal.SIGHUP)
    return {number: signal.signal(number, interrupt) for number in heeded}


def run(job_class: Any, argv: Sequence[str]) -> int:
    """Read the options, run the verb, tell the summary."""
    ours, passed_on = options.split(argv, launch.mrjob_switches(job_class))
    given = options.parse(ours)
    command = Command(job_class, given, passed_on, datetime.now(timezone.utc))
    try:
        result = VERBS[given.verb](command)
    finally:
        command.cluster.end()
    streams.show(json.dumps(result.summary) if given.json else result.text, result.place)
    return 0 if result.is_complete else LEFT


def kept_for_a_report() -> str:
    """Keep the traceback of the error that is being handled; return where, in words."""
    text = traceback.format_exc()
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="s3distversions-", suffix=".txt", delete=False, errors="backslashreplace"
        ) as file:
            file.write(text)
    except OSError:  # no space, or nowhere to write
        return f"these words: {streams.one_line(text)}"
    return f"the file {file.name}"
