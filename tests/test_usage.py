"""What people get wrong: exit code and words for each, and nothing written; then what must be accepted."""

import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

import pytest
from s3distversions.jobs.restore import RestoreVersions

from s3distversions import cli, client, launch, options, prefixes, prepare, storage
from s3distversions.location import Location
from s3distversions.model import BY_COPY, KeyRange
from tests.embedded_s3 import EmbeddedS3

ROOT = Path(__file__).parent.parent
T = "2014-01-01T14:00:00+07:00"
UTC = "2014-01-01T07:00:00Z"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
USAGE, STOPPED = 2, 1
CLOSED_PORT = "http://127.0.0.1:1"
KEYS = 16  # with bad lines among that many good ones, a job that does not look first would begin to write

# Setup of a row: its working directory, and a finished plan of `s3://versioned/path` to copy from.
Setup = Callable[[Path, Path], None]


class Bad(NamedTuple):
    """A command that must be refused. {tmp} and {endpoint} stand for the working directory and the server."""

    name: str
    argv: list[str]
    error: str | re.Pattern[str]  # a pattern only where Python's own words differ between its versions
    code: int = USAGE
    may_ask: bool = False  # S3 has to be asked to know that it is wrong
    setup: Setup = lambda tmp, plan: None
    stdin: bytes = b""


def given(*more: str, src: str = "s3://versioned/path", time: str = T) -> list[str]:
    return ["--src", src, "--restore-time", time, "--endpoint-url", "{endpoint}", *more]


# Setups


def file(name: str, content: bytes) -> Setup:
    def setup(tmp: Path, plan: Path) -> None:
        path = tmp / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    return setup


def folder(name: str) -> Setup:
    return lambda tmp, plan: (tmp / name).mkdir()


def run_json(change: Callable[[dict], object]) -> Setup:
    """A copy of the plan's folder, and what `change` makes of its run.json, or leaves of it."""

    def setup(tmp: Path, plan: Path) -> None:
        shutil.copytree(plan, tmp / "run")
        path = tmp / "run" / "run.json"
        state = json.loads(path.read_text())
        changed = change(state)
        path.write_text(json.dumps(state if changed is None else changed))

    return setup


def gone_plan(tmp: Path, plan: Path) -> None:
    shutil.copytree(plan, tmp / "run")
    shutil.rmtree(tmp / "run" / "versions")


def plan_lines(change: Callable[[list], list]) -> Setup:
    """A copy of the plan's folder with the lines, objects or text, that `change` makes of its plan lines."""

    def setup(tmp: Path, plan: Path) -> None:
        shutil.copytree(plan, tmp / "run")
        lines, records = [], []
        for part in sorted((tmp / "run" / "versions" / "1").glob("part-*")):
            for line in map(json.loads, part.read_text().splitlines()):
                (lines if "key" in line else records).append(line)
            part.unlink()
        assert len(lines) == KEYS + 2
        changed = change(sorted(lines, key=lambda line: line["key"])) + records
        texts = [line if isinstance(line, str) else json.dumps(line) for line in changed]
        (tmp / "run" / "versions" / "1" / "part-00000").write_text("\n".join(texts) + "\n")

    return setup


def edited(of: str, /, **changes: object) -> Setup:
    """The plan with another value of some names in the line of the key `of`; ... takes the name out."""

    def change(lines: list) -> list:
        (line,) = [line for line in lines if line["key"] == of]
        line.update(changes)
        for name in [name for name, value in changes.items() if value is ...]:
            del line[name]
        return lines

    return plan_lines(change)


def edited_target(key: str, **changes: object) -> Setup:
    """The plan with other values in the target of `key`."""

    def change(lines: list) -> list:
        for line in lines:
            if line["key"] == key:
                line["target"].update(changes)
        return lines

    return plan_lines(change)


# The table

NOT_A_MOMENT = "--restore-time {0!r} is not a full moment in time"
NO_SUCH_MOMENT = "--restore-time {0!r} does not exist"
IN_THE_FUTURE = "--restore-time {0} is in the future"
TIMES = [
    ("a day of the month", "10", NOT_A_MOMENT),
    ("a year", "2014", NOT_A_MOMENT),
    ("a month", "2014-01", NOT_A_MOMENT),
    ("a date", "2014-01-01", NOT_A_MOMENT),
    ("no seconds and no zone", "2014-01-01T14:00", NOT_A_MOMENT),
    ("no seconds", "2014-01-01T14:00+07:00", NOT_A_MOMENT),
    ("no zone", "2014-01-01T14:00:00", NOT_A_MOMENT),
    ("a zone's name", "2014-01-01T14:00:00 Asia/Krasnoyarsk", NOT_A_MOMENT),
    ("a zone's letters", "2014-01-01T14:00:00EST", NOT_A_MOMENT),
    ("z in lower case", "2014-01-01T07:00:00z", NOT_A_MOMENT),
    ("a space for the T", "2014-01-01 14:00:00+07:00", NOT_A_MOMENT),
    ("below a second", "2014-01-01T14:00:00.5+07:00", NOT_A_MOMENT),
    ("below a second, with a comma", "2014-01-01T14:00:00,5+07:00", NOT_A_MOMENT),
    ("no such day", "2014-02-30T14:00:00Z", NO_SUCH_MOMENT),
    ("no leap year", "2014-02-29T14:00:00Z", NO_SUCH_MOMENT),
    ("no such month", "2014-13-01T14:00:00Z", NO_SUCH_MOMENT),
    ("the year 0", "0000-01-01T14:00:00Z", NO_SUCH_MOMENT),
    ("hour 24", "2014-01-01T24:00:00Z", NOT_A_MOMENT),
    ("minute 60", "2014-01-01T14:60:00Z", NO_SUCH_MOMENT),
    ("second 60", "2014-01-01T14:00:60Z", NO_SUCH_MOMENT),
    ("an offset of 25 hours", "2014-01-01T14:00:00+25:00", NOT_A_MOMENT),
    ("an offset of 60 minutes", "2014-01-01T14:00:00+07:60", NOT_A_MOMENT),
    ("before the first moment", "0001-01-01T00:00:00+14:00", NO_SUCH_MOMENT),
    ("the future", "2999-01-01T00:00:00Z", IN_THE_FUTURE),
    ("full-width digits", "２０１４-01-01T14:00:00Z", NOT_A_MOMENT),
    ("a space before", " 2014-01-01T14:00:00Z", NOT_A_MOMENT),
    ("a space behind", "2014-01-01T14:00:00Z ", NOT_A_MOMENT),
    ("a line end behind", "2014-01-01T14:00:00Z\n", NOT_A_MOMENT),
    ("seconds since 1970", "1388534400", NOT_A_MOMENT),
    ("now", "now", NOT_A_MOMENT),
    ("now-", "now-", NOT_A_MOMENT),
    ("a span without unit", "now-5", NOT_A_MOMENT),
    ("a span in years", "now-5y", NOT_A_MOMENT),
    ("a span ahead", "now+5h", NOT_A_MOMENT),
    ("NOW", "NOW-5h", NOT_A_MOMENT),
    ("a span with a fraction", "now-1.5h", NOT_A_MOMENT),
    ("a span below nothing", "now--5h", NOT_A_MOMENT),
    ("a span with full-width digits", "now-５h", NOT_A_MOMENT),
    ("a span to before the first moment", "now-999999d", NO_SUCH_MOMENT),
    ("a span of 30 digits", "now-" + "9" * 30 + "d", NOT_A_MOMENT),
    ("words", "yesterday", NOT_A_MOMENT),
]

