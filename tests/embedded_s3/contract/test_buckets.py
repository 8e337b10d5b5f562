"""Buckets, their configurations, and refusals."""

from tests.embedded_s3.contract.calls import delete, entries, raw, refusal, set_versioning


def test_a_bucket_made_again(client, bucket):
    client.create_bucket(Bucket=bucket)  # in us-east-1 the owner may


def test_buckets(client, bucket):
    assert client.head_bucket(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert client.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None
    marker = delete(client, bucket, "k")
    assert refusal(client.delete_bucket, Bucket=bucket) == (409, "BucketNotEmpty")
    delete(client, bucket, "k", VersionId=marker)
    client.delete_bucket(Bucket=bucket)
    assert refusal(client.list_object_versions, Bucket=bucket) == (404, "NoSuchBucket")
    assert refusal(client.head_bucket, Bucket=bucket)[0] == 404


def test_names_of_buckets_that_are_refused(client):
    for name in ("Wrong..Name", "ab", "a" * 64, "a_b", "-ab", "ab-", "a.-b", "a-.b", "a..b", "192.168.5.4"):
        assert refusal(client.create_bucket, Bucket=name) == (400, "InvalidBucketName"), name


def test_states_of_versioning(client, new_bucket):
    bucket = new_bucket(None)
    assert "Status" not in client.get_bucket_versioning(Bucket=bucket)
    for status in ("Enabled", "Suspended"):
        set_versioning(client, bucket, status)
        assert client.get_bucket_versioning(Bucket=bucket)["Status"] == status
    assert refusal(set_versioning, client, bucket, "Disabled")[0] == 400


def test_configurations_that_there_are_not(client, bucket):
    missing = "ObjectLockConfigurationNotFoundError"
    assert refusal(client.get_object_lock_configuration, Bucket=bucket) == (404, missing)
    assert refusal(client.get_bucket_policy, Bucket=bucket) == (404, "NoSuchBucketPolicy")
    assert client.get_bucket_acl(Bucket=bucket)["Grants"][0]["Permission"] == "FULL_CONTROL"


def test_refusals(s3, client, bucket):
    about = {"Bucket": bucket, "Key": "x" * 1025}
    assert refusal(client.put_object, **about) == (400, "KeyTooLongError")
    assert refusal(client.put_object, Bucket=bucket, Key="é" * 513) == (400, "KeyTooLongError")
    for method, target, status in (
        ("GET", f"/{bucket}/%ff", 400),
        ("GET", f"/{bucket}?unheard-of", 501),
        ("GET", f"/{bucket}/k?unheard-of=1", 501),
        ("PUT", f"/{bucket}/k?versions", 501),
        ("PATCH", f"/{bucket}/k", 405),
        ("DELETE", "/", 405),
    ):
        assert raw(s3, method, target, b"")[0] == status, target
    assert entries(client, bucket) == []
    too_large = {"Content-Length": str(5 * 1024**3 + 1)}
    assert raw(s3, "PUT", f"/{bucket}/k", None, too_large)[0] == 400
