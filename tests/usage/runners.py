"""What mrjob is told, and what it is refused: runners, its options, its configuration."""

import re

from tests.usage.table import Bad, file, folder, given

REFUSED = [
    Bad(
        "an unknown runner",
        given("-r", "nowhere"),
        re.compile(r"argument -r/--runner: invalid choice: 'nowhere' \(choose from .*\)"),
    ),
    Bad("a runner that is none of ours", given("-r", "dataproc"), "-r dataproc is not supported"),
    Bad("the same in one word", given("-rdataproc"), "-r dataproc is not supported"),
    Bad("the same in long", given("--runner=dataproc"), "-r dataproc is not supported"),
    Bad(
        "a cluster without its command",
        given("-r", "hadoop", "--hadoop-bin", "no-hadoop"),
        "no-hadoop: no such command",
    ),
    Bad(
        "Elastic MapReduce without a run on S3",
        given("-r", "emr", "--version-info-output", "run"),
        "--version-info-output run: -r emr keeps runs on s3:// only",
    ),
    Bad(
        "Elastic MapReduce without a run",
        given("-r", "emr"),
        "-r emr needs --version-info-output",
    ),
    Bad("no runner", given("-r"), "-r needs a value"),
    Bad("an unknown option of mrjob", given("--jobconfs", "a=b"), "unrecognized arguments: --jobconfs"),
    Bad("an option that is ours", given("--output-dir", "out"), "unrecognized arguments: --output-dir"),
    Bad(
        "a word for a number",
        given("--num-cores", "many"),
        "argument --num-cores: invalid int value: 'many'",
    ),
    *(
        Bad(
            f"{option} of nothing",
            given(option, "none.zip"),
            f"mrjob's option {name}: none.zip is no file",
        )
        for option, name in [
            ("--py-files", "py_files"),
            ("--files", "upload_files"),
            ("--archives", "upload_archives"),
        ]
    ),
    Bad(
        "--dirs of nothing",
        given("--dirs", "none"),
        "mrjob refuses its options or its configuration: none is not a directory!",
    ),
    Bad(
        "a missing file among others",
        given("--files", "list,none#alias"),
        "mrjob's option upload_files: none#alias is no file",
        setup=file("list", b""),
    ),
    Bad("no cores", given("--num-cores", "0"), "mrjob's option num_cores: 0 is not a number above 0"),
    Bad(
        "cores below nothing", given("--num-cores=-1"), "mrjob's option num_cores: -1 is not a number above 0"
    ),
    Bad(
        "a setting without value",
        given("--jobconf", "key"),
        "--jobconf argument 'key' is not of the form KEY=VALUE",
    ),
    Bad(
        "a setting without name", given("-D", "=value"), "mrjob's options jobconf and cmdenv: a name is empty"
    ),
    Bad(
        "a variable without value",
        given("--cmdenv", "KEY"),
        "--cmdenv argument 'KEY' is not of the form KEY=VALUE",
    ),
    Bad("an empty setting", given("-D", ""), "-D argument '' is not of the form KEY=VALUE"),
    Bad(
        "two names for a file",
        given("--files", "a#b#c"),
        "mrjob refuses its options or its configuration: Bad path 'a'; name must not contain # or /",
    ),
    Bad(
        "a configuration of words",
        given("-c", "mrjob.conf"),
        "mrjob refuses its options or its configuration: 'str' object has no attribute 'get'",
        setup=file("mrjob.conf", b"words"),
    ),
    Bad(
        "a configuration of a number for a runner",
        given("-c", "mrjob.conf"),
        "mrjob refuses its options or its configuration: options for inline (from mrjob.conf) must be a dict",
        setup=file("mrjob.conf", b"runners: {inline: 5}"),
    ),
    Bad(
        "a torn configuration",
        given("-c", "mrjob.conf"),
        re.compile(r"mrjob refuses its options or its configuration: while parsing a flow .*"),
        setup=file("mrjob.conf", b"runners: {inline: {"),
    ),
    Bad(
        "a configuration that names a missing file",
        given("-c", "mrjob.conf"),
        "mrjob's option py_files: none.zip is no file",
        setup=file("mrjob.conf", b"runners: {inline: {py_files: [none.zip]}}"),
    ),
    Bad(
        "a configuration that includes a missing one",
        given("-c", "mrjob.conf"),
        re.compile(
            r"mrjob refuses its options or its configuration: .*No such file or directory: .*none.conf'"
        ),
        setup=file("mrjob.conf", b"include: none.conf"),
    ),
    Bad(
        "a folder for a configuration",
        given("-c", "conf"),
        "--conf-path conf: Is a directory",
        setup=folder("conf"),
    ),
    Bad(
        "a switch for a value of mrjob's",
        given("--owner", "--dry-run"),
        "argument --owner: expected one argument",
    ),
    Bad(
        "no such configuration",
        given("--conf-path", "none.conf"),
        "--conf-path none.conf: No such file or directory",
    ),
]
