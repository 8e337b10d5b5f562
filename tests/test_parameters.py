"""The parameters of a run: what run.json holds of them, what it may lack, and which make another run."""

import json
from dataclasses import replace

import pytest

from s3distversions.location import parse
from s3distversions.model import Access, Rules
from s3distversions.parameters import Parameters

T = "2014-01-01T07:00:00Z"
PLAIN = Parameters(parse("s3://mybucket/path", "--src"), T)
FULL = Parameters(
    src=parse("s3://mybucket/path", "--src"),
    restore_time=T,
    dest=parse("s3://other", "--dest"),
    prefixes="2 prefixes, sha256 0",
    delete=True,
    max_delete="5%",
    undelete="copy",
    overwrite=True,
    endpoint_url="http://127.0.0.1:9000",
    profile="me",
    list_parallel=1,
    write_parallel=2,
    kind="undo",
    only=("deleted", "created"),
    keep_newer_than="2014-01-02T07:00:00Z",
    filters=(("exclude", "*"), ("include", "*.txt")),
    src_pattern="s3://.*",
    undo_of="run",
    storage_class="STANDARD_IA",
    sse="aws:kms",
    sse_kms_key_id="key",
    acl="private",
    thaw="Bulk",
    thaw_days=3,
    head_all=True,
    unconditional=("CopyObject",),
    request_payer="requester",
    no_sign_request=True,
)
# What the first release wrote.
FIRST = {
    "src": "s3://mybucket/path",
    "restore_time": T,
    "dest": None,
    "prefixes": None,
    "delete": False,
    "max_delete": None,
    "undelete": "remove-markers",
    "overwrite": False,
    "endpoint_url": None,
    "profile": None,
    "list_parallel": 32,
    "write_parallel": 32,
    "version": "0.1",
    "began": T,
    "plan": None,
    "listed": None,
    "applied": [],
    "requests": {},
}
FREE = {"max_delete", "overwrite", "profile", "list_parallel", "write_parallel"}
FREE |= {"thaw", "thaw_days", "head_all", "unconditional", "request_payer", "no_sign_request"}


def test_the_example_says_everything():
    """Each field of FULL is another than the default, so that no test passes because it was left out."""
    same = [name for name, value in vars(FULL).items() if value == vars(PLAIN)[name]]
    assert same == ["src", "restore_time"]


@pytest.mark.parametrize(
    "parameters", [PLAIN, FULL, replace(PLAIN, kind="undelete", restore_time=None)], ids=str
)
def test_there_and_back(parameters):
    line = json.loads(json.dumps(parameters.to_json()))
    assert vars(Parameters.from_json(line)) == vars(parameters)


def test_what_an_older_release_wrote():
    assert vars(Parameters.from_json(FIRST)) == vars(PLAIN)


@pytest.mark.parametrize("name", [name for name in FIRST if name in vars(PLAIN)])
def test_what_every_release_wrote_may_not_be_missing(name):
    with pytest.raises(KeyError, match=name):
        Parameters.from_json({key: value for key, value in FIRST.items() if key != name})


@pytest.mark.parametrize("name", vars(FULL))
def test_what_makes_another_run(name):
    other = replace(PLAIN, **{name: getattr(FULL, name)})
    if name in ("src", "restore_time"):
        other = replace(PLAIN, **{name: {"src": FULL.dest, "restore_time": FULL.keep_newer_than}[name]})
    assert (other == PLAIN) == (name in FREE)


@pytest.mark.parametrize(
    "name, value, what",
    [
        ("restore_time", None, "its restore_time is None"),
        ("restore_time", "2014-01-01", "its restore_time is '2014-01-01'"),
        ("keep_newer_than", "now", "its keep_newer_than is 'now'"),
        ("kind", "repair", "its kind: 'repair' is none of restore, undelete, undo"),
        ("undo_of", None, "its undo_of is None"),
        ("kind", "restore", "its undo_of is 'run'"),
        ("undelete", "both", "its undelete: 'both' is none of remove-markers, copy"),
        ("only", ["changed"], "its only: 'changed' is none of deleted, overwritten, created"),
        ("only", "deleted", "its only: 'd' is none of deleted, overwritten, created"),
        ("only", [1], "its only: 1 is none of deleted, overwritten, created"),
        ("only", None, "'NoneType' object is not iterable"),
        ("filters", [["include"]], r"its filters: \('include',\) is no filter"),
        ("filters", [["only", "*"]], "its filters: 'only' is none of include, exclude"),
        ("filters", [["include", 1]], r"its filters: \('include', 1\) is no filter"),
        ("filters", "ab", r"its filters: \('a',\) is no filter"),
        ("filters", [1], "'int' object is not iterable"),
        ("src_pattern", "(", r"its src_pattern: '\(' is no regular expression: .*"),
        ("src_pattern", 1, "its src_pattern is 1"),
        ("storage_class", "COLD", "its storage_class: 'COLD' is none of STANDARD, .*"),
        ("sse", "yes", "its sse: 'yes' is none of AES256, aws:kms, aws:kms:dsse"),
        ("acl", "public", "its acl: 'public' is none of private, .*"),
        ("thaw", "standard", "its thaw: 'standard' is none of Standard, Bulk, Expedited"),
        ("thaw_days", 0, "its thaw_days: '0' is not a number of days from 1 to 9999"),
        ("thaw_days", True, "its thaw_days is True"),
        ("head_all", 1, "its head_all is 1"),
        ("request_payer", "me", "its request_payer: 'me' is none of requester"),
        ("no_sign_request", None, "its no_sign_request is None"),
    ],
)
def test_what_no_command_line_means(name, value, what):
    with pytest.raises((TypeError, ValueError), match=f"^{what}$"):
        Parameters.from_json({**FULL.to_json(), name: value})


def test_what_the_decision_and_the_client_need():
    only = frozenset(("deleted", "created"))
    assert FULL.rules == Rules(T, True, "copy", False, only, "2014-01-02T07:00:00Z", "undo")
    assert PLAIN.rules == Rules(T)
    assert FULL.access == Access("http://127.0.0.1:9000", "me", True, "requester")
    assert PLAIN.access == Access()