NO_LOCATION = "--src {0!r} is not an S3 location"
NO_BUCKET = "--src {0!r} has no valid bucket name"
LOCATIONS = [
    ("no scheme", "versioned/path", NO_LOCATION),
    ("https", "https://versioned.s3.amazonaws.com/path", NO_LOCATION),
    ("hdfs", "hdfs:///path", NO_LOCATION),
    ("one slash", "s3:/x", NO_LOCATION),
    ("S3 in upper case", "S3://versioned/path", NO_LOCATION),
    ("a space before", " s3://versioned/path", NO_LOCATION),
    ("no bucket", "s3://", NO_BUCKET),
    ("no bucket, but a path", "s3:///path", NO_BUCKET),
    ("a bucket of two letters", "s3://ab/path", NO_BUCKET),
    ("a bucket of 256 letters", "s3://" + "b" * 256, NO_BUCKET),
    ("a space in the bucket", "s3://my bucket/path", NO_BUCKET),
    ("a hyphen first", "s3://-bucket/path", NO_BUCKET),
    ("a dot last", "s3://bucket./path", NO_BUCKET),
    ("a letter with dots", "s3://bücket/path", NO_BUCKET),
    ("a wildcard", "s3://bucket*/path", NO_BUCKET),
    ("a port", "s3://bucket:9000/path", NO_BUCKET),
    ("an ARN", "arn:aws:s3:::versioned", NO_LOCATION),
    (
        "an access point's ARN",
        "s3://arn:aws:s3:us-east-1:123456789012:accesspoint/mine/path",
        "--src {0!r} names an ARN",
    ),
    (
        "a directory bucket",
        "s3://mine--usw2-az1--x-s3/path",
        "--src {0!r} is a directory bucket",
    ),
    ("a path of 1025 bytes", "s3://versioned/" + "é" * 512 + "e", "--src {0!r} is 1025 bytes long"),
    ("bytes that are not UTF-8", "s3://versioned/\udcff", "--src {0!r} is not UTF-8"),
]

OVERLAPS = [
    ("the same", "s3://versioned/path", "s3://versioned/path"),
    ("the same with a slash", "s3://versioned/path", "s3://versioned/path/"),
    ("the same as s3a", "s3://versioned/path", "s3a://versioned/path"),
    ("below", "s3://versioned/path", "s3://versioned/path/old"),
    ("above", "s3://versioned/path/old", "s3://versioned/path"),
    ("below a whole bucket", "s3://versioned", "s3://versioned/path"),
    ("a whole bucket above", "s3://versioned/path", "s3://versioned"),
    ("the folder of a key", "s3://versioned/path/key", "s3://versioned/path/"),
    ("a key in the folder", "s3://versioned/path/", "s3://versioned/path/key"),
]

LISTS = [
    ("empty", b"", "the prefix list list holds no prefix"),
    ("blank lines", b"\n \t\r\n\n", "the prefix list list holds no prefix"),
    ("a BOM alone", b"\xef\xbb\xbf", "the prefix list list holds no prefix"),
    ("an empty .gz", gzip.compress(b""), "the prefix list list holds no prefix"),
    ("UTF-16", "1\r\n".encode("utf-16"), "the prefix list list is UTF-16"),
    ("UTF-16, big end first", b"\xfe\xff\x001\x00\n", "the prefix list list is UTF-16"),
    ("Latin 1", "1\nbücher\n".encode("latin-1"), "line 2 of the prefix list list is not UTF-8"),
    ("surrogates as UTF-8", b"\xed\xa0\x80\n", "line 1 of the prefix list list is not UTF-8"),
    ("a long line", b"1\n" + b"x" * 1020, "line 2 of the prefix list list is 1025 bytes long"),
    ("a cut .gz", gzip.compress(b"1\n")[:-4], "the prefix list list is a damaged .gz"),
    (
        "a .gz with garbage behind",
        gzip.compress(b"1\n") + b"garbage",
        "the prefix list list is a damaged .gz",
    ),
    ("a .gz of its magic", b"\x1f\x8b", "the prefix list list is a damaged .gz"),
    (
        "another path",
        b"s3://versioned/path2/1",
        "line 1 of the prefix list list is outside --src s3://versioned/path: s3://versioned/path2/1",
    ),
    (
        "above",
        b"/1\ns3://versioned",
        "line 2 of the prefix list list is outside --src s3://versioned/path: s3://versioned",
    ),
    (
        "another bucket",
        b"s3://other/path/1\n",
        "line 1 of the prefix list list is outside --src s3://versioned/path: s3://other/path/1",
    ),
    (
        "no bucket",
        b"s3:///path/1\n",
        "line 1 of the prefix list list 's3:///path/1' has no valid bucket name",
    ),
]

