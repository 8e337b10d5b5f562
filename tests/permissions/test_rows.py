"""docs/permissions.md, row by row: with them the job works, and without any one of them it says which."""

import json
import re
from pathlib import Path

import pytest

from s3distversions import surroundings
from tests.command import current_state, put
from tests.documented_permissions import DEFAULT_KEY, ELSEWHERE, IN_PLACE, KMS_KEY, documented, grants, rows
from tests.permissions.role import (
    ELSEWHERE_GRANTS,
    HINT,
    IN_PLACE_GRANTS,
    NORMAL_ROWS,
    RESTORE,
    RUN,
    WARNINGS,
    T,
    check_left,
    check_stopped,
    denied,
    missing,
)


def test_every_row_is_tried():
    used = {*NORMAL_ROWS, *rows("bringing back", "`--delete`", "keys that somebody else", "a prefix list")}
    used |= {*rows("a run folder", "copies of what KMS", "copies that KMS", "optional: more than 100")}
    used |= {*rows("copies of more than", "`--thaw`", "`--acl`")}  # in test_permissions_of_few.py
    assert used == set(documented())


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_rows_are_enough(s3, restorer, elsewhere):
    where = ("--dest", "s3://elsewhere/d") if elsewhere else ()
    ended = restorer(ELSEWHERE_GRANTS if elsewhere else IN_PLACE_GRANTS, *RESTORE, *where, "--delete", *RUN)
    check_left(s3, ended, *(("elsewhere", "d/") if elsewhere else ("mybucket", "p/")), wrong=())
    assert denied(ended) == set() and "failed" not in ended.out
    # Nothing is granted that no request needed: see each of them missing below, too.
    needed = {action for request in ended.requests for action in request["needed"]}
    assert needed == {action for action, _ in (ELSEWHERE_GRANTS if elsewhere else IN_PLACE_GRANTS)}


@pytest.mark.parametrize("action", ["s3:GetObjectVersion", "s3:GetObjectVersionTagging"])
def test_twins_that_may_not_be_looked_at_are_copied(s3, restorer, action):
    """Nothing is missing in the end: only the look that would have spared a copy."""
    where = ("--dest", "s3://elsewhere/d")
    copies = []
    for given in (ELSEWHERE_GRANTS, ELSEWHERE_GRANTS - {(action, "arn:aws:s3:::elsewhere/d/*")}):
        ended = restorer(given, "plan", *RESTORE, *where, "--version-info-output", f"run{len(copies)}")
        assert ended.code == 0 and ended.writes == []
        copies += re.findall(r"(\d) versions to copy back", ended.out)
    assert copies == ["2", "3"] and denied(ended) == {action}


@pytest.mark.parametrize("bucket", ["mybucket", "elsewhere"])
@pytest.mark.parametrize("action", ["s3:GetBucketVersioning", "s3:ListBucketVersions"])
def test_buckets_that_may_not_be_looked_at(s3, restorer, action, bucket):
    """Nothing is written at all."""
    grant = (action, f"arn:aws:s3:::{bucket}")
    assert grant in ELSEWHERE_GRANTS
    ended = restorer(ELSEWHERE_GRANTS - {grant}, *RESTORE, "--dest", "s3://elsewhere/d", *RUN)
    doing = "looking at" if action == "s3:GetBucketVersioning" else "listing the versions in"
    assert ended.err.splitlines() == [
        f"s3distversions: error: {doing} s3://{bucket}: AccessDenied: {missing(action, grant[1])}",
        f"hint: {HINT} Where the requester pays: --request-payer.",
    ]
    assert (ended.code, ended.writes) == (1, [])


@pytest.mark.parametrize("may_list", [True, False])
def test_keys_that_somebody_else_deletes_meanwhile(s3, owner, restorer, may_list):
    given = IN_PLACE_GRANTS | (grants(rows("keys that somebody else"), IN_PLACE) if may_list else set())
    assert restorer(given, "plan", *RESTORE, *RUN).code == 0
    owner.delete_object(Bucket="mybucket", Key="p/over")
    ended = restorer(given, "apply", "run", "--no-progress")
    outcomes = json.loads(Path("run/summary.json").read_text())["outcomes"]
    assert ended.code == 3
    assert (outcomes["changed"], outcomes["failed"]) == ((1, 0) if may_list else (0, 1))
    assert ("written by somebody since the plan" in ended.out) == may_list
    assert ("s3:ListBucket" in ended.out) != may_list


