"""Settings of the buckets: what they mean for a run is told, and none of them stops it."""

from datetime import datetime, timezone

import pytest
from botocore.exceptions import ClientError

from s3distversions import surroundings
from s3distversions.location import Location
from s3distversions.model import Entry
from s3distversions.parameters import Parameters
from tests.command import put

T = "2014-01-01T07:00:00Z"
RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T, "--no-progress")
PARAMETERS = Parameters(Location("mybucket", "p"), T, Location("elsewhere", "d"))
KMS_KEY = "arn:aws:kms:us-east-1:111122223333:key/source"
MANY = surroundings.FEW_COPIES + 1


@pytest.fixture
def client(s3):
    """A client; p/a is overwritten since T, and the destination is empty."""
    s3.create_bucket("mybucket")
    s3.create_bucket("elsewhere")
    s3.set_clock(T)
    client = s3.client()
    put(client, "p/a")
    s3.tick()
    put(client, "p/a", b"now")
    return client


def lock(client, bucket="mybucket", **retention):
    """Give a bucket a default retention."""
    configuration = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}
    client.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=configuration)


@pytest.mark.parametrize(
    ("retention", "span"), [({"Days": 30}, "30 days"), ({"Years": 7}, "7 years"), (None, None)]
)
@pytest.mark.parametrize("verb", [["plan"], []])
def test_copies_that_will_be_locked(s3, client, command, verb, retention, span):
    """They cannot be removed before: told by a plan already, and once by a restore."""
    if retention:
        lock(client, Mode="COMPLIANCE", **retention)
    ended = command(*verb, *RESTORE)
    said = f"every version written to s3://mybucket is locked for {span}, mode COMPLIANCE"
    assert ended.code == 0 and ended.err.count(said) == bool(retention)
    assert "warning" not in ended.err.replace(said, "") or retention


def test_nothing_to_copy_nothing_to_lock(s3, client, command):
    """A marker is not locked, and the source's lock is not the destination's."""
    lock(client, Mode="COMPLIANCE", Days=1)
    put(client, "p/new")
    assert "locked" not in command(*RESTORE[:1], "s3://mybucket/p/new", *RESTORE[2:], "--delete").err
    assert "locked" not in command(*RESTORE, "--dest", "s3://elsewhere/d").err
    lock(client, "elsewhere", Mode="GOVERNANCE", Days=1)
    said = "every version written to s3://elsewhere is locked for 1 day, mode GOVERNANCE"
    assert said in command(*RESTORE, "--dest", "s3://elsewhere/e").err


@pytest.mark.parametrize("verb", [["plan"], [], ["--one-job"]])
def test_rules_that_may_have_removed_versions(s3, client, command, verb):
    expiration = {"NoncurrentDays": 30}
    rule = {
        "ID": "purge",
        "Status": "Enabled",
        "Filter": {"Prefix": "p"},
        "NoncurrentVersionExpiration": expiration,
    }
    client.put_bucket_lifecycle_configuration(Bucket="mybucket", LifecycleConfiguration={"Rules": [rule]})
    ended = command(
        *[each for each in verb if each == "plan"], *RESTORE, *[each for each in verb if each != "plan"]
    )
    assert ended.code == 0
    assert (
        "lifecycle rule 'purge': of what begins with 'p' versions are removed for good 30 days" in ended.err
    )


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "AccessDenied",
            "lifecycle rules may have removed versions, which cannot be told without s3:GetLifecycleConfiguration",
        ),
        ("InternalError", "lifecycle rules may have removed versions"),
        ("NotImplemented", None),
        ("MethodNotAllowed", None),
    ],
)
def test_settings_that_cannot_be_asked_for(client, code, said):
    """A warning that names the permission, and no more; a server that knows no such thing has none."""

    class Refusing:
        @staticmethod
        def get_bucket_lifecycle_configuration(Bucket):
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, "GetBucketLifecycleConfiguration")

    found = surroundings.of_history(Refusing, PARAMETERS, PARAMETERS.src.ranges(), datetime.now(timezone.utc))
    assert len(found) == bool(said) and all(said in each and f"{code}: no" in each for each in found)