NOT_A_WIDTH = "argument --list-parallel: {0!r} is not a number from 1 to 9999"
WIDTHS = ["0", "-1", "10000", "9" * 30, "many", "1.5", "４", " 4", ""]

NOT_AN_AMOUNT = "argument --max-delete: {0!r} is neither a number of keys nor per cent, such as 100 or 5%"
AMOUNTS = ["-1", "abc", "101%", "100.5%", "%", "5 %", "1.5", "９", "1e3", "9" * 19, ""]

NOT_A_URL = "argument --endpoint-url/--s3Endpoint: {0!r} is not a URL such as https://s3.example.com"
ENDPOINTS = [
    "http://",
    "ftp://127.0.0.1",
    "s3://versioned",
    "http://127.0.0.1:9000/path",
    "http://127.0.0.1?x",
    "two words",
    "http://under_score:9000",
    "http://127.0.0.1:99999",
    "http://127.0.0.1:port",
    "http://[::1",
    "http://*",
]

OPTIONS = [
    Bad("nothing at all", [], "--src is missing"),
    Bad("no restore time", ["--src", "s3://versioned"], "--restore-time is missing"),
    Bad("no source", ["--restore-time", T], "--src is missing"),
    Bad("an empty source", ["--src=", "--restore-time", T], "--src is empty"),
    Bad(
        "an empty restore time", ["--src", "s3://versioned", "--restore-time", ""], "--restore-time is empty"
    ),
    Bad("an empty destination", given("--dest", ""), "--dest is empty"),
    Bad("an empty list", given("--prefixes="), "--prefixes is empty"),
    Bad("an empty run", given("--version-info-output", ""), "--version-info-output is empty"),
    Bad("two sources", given("--src", "s3://other"), "--src is given twice"),
    Bad("two restore times", given("--restore-time", "now-1h"), "--restore-time is given twice"),
    Bad("two lists", given("--prefixes", "a", "--srcPrefixesFile=b"), "--srcPrefixesFile is given twice"),
    Bad("two limits", given("--max-delete", "1", "--max-delete", "1"), "--max-delete is given twice"),
    Bad("an unknown option", given("--force"), "unrecognized arguments: --force"),
    Bad("an unknown letter", given("-x"), "unrecognized arguments: -x"),
    Bad("an option cut short", given("--del"), "unrecognized arguments: --del"),
    Bad("--restore", ["--src", "s3://versioned", f"--restore={T}"], f"unrecognized arguments: --restore={T}"),
    Bad("a value missing", given("--dest"), "argument --dest: expected one argument"),
    Bad(
        "an option for a value",
        given("--dest", "--delete"),
        "argument --dest: expected one argument",
    ),
    Bad(
        "a value for a switch",
        given("--delete=yes"),
        "argument --delete: ignored explicit argument 'yes'",
    ),
    Bad(
        "no such way to undelete",
        given("--undelete", "both"),
        re.compile(
            r"argument --undelete: invalid choice: 'both' \(choose from '?remove-markers'?, '?copy'?\)"
        ),
    ),
    Bad("a plan in one job", ["plan", *given("--one-job")], "--one-job keeps no plan"),
    Bad("a dry run in one job", given("--one-job", "--dry-run"), "--one-job keeps no plan"),
    Bad(
        "a limit in one job",
        given("--one-job", "--delete", "--max-delete", "5%"),
        "--max-delete needs a plan, and --one-job keeps none",
    ),
    Bad(
        "an unknown profile",
        given("--profile", "nobody"),
        "The config profile (nobody) could not be found",
    ),
]

VERBS = [
    Bad("an unknown word", ["frobnicate", *given()], "unexpected argument 'frobnicate'"),
    Bad("an empty word", ["", *given()], "unexpected argument ''"),
    Bad("a verb in upper case", ["PLAN", *given()], "unexpected argument 'PLAN'"),
    Bad("two verbs", ["plan", "restore", *given()], "unexpected argument 'restore'"),
    Bad("a run to plan", ["plan", "run", *given()], "unexpected argument 'run'"),
    Bad("a word behind", given("s3://other"), "unexpected argument 's3://other'"),
    Bad("apply nothing", ["apply"], "apply needs the folder of one run"),
    Bad("apply an empty name", ["apply", ""], "apply needs the folder of one run"),
    Bad("apply two", ["apply", "one", "two"], "apply needs the folder of one run"),
    *(
        Bad(
            f"apply with {' '.join(option)}",
            ["apply", "run", *option],
            f"{option[0]} cannot be given to apply",
            setup=run_json(lambda state: None),
        )
        for option in [
            ["--src", "s3://versioned"],
            ["--restore-time", T],
            ["--prefixes", "list"],
            ["--dest", "s3://other"],
            ["--delete"],
            ["--dry-run"],
            ["--one-job"],
            ["--undelete", "copy"],
            ["--undelete", "remove-markers"],  # the default, and yet it says what the plan may not
            ["--version-info-output", "other"],
        ]
    ),
]

