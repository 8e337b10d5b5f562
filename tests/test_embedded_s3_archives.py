"""Archived versions in the embedded S3, as AWS documents RestoreObject and HeadObject."""

import pytest

from tests.embedded_s3.contract.calls import copy, delete, get, put, refusal
from tests.embedded_s3.contract.uploads import begin, copy_part
from tests.embedded_s3_users import allow, message, user

ONGOING = 'ongoing-request="true"'
ABOUT = {"Bucket": "bucket", "Key": "k"}


@pytest.fixture(scope="module")
def owner(running_s3):
    return running_s3.client()


@pytest.fixture
def client(s3, owner):
    """The owner's client; restores take until `finish_restores`."""
    s3.settings(restore_at_once=False)
    s3.create_bucket("bucket")
    return owner


def load(s3, **entry):
    s3.load("bucket", [{"key": "k", "content": "data", **entry}])


def load_tier(s3, tier="ARCHIVE_ACCESS"):
    load(s3, storage_class="INTELLIGENT_TIERING", archive_status=tier)


def restore(client, tier=None, days=None, **about):
    asked = {"Days": days} if days else {}
    if tier:
        asked["GlacierJobParameters"] = {"Tier": tier}
    reply = client.restore_object(**ABOUT, **about, RestoreRequest=asked)
    return reply["ResponseMetadata"]["HTTPStatusCode"]


def head(client):
    found = client.head_object(**ABOUT)
    return tuple(found.get(name) for name in ("StorageClass", "ArchiveStatus", "Restore"))


@pytest.mark.parametrize("tier", ["ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS"])
def test_archive_tiers_of_intelligent_tiering(s3, client, tier):
    load_tier(s3, tier)
    assert head(client) == ("INTELLIGENT_TIERING", tier, None)
    refused = 403, "InvalidObjectState"
    assert refusal(get, client, "bucket", "k") == refused
    assert refusal(copy, client, "bucket", "x", "k") == refused
    assert refusal(restore, client, days=1) == (400, "InvalidArgument")
    assert restore(client) == 202
    assert head(client) == ("INTELLIGENT_TIERING", tier, ONGOING)
    assert s3.dump("bucket")["keys"]["k"][0]["restore"] == "ongoing"
    assert refusal(restore, client) == (409, "RestoreAlreadyInProgress")
    assert refusal(get, client, "bucket", "k") == refused
    assert s3.finish_restores() == 1
    assert head(client) == ("INTELLIGENT_TIERING", None, None)  # it is back, and stays
    assert get(client, "bucket", "k") == b"data"
    copy(client, "bucket", "x", "k")
    assert refusal(restore, client) == refused


def test_a_restore_in_days(s3, client):
    """From the next midnight on; it can be lengthened, and when it is over the bytes are archived again."""
    load(s3, storage_class="GLACIER")
    assert restore(client, days=2) == 202
    s3.finish_restores()
    until = 'ongoing-request="false", expiry-date="Sat, 04 Jan 2014 00:00:00 GMT"'
    assert head(client) == ("GLACIER", None, until)
    assert s3.dump("bucket")["keys"]["k"][0]["restore"] == "2014-01-04T00:00:00.000Z"
    assert restore(client, days=9) == 200
    assert head(client)[2].endswith('"Sat, 11 Jan 2014 00:00:00 GMT"')
    assert get(client, "bucket", "k") == b"data"
    s3.tick(11 * 86400)
    assert head(client) == ("GLACIER", None, None)
    assert refusal(get, client, "bucket", "k") == (403, "InvalidObjectState")
    assert restore(client, days=1) == 202
    assert head(client)[2] == ONGOING
    assert refusal(get, client, "bucket", "k") == (403, "InvalidObjectState")
    assert s3.finish_restores() == 1
    assert get(client, "bucket", "k") == b"data"


def test_a_restore_can_only_be_made_faster(s3, client):
    load(s3, storage_class="GLACIER")
    faster = [("Bulk", 202), ("Bulk", 409), ("Standard", 202), ("Bulk", 409), ("Standard", 409)]
    for tier, status in [*faster, ("Expedited", 202), ("Expedited", 409)]:
        if status == 202:
            assert restore(client, tier, 1) == 202
        else:
            assert refusal(restore, client, tier, 1) == (409, "RestoreAlreadyInProgress")


