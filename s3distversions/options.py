"""The command line: its words, and what they are checked for before anything is sent."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import cache
from typing import Any, NoReturn

from s3distversions import __version__
from s3distversions.errors import UsageError
from s3distversions.model import BY_COPY, BY_REMOVING_MARKERS
from s3distversions.values import amount, endpoint, width

VERBS = ("restore", "plan", "apply")
SEE_HELP = "See `s3distversions --help`."

USAGE = """\
s3distversions --src s3://bucket/path --restore-time TIME [--prefixes FILE] [options]
       s3distversions plan --src s3://bucket/path --restore-time TIME [options]
       s3distversions apply RUN [options]"""

DESCRIPTION = """\
Brings a versioned S3 bucket, or a part of it, back to the state of a moment.

verbs:
  restore (or no verb)  plan, look at the guards, apply
  plan                  find out what has to be done, and write nothing to the bucket
  apply RUN             carry out a plan made before, whole or cut down by hand; or finish an interrupted run"""

EPILOG = """\
Every option of mrjob is passed on (-r inline|local, --no-conf, -c, ...); -r inline is the default: one
process, many threads.

exit status:
  0    all done
  1    the job failed, or a guard stopped it
  2    bad usage: nothing was written
  3    finished, and some keys failed or were left (archived, changed by somebody else)
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
        given = vars(namespace).setdefault("given", set())
        if self.dest in given:
            parser.error(f"{option_string} is given twice")
        if values == "":
            parser.error(f"{option_string} is empty")
        given.add(self.dest)
        setattr(namespace, self.dest, values)


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
    what = result.add_argument_group("what to restore, and where to")
    what.add_argument(
        "--src", metavar="URI", help="s3://bucket/path: everything below it, and the key itself"
    )
    what.add_argument(
        "--restore-time", metavar="TIME", help="2014-01-01T14:00:00+07:00, or now-90m, now-24h, now-7d"
    )
    what.add_argument(
        "--prefixes",
        "--srcPrefixesFile",
        metavar="FILE",
        help="only keys that begin with a line of this file (local, s3:// or -)",
    )
    what.add_argument(
        "--dest", metavar="URI", help="put the state there and leave --src as it is (default: in place)"
    )
    how = result.add_argument_group("how")
    how.add_argument(
        "--delete", action="store_true", help="also delete what exists now and did not exist then"
    )
    how.add_argument(
        "--max-delete", metavar="N|N%", type=amount, help="with more to delete than this, write nothing"
    )
    how.add_argument(
        "--overwrite", action="store_true", help="cover objects in a --dest that keeps no versions, for good"
    )
    how.add_argument(
        "--undelete",
        choices=[BY_REMOVING_MARKERS, BY_COPY],
        default=BY_REMOVING_MARKERS,
        help="how a key that was deleted since comes back (default: %(default)s)",
    )
    how.add_argument("--dry-run", action="store_true", help="the same as the verb plan")
    how.add_argument(
        "--one-job",
        action="store_true",
        help="list, choose and restore in a single MapReduce job; no plan is kept",
    )
    how.add_argument(
        "--version-info-output",
        "--outputManifest",
        metavar="RUN",
        help="the folder of this run; with a / at the end: its parent",
    )
    how.add_argument(
        "--list-parallel",
        metavar="N",
        type=width,
        default=32,
        help="requests in flight in a task that lists (default: %(default)s)",
    )
    how.add_argument(
        "--write-parallel",
        metavar="N",
        type=width,
        default=32,
        help="requests in flight in a task that writes (default: %(default)s)",
    )
    s3 = result.add_argument_group("S3")
    s3.add_argument(
        "--endpoint-url", "--s3Endpoint", metavar="URL", type=endpoint, help="another S3 than AWS's own"
    )
    s3.add_argument("--profile", metavar="NAME", help="a profile of the AWS configuration")
    told = result.add_argument_group("what is told")
    told.add_argument("--json", action="store_true", help="the summary as JSON on standard output")
    told.add_argument("--quiet", action="store_true", help="no progress and no warnings on standard error")
    told.add_argument("--no-progress", action="store_true", help="no progress on standard error")
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
    """Return our own options, with `verb` and, for apply, `run`. UsageError for what makes no sense."""
    if "--" in argv:  # argparse, when options and words are mixed, takes options behind it for options
        raise UsageError("unexpected argument '--'", SEE_HELP)
    words = parser()
    words.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    options = words.parse_intermixed_args(list(argv), argparse.Namespace(given=set()))
    options.verb = options.words.pop(0) if options.words and options.words[0] in VERBS else "restore"
    if options.verb == "apply":
        check_apply(options)
    else:
        check_restore(options)
    return options


def check_apply(options: argparse.Namespace) -> None:
    """Raise UsageError unless the options are those of `apply RUN`; sets `run`."""
    if len(options.words) != 1 or not options.words[0]:
        raise UsageError("apply needs the folder of one run", "Write: s3distversions apply RUN")
    options.run = options.words[0]
    blank = parser().parse_args([])
    allowed = {"endpoint_url", "profile", "write_parallel", "max_delete", "overwrite"}
    allowed |= {"json", "quiet", "no_progress"}
    for name, value in vars(blank).items():
        if name not in allowed and (name in options.given or getattr(options, name) != value):
            option = "--" + name.replace("_", "-")
            raise UsageError(
                f"{option} cannot be given to apply", "A plan says what is to be done; see run.json."
            )


def check_restore(options: argparse.Namespace) -> None:
    """Raise UsageError unless the options of a restore or a plan go together."""
    if options.words:
        raise UsageError(f"unexpected argument {options.words[0]!r}", SEE_HELP)
    for name in ("src", "restore_time"):
        if getattr(options, name) is None:
            raise UsageError(f"--{name.replace('_', '-')} is missing", SEE_HELP)
    if options.dry_run:
        options.verb = "plan"
    if not options.one_job:
        return
    if options.verb == "plan":
        raise UsageError("--one-job keeps no plan", "Leave out --one-job to make a plan.")
    if options.max_delete is not None:
        raise UsageError("--max-delete needs a plan, and --one-job keeps none", "Leave out one of them.")
