"""Archived versions: left with words, asked for once, and copied when they have thawed."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.single_copies import T, copied, history, item, operations, overwritten, writing

RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T)
RUN = ("--version-info-output", "run")
ARCHIVED = {
    "glacier": {"storage_class": "GLACIER"},
    "deep": {"storage_class": "DEEP_ARCHIVE"},
    "tier": {"storage_class": "INTELLIGENT_TIERING", "archive_status": "ARCHIVE_ACCESS"},
    "deep tier": {"storage_class": "INTELLIGENT_TIERING", "archive_status": "DEEP_ARCHIVE_ACCESS"},
}


@pytest.fixture
def archived(s3):
    """A version of every kind that has to be thawed, and one that has not; a thaw takes until it is said."""
    s3.create_bucket("mybucket")
    s3.settings(restore_at_once=False)
    for name, more in ARCHIVED.items():
        overwritten(s3, f"p/{name}", **more)
    overwritten(s3, "p/plain")


def outcomes(number):
    """Return {key: outcome} of the n-th apply."""
    lines = [
        json.loads(line) for part in Path(f"run/restored/{number}").glob("part-*") for line in part.open()
    ]
    return {line["key"]: line for line in lines if "key" in line}


def statuses(ended):
    return {name: number for name, number in ended.summary["outcomes"].items() if number}


def asked_for(ended):
    """Return the keys whose thaw S3 has taken on."""
    asked = [each for each in ended.requests if each["operation"] == "RestoreObject"]
    return [each["key"] for each in asked if each["status"] == 202]


def test_the_whole_flow(s3, command, archived):
    """Left; asked for, once; waited for; copied as they thaw, each class in its own time."""
    planned = command("plan", *RESTORE, *RUN, "--no-progress")
    assert "2 of them archived (8 bytes), to be thawed first: --thaw" in planned.out
    assert planned.writes == []

    ended = command("apply", "run", "--quiet", "--json")
    assert (ended.code, statuses(ended)) == (3, {"done": 1, "archived": 4})
    assert ended.summary["archived"] == {"keys": 2, "bytes": 8}
    assert asked_for(ended) == []

    ended = command("apply", "run", "--quiet", "--json", "--thaw", "Standard", "--thaw-days", "3")
    assert (ended.code, statuses(ended)) == (3, {"already": 1, "archived": 4})
    assert sorted(asked_for(ended)) == sorted(f"p/{name}" for name in ARCHIVED)
    assert Counter(outcomes(2)[f"p/{name}"]["thaw"] for name in ARCHIVED) == {"asked": 4}
    assert "within 5 hours: apply again then" in outcomes(2)["p/glacier"]["error"]
    assert "within 12 hours: apply again then" in outcomes(2)["p/deep tier"]["error"]

    ended = command("apply", "run", "--quiet", "--json", "--thaw", "Standard")
    assert (ended.code, asked_for(ended)) == (3, [])
    assert Counter(outcomes(3)[f"p/{name}"]["thaw"] for name in ARCHIVED) == {"in progress": 4}

    assert s3.finish_restores() == 4
    ended = command("apply", "run", "--quiet", "--json")
    assert (ended.code, statuses(ended)) == (0, {"done": 4, "already": 1})
    for name in ARCHIVED:
        now, *_, then = history(s3, f"p/{name}")
        assert now["content"] == then["content"]
        assert now["storage_class"] == ("INTELLIGENT_TIERING" if "tier" in name else "STANDARD")


def test_in_one_go_with_what_is_thawed_already(s3, command, archived):
    """The listing tells which can be read: only the others are counted; a plain restore copies them."""
    client = s3.client()
    oldest = history(s3, "p/glacier")[-1]["version_id"]
    client.restore_object(Bucket="mybucket", Key="p/glacier", VersionId=oldest, RestoreRequest={"Days": 1})
    s3.finish_restores()
    ended = command(*RESTORE, "--quiet", "--json", "--thaw", "Bulk")
    assert (ended.code, statuses(ended)) == (3, {"done": 2, "archived": 3})
    assert ended.summary["archived"] == {"keys": 1, "bytes": 4}
    assert sorted(asked_for(ended)) == ["p/deep", "p/deep tier", "p/tier"]


def test_markers_above_an_archived_version_need_no_thaw(s3, command):
    s3.load("mybucket", [{"key": "p/a", "last_modified": T, "content": "then", **ARCHIVED["deep"]}])
    s3.set_clock("2014-01-01T08:00:00Z")
    s3.client().delete_object(Bucket="mybucket", Key="p/a")
    ended = command(*RESTORE, "--quiet", "--json", "--thaw", "Standard")
    assert (ended.code, statuses(ended), asked_for(ended)) == (0, {"done": 1}, [])
    assert len(history(s3, "p/a")) == 1


@pytest.mark.parametrize("name", ARCHIVED)
def test_what_is_asked(s3, monkeypatch, archived, name):
    """Days only where a copy is made that ends; that very version; and it is not tried to be copied before."""
    task = writing(s3, monkeypatch, thaw="Bulk", thaw_days=3)
    of = item(task, f"p/{name}")
    asked, ask = [], task.client.restore_object

    def asking(**arguments):
        asked.append(arguments)
        return ask(**arguments)

    monkeypatch.setattr(task.client, "restore_object", asking)
    assert copied(task, f"p/{name}", of)["thaw"] == "asked"
    days = {} if "tier" in name else {"Days": 3}
    wanted = {"Bucket": "mybucket", "Key": f"p/{name}", "VersionId": of.action.target.version_id}
    assert asked == [{**wanted, "RestoreRequest": {**days, "GlacierJobParameters": {"Tier": "Bulk"}}}]
    copies = operations(s3, f"p/{name}").count("CopyObject")
    assert copies == (1 if "tier" in name else 0)  # the listing does not show the tiers


@pytest.mark.parametrize("size", [3, 5 * 1024**3 + 1])
def test_it_is_asked_for_once_by_two_runs(s3, monkeypatch, size):
    s3.settings(restore_at_once=False)
    overwritten(s3, "p/a", size=size, storage_class="GLACIER")
    one, other = (writing(s3, monkeypatch, thaw="Standard") for _ in range(2))
    assert copied(one, "p/a")["thaw"] == "asked"
    assert copied(other, "p/a")["thaw"] == "in progress"
    # Between the look and the question somebody else was faster.
    head = other.client.head_object
    monkeypatch.setattr(other.client, "head_object", lambda **each: {**head(**each), "Restore": ""})
    line = copied(other, "p/a")
    assert (line["status"], line["thaw"]) == ("archived", "asked")
    assert "CreateMultipartUpload" not in operations(s3)


@pytest.mark.parametrize(
    "kind, tier, fault, status, said",
    [
        ("deep", "Expedited", None, "failed", "--thaw Expedited is refused"),
        (
            "glacier",
            "Bulk",
            "AccessDenied",
            "failed",
            "AccessDenied: it is archived, and --thaw Bulk is refused",
        ),
        ("glacier", "Standard", "InternalError", "archived", "was not asked for"),
        ("glacier", "Standard", "InvalidObjectState", "archived", "was not asked for"),
    ],
)
def test_what_s3_refuses(s3, monkeypatch, impatient, archived, kind, tier, fault, status, said):
    """A tier that the class does not have, a permission that is missing; or it is only busy."""
    task = writing(s3, monkeypatch, thaw=tier)
    if fault:
        s3.fault("RestoreObject", fault)
    line = copied(task, f"p/{kind}")
    assert (line["status"], line["thaw"]) == (status, None) and said in line["error"]


def test_a_token_that_has_expired(s3, monkeypatch, archived):
    """Ends the command, as everywhere: all other questions would be refused too."""
    from s3distversions.errors import S3Error

    s3.fault("RestoreObject", "ExpiredToken", times=1)
    with pytest.raises(S3Error, match="thawing 'p/glacier'"):
        copied(writing(s3, monkeypatch, thaw="Bulk"), "p/glacier")


def test_what_thawed_and_froze_again(s3, monkeypatch):
    """After its days it cannot be read: asked for once more."""
    overwritten(s3, "p/a", storage_class="GLACIER")
    task = writing(s3, monkeypatch, thaw="Standard", thaw_days=1)
    of = item(task, "p/a")
    assert copied(task, "p/a", of)["thaw"] == "asked"  # and through at once
    s3.tick(7 * 24 * 3600)
    assert copied(task, "p/a", of)["thaw"] == "asked"
    assert copied(task, "p/a", of)["status"] == "done"