@pytest.mark.parametrize(
    ("entry", "days"),
    [
        ({"storage_class": "DEEP_ARCHIVE"}, 1),
        ({"storage_class": "INTELLIGENT_TIERING", "archive_status": "DEEP_ARCHIVE_ACCESS"}, None),
    ],
)
def test_nothing_deep_is_expedited(s3, client, entry, days):
    load(s3, **entry)
    assert refusal(restore, client, "Expedited", days) == (400, "InvalidArgument")
    assert restore(client, "Bulk", days) == 202


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"GlacierJobParameters": {"Tier": "Bulk"}},
        {"Days": 0},
        {"Days": 1, "GlacierJobParameters": {"Tier": "Slow"}},
        {"Days": 1, "Tier": "Bulk"},
        {"Days": 1, "Type": "SELECT"},
    ],
)
def test_malformed_requests(s3, client, asked):
    load(s3, storage_class="GLACIER")
    assert refusal(client.restore_object, **ABOUT, RestoreRequest=asked) == (400, "MalformedXML")
    assert head(client)[2] is None


def test_what_is_not_archived(s3, client):
    for number, chosen in enumerate(("STANDARD", "GLACIER_IR", "INTELLIGENT_TIERING")):
        load(s3, storage_class=chosen)
        refused = 403, "InvalidObjectState"
        assert refusal(restore, client, days=None if number == 2 else 1) == refused
        assert get(client, "bucket", "k") == b"data"
    marker = delete(client, "bucket", "k")
    assert refusal(restore, client, days=1) == (404, "NoSuchKey")
    assert refusal(restore, client, days=1, VersionId=marker) == (405, "MethodNotAllowed")


def test_what_refusals_say(s3, client):
    def said(call, *arguments, **options):
        with pytest.raises(client.exceptions.ClientError) as caught:
            call(*arguments, **options)
        error = caught.value.response["Error"]
        return error["Message"], error.get("StorageClass"), error.get("AccessTier")

    upload = begin(client, "bucket")
    for place, entry, where in (
        ("storage class", {"storage_class": "DEEP_ARCHIVE"}, ("DEEP_ARCHIVE", None)),
        (
            "access tier",
            {"storage_class": "INTELLIGENT_TIERING", "archive_status": "ARCHIVE_ACCESS"},
            ("INTELLIGENT_TIERING", "ARCHIVE_ACCESS"),
        ),
    ):
        load(s3, **entry)
        of_source = f"Operation is not valid for the source object's {place}", *where
        assert said(copy, client, "bucket", "x", "k") == of_source
        assert said(copy_part, client, "bucket", upload, 1, "k") == of_source
        assert said(get, client, "bucket", "k") == (
            f"The operation is not valid for the object's {place}",
            *where,
        )
    expiry = (
        "INTELLIGENT_TIERING objects are not subject to restore expiry. Do not specify Days when restoring"
    )
    assert said(restore, client, days=1)[0] == f"{expiry} this object"


def test_loaded_restores(s3, client):
    load(s3, storage_class="GLACIER", restore="ongoing")
    assert head(client)[2] == ONGOING
    assert refusal(restore, client, days=1) == (409, "RestoreAlreadyInProgress")
    load(s3, storage_class="GLACIER", restore="2014-01-01T00:00:01Z")
    assert get(client, "bucket", "k") == b"data"
    page = client.list_object_versions(Bucket="bucket", OptionalObjectAttributes=["RestoreStatus"])
    states = [row["RestoreStatus"]["IsRestoreInProgress"] for row in page["Versions"]]
    assert states == [False, True]
    s3.tick()
    assert refusal(get, client, "bucket", "k") == (403, "InvalidObjectState")


def test_the_permission(s3, client):
    load(s3, storage_class="GLACIER")
    reader = user(s3, allow("s3:GetObject"))
    assert "s3:RestoreObject" in message(restore, reader, days=1)
    user(s3, allow("s3:RestoreObject"))
    assert restore(reader, days=1) == 202


def test_an_upload_can_go_into_the_archive_at_once(client):
    put(client, "bucket", "k", b"data", StorageClass="DEEP_ARCHIVE")
    assert refusal(copy, client, "bucket", "x", "k") == (403, "InvalidObjectState")
