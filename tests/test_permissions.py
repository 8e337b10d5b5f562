"""docs/permissions.md, row by row: with them the job works, and without any one of them it says which."""

import json
import re
from pathlib import Path

import pytest

from s3distversions import client
from tests.command import current_state, put
from tests.documented_permissions import DEFAULT_KEY, ELSEWHERE, IN_PLACE, KMS_KEY, documented, grants, rows

T = "2014-01-01T07:00:00Z"
RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T, "--no-progress")
RUN = ("--version-info-output", "run")
HINT = "Does the role have the permissions that docs/permissions.md lists?"
NORMAL_ROWS = [*rows("every run", "copies over", "copies of what has tags", "what was overwritten"), "copies"]
IN_PLACE_GRANTS = grants([*NORMAL_ROWS, *rows("bringing back", "`--delete`")], IN_PLACE)
ELSEWHERE_GRANTS = grants([*NORMAL_ROWS, *rows("`--delete`")], ELSEWHERE)


@pytest.fixture
def owner(s3):
    """The owner's client; the source holds a key of every kind, and there is another bucket."""
    for bucket in ("mybucket", "elsewhere", "runs"):
        s3.create_bucket(bucket)
    s3.set_clock(T)
    client = s3.client()
    for key in ("over", "twin"):
        put(client, f"p/{key}", Tagging="a=1")
    put(client, "p/gone")
    s3.tick()
    put(client, "p/over", b"now")
    put(client, "p/twin", Tagging="a=1")
    put(client, "p/new", b"now")
    client.delete_object(Bucket="mybucket", Key="p/gone")
    put(client, "d/over", b"now", "elsewhere")
    put(client, "d/new", b"now", "elsewhere")
    put(client, "d/twin", bucket="elsewhere", Tagging="a=1")
    s3.tick()
    return client


