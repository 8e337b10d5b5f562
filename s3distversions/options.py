"""The command line: its words, and how they are read before anything is sent."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import cache
from typing import Any, NoReturn

from s3distversions import __version__
from s3distversions.errors import UsageError
from s3distversions.option_groups import add_options
from s3distversions.verb_options import SEE_HELP, VERBS, check

USAGE = """\
s3distversions --src s3://bucket/path --restore-time TIME [--prefixes FILE] [options]
       s3distversions plan --src s3://bucket/path --restore-time TIME [options]
       s3distversions undelete --src s3://bucket/path [--since TIME] [options]
       s3distversions apply|verify|undo RUN [options]"""

DESCRIPTION = """\
Brings a versioned S3 bucket, or a part of it, back to the state of a moment.

verbs:
  restore (or no verb)  plan, look at the guards, apply
  plan                  find out what has to be done, and write nothing to the bucket
  apply RUN             carry out a plan made before, whole or cut down by hand; or finish an interrupted run
  verify RUN            list again: is every key as it was at the restore time, and which are not?
  undo RUN              put back what the run has changed
  undelete              bring back whatever is deleted, or was deleted after --since: its newest version"""

EPILOG = """\
TIME is a moment such as 2014-01-01T14:00:00+07:00, or now-90m, now-24h, now-7d.

Every option of mrjob is passed on (-r inline|local|spark|hadoop|emr, --no-conf, -c, ...); -r inline is the
default: one process, many threads.

exit status:
  0    all done
  1    the job failed, or a guard stopped it
  2    bad usage: nothing was written
  3    finished, and some keys failed, were left (archived, changed by somebody else) or are not as they
       should be (verify)
  130  interrupted; run the same command, or `apply RUN`, to go on"""


class Parser(argparse.ArgumentParser):
    """A parser that raises UsageError instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        raise UsageError(message, SEE_HELP)


class Once(argparse.Action):
    """Stores a value, and refuses a second one: of two restore times neither can be meant."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        """Store the value."""
        if self.dest in given_to(namespace):
            parser.error(f"{option_string} is given twice")
        if values == "":
            parser.error(f"{option_string} is empty")
        namespace.given[self.dest] = option_string
        setattr(namespace, self.dest, values)


class Switch(argparse.Action):
    """Stores that it is given; twice is no more than once."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str):
        super().__init__(option_strings, dest, nargs=0, default=False, help=help)

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        """Store True."""
        given_to(namespace)[self.dest] = option_string
        setattr(namespace, self.dest, True)


class Filter(argparse.Action):
    """Adds a pattern to those of --include and --exclude: their order among each other counts."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        """Store the pattern, and which of the two it is."""
        given_to(namespace)[self.dest] = option_string
        namespace.filters = (*namespace.filters, (str(option_string).lstrip("-"), values))


def given_to(namespace: Any) -> dict[str, str | None]:
    """Return the options that were given so far: their names, and how they were written."""
    given: dict[str, str | None] = vars(namespace).setdefault("given", {})
    return given


def parser() -> Parser:
    """Return the parser of our own options; mrjob's are taken out before (`split`)."""
    result = Parser(
        "s3distversions",
        usage=USAGE,
        description=DESCRIPTION,
        epilog=EPILOG,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    result.register("action", None, Once)
    result.register("action", "store_true", Switch)
    result.register("action", "filter", Filter)
    add_options(result)
    result.add_argument("--version", action="version", version=f"s3distversions {__version__}")
    return result


@cache
def switches() -> frozenset[str]:
    """Return our own switches."""
    return frozenset(switch for action in parser()._actions for switch in action.option_strings)


def split(argv: Sequence[str], mrjob_switches: dict[str, bool]) -> tuple[list[str], list[str]]:
    """Return our own arguments and those to pass on to mrjob: `-r local`, `--jobconf=a=b`, ..."""
    ours: list[str] = []
    passed_on: list[str] = []
    taken = switches()
    arguments = iter(argv)
    for argument in arguments:
        name = argument.partition("=")[0] if argument.startswith("--") else argument[:2]
        if not argument.startswith("-") or name in taken or name not in mrjob_switches:
            ours.append(argument)
            continue
        passed_on.append(argument)
        if mrjob_switches[name] and argument == name:
            value = next(arguments, None)
            if value is None:
                raise UsageError(f"{name} needs a value", SEE_HELP)
            passed_on.append(value)
    return ours, passed_on


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return our own options, with `verb`, `run` (for the verbs that take one), and `given`: the options that
    stood there. UsageError for what makes no sense."""
    if "--" in argv:  # argparse, when options and words are mixed, takes options behind it for options
        raise UsageError("unexpected argument '--'", SEE_HELP)
    words = parser()
    words.add_argument("words", nargs="*", action="store", help=argparse.SUPPRESS)
    options = words.parse_intermixed_args(list(argv), argparse.Namespace(given={}))
    options.verb = options.words.pop(0) if options.words and options.words[0] in VERBS else "restore"
    check(options)
    return options
