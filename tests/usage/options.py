"""Options and verbs that are refused: unknown, empty, twice, out of range, or not together."""

import re

from tests.usage.table import RESTORE_TIME, Bad, given, run_json

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

VALUES = [
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
]

OPTIONS = [
    Bad("nothing at all", [], "--src is missing"),
    Bad("no restore time", ["--src", "s3://versioned"], "--restore-time is missing"),
    Bad("no source", ["--restore-time", RESTORE_TIME], "--src is missing"),
    Bad("an empty source", ["--src=", "--restore-time", RESTORE_TIME], "--src is empty"),
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
    Bad(
        "--restore",
        ["--src", "s3://versioned", f"--restore={RESTORE_TIME}"],
        f"unrecognized arguments: --restore={RESTORE_TIME}",
    ),
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
            ["--restore-time", RESTORE_TIME],
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

REFUSED = [*VALUES, *OPTIONS, *VERBS, *RUNNERS]
