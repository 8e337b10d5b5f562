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
    "http://[1:2]:9000",
    "http://127.0.0.1:0",
    "http://me:secret@127.0.0.1",
    "http://127.0.0.1#x",
    "http://a..b",
    "http:/127.0.0.1",
    "://127.0.0.1",
    "https://" + "a" * 64 + ".com",
    "http://127.0.0.1:９０００",
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
    Bad("two destinations", given("--dest", "s3://other/a", "--dest=s3://other/a"), "--dest is given twice"),
    Bad(
        "two runs",
        given("--version-info-output", "a", "--outputManifest", "a"),
        "--outputManifest is given twice",
    ),
    Bad("two endpoints", given("--s3Endpoint", "s3.example.com"), "--s3Endpoint is given twice"),
    Bad("two profiles", given("--profile", "a", "--profile", "b"), "--profile is given twice"),
    Bad("two widths", given("--list-parallel", "1", "--list-parallel=2"), "--list-parallel is given twice"),
    Bad(
        "two ways to undelete",
        given("--undelete=copy", "--undelete", "remove-markers"),
        "--undelete is given twice",
    ),
    Bad("an empty profile", given("--profile", ""), "--profile is empty"),
    Bad("an empty endpoint", [*given()[:4], "--endpoint-url="], NOT_A_URL.format("")),
    Bad(
        "an empty way to undelete",
        given("--undelete", ""),
        re.compile(r"argument --undelete: invalid choice: '' .*"),
    ),
    Bad(
        "--source",
        ["--source", "s3://versioned", "--restore-time", RESTORE_TIME],
        "unrecognized arguments: --source",
    ),
    Bad("--prefix", given("--prefix", "list"), "unrecognized arguments: --prefix"),
    Bad("--overwrit", given("--overwrit"), "unrecognized arguments: --overwrit"),
    Bad("--dry", given("--dry"), "unrecognized arguments: --dry"),
    Bad("--max-del", given("--max-del=5%"), "unrecognized arguments: --max-del=5%"),
    Bad("an option in upper case", given("--DELETE"), "unrecognized arguments: --DELETE"),
    Bad("an option with one hyphen", given("-delete"), "unrecognized arguments: -delete"),
    Bad("an option with an underscore", given("--dry_run"), "unrecognized arguments: --dry_run"),
    Bad("an option with a long dash", given("\u2014dry-run"), "unexpected argument '\u2014dry-run'"),
    Bad(
        "S3DistCp's other options",
        given("--s3ServerSideEncryption"),
        "unrecognized arguments: --s3ServerSideEncryption",
    ),
    Bad("an option behind --", given("--", "--delete"), "unexpected argument '--'"),
    Bad("a value for a dry run", given("--dry-run=no"), "argument --dry-run: ignored explicit argument 'no'"),
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
            ["--list-parallel", "32"],
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

REFUSED = [*VALUES, *OPTIONS, *VERBS]
