"""What must be accepted, and what it means."""

import gzip
import os
from typing import NamedTuple

from s3distversions.location import Location
from s3distversions.model import BY_COPY, KeyRange
from tests.usage.table import RESTORE_TIME

IN_UTC = "2014-01-01T07:00:00Z"


class Good(NamedTuple):
    """Arguments, and what they mean: names of the parameters, of the options, `runner` and `passed_on`."""

    name: str
    argv: list[str]
    meant: dict[str, object]


SHORT = ["--src", "s3://mybucket/mypath", "--restore-time", RESTORE_TIME]


def timed(text: str) -> list[str]:
    """Return the shortest arguments with another restore time."""
    return [*SHORT[:3], text]


GOOD = [
    Good(
        "the shortest",
        ["--src", "s3://mybucket", "--restore-time", RESTORE_TIME],
        {
            "verb": "restore",
            "src": Location("mybucket", ""),
            "restore_time": IN_UTC,
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
        "verify",
        ["verify", "run", "--list-parallel", "1"],
        {"verb": "verify", "run": "run", "list_parallel": 1},
    ),
    Good(
        "undo",
        ["undo", "run", "--dry-run", "--max-delete=0", "--outputManifest", "new"],
        {"verb": "undo", "run": "run", "dry_run": True, "max_delete": "0", "version_info_output": "new"},
    ),
    Good(
        "undelete",
        ["undelete", "--src", "s3://mybucket/mypath"],
        {"kind": "undelete", "restore_time": None, "src": Location("mybucket", "mypath"), "run": None},
    ),
    Good(
        "undelete what was deleted lately",
        ["undelete", "--src", "s3://mybucket", "--since", "now-24h", "--undelete=copy", "--dry-run"],
        {"kind": "undelete", "verb": "undelete", "restore_time": "2026-01-01T03:04:05Z", "dry_run": True},
    ),
    Good("a restore", SHORT, {"kind": "restore", "run": None, "filters": (), "only": (), "thaw_days": 7}),
    Good(
        "filters, in their order",
        [*SHORT, "--exclude", "*", "--include=*.txt", "--exclude=-x", "--srcPattern", "s3://.*"],
        {
            "filters": (("exclude", "*"), ("include", "*.txt"), ("exclude", "-x")),
            "src_pattern": "s3://.*",
            "passed_on": [],
        },
    ),
    Good(
        "kinds of changes",
        [*SHORT, "--only", "created,deleted,created", "--delete"],
        {"only": ("deleted", "created")},
    ),
    Good(
        "to be kept",
        [*SHORT, "--keep-newer-than", "now-1h"],
        {"keep_newer_than": "2026-01-02T02:04:05Z", "restore_time": IN_UTC},
    ),
    Good(
        "to be kept at a destination, from before",
        [*SHORT, "--keep-newer-than", "2013-01-01T00:00:00Z", "--dest", "s3://other"],
        {"keep_newer_than": "2013-01-01T00:00:00Z"},
    ),
    Good(
        "to be kept of whatever is deleted",
        ["undelete", "--src", "s3://mybucket", "--keep-newer-than", "2013-01-01T00:00:00Z"],
        {"keep_newer_than": "2013-01-01T00:00:00Z", "restore_time": None},
    ),
    Good(
        "copies",
        [*SHORT, "--storage-class=STANDARD_IA", "--sse=aws:kms:dsse", "--sse-kms-key-id=k", "--acl=private"],
        {"storage_class": "STANDARD_IA", "sse": "aws:kms:dsse", "sse_kms_key_id": "k", "acl": "private"},
    ),
    Good("a key means KMS", [*SHORT, "--sse-kms-key-id", "k"], {"sse": "aws:kms", "sse_kms_key_id": "k"}),
    Good("AES256", [*SHORT, "--sse", "AES256"], {"sse": "AES256", "sse_kms_key_id": None}),
    Good("a thaw", [*SHORT, "--thaw", "bULK", "--thaw-days=30"], {"thaw": "Bulk", "thaw_days": 30}),
    Good("a thaw of a week", ["apply", "run", "--thaw", "Expedited"], {"thaw": "Expedited", "thaw_days": 7}),
    Good(
        "access",
        [*SHORT, "--no-sign-request", "--request-payer", "requester", "--head-all", "--verify"],
        {"no_sign_request": True, "request_payer": "requester", "head_all": True, "verify": True},
    ),
    Good("a payer without a value", ["--request-payer", *SHORT], {"request_payer": "requester"}),
    Good(
        "values behind =",
        [
            "--src=s3://mybucket/mypath",
            f"--restore-time={RESTORE_TIME}",
            "--dest=s3://other/new",
            "--undelete=copy",
        ],
        {
            "src": Location("mybucket", "mypath"),
            "restore_time": IN_UTC,
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
    Good("UTC", timed("2014-01-01T07:00:00Z"), {"restore_time": IN_UTC}),
    Good("an offset of hours", timed("2014-01-01T04:00:00-03"), {"restore_time": IN_UTC}),
    Good("an offset without colon", timed("2014-01-01T12:30:00+0530"), {"restore_time": IN_UTC}),
    Good("without hyphens and colons", timed("20140101T070000Z"), {"restore_time": IN_UTC}),
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