PREFIXES = [
    Bad("a missing list", given("--prefixes", "none"), "--prefixes none: No such file or directory"),
    Bad(
        "a folder for a list",
        given("--prefixes", "list"),
        "--prefixes list: Is a directory",
        setup=folder("list"),
    ),
    Bad("nothing on standard input", given("--prefixes", "-"), "the prefix list - holds no prefix"),
    Bad(
        "UTF-16 on standard input",
        given("--prefixes", "-"),
        "the prefix list - is UTF-16",
        stdin="1\n".encode("utf-16"),
    ),
    Bad(
        "a list on HDFS",
        given("--prefixes", "hdfs:///list"),
        "--prefixes hdfs:///list: this runner reads local files and s3:// only",
    ),
    Bad(
        "a list on the web",
        given("--prefixes", "https://example.com/list"),
        "--prefixes https://example.com/list: this runner reads local files and s3:// only",
    ),
    Bad(
        "a list in no bucket",
        given("--prefixes", "s3:///list"),
        "--prefixes 's3:///list' has no valid bucket name",
    ),
    Bad(
        "a bucket for a list",
        given("--prefixes", "s3://other"),
        "--prefixes s3://other names no object",
    ),
    Bad(
        "a missing object for a list",
        given("--prefixes", "s3://other/none"),
        "--prefixes s3://other/none: no such object",
        may_ask=True,
    ),
    Bad(
        "a list in a missing bucket",
        given("--prefixes", "s3://nowhere/list"),
        "reading s3://nowhere/list: NoSuchBucket: The specified bucket does not exist",
        may_ask=True,
    ),
    Bad(
        "an empty object for a list",
        given("--prefixes", "s3://other/empty"),
        "the prefix list s3://other/empty holds no prefix",
        may_ask=True,
    ),
]

OTHER_RUN = run_json(lambda state: state.update(restore_time="2013-01-01T00:00:00Z"))
RUNS = [
    Bad(
        "other files in the run's folder",
        given("--version-info-output", "run"),
        "--version-info-output run is not empty",
        setup=file("run/notes.txt", b"mine"),
    ),
    Bad(
        "a file for a folder",
        given("--version-info-output", "run"),
        "--version-info-output run is not a folder",
        setup=file("run", b"mine"),
    ),
    Bad(
        "a folder below a file",
        given("--version-info-output", "file/run"),
        "--version-info-output file/run: Not a directory",
        setup=file("file", b"mine"),
    ),
    Bad(
        "a parent that is a file",
        given("--version-info-output", "file/"),
        "--version-info-output file/versioned-20140101T070000Z: Not a directory",
        setup=file("file", b"mine"),
    ),
    Bad(
        "another restore time's run",
        given("--version-info-output", "run"),
        "--version-info-output run holds another run",
        may_ask=True,
        setup=OTHER_RUN,
    ),
    Bad(
        "the run of a list",
        given("--version-info-output", "run", "--delete", "--prefixes", "list"),
        "--version-info-output run holds another run",
        may_ask=True,
        setup=lambda tmp, plan: (run_json(lambda state: None)(tmp, plan), file("list", b"1")(tmp, plan)),
    ),
    Bad(
        "a plan of what is applied",
        ["plan", *given("--delete", "--version-info-output", "run")],
        "the run in run is applied already",
        may_ask=True,
        setup=run_json(lambda state: state.update(applied=[1])),
    ),
    Bad(
        "a run on HDFS",
        given("--version-info-output", "hdfs:///run"),
        "--version-info-output hdfs:///run: this runner keeps runs in local folders and on s3:// only",
    ),
    Bad(
        "a run in no bucket",
        given("--version-info-output", "s3:///run"),
        "--version-info-output 's3:///run' has no valid bucket name",
    ),
    Bad(
        "a run in the source",
        given("--version-info-output", "s3://versioned/path/run"),
        "--version-info-output s3://versioned/path/run lies in s3://versioned/path, which the run is about",
    ),
    Bad(
        "a run above the source",
        given("--version-info-output", "s3://versioned/"),
        "--version-info-output s3://versioned/ lies in s3://versioned/path, which the run is about",
    ),
    Bad(
        "a run in the destination",
        given("--dest", "s3://other/new", "--version-info-output", "s3a://other/new/run"),
        "--version-info-output s3a://other/new/run lies in s3://other/new, which the run is about",
    ),
    Bad(
        "a run in a missing bucket",
        given("--version-info-output", "s3://nowhere/run"),
        "reading s3://nowhere/run: NoSuchBucket: The specified bucket does not exist",
        may_ask=True,
    ),
    Bad(
        "other objects in the run's folder",
        given("--version-info-output", "s3://other/used"),
        "--version-info-output s3://other/used is not empty",
        may_ask=True,
    ),
    Bad(
        "a folder with a name that is too long",
        given("--version-info-output", "r" * 300),
        f"--version-info-output {'r' * 300}: File name too long",
    ),
    Bad("apply a name that is too long", ["apply", "r" * 300], f"{'r' * 300} holds no run"),
    Bad("apply what is not there", ["apply", "none"], "none holds no run"),
    Bad("apply a file", ["apply", "run"], "run holds no run", setup=file("run", b"mine")),
    Bad("apply an empty folder", ["apply", "run"], "run holds no run", setup=folder("run")),
    Bad(
        "apply nothing on S3",
        ["apply", "s3://other/none", "--endpoint-url", "{endpoint}"],
        "s3://other/none holds no run",
        may_ask=True,
    ),
    Bad(
        "apply from HDFS",
        ["apply", "hdfs:///run"],
        "RUN hdfs:///run: this runner keeps runs in local folders and on s3:// only",
    ),
    Bad("apply from no bucket", ["apply", "s3:///run"], "RUN 's3:///run' has no valid bucket name"),
    Bad(
        "apply a plan that was not finished",
        ["apply", "run"],
        "run holds no finished plan",
        setup=run_json(lambda state: state.update(plan=None)),
    ),
    Bad(
        "apply a plan that is gone",
        ["apply", "run"],
        "run holds no finished plan",
        setup=gone_plan,
    ),
    Bad(
        "a torn run.json",
        ["apply", "run"],
        "run/run.json cannot be read: Expecting value: line 1 column 9 (char 8)",
        setup=file("run/run.json", b'{"src": '),
    ),
    Bad(
        "a torn run.json of a restore",
        given("--version-info-output", "run"),
        "run/run.json cannot be read: Expecting value: line 1 column 9 (char 8)",
        setup=file("run/run.json", b'{"src": '),
    ),
    Bad(
        "bytes for a run.json",
        ["apply", "run"],
        "run/run.json cannot be read: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
        setup=file("run/run.json", b"\xff\xff"),
    ),
    Bad(
        "a list for a run.json",
        ["apply", "run"],
        "run/run.json cannot be read: it holds no run",
        setup=run_json(lambda state: [state]),
    ),
    *(
        Bad(
            f"a run.json without {name}",
            ["apply", "run"],
            f"run/run.json cannot be read: it has no {name!r}",
            setup=run_json(lambda state, name=name: [state.pop(name), state][1]),
        )
        for name in ("src", "undelete", "plan", "applied", "listed")
    ),
    Bad(
        "a run.json with a number for the source",
        ["apply", "run"],
        "run/run.json cannot be read: src '5' is not an S3 location",
        setup=run_json(lambda state: state.update(src=5)),
    ),
    Bad(
        "a run.json with another scheme",
        ["apply", "run"],
        "run/run.json cannot be read: src 'hdfs:///path' is not an S3 location",
        setup=run_json(lambda state: state.update(src="hdfs:///path")),
    ),
]

