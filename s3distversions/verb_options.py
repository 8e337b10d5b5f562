"""Which verb takes which options, and which of them go together. Pure."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from s3distversions.errors import UsageError
from s3distversions.model import CREATED
from s3distversions.values import KMS

SEE_HELP = "See `s3distversions --help`."

ALWAYS = {"endpoint_url", "profile", "no_sign_request", "request_payer", "json", "quiet", "no_progress"}
SCOPE = {"src", "prefixes", "filters", "src_pattern", "keep_newer_than"}
COPIES = {"storage_class", "sse", "sse_kms_key_id", "acl", "head_all", "thaw", "thaw_days"}
A_RUN = {"version_info_output", "dry_run", "list_parallel", "write_parallel"}
A_RESTORE = SCOPE | COPIES | A_RUN
A_RESTORE |= {"restore_time", "dest", "overwrite", "delete", "max_delete", "undelete", "only", "one_job"}

# Verbs, and what can be given to them; `help` and `version` end the command before.
TAKES = {
    "restore": ALWAYS | A_RESTORE | {"verify"},
    "plan": ALWAYS | A_RESTORE,
    "apply": ALWAYS
    | {"write_parallel", "max_delete", "overwrite", "verify", "thaw", "thaw_days", "head_all"},
    "verify": ALWAYS | {"list_parallel"},
    "undo": ALWAYS | A_RUN | {"verify", "max_delete", "head_all"},
    "undelete": ALWAYS | SCOPE | COPIES | A_RUN | {"since", "undelete", "verify"},
}
VERBS = tuple(TAKES)
OF_A_RUN = ("apply", "verify", "undo")  # verbs that are followed by a run's folder
NEEDED = {"restore": ("src", "restore_time"), "plan": ("src", "restore_time"), "undelete": ("src",)}

# Why an option cannot be given to a verb: of one option, or of all of a verb.
HINTS = {
    ("restore", "since"): "A restore has --restore-time; only undelete has --since.",
    ("plan", "since"): "A plan has --restore-time; only undelete has --since.",
    ("plan", "verify"): "A plan changes nothing. Give it to apply, or write: s3distversions verify RUN",
    "apply": "A plan says what is to be done; see run.json.",
    "verify": "The run says what is to be verified; see run.json.",
    "undo": "The run says what is to be undone; see run.json.",
    ("undelete", "restore_time"): "Give --since to undo only the deletes after a moment; or restore.",
    ("undelete", "dest"): "What is deleted comes back in its place. To put a state elsewhere, restore.",
    ("undelete", "only"): "It reverts deletes, and nothing else.",
    "undelete": "It deletes and covers nothing. To delete as well, restore.",
}


def check(options: argparse.Namespace) -> None:
    """Raise UsageError unless the verb takes what is given, and the options go together; sets `run`.

    `options.given` holds the options that were given: their names, and how they were written.
    """
    verb = options.verb
    options.run = take_run(options) if verb in OF_A_RUN else None
    if options.words:
        raise UsageError(f"unexpected argument {options.words[0]!r}", SEE_HELP)
    if verb == "restore" and options.dry_run:
        verb = options.verb = "plan"
    for name, written in options.given.items():
        if name not in TAKES[verb]:
            hint = HINTS.get((verb, name)) or HINTS.get(verb, SEE_HELP)
            raise UsageError(f"{written} cannot be given to {verb}", hint)
    for name in NEEDED.get(verb, ()):
        if getattr(options, name) is None:
            raise UsageError(f"--{name.replace('_', '-')} is missing", SEE_HELP)
    for is_wrong, what, hint in TOGETHER:
        if is_wrong(options):
            raise UsageError(what, hint)


def take_run(options: argparse.Namespace) -> str:
    """Return the run's folder, the only word behind the verb."""
    if len(options.words) != 1 or not options.words[0]:
        raise UsageError(
            f"{options.verb} needs the folder of one run", f"Write: s3distversions {options.verb} RUN"
        )
    return str(options.words.pop())


# What does not go together, in the order in which it is told.
TOGETHER: list[tuple[Callable[[argparse.Namespace], bool], str, str]] = [
    (
        lambda given: given.one_job and given.verb == "plan",
        "--one-job keeps no plan",
        "Leave out --one-job to make a plan.",
    ),
    (
        lambda given: given.one_job and given.max_delete is not None,
        "--max-delete needs a plan, and --one-job keeps none",
        "Leave out one of them.",
    ),
    (
        lambda given: given.dry_run and given.verify,
        "--verify and --dry-run do not go together",
        "A dry run changes nothing that could be verified. Leave out one of them.",
    ),
    (
        lambda given: CREATED in (given.only or ()) and not given.delete,
        "--only created needs --delete",
        "What was created since the restore time is deleted only where --delete is given.",
    ),
    (
        lambda given: given.sse_kms_key_id is not None and given.sse not in (None, *KMS),
        "--sse-kms-key-id does not go with --sse AES256",
        "Leave out one of them; or give --sse aws:kms.",
    ),
    (
        lambda given: "thaw_days" in given.given and given.thaw is None,
        "--thaw-days needs --thaw",
        "Give --thaw Standard, Bulk or Expedited: how fast what is archived is made readable.",
    ),
]
