"""Request limits of prefixes in the embedded S3, by a time that the tests set."""

import pytest
from botocore.exceptions import ClientError

from tests.embedded_s3.contract.calls import put

SLOW = "Please reduce your request rate."


@pytest.fixture(scope="module")
def asks_once(running_s3):
    return running_s3.client(retries={"total_max_attempts": 1})


@pytest.fixture
def client(s3, asks_once):
    """A client that asks once; the limits' time stands still."""
    s3.create_bucket("bucket")
    s3.settings(limits_time=0)
    return asks_once


def passed(call, times, **options):
    """How many of so many equal requests were answered; the others must have been told to slow down."""
    number = 0
    for _ in range(times):
        try:
            call(Bucket="bucket", **options)
            number += 1
        except ClientError as error:
            response = error.response
            assert response["ResponseMetadata"]["HTTPStatusCode"] == 503
            if response["Error"]["Code"] != "503":  # HEAD has no body that could say more
                assert (response["Error"]["Code"], response["Error"]["Message"]) == ("SlowDown", SLOW)
    return number


def test_so_many_a_second(s3, client):
    s3.settings(limits={"bucket/": {"writes": 5, "reads": 7}})
    assert passed(client.put_object, 9, Key="k") == 5
    assert passed(client.head_object, 9, Key="k") == 7
    s3.settings(limits_time=0.4)
    assert passed(client.delete_object, 9, Key="k") == 2
    s3.settings(limits_time=100)  # what was not used is not saved up
    assert passed(client.put_object, 9, Key="k") == 5
    assert s3.throttled() == {"bucket/": {"writes": 4 + 7 + 4, "reads": 2}}
    assert sum(request["error"] == "SlowDown" for request in s3.requests()) == 17


def test_prefixes_are_limited_apart(s3, client):
    s3.settings(limits={"bucket/": {"writes": 5}, "bucket/a/": {"writes": 2}})
    assert passed(client.put_object, 4, Key="a/k") == 2
    assert passed(client.put_object, 9, Key="b/k") == 5
    assert passed(client.get_bucket_versioning, 9) == 9
    told = s3.settings()["limits"]
    assert told == {"bucket/": {"writes": 5, "reads": 5500}, "bucket/a/": {"writes": 2, "reads": 5500}}


def test_a_listing_counts_where_it_reads(s3, client):
    s3.settings(limits={"bucket/a": {"reads": 2}, "bucket/b": {"reads": 3}})
    assert passed(client.list_object_versions, 5, Prefix="a") == 2
    assert passed(client.list_object_versions, 5, KeyMarker="b") == 3
    assert passed(client.list_objects_v2, 5, Prefix="", StartAfter="b") == 0
    assert passed(client.list_object_versions, 5) == 5  # begins before both
    assert s3.throttled() == {"bucket/a": {"reads": 3, "writes": 0}, "bucket/b": {"reads": 7, "writes": 0}}


def test_every_key_of_a_delete_counts(s3, client):
    s3.settings(limits={"bucket/": {"writes": 3}})
    objects = [{"Key": f"{number}"} for number in range(5)]
    reply = client.delete_objects(Bucket="bucket", Delete={"Objects": objects})
    assert [row["Key"] for row in reply["Deleted"]] == ["0", "1", "2"]
    assert [(row["Key"], row["Code"], row["Message"]) for row in reply["Errors"]] == [
        ("3", "SlowDown", SLOW),
        ("4", "SlowDown", SLOW),
    ]
    assert sorted(s3.dump("bucket")["keys"]) == ["0", "1", "2"]
    assert s3.throttled()["bucket/"]["writes"] == 2


def test_the_real_time_goes_on_by_itself(s3, client):
    s3.settings(limits={"bucket/": {"writes": 50}}, limits_time=None)
    patient = s3.client(retries={"total_max_attempts": 10})
    for number in range(70):
        put(patient, "bucket", f"{number}")
    assert len(s3.dump("bucket")["keys"]) == 70
    s3.settings(limits={})
    assert s3.throttled() == {}


@pytest.mark.parametrize("limits", [{"bucket": {"reads": 1}}, {"a/": {"puts": 1}}, {"a/": {"reads": 0}}])
def test_wrong_limits(s3, limits):
    with pytest.raises(ValueError, match="limits"):
        s3.settings(limits=limits)