CANNOT = "the plan line of {0!r} cannot be carried out: {1}"
OUTSIDE = "its key is not below s3://versioned/path"
COPIED, DELETED, CREATED = "path/key-09", "path/deleted", "path/created"


def edited_plan(name: str, error: str, setup: Setup) -> Bad:
    # The bucket has to be looked at before anybody knows that the plan is to be read at all.
    return Bad(f"{name} in a plan", ["apply", "run", "--no-progress"], error, may_ask=True, setup=setup)


PLANS = [
    edited_plan(
        "a torn line",
        """the plan holds a line that is not JSON: '{"key": "path/key-09", "act'""",
        plan_lines(lambda lines: [*lines, '{"key": "path/key-09", "act']),
    ),
    edited_plan(
        "a list",
        "the plan holds a line that is no plan line: '[1, 2]'",
        plan_lines(lambda lines: [*lines, [1, 2]]),
    ),
    edited_plan(
        "words",
        "the plan holds a line that is not JSON: '# not this one'",
        plan_lines(lambda lines: [*lines, "# not this one"]),
    ),
    edited_plan("a key outside", CANNOT.format("path2/a", OUTSIDE), edited(COPIED, key="path2/a")),
    edited_plan("a key above", CANNOT.format("", OUTSIDE), edited(COPIED, key="")),
    edited_plan("a number for a key", CANNOT.format(5, OUTSIDE), edited(COPIED, key=5)),
    edited_plan("no name for a key", CANNOT.format(None, OUTSIDE), edited(COPIED, key=None)),
    edited_plan(
        "half a character", CANNOT.format("path/\ud800", "it is not UTF-8"), edited(COPIED, key="path/\ud800")
    ),
    edited_plan(
        "an unknown action", CANNOT.format(COPIED, "unknown action 'erase'"), edited(COPIED, action="erase")
    ),
    edited_plan("no action", CANNOT.format(COPIED, "it has no 'action'"), edited(COPIED, action=...)),
    edited_plan("no target", CANNOT.format(COPIED, "it has no 'target'"), edited(COPIED, target=...)),
    edited_plan(
        "nothing for a target",
        CANNOT.format(COPIED, "there is no version to bring back"),
        edited(COPIED, target=None),
    ),
    edited_plan(
        "a marker for a target",
        CANNOT.format(COPIED, "there is no version to bring back"),
        edited_target(COPIED, delete_marker=True),
    ),
    edited_plan(
        "a target without size",
        CANNOT.format(COPIED, "its target is not whole"),
        edited_target(COPIED, size=None),
    ),
    edited_plan(
        "a number for a version",
        CANNOT.format(COPIED, "its target is not whole"),
        edited_target(COPIED, version_id=5),
    ),
    edited_plan(
        "a word for the current entry",
        CANNOT.format(COPIED, "its current entry is not whole"),
        edited(COPIED, current="none"),
    ),
    edited_plan("no markers", CANNOT.format(DELETED, "it has no 'markers'"), edited(DELETED, markers=...)),
    edited_plan(
        "no marker",
        CANNOT.format(DELETED, "there are no markers to remove"),
        edited(DELETED, markers=[]),
    ),
    edited_plan(
        "a word for markers",
        CANNOT.format(DELETED, "its markers are no list of version ids"),
        edited(DELETED, markers="abc"),
    ),
    edited_plan(
        "a version for a marker",
        CANNOT.format(DELETED, "its markers are not those above the target"),
        edited(DELETED, markers=["1"]),
    ),
    edited_plan(
        "a version behind a marker",
        CANNOT.format(DELETED, "its markers are not those above the target"),
        edited(DELETED, markers=["2", "1"]),
    ),
    edited_plan(
        "markers to remove under a version",
        CANNOT.format(COPIED, "there are no markers to remove"),
        edited(COPIED, action="remove_markers", markers=["abc"]),
    ),
    edited_plan(
        "a delete of what is deleted",
        CANNOT.format(DELETED, "there is nothing to delete"),
        edited(DELETED, action="add_marker"),
    ),
]

RUNNERS = [
    Bad(
        "an unknown runner",
        given("-r", "nowhere"),
        re.compile(r"argument -r/--runner: invalid choice: 'nowhere' \(choose from .*\)"),
    ),
    Bad("a runner not yet there", given("-r", "hadoop"), "-r hadoop is not supported yet"),
    Bad("the same in one word", given("-rhadoop"), "-r hadoop is not supported yet"),
    Bad("the same in long", given("--runner=hadoop"), "-r hadoop is not supported yet"),
    Bad("no runner", given("-r"), "-r needs a value"),
    Bad("an unknown option of mrjob", given("--jobconfs", "a=b"), "unrecognized arguments: --jobconfs"),
    Bad("an option that is ours", given("--output-dir", "out"), "unrecognized arguments: --output-dir"),
    Bad(
        "a word for a number",
        given("--num-cores", "many"),
        "argument --num-cores: invalid int value: 'many'",
    ),
    Bad(
        "no such configuration",
        given("--conf-path", "none.conf"),
        "--conf-path none.conf: No such file or directory",
    ),
]

