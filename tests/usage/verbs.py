"""Verbs that are refused, what can be given to which, and what does not go together."""

from tests.usage.table import RESTORE_TIME, Bad, given, run_json

# Every option, with a value that it takes.
OPTIONS = {
    "--src": ["--src", "s3://versioned"],
    "--restore-time": ["--restore-time", RESTORE_TIME],
    "--since": ["--since", RESTORE_TIME],
    "--prefixes": ["--prefixes", "list"],
    "--include": ["--include", "*"],
    "--exclude": ["--exclude", "*"],
    "--srcPattern": ["--srcPattern", ".*"],
    "--dest": ["--dest", "s3://other/new"],
    "--delete": ["--delete"],
    "--max-delete": ["--max-delete", "5%"],
    "--overwrite": ["--overwrite"],
    "--undelete": ["--undelete", "copy"],
    "--only": ["--only", "deleted"],
    "--keep-newer-than": ["--keep-newer-than", "now-1h"],
    "--storage-class": ["--storage-class", "STANDARD"],
    "--sse": ["--sse", "AES256"],
    "--sse-kms-key-id": ["--sse-kms-key-id", "key"],
    "--acl": ["--acl", "private"],
    "--head-all": ["--head-all"],
    "--thaw": ["--thaw", "Bulk"],
    "--thaw-days": ["--thaw-days", "3", "--thaw", "Bulk"],
    "--dry-run": ["--dry-run"],
    "--verify": ["--verify"],
    "--one-job": ["--one-job"],
    "--version-info-output": ["--version-info-output", "new"],
    "--list-parallel": ["--list-parallel", "32"],  # the default, and yet the user means something by it
    "--write-parallel": ["--write-parallel", "32"],
    "--endpoint-url": ["--endpoint-url", "http://127.0.0.1:1"],
    "--profile": ["--profile", "me"],
    "--no-sign-request": ["--no-sign-request"],
    "--request-payer": ["--request-payer"],
    "--json": ["--json"],
    "--quiet": ["--quiet"],
    "--no-progress": ["--no-progress"],
}
WHAT = "--src --restore-time --since --prefixes --include --exclude --srcPattern --dest"
WHAT += " --delete --undelete --only --keep-newer-than --one-job"
COPIES = "--storage-class --sse --sse-kms-key-id --acl"
NOT_GIVEN_TO = {
    "restore": "--since",
    "plan": "--since --verify",
    "apply": f"{WHAT} {COPIES} --dry-run --version-info-output --list-parallel",
    "verify": f"{WHAT} {COPIES} --max-delete --overwrite --head-all --thaw --thaw-days --dry-run --verify"
    " --version-info-output --write-parallel",
    "undo": f"{WHAT} {COPIES} --overwrite --thaw --thaw-days",
    "undelete": "--restore-time --dest --delete --max-delete --overwrite --only --one-job",
}
# What a verb cannot do without.
SHORTEST = {
    "restore": ["restore", "--src", "s3://versioned", "--restore-time", RESTORE_TIME],
    "plan": ["plan", "--src", "s3://versioned", "--restore-time", RESTORE_TIME],
    "apply": ["apply", "run"],
    "verify": ["verify", "run"],
    "undo": ["undo", "run"],
    "undelete": ["undelete", "--src", "s3://versioned"],
}


def with_option(verb: str, option: str) -> list[str]:
    """Return the shortest command of a verb with an option, which is not given twice."""
    return [*SHORTEST[verb], *([] if option in SHORTEST[verb] else OPTIONS[option])]


WORDS = [
    Bad("an unknown word", ["frobnicate", *given()], "unexpected argument 'frobnicate'"),
    Bad("an empty word", ["", *given()], "unexpected argument ''"),
    Bad("a verb in upper case", ["PLAN", *given()], "unexpected argument 'PLAN'"),
    Bad("two verbs", ["plan", "restore", *given()], "unexpected argument 'restore'"),
    Bad("a run to plan", ["plan", "run", *given()], "unexpected argument 'run'"),
    Bad("a word behind", given("s3://other"), "unexpected argument 's3://other'"),
    Bad("a run to undelete", ["undelete", "run", "--src", "s3://versioned"], "unexpected argument 'run'"),
    *(
        Bad(f"{verb} {name}", [verb, *words], f"{verb} needs the folder of one run")
        for verb in ("apply", "verify", "undo")
        for name, words in {"nothing": [], "an empty name": [""], "two": ["one", "two"]}.items()
    ),
    Bad("undelete nothing", ["undelete"], "--src is missing"),
    Bad("a plan without a source", ["plan", "--restore-time", RESTORE_TIME], "--src is missing"),
]

NOT_TAKEN = [
    Bad(
        f"{verb} with {option}",
        with_option(verb, option),
        f"{option} cannot be given to {verb}",
        setup=run_json(lambda state: None),
    )
    for verb, options in NOT_GIVEN_TO.items()
    for option in options.split()
]

TOGETHER = [
    Bad("a plan in one job", ["plan", *given("--one-job")], "--one-job keeps no plan"),
    Bad("a dry run in one job", given("--one-job", "--dry-run"), "--one-job keeps no plan"),
    Bad(
        "a limit in one job",
        given("--one-job", "--delete", "--max-delete", "5%"),
        "--max-delete needs a plan, and --one-job keeps none",
    ),
    Bad(
        "apply with undelete's default",
        ["apply", "run", "--undelete", "remove-markers"],  # and yet it says what the plan may not
        "--undelete cannot be given to apply",
    ),
    Bad(
        "apply with S3DistCp's spelling", ["apply", "run", "--outputManifest", "x"],
        "--outputManifest cannot be given to apply",
    ),
    Bad("a dry run to verify", given("--dry-run", "--verify"), "--verify cannot be given to plan"),
    Bad(
        "an undelete to verify that is dry", ["undelete", "--src", "s3://a-b", "--dry-run", "--verify"],
        "--verify and --dry-run do not go together",
    ),
    Bad(
        "an undo to verify that is dry", ["undo", "run", "--verify", "--dry-run"],
        "--verify and --dry-run do not go together",
    ),
    Bad("only what was created", given("--only", "created"), "--only created needs --delete"),
    Bad("what was created too", given("--only", "deleted,created"), "--only created needs --delete"),
    Bad(
        "a KMS key for AES256", given("--sse", "AES256", "--sse-kms-key-id", "key"),
        "--sse-kms-key-id does not go with --sse AES256",
    ),
    Bad("days of no thaw", given("--thaw-days", "3"), "--thaw-days needs --thaw"),
    Bad("days of no thaw, by default", ["apply", "run", "--thaw-days=7"], "--thaw-days needs --thaw"),
]  # fmt: skip

REFUSED = [*WORDS, *NOT_TAKEN, *TOGETHER]
