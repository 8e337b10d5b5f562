"""Options that are refused: unknown, missing, empty, or given twice."""

import re

from tests.usage.table import RESTORE_TIME, Bad, given
from tests.usage.values import NOT_A_URL

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
    Bad("two patterns", given("--srcPattern=a", "--srcPattern=a"), "--srcPattern is given twice"),
    Bad("two changes", given("--only=deleted", "--only=overwritten"), "--only is given twice"),
    Bad("two payers", given("--request-payer", "--request-payer"), "--request-payer is given twice"),
    Bad("two thaws", given("--thaw=Bulk", "--thaw=Standard"), "--thaw is given twice"),
    Bad("an empty pattern", given("--srcPattern="), "--srcPattern is empty"),
    Bad("an empty KMS key", given("--sse-kms-key-id", ""), "--sse-kms-key-id is empty"),
    Bad("an empty moment to keep", given("--keep-newer-than="), "--keep-newer-than is empty"),
    Bad(
        "an empty moment since",
        ["undelete", "--src", "s3://versioned", "--since", ""],
        "--since is empty",
    ),
    Bad(
        "an option of AWS's with one word",
        given("--nosign-request"),
        "unrecognized arguments: --nosign-request",
    ),
    Bad("a pattern in another case", given("--srcpattern", "x"), "unrecognized arguments: --srcpattern"),
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
    Bad(
        "an unknown profile",
        given("--profile", "nobody"),
        "The config profile (nobody) could not be found",
    ),
]

REFUSED = OPTIONS