BUCKETS = [
    Bad(
        "no such bucket",
        given(src="s3://nowhere"),
        "looking at s3://nowhere: NoSuchBucket: The specified bucket does not exist",
        may_ask=True,
    ),
    Bad(
        "no such destination",
        given("--dest", "s3://nowhere"),
        "looking at s3://nowhere: NoSuchBucket: The specified bucket does not exist",
        may_ask=True,
    ),
    Bad(
        "a bucket never versioned",
        given(src="s3://never"),
        "s3://never was never versioned",
        STOPPED,
        may_ask=True,
    ),
    Bad(
        "a bucket never versioned, to plan",
        ["plan", *given("--dest", "s3://other/new", src="s3://never")],
        "s3://never was never versioned",
        STOPPED,
        may_ask=True,
    ),
    Bad(
        "a suspended bucket",
        given(src="s3://suspended"),
        "versioning of s3://suspended is suspended",
        STOPPED,
        may_ask=True,
    ),
    Bad(
        "a suspended bucket to overwrite",
        given("--overwrite", src="s3://suspended"),
        "versioning of s3://suspended is suspended",
        STOPPED,
        may_ask=True,
    ),
    Bad(
        "one job into a bucket that keeps nothing",
        given("--one-job", "--dest", "s3://never/new"),
        "s3://never/new keeps no versions, and --one-job cannot tell beforehand what it covers",
        may_ask=True,
    ),
    Bad(
        "a copy over what is not kept",
        given("--no-progress", "--dest", "s3://never/path"),
        "s3://never keeps no versions, and 1 of its keys would be covered or deleted for good",
        STOPPED,
        may_ask=True,
    ),
    Bad(
        "more to delete than allowed",
        given("--no-progress", "--delete", "--max-delete", "0"),
        f"1 of {KEYS + 1} keys would be deleted, more than --max-delete 0 allows",
        STOPPED,
        may_ask=True,
    ),
    Bad(
        "more per cent to delete than allowed",
        given("--no-progress", "--delete", "--max-delete", "5.8%"),
        f"1 of {KEYS + 1} keys would be deleted, more than --max-delete 5.8% allows",
        STOPPED,
        may_ask=True,
    ),
    Bad(
        "two keys for one name",
        given("--dest", "s3://versioned-too", src="s3://other/a\nb"),
        r"'a\nb' and 'a\nb/a\nb' would both become 'a\nb'",
        may_ask=True,
    ),
    Bad(
        "nobody listens",
        [*given(src="s3://versioned")[:4], "--endpoint-url", CLOSED_PORT],
        f'looking at s3://versioned: Could not connect to the endpoint URL: "{CLOSED_PORT}/versioned?versioning"',
        STOPPED,
    ),
    Bad(
        "nobody listens where the list is",
        [*given()[:4], "--endpoint-url", CLOSED_PORT, "--prefixes", "s3://other/list"],
        f'reading s3://other/list: Could not connect to the endpoint URL: "{CLOSED_PORT}/other/list"',
        STOPPED,
    ),
]

BAD = [
    *(Bad(f"time: {name}", given(time=text), error.format(text)) for name, text, error in TIMES),
    *(Bad(f"source: {name}", given(src=uri), error.format(uri)) for name, uri, error in LOCATIONS),
    *(
        Bad(f"destination: {name}", given("--dest", uri), error.format(uri).replace("--src", "--dest"))
        for name, uri, error in LOCATIONS
        if error in (NO_LOCATION, NO_BUCKET)
    ),
    *(
        Bad(
            f"overlap: {name}",
            given("--dest", dest, src=src),
            f"--dest {dest.replace('s3a:', 's3:')} overlaps with --src {src}",
        )
        for name, src, dest in OVERLAPS
    ),
    *(
        Bad(f"list: {name}", given("--prefixes", "list"), error, setup=file("list", content))
        for name, content, error in LISTS
    ),
    *(Bad(f"width: {text!r}", given("--list-parallel", text), NOT_A_WIDTH.format(text)) for text in WIDTHS),
    Bad(
        "width of writes",
        given("--write-parallel=0"),
        "argument --write-parallel: '0' is not a number from 1 to 9999",
    ),
    *(
        Bad(f"limit: {text!r}", given("--delete", "--max-delete", text), NOT_AN_AMOUNT.format(text))
        for text in AMOUNTS
    ),
    Bad("limit: below nothing", given("--delete", "--max-delete=-5%"), NOT_AN_AMOUNT.format("-5%")),
    *(
        Bad(f"endpoint: {text!r}", [*given()[:4], "--endpoint-url", text], NOT_A_URL.format(text))
        for text in ENDPOINTS
    ),
    *OPTIONS,
    *VERBS,
    *PREFIXES,
    *RUNS,
    *PLANS,
    *RUNNERS,
    *BUCKETS,
]
ROWS = {row.name: row for row in BAD}


# The server, and one plan to spoil


def fill(server: EmbeddedS3) -> None:
    """Put everything that the rows name on the server; the same version ids every time."""
    then = {"version_id": "1", "last_modified": "2014-01-01T00:00:00Z"}
    since = {"version_id": "2", "last_modified": "2014-01-02T00:00:00Z"}
    keys = [f"path/key-{number:02}" for number in range(KEYS)]
    entries = [{"key": key, "content": "old", **then} for key in [*keys, DELETED]]
    entries += [{"key": key, "content": "new, longer", **since} for key in [*keys, CREATED]]
    entries += [{"key": DELETED, "delete_marker": True, **since}]
    server.load("versioned", entries)
    server.load("versioned-too", [])
    server.load("suspended", entries, "Suspended")
    server.load("never", [{"key": keys[0], "content": "there"}], "")
    server.load("other", [{"key": key} for key in ("empty", "used/notes.txt", "a\nb", "a\nb/a\nb")])


@pytest.fixture(scope="module")
def server():
    with EmbeddedS3() as server, pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in server.environment.items():
            patch.setenv(name, value)
        fill(server)
        yield server


@pytest.fixture
def s3(server, plan):
    yield server
    if any(request["write"] for request in server.requests()):  # only after a row that failed
        server.reset()
        fill(server)


