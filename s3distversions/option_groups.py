"""Every option: how it is written, what its value must be, and what the help says of it. Pure."""

from __future__ import annotations

import argparse

from s3distversions import values as to
from s3distversions.model import BY_COPY, BY_REMOVING_MARKERS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to a parser, in groups; its actions are those that `options` registers."""
    add = parser.add_argument_group("what to restore, and where to").add_argument
    add("--src", metavar="URI", help="s3://bucket/path: everything below it, and the key itself")
    add("--restore-time", metavar="TIME", help="the moment whose state is wanted")
    add("--since", metavar="TIME", help="undelete: only what was deleted after this moment")
    add(
        "--prefixes",
        "--srcPrefixesFile",
        metavar="FILE",
        help="only keys that begin with a line of this file (local, s3://, - or, with -r hadoop, hdfs://)",
    )
    add(
        "--include",
        metavar="GLOB",
        dest="filters",
        action="filter",
        type=to.glob,
        default=(),
        help="these keys below --src after all; as in the AWS CLI, the last pattern that matches decides",
    )
    add(
        "--exclude",
        metavar="GLOB",
        dest="filters",
        action="filter",
        type=to.glob,
        default=(),
        help="not these keys below --src; * matches / too",
    )
    add(
        "--srcPattern",
        metavar="REGEX",
        dest="src_pattern",
        type=to.regex,
        help="only keys whose whole s3://bucket/key this regular expression matches",
    )
    add("--dest", metavar="URI", help="put the state there and leave --src as it is (default: in place)")

    add = parser.add_argument_group("what to change").add_argument
    add("--delete", action="store_true", help="also delete what exists now and did not exist then")
    add("--max-delete", metavar="N|N%", type=to.amount, help="with more to delete than this, write nothing")
    add("--overwrite", action="store_true", help="cover objects in a --dest that keeps no versions, for good")
    add(
        "--undelete",
        choices=[BY_REMOVING_MARKERS, BY_COPY],
        default=BY_REMOVING_MARKERS,
        help="how a key that was deleted since comes back (default: %(default)s)",
    )
    add(
        "--only",
        metavar="KIND[,KIND]",
        type=to.changes,
        default=(),
        help="revert only what was deleted, overwritten or created (with --delete) since",
    )
    add(
        "--keep-newer-than",
        metavar="TIME",
        help="leave a key alone whose current entry is newer: it was written after the accident",
    )

    add = parser.add_argument_group("copies").add_argument
    add(
        "--storage-class",
        metavar="CLASS",
        type=to.one_of(to.STORAGE_CLASSES),
        help="of every copy (default: that of the version)",
    )
    add(
        "--sse",
        metavar="KIND",
        type=to.one_of(to.ENCRYPTIONS),
        help=f"{', '.join(to.ENCRYPTIONS)}: encryption of every copy (default: as the version is)",
    )
    add("--sse-kms-key-id", metavar="KEY", help="the KMS key of every copy; means --sse aws:kms")
    add("--acl", metavar="ACL", type=to.one_of(to.ACLS), help="a canned ACL for every copy, such as private")
    add("--head-all", action="store_true", help="ask for the headers of every version before it is copied")
    add(
        "--thaw",
        metavar="TIER",
        type=to.tier,
        help="ask for archived versions to be made readable: Standard, Bulk or Expedited",
    )
    add("--thaw-days", metavar="N", type=to.days, default=7, help="for so many days (default: %(default)s)")

    add = parser.add_argument_group("the run").add_argument
    add("--dry-run", action="store_true", help="only plan; for a restore the same as the verb plan")
    add("--verify", action="store_true", help="verify at the end")
    add(
        "--one-job",
        action="store_true",
        help="list, choose and restore in a single MapReduce job; no plan is kept",
    )
    add(
        "--version-info-output",
        "--outputManifest",
        metavar="RUN",
        help="the folder of this run; with a / at the end: its parent",
    )
    add(
        "--list-parallel",
        metavar="N",
        type=to.width,
        default=32,
        help="requests in flight in a task that lists (default: %(default)s)",
    )
    add(
        "--write-parallel",
        metavar="N",
        type=to.width,
        default=32,
        help="requests in flight in a task that writes (default: %(default)s)",
    )

    add = parser.add_argument_group("S3").add_argument
    add("--endpoint-url", "--s3Endpoint", metavar="URL", type=to.endpoint, help="another S3 than AWS's own")
    add("--profile", metavar="NAME", help="a profile of the AWS configuration")
    add("--no-sign-request", action="store_true", help="send no credentials")
    add(
        "--request-payer",
        metavar=to.REQUESTER,
        nargs="?",
        const=to.REQUESTER,
        type=to.one_of((to.REQUESTER,)),
        help="pay for the requests to a bucket whose owner does not",
    )

    add = parser.add_argument_group("what is told").add_argument
    add("--json", action="store_true", help="the summary as JSON on standard output")
    add("--quiet", action="store_true", help="no progress and no warnings on standard error")
    add("--no-progress", action="store_true", help="no progress on standard error")
