"""The hint that stands below each error: by the error's form, the first that fits."""

import re

HELP = "See `s3distversions --help`."
LOCATION = "Write a location as s3://bucket or s3://bucket/path."
UTF_8 = "S3's keys are UTF-8 text."
REGION = "Name the bucket's region, in AWS_DEFAULT_REGION or the profile, and an endpoint there."
PERMISSIONS = "Does the role have the permissions that docs/permissions.md lists? Where the requester pays: --request-payer."
RENEW = "Renew the credentials, then run the same command again."
KEYS = "Give them as for the AWS CLI: environment, profile or role."
CONFIGURATION = "Check --endpoint-url, --profile and the AWS configuration."
MRJOB = "See mrjob's documentation: https://mrjob.readthedocs.io/en/latest/guides/configs-reference.html"
MRJOB_OPTIONS = "See `s3distversions --help`, and mrjob's documentation."
OTHER_FOLDER = "Choose another folder."

HINTS = [
    (r".*/(run|begun).json cannot be read: .*", "Choose the folder of a run."),
    (r"--(restore-time|since|keep-newer-than) .* (is not a full moment in time|does not exist)",
     "Give date, time to the second and zone, such as 2014-01-01T14:00:00+07:00, or a span such as now-24h."),
    (r"--(restore-time|since|keep-newer-than) .* is in the future",
     "It is MOMENT now. Nothing is known yet of what was written by that moment."),
    (r".*(is not an S3 location|has no valid bucket name)", LOCATION),
    (r".* names (an ARN|an access point|an Object Lambda access point|a multi-region access point)",
     "Give the bucket's own name: s3://bucket/path."),
    (r".* is a table bucket", "Table buckets keep no versions."),
    (r".* is a directory bucket", "Directory buckets keep no versions."),
    (r".* is 1025 bytes long", "A key has at most 1024 bytes: no key begins like that."),
    (r"(--src .*|line .*) is not UTF-8", UTF_8),
    (r"--dest .* overlaps with .*", "Leave out --dest to restore in place."),
    (r"the prefix list .* holds no prefix", "Write one beginning of a key a line."),
    (r"the prefix list .* is UTF-16", "Save it as UTF-8."),
    (r".* holds a NUL byte", "Save the list as UTF-8, one beginning of a key a line."),
    (r".* is a damaged .gz", "Pack it again."),
    (r".* is outside --src .*", "Give prefixes below --src."),
    (r".* holds more than 256 MiB", "A shorter prefix covers all that begin with it."),
    (r"--prefixes .*: this runner reads local files and s3:// only", "Copy the file, or use -r hadoop."),
    (r"--prefixes .* names no object", "Write s3://bucket/path/of/the/file."),
    (r"--prefixes .*: no such object", "Check the bucket and the key."),
    (r"--(prefixes|conf-path) .*: .*", "Give a file that can be read."),
    (r".*: NoSuchBucket: .*", "Is the bucket's name spelled right, and the endpoint the right one?"),
    (r"--one-job keeps no plan", "Leave out --one-job to make a plan."),
    (r"--max-delete needs a plan, .*", "Leave out one of them."),
    (r"The config profile .* could not be found", "See `aws configure list-profiles`."),
    *((rf"{verb} needs the folder of one run", f"Write: s3distversions {verb} RUN")
      for verb in ("apply", "verify", "undo")),
    (r"--\S+ cannot be given to apply", "A plan says what is to be done; see run.json."),
    (r"--\S+ cannot be given to verify", "The run says what is to be verified; see run.json."),
    (r"--\S+ cannot be given to undo", "The run says what is to be undone; see run.json."),
    (r"--since cannot be given to restore", "A restore has --restore-time; only undelete has --since."),
    (r"--since cannot be given to plan", "A plan has --restore-time; only undelete has --since."),
    (r"--verify cannot be given to plan",
     "A plan changes nothing. Give it to apply, or write: s3distversions verify RUN"),
    (r"--restore-time cannot be given to undelete",
     "Give --since to undo only the deletes after a moment; or restore."),
    (r"--dest cannot be given to undelete",
     "What is deleted comes back in its place. To put a state elsewhere, restore."),
    (r"--only cannot be given to undelete", "It reverts deletes, and nothing else."),
    (r"--\S+ cannot be given to undelete", "It deletes and covers nothing. To delete as well, restore."),
    (r"--verify and --dry-run .*", "A dry run changes nothing that could be verified. Leave out one of them."),
    (r"--only created needs --delete",
     "What was created since the restore time is deleted only where --delete is given."),
    (r"--sse-kms-key-id does not go with .*", "Leave out one of them; or give --sse aws:kms."),
    (r"--thaw-days needs --thaw",
     "Give --thaw Standard, Bulk or Expedited: how fast what is archived is made readable."),
    (r"--keep-newer-than .* is not after .*",
     "Every key that has changed would be left alone. Give a moment after the accident."),
    (r"argument (-r/--runner|--num-cores|--owner): .*", MRJOB_OPTIONS),
    (r"(--jobconf|--cmdenv|-D) argument .* is not of the form KEY=VALUE", MRJOB_OPTIONS),
    (r"-r \S+ is not supported", "Use one of: inline, local, spark, hadoop, emr."),
    (r"-r emr needs --version-info-output", "Give an s3:// location for the run."),
    (r".*: -r emr keeps runs on s3:// only", "Give an s3:// location."),
    (r".*: no such command",
     "-r hadoop runs on a machine of the cluster, with `hadoop` on the PATH or in $HADOOP_HOME/bin."),
    (r"mrjob's option .* is no (file|folder)", "Give one that is there."),
    (r"mrjob.*", MRJOB),
    (r"--version-info-output .* holds another run", "Choose a new folder for this one."),
    (r"the run in .* is applied already", "Choose a new folder for a plan."),
    (r"the run in .* has a plan, .*", "Leave out --one-job to apply it, or choose a new folder."),
    (r".*: this runner keeps runs in local folders and on s3:// only",
     "Give a local folder or an s3:// location, or use -r hadoop."),
    (r"--version-info-output .* lies in .*, which the run is about",
     "Keep runs in another bucket, beside the path, or in a local folder."),
    (r"--version-info-output .* is not (empty|a folder)", "Choose a new folder for the run."),
    (r"(--version-info-output )?\S+: (Not a directory|File name too long)", OTHER_FOLDER),
    (r"\S+: (Permission denied|File too large|Read-only file system)", OTHER_FOLDER),
    (r".* holds no run", "Give the folder that the plan named."),
    (r".* holds no finished plan", "Run the command that began it again."),
    (r".* holds '.*', which is no part of a plan",
     "Is it an editor's backup? Move it elsewhere: nobody can tell whether it counts."),
    (r"the plan (line|holds) .*",
     "Cut whole lines from a plan, but do not edit or break them; or make a new plan."),
    (r".* was never versioned", "It holds no history, so no earlier state can be told, let alone restored."),
    (r"versioning of .* is suspended",
     "A write there would destroy data for good. Enable versioning first, or restore to a --dest."),
    (r".* and --one-job cannot tell beforehand what it covers", "Leave out --one-job, or say --overwrite."),
    (r".* of its keys would be covered or deleted for good",
     "Nothing was written. Enable versioning there, or say --overwrite."),
    (r".* keys would be deleted, more than --max-delete .* allows",
     "Nothing was written. Is the restore time right? Then raise --max-delete."),
    (r"'.*' and '.*' would both become '.*'",
     "Restore s3://other/a b/ alone, or to a --dest with a path."),
    (r".*: (AccessDenied: .*|403: Forbidden)", PERMISSIONS),
    (r".*: InvalidAccessKeyId: .*",
     "The access key is unknown to this endpoint: check credentials and --endpoint-url."),
    (r".*: SignatureDoesNotMatch: .*", "Check the secret key."),
    (r".*: (Expired|Invalid)Token: .*", RENEW),
    (r".*: RequestTimeTooSkewed: .*", "Set this machine's clock."),
    (r".*: (PermanentRedirect: .*|AuthorizationHeaderMalformed: .*|redirected, .*)", REGION),
    (r".*: (MethodNotAllowed|NotImplemented): .*", "S3 refuses this request itself."),
    (r".*: \d{3}: .*",
     "That is not how S3 answers: is the endpoint right? If it is, run the same command again."),
    (r".*: (no credentials|Partial credentials .*)", KEYS),
    (r".*: the credentials hold a line end", "Set them again, without line ends."),
    (r".*: \[Errno \d+\] .*", "Check the file and the space there is."),
    (r"the client could not be made: .*", CONFIGURATION),
    (r"(looking|reading) .* URL: .*|.*SSL.*", "Is the endpoint right, and reachable from here?"),
    (r".*", HELP),
]  # fmt: skip


def hint_of(error: str) -> str:
    """Return the hint that belongs to an error."""
    return next(hint for form, hint in HINTS if re.fullmatch(form, error))