@pytest.fixture(scope="module")
def plan(server, tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "run"
    argv = given("--delete", "--quiet", "--version-info-output", str(path))
    code = cli.main(
        RestoreVersions, ["plan", *(word.replace("{endpoint}", server.endpoint) for word in argv)]
    )
    assert code == 0
    return path


def begin(row: Bad, tmp: Path, plan: Path, s3: EmbeddedS3) -> tuple[list[str], dict[str, bytes]]:
    """Set a row up; its argv, and the files that are there."""
    row.setup(tmp, plan)
    s3.clear_requests()
    return [word.replace("{tmp}", str(tmp)).replace("{endpoint}", s3.endpoint) for word in row.argv], files(
        tmp
    )


def files(tmp: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in tmp.rglob("*")}


def check(row: Bad, code: int, out: str, err: str, tmp: Path, s3: EmbeddedS3, before: dict) -> None:
    """Everything that holds for every row."""
    assert "Traceback" not in err
    lines = err.splitlines()
    assert len(lines) == 2, err
    start, what = lines[0][:23], lines[0][23:]
    assert start == "s3distversions: error: "
    if isinstance(row.error, re.Pattern):
        assert row.error.fullmatch(what), what
    else:
        assert what == row.error.replace("{tmp}", str(tmp))
    assert re.fullmatch(r"hint: \S.*", lines[1])
    assert code == row.code
    assert out == ""
    requests = s3.requests()
    assert not [request for request in requests if request["write"]]
    if not row.may_ask:
        assert not requests
        assert files(tmp) == before


def test_the_table_is_as_large_as_promised():
    assert len(ROWS) == len(BAD) >= 90


@pytest.mark.parametrize("name", ROWS)
def test_refused(name, s3, plan, tmp_path, monkeypatch, capsys):
    row = ROWS[name]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(client, "ATTEMPTS", 1)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(row.stdin)))
    argv, before = begin(row, tmp_path, plan, s3)
    code = cli.main(RestoreVersions, argv)
    out, err = capsys.readouterr()
    check(row, code, out, err, tmp_path, s3, before)