def versions(client, **more):
    """Put a version, and return the entry that it is."""
    reply = put(client, "p/b", **more)
    return [Entry("p/b", reply["VersionId"], T, False, reply["ETag"].strip('"'), 4, "STANDARD", True)]


@pytest.mark.parametrize(
    ("more", "each"),
    [
        ({}, False),
        ({"ServerSideEncryption": "AES256"}, False),
        ({"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KMS_KEY}, True),
        ({"WebsiteRedirectLocation": "/elsewhere"}, True),
    ],
)
def test_a_sample_of_the_versions(s3, client, more, each):
    """Whether every version is asked for its headers, where there are many: one of the sample is enough."""
    sample = [*versions(client), *versions(client, **more)]
    assert surroundings.is_each_asked(client, PARAMETERS, MANY, sample) is each


@pytest.mark.parametrize("copies", [0, 1, MANY - 1])
def test_few_copies(s3, client, copies):
    """All of them are asked for then, and nothing else is: a setting costs as much as a version."""
    s3.clear_requests()
    assert surroundings.is_each_asked(client, PARAMETERS, copies, []) is bool(copies)
    assert s3.requests() == []


def test_the_user_wants_all_of_them(s3, client):
    s3.clear_requests()
    wanted = Parameters(PARAMETERS.src, T, head_all=True)
    assert surroundings.is_each_asked(client, wanted, MANY, []) is True and s3.requests() == []


@pytest.mark.parametrize("algorithm", ["AES256", "aws:kms"])
def test_the_default_encryption_of_what_is_written(client, algorithm):
    rules = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}}]
    client.put_bucket_encryption(Bucket="elsewhere", ServerSideEncryptionConfiguration={"Rules": rules})
    assert surroundings.is_each_asked(client, PARAMETERS, MANY, []) is (algorithm != "AES256")
    encrypted = Parameters(PARAMETERS.src, T, PARAMETERS.dest, sse="AES256")
    assert surroundings.is_each_asked(client, encrypted, MANY, []) is False  # whatever the bucket's is


def test_a_source_that_is_a_website(client):
    site = {"IndexDocument": {"Suffix": "index.html"}}
    client.put_bucket_website(Bucket="elsewhere", WebsiteConfiguration=site)
    assert surroundings.is_each_asked(client, PARAMETERS, MANY, []) is False
    client.put_bucket_website(Bucket="mybucket", WebsiteConfiguration=site)
    assert surroundings.is_each_asked(client, PARAMETERS, MANY, []) is True


@pytest.mark.parametrize("operation", ["GetBucketEncryption", "GetBucketWebsite", "HeadObject"])
def test_what_may_not_be_asked_for_is_asked_of_each(s3, client, operation):
    sample = versions(client)
    with s3.faults(operation, "AccessDenied"):
        assert surroundings.is_each_asked(client, PARAMETERS, MANY, sample) is True


def test_versions_of_a_sample_that_are_gone_tell_nothing(client):
    gone = [versions(client)[0]._replace(version_id="null")]
    assert surroundings.is_each_asked(client, PARAMETERS, MANY, gone) is False


def test_the_finding_is_the_job_s_and_not_the_run_s(s3, client, command, monkeypatch):
    """Of many copies none is asked for; with one that redirects all are; run.json does not change by it."""
    monkeypatch.setattr(surroundings, "FEW_COPIES", 3)
    keys = [f"p/{number}" for number in range(9)]
    heads = []
    for number, more in enumerate([{}, {"WebsiteRedirectLocation": "/"}]):
        s3.set_clock(T)
        for key in keys:
            put(client, key, **more)
        s3.set_clock("2014-01-01T07:00:05Z")
        run = f"run{number}"
        ended = command(
            *RESTORE, "--dest", f"s3://elsewhere/{number}", "--version-info-output", run, "--json"
        )
        assert (ended.code, ended.summary["outcomes"]["done"]) == (0, 10)
        heads.append(sum(each["operation"] == "HeadObject" for each in ended.requests))
        again = command(*RESTORE, "--dest", f"s3://elsewhere/{number}", "--version-info-output", run)
        assert again.code == 0, "the same run"
    # Of the sample, up to the first that redirects; of each; and of the one tried before.
    assert heads[0] == 3 and 10 + 1 < heads[1] <= 3 + 10 + 1
