"""Folders of runs that are refused: what they are, where they are, and what their run.json holds."""

import shutil
from pathlib import Path

from tests.usage.table import Bad, file, folder, given, run_json


def gone_plan(directory: Path, plan: Path) -> None:
    """A copy of the plan's folder without the plan."""
    shutil.copytree(plan, directory / "run")
    shutil.rmtree(directory / "run" / "versions")


OTHER_RUN = run_json(lambda state: state.update(restore_time="2013-01-01T00:00:00Z"))
FOLDERS = [
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
        setup=lambda directory, plan: (
            run_json(lambda state: None)(directory, plan),
            file("list", b"1")(directory, plan),
        ),
    ),
    Bad(
        "a plan of what is applied",
        ["plan", *given("--delete", "--version-info-output", "run")],
        "the run in run is applied already",
        may_ask=True,
        setup=run_json(lambda state: state.update(applied=[{"plan": 1, "attempt": 1}])),
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
        "reading s3://nowhere/run/run.json: NoSuchBucket: The specified bucket does not exist",
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
]

APPLIED = [
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
        "apply a plan with an editor's backup",
        ["apply", "run"],
        "run/versions/1 holds 'part-00000.bak', which is no part of a plan",
        setup=lambda directory, plan: (
            run_json(lambda state: None)(directory, plan),
            file("run/versions/1/part-00000.bak", b"")(directory, plan),
        ),
    ),
    Bad(
        "apply another attempt's plan",
        ["apply", "run"],
        "run holds no finished plan",
        setup=run_json(lambda state: state.update(plan=7)),
    ),
    Bad(
        "apply a plan that is gone",
        ["apply", "run"],
        "run holds no finished plan",
        setup=gone_plan,
    ),
]

RUN_JSON = [
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
    *(
        Bad(
            f"a run.json with {name} {value!r}",
            ["apply", "run"],
            f"run/run.json cannot be read: {what}",
            setup=run_json(lambda state, name=name, value=value: state.update({name: value})),
        )
        for name, value, what in [
            ("began", "yesterday", "its 'began' is damaged"),
            ("plan", "1", "its 'plan' is damaged"),
            ("plan", -1, "its 'plan' is damaged"),
            ("listed", {"keys": 1}, "its 'listed' is damaged"),
            ("listed", None, "its 'listed' is damaged"),
            ("applied", [1], "its 'applied' is damaged"),
            ("requests", {"GetObject": "many"}, "its 'requests' is damaged"),
            ("delete", "yes", "its delete is 'yes'"),
            ("write_parallel", "many", "its write_parallel is 'many'"),
            ("write_parallel", 0, "its write_parallel: '0' is not a number from 1 to 9999"),
            (
                "max_delete",
                "most",
                "its max_delete: 'most' is neither a number of keys nor per cent, such as 100 or 5%",
            ),
            (
                "endpoint_url",
                "nowhere at all",
                "its endpoint_url: 'nowhere at all' is not a URL such as https://s3.example.com",
            ),
            ("restore_time", "then", "its restore_time is 'then'"),
            ("dest", "s3:///new", "dest 's3:///new' has no valid bucket name"),
            ("src", "s3://mine--usw2-az1--x-s3", "src 's3://mine--usw2-az1--x-s3' is a directory bucket"),
        ]
    ),
    Bad(
        "one job where there is a plan",
        given("--delete", "--version-info-output", "run", "--one-job"),
        "the run in run has a plan, of which one job would know nothing",
        may_ask=True,
        setup=run_json(lambda state: None),
    ),
    *(
        Bad(
            f"a begun.json of {content}",
            ["apply", "run"],
            f"run/begun.json cannot be read: {what}",
            setup=lambda directory, plan, content=content: (
                run_json(lambda state: None)(directory, plan),
                file("run/begun.json", content.encode())(directory, plan),
            ),
        )
        for content, what in [
            ('{"plan"', "Expecting ':' delimiter: line 1 column 8 (char 7)"),
            ("[1]", "it holds no plan"),
            ('{"plan": 1}', "it has no 'listed'"),
            ('{"plan": "1", "listed": {"keys": 1, "existing": 1}}', "its 'plan' is damaged"),
            ('{"plan": 1, "listed": {"keys": 1}}', "its 'listed' is damaged"),
        ]
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

REFUSED = [*FOLDERS, *APPLIED, *RUN_JSON]