MODULE = [sys.executable, "-m", "s3distversions"]
SCRIPT = [str(Path(sysconfig.get_path("scripts")) / "s3distversions")]
JOB = [sys.executable, str(ROOT / "jobs" / "restore.py")]


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (MODULE, "time: a day of the month"),
        (MODULE, "source: bytes that are not UTF-8"),
        (SCRIPT, "UTF-16 on standard input"),
        (SCRIPT, "a suspended bucket"),
        (JOB, "a runner not yet there"),
        (JOB, "apply what is not there"),
        (JOB, "an unknown action in a plan"),
    ],
)
def test_refused_by_every_way_in(command, name, s3, plan, tmp_path):
    row = ROWS[name]
    argv, before = begin(row, tmp_path, plan, s3)
    ended = subprocess.run(
        [*command, *map(os.fsencode, argv)],
        input=row.stdin,
        capture_output=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    check(row, ended.returncode, ended.stdout.decode(), ended.stderr.decode(), tmp_path, s3, before)


# What must be accepted


class Good(NamedTuple):
    """Arguments, and what they mean: names of the parameters, of the options, `runner` and `passed_on`."""

    name: str
    argv: list[str]
    meant: dict[str, object]


SHORT = ["--src", "s3://mybucket/mypath", "--restore-time", T]


def timed(text: str) -> list[str]:
    return [*SHORT[:3], text]


GOOD = [
    Good(
        "the shortest",
        ["--src", "s3://mybucket", "--restore-time", T],
        {
            "verb": "restore",
            "src": Location("mybucket", ""),
            "restore_time": UTC,
            "dest": None,
            "delete": False,
            "runner": "inline",
            "passed_on": [],
        },
    ),
    Good("the verb restore", ["restore", *SHORT], {"verb": "restore"}),
    Good("the verb plan", ["plan", *SHORT], {"verb": "plan"}),
    Good("the verb behind", [*SHORT, "--delete", "plan"], {"verb": "plan", "delete": True}),
    Good("a dry run", [*SHORT, "--dry-run"], {"verb": "plan"}),
    Good(
        "apply",
        ["apply", "s3://other/run", "--max-delete", "5%", "--overwrite", "--write-parallel=9", "--json"],
        {"verb": "apply", "run": "s3://other/run", "max_delete": "5%", "overwrite": True, "json": True},
    ),
    Good(
        "values behind =",
        ["--src=s3://mybucket/mypath", f"--restore-time={T}", "--dest=s3://other/new", "--undelete=copy"],
        {
            "src": Location("mybucket", "mypath"),
            "restore_time": UTC,
            "dest": Location("other", "new"),
            "undelete": BY_COPY,
        },
    ),
    Good(
        "values apart",
        [*SHORT, "--prefixes", "list", "--endpoint-url", "http://h:1", "--version-info-output", "run"],
        {"prefixes": "list", "endpoint_url": "http://h:1", "version_info_output": "run"},
    ),
    Good(
        "S3DistCp's spellings",
        [*SHORT, "--srcPrefixesFile=list", "--s3Endpoint=s3.example.com", "--outputManifest=run"],
        {"prefixes": "list", "endpoint_url": "https://s3.example.com", "version_info_output": "run"},
    ),
    Good("s3n", ["--src", "s3n://mybucket/mypath", *SHORT[2:]], {"src": Location("mybucket", "mypath")}),
    Good("s3a", ["--src", "s3a://mybucket/mypath", *SHORT[2:]], {"src": Location("mybucket", "mypath")}),
    Good("a folder", ["--src", "s3://mybucket/a/", *SHORT[2:]], {"src": Location("mybucket", "a/")}),
    Good("an old bucket", ["--src", "s3://My_B.x", *SHORT[2:]], {"src": Location("My_B.x", "")}),
    Good("odd keys", ["--src", "s3://bkt//é %2F+?#", *SHORT[2:]], {"src": Location("bkt", "/é %2F+?#")}),
    Good("1024 bytes", ["--src", f"s3://bkt/{'é' * 512}", *SHORT[2:]], {"src": Location("bkt", "é" * 512)}),
    Good("beside", [*SHORT, "--dest", "s3://mybucket/mypath2"], {"dest": Location("mybucket", "mypath2")}),
    Good("UTC", timed("2014-01-01T07:00:00Z"), {"restore_time": UTC}),
    Good("an offset of hours", timed("2014-01-01T04:00:00-03"), {"restore_time": UTC}),
    Good("an offset without colon", timed("2014-01-01T12:30:00+0530"), {"restore_time": UTC}),
    Good("without hyphens and colons", timed("20140101T070000Z"), {"restore_time": UTC}),
    Good("now", timed("now-0m"), {"restore_time": "2026-01-02T03:04:05Z"}),
    Good("minutes", timed("now-90m"), {"restore_time": "2026-01-02T01:34:05Z"}),
    Good("hours", timed("now-24h"), {"restore_time": "2026-01-01T03:04:05Z"}),
    Good("days", timed("now-7d"), {"restore_time": "2025-12-26T03:04:05Z"}),
    Good("none to delete", [*SHORT, "--max-delete", "0"], {"max_delete": "0"}),
    Good("half a per cent", [*SHORT, "--max-delete", "0.5%"], {"max_delete": "0.5%"}),
    Good("all of them", [*SHORT, "--max-delete=100%"], {"max_delete": "100%"}),
    Good(
        "widths",
        [*SHORT, "--list-parallel=1", "--write-parallel", "9999"],
        {"list_parallel": 1, "write_parallel": 9999},
    ),
    Good("one job", [*SHORT, "--one-job", "--overwrite"], {"one_job": True, "overwrite": True}),
    Good("IPv6", [*SHORT, "--endpoint-url", "http://[::1]:9000"], {"endpoint_url": "http://[::1]:9000"}),
    Good("a list on standard input", ["--prefixes", "-", *SHORT], {"prefixes": "-", "passed_on": []}),
    Good("-r local", [*SHORT, "-r", "local"], {"runner": "local", "passed_on": ["-r", "local"]}),
    Good("-rlocal", ["-rlocal", *SHORT], {"runner": "local", "passed_on": ["-rlocal"]}),
    Good("--runner=local", [*SHORT, "--runner=local"], {"runner": "local", "passed_on": ["--runner=local"]}),
    Good("--jobconf", [*SHORT, "--jobconf", "a=b"], {"passed_on": ["--jobconf", "a=b"]}),
    Good("--jobconf=", [*SHORT, "--jobconf=a=b", "-D", "c=d"], {"passed_on": ["--jobconf=a=b", "-D", "c=d"]}),
    Good("-c", ["-c", os.devnull, "plan", *SHORT], {"verb": "plan", "passed_on": ["-c", os.devnull]}),
    Good("--no-conf", ["--no-conf", *SHORT], {"passed_on": ["--no-conf"]}),
]


@pytest.mark.parametrize("row", GOOD, ids=lambda row: row.name)
def test_accepted(row):
    ours, passed_on = options.split(row.argv, launch.mrjob_switches(RestoreVersions))
    parsed = options.parse(ours)
    resolved = {} if parsed.verb == "apply" else vars(prepare.parameters_of(parsed, NOW))
    runner = launch.runner_of(RestoreVersions, passed_on)
    # The prefix list is read later: until then it is an option, not a parameter.
    found = {**resolved, "prefixes": parsed.prefixes, "passed_on": passed_on, "runner": runner}
    found = {**vars(parsed), **found}
    assert {name: found[name] for name in row.meant} == row.meant


SRC = Location("mybucket", "mypath")
ONE_TWO = [KeyRange("mypath/1"), KeyRange("mypath/2")]
GOOD_LISTS = [
    ("lines", b"1\n2\n", ONE_TWO),
    ("slashes", b"/1\n/2\n", ONE_TWO),
    ("full URIs", b"s3://mybucket/mypath/1\ns3a://mybucket/mypath/2\n", ONE_TWO),
    ("no line end behind", b"1\n2", ONE_TWO),
    ("CRLF", b"1\r\n/2\r\n", ONE_TWO),
    ("a BOM", b"\xef\xbb\xbf1\n2\n", ONE_TWO),
    ("blank lines", b"\n1\n\r\n \t\n2\n\n", ONE_TWO),
    (".gz", gzip.compress(b"1\n2\n"), ONE_TWO),
    (".gz in two parts, with a BOM", gzip.compress(b"\xef\xbb\xbf1\n") + gzip.compress(b"2\n"), ONE_TWO),
    ("any order", b"2\n1\n", ONE_TWO),
    ("doubles", b"1\n/1\n2\n1\ns3://mybucket/mypath/2\n", ONE_TWO),
    ("prefixes of each other", b"22\n2\n1/a\n1\n", ONE_TWO),
    ("no comments", b"#1\n", [KeyRange("mypath/#1")]),
    ("no wildcards", b"1*\n", [KeyRange("mypath/1*")]),
    ("spaces", b" 1 \n", [KeyRange("mypath/ 1 ")]),
    ("two slashes", b"//1\n", [KeyRange("mypath//1")]),
    ("not only ASCII", "é/日本".encode(), [KeyRange("mypath/é/日本")]),
    ("the longest", b"x" * 1017, [KeyRange("mypath/" + "x" * 1017)]),
    ("all below", b"1\n/\n2\n", [KeyRange("mypath/")]),
    ("the source itself", b"s3://mybucket/mypath\n1\n", [KeyRange.of_key("mypath"), KeyRange("mypath/")]),
]


@pytest.mark.parametrize("place", ["list", "-"])
@pytest.mark.parametrize(("name", "content", "meant"), GOOD_LISTS, ids=[name for name, *_ in GOOD_LISTS])
def test_accepted_lists(name, content, meant, place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    Path("list").write_bytes(content)
    data = storage.read_bytes(None, place, "--prefixes")
    assert prefixes.read(data, place, SRC) == meant


def test_a_list_of_a_whole_bucket():
    assert prefixes.read(b"/1\n2\n", "list", Location("mybucket", "")) == [KeyRange("1"), KeyRange("2")]