@pytest.fixture
def restorer(s3, owner, command, monkeypatch):
    """`restorer(grants, *argv)` runs the command as a user with these grants only."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "restorer")

    def run(given, *argv):
        statements = [
            {"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in sorted(given)
        ]
        s3.add_user("restorer", {"Version": "2012-10-17", "Statement": statements})
        return command(*argv)

    client._make.cache_clear()  # a process keeps its clients, whose credentials are other tests'
    yield run
    client._make.cache_clear()


def missing(action, resource):
    """What S3 says to somebody who lacks an action."""
    user = "User: arn:aws:iam::111122223333:user/restorer is not authorized to perform"
    because = f"because no identity-based policy allows the {action} action"
    return f'{user}: {action} on resource: "{resource}" {because}'


def denied(ended):
    return {action for request in ended.requests for action in request["denied"]}


def check_left(s3, ended, bucket, prefix, wrong):
    """Exactly the keys in `wrong` are not as they were at T; all of them are told, and nothing else is."""
    state = {key: body for key, body in current_state(s3, bucket).items() if key.startswith(prefix)}
    at_t = {f"{prefix}{name}": b"then" for name in ("over", "gone", "twin")}
    differing = {key for key in state.keys() | at_t.keys() if state.get(key) != at_t.get(key)}
    failed = set(json.loads(Path("run/summary.json").read_text())["failed_keys"])
    assert differing <= {f"{prefix}{name}" for name in wrong}
    assert failed == {f"p/{name}" for name in wrong}
    assert ended.code == (3 if wrong else 0)


def check_said(ended, action, resource):
    """Each key that failed is named with the action and the resource, and there is a hint."""
    told = re.findall(r"'p/(\w+)': AccessDenied: (.*)", ended.out)
    assert told and HINT in ended.out.splitlines()
    for name, reason in told:
        assert reason.endswith(missing(action, resource.replace("*", name))), reason


def test_every_row_is_tried():
    used = {*NORMAL_ROWS, *rows("bringing back", "`--delete`", "keys that somebody else", "a prefix list")}
    used |= {*rows("a run folder", "copies of what KMS", "copies that KMS")}
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


@pytest.mark.parametrize(
    ("action", "wrong"),
    [
        ("s3:GetObjectVersion", ("over", "twin")),
        ("s3:GetObjectVersionTagging", ("over", "twin")),
        ("s3:PutObject", ("over",)),
        ("s3:PutObjectTagging", ("over",)),
        ("s3:GetObject", ("over", "new")),
        ("s3:DeleteObjectVersion", ("gone",)),
        ("s3:DeleteObject", ("new",)),
    ],
)
def test_in_place_without_one(s3, restorer, action, wrong):
    """The keys that need it fail, and say so; the others are restored; granted, the rest is done."""
    grant = (action, "arn:aws:s3:::mybucket/p/*")
    assert grant in IN_PLACE_GRANTS
    ended = restorer(IN_PLACE_GRANTS - {grant}, *RESTORE, "--delete", *RUN)
    check_left(s3, ended, "mybucket", "p/", wrong)
    check_said(ended, *grant)
    assert denied(ended) == {action}
    again = restorer(IN_PLACE_GRANTS, "apply", "run", "--no-progress")
    check_left(s3, again, "mybucket", "p/", ())
    assert sum(len(write["deleted"] or [write]) for write in again.writes) == len(wrong)


@pytest.mark.parametrize(
    ("action", "on", "wrong"),
    [
        ("s3:GetObjectVersion", "mybucket/p/", ("over", "gone", "twin")),
        ("s3:GetObjectVersionTagging", "mybucket/p/", ("over", "twin")),
        ("s3:PutObject", "elsewhere/d/", ("over", "gone")),
        ("s3:PutObjectTagging", "elsewhere/d/", ("over",)),
        ("s3:GetObject", "elsewhere/d/", ("over", "new")),
        ("s3:DeleteObject", "elsewhere/d/", ("new",)),
    ],
)
def test_elsewhere_without_one(s3, restorer, action, on, wrong):
    grant = (action, f"arn:aws:s3:::{on}*")
    assert grant in ELSEWHERE_GRANTS
    where = ("--dest", "s3://elsewhere/d")
    ended = restorer(ELSEWHERE_GRANTS - {grant}, *RESTORE, *where, "--delete", *RUN)
    check_left(s3, ended, "elsewhere", "d/", wrong)
    check_said(ended, *grant)


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
        f"hint: {HINT}",
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
    assert (missing("s3:ListBucket", "arn:aws:s3:::mybucket") in ended.out) != may_list


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
    assert hint == f"hint: {HINT}"
    assert current_state(s3, "mybucket") == before and ended.writes[:-1] == []


@pytest.mark.parametrize("lacking", [None, ("kms:Decrypt", KMS_KEY), ("kms:GenerateDataKey", DEFAULT_KEY)])
def test_keys_of_kms(s3, owner, restorer, lacking):
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": DEFAULT_KEY}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    owner.put_bucket_encryption(Bucket="elsewhere", ServerSideEncryptionConfiguration=rules)
    s3.set_clock(T)
    put(owner, "p/secret", ServerSideEncryption="aws:kms", SSEKMSKeyId=KMS_KEY)
    keys = grants(rows("copies of what KMS", "copies that KMS"), ELSEWHERE)
    assert lacking is None or lacking in keys
    where = ("--src", "s3://mybucket/p/secret", "--dest", "s3://elsewhere/d/secret")
    ended = restorer((ELSEWHERE_GRANTS | keys) - {lacking}, *where, *RESTORE[2:], *RUN)
    assert denied(ended) == ({lacking[0]} if lacking else set())
    assert ended.code == (3 if lacking else 0)
    if lacking:
        check_said(ended, *lacking)


def test_a_plan_needs_no_permission_to_write(s3, restorer):
    reads = grants(rows("every run", "what was overwritten"), IN_PLACE)
    ended = restorer(reads, "plan", *RESTORE, "--delete", *RUN)
    assert (ended.code, ended.writes, denied(ended)) == (0, [], set())


def test_an_explicit_deny_in_the_bucket(s3, owner, restorer):
    """Whatever the role may: the keys under the deny fail, and the reason is told."""
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::mybucket/p/o*",
    }
    owner.put_bucket_policy(Bucket="mybucket", Policy=json.dumps({"Statement": deny}))
    ended = restorer(IN_PLACE_GRANTS, *RESTORE, "--delete", *RUN)
    check_left(s3, ended, "mybucket", "p/", ("over",))
    assert "with an explicit deny in a resource-based policy" in ended.out and HINT in ended.out