FOLDER = grants(rows("a run folder", "a prefix list"), IN_PLACE)


@pytest.mark.parametrize("grant", [None, *sorted(FOLDER)], ids=str)
def test_prefix_lists_and_run_folders_on_s3(s3, owner, restorer, grant):
    put(owner, "list", b"/over\n/gone\n", "runs")
    before = current_state(s3, "mybucket")
    there = ("--prefixes", "s3://runs/list", "--version-info-output", "s3://runs/run")
    ended = restorer((IN_PLACE_GRANTS | FOLDER) - {grant}, *RESTORE, *there)
    assert denied(ended) == (set() if grant is None else {grant[0]})
    if grant is None:
        assert ended.code == 0 and current_state(s3, "mybucket")["p/over"] == b"then"
        return
    error, hint = ended.err.splitlines()
    assert ended.code == 1 and f"is not authorized to perform: {grant[0]} on resource" in error
    assert hint == f"hint: {HINT} Where the requester pays: --request-payer."
    assert current_state(s3, "mybucket") == before and ended.writes[:-1] == []


OWN = grants(rows("copies of what KMS"), ELSEWHERE)
CHOSEN = grants(rows("copies that KMS"), ELSEWHERE) | {("kms:Decrypt", KMS_KEY)}


@pytest.mark.parametrize(
    "options", [(), ("--sse", "aws:kms", "--sse-kms-key-id", DEFAULT_KEY)], ids=["own", "--sse"]
)
@pytest.mark.parametrize("lacking", [None, "kms:Decrypt", "kms:GenerateDataKey"])
def test_keys_of_kms(s3, owner, restorer, lacking, options):
    """The version's own key, or the one that --sse names; without one of them nothing is written."""
    s3.set_clock(T)
    put(owner, "p/secret", ServerSideEncryption="aws:kms", SSEKMSKeyId=KMS_KEY)
    keys = CHOSEN if options else OWN
    given = {grant for grant in keys if grant[0] != lacking}
    assert len(keys) - len(given) == bool(lacking)
    given |= ELSEWHERE_GRANTS | grants(rows("keys that somebody else"), ELSEWHERE)
    where = ("--src", "s3://mybucket/p/secret", "--dest", "s3://elsewhere/d/secret")
    before = s3.dump("elsewhere")
    ended = restorer(given, *where, *RESTORE[2:], *RUN, *options)
    assert denied(ended) == ({lacking} if lacking else set())
    if lacking:
        ((_, key),) = keys - given
        check_stopped(s3, ended, "elsewhere", before, lacking, key)
    else:
        assert ended.code == 0


def test_a_plan_needs_no_permission_to_write(s3, restorer):
    reads = grants(rows("every run", "what was overwritten"), IN_PLACE)
    ended = restorer(reads, "plan", *RESTORE, "--delete", *RUN)
    optional = {action for action, _ in grants(WARNINGS, IN_PLACE)}
    assert (ended.code, ended.writes, denied(ended)) == (0, [], optional)
    assert all(f"which cannot be told without {action}: AccessDenied" in ended.err for action in optional)


OPTIONAL = grants(rows("optional: more than 100"), IN_PLACE)


@pytest.mark.parametrize("lacking", [None, *sorted(OPTIONAL)], ids=str)
def test_what_spares_looks_at_many_copies(s3, owner, restorer, monkeypatch, lacking):
    """Without it each version is looked at: nothing else changes."""
    monkeypatch.setattr(surroundings, "FEW_COPIES", 0)
    ended = restorer((IN_PLACE_GRANTS | OPTIONAL) - {lacking}, *RESTORE, "--delete", *RUN)
    check_left(s3, ended, "mybucket", "p/", ())
    assert denied(ended) == ({lacking[0]} if lacking else set()) and "warning" not in ended.err
    heads = [each["key"] for each in ended.requests if each["operation"] == "HeadObject"]
    assert heads.count("p/over") == (2 if lacking else 0)  # before it is tried, and before it is copied
