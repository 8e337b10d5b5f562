"""Buckets of the embedded S3 whose requesters pay."""

import pytest
from botocore import UNSIGNED

from tests.embedded_s3.contract.calls import get, put, refusal
from tests.embedded_s3_users import allow, client_of, user

PAYS = {"RequestPayer": "requester"}
DENIED = 403, "AccessDenied"


@pytest.fixture(scope="module")
def owner(running_s3):
    return running_s3.client()


@pytest.fixture
def client(s3, owner):
    """The owner's client; everybody may do everything in a bucket where requesters pay."""
    s3.create_bucket("paid", requester_pays=True)
    everybody = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*",'
    everybody += ' "Resource": ["arn:aws:s3:::paid", "arn:aws:s3:::paid/*"]}]}'
    owner.put_bucket_policy(Bucket="paid", Policy=everybody)
    put(owner, "paid", "k", b"data")
    return owner


def test_other_accounts_have_to_say_that_they_pay(s3, client):
    stranger = client_of(s3, "stranger")
    stranger.create_bucket(Bucket="own")
    calls = (
        lambda **more: put(stranger, "paid", "k", b"data", **more),
        lambda **more: get(stranger, "paid", "k", **more),
        lambda **more: stranger.head_object(Bucket="paid", Key="k", **more),
        lambda **more: stranger.list_object_versions(Bucket="paid", **more),
        lambda **more: stranger.copy_object(Bucket="own", Key="k", CopySource="paid/k", **more),
        lambda **more: stranger.delete_objects(Bucket="paid", Delete={"Objects": [{"Key": "k"}]}, **more),
    )
    for call in calls:
        assert refusal(call)[0] == 403
        call(**PAYS)
    assert stranger.list_objects_v2(Bucket="paid", **PAYS)["RequestCharged"] == "requester"
    client.put_bucket_request_payment(Bucket="paid", RequestPaymentConfiguration={"Payer": "BucketOwner"})
    assert "RequestCharged" not in stranger.list_objects_v2(Bucket="paid", **PAYS)
    assert stranger.list_objects_v2(Bucket="paid")["KeyCount"] == 0


def test_the_owners_account_does_not(s3, client):
    assert get(user(s3, allow("s3:GetObject")), "paid", "k") == b"data"
    assert "RequestCharged" not in client.get_object(Bucket="paid", Key="k", **PAYS)


def test_nobody_in_particular_can_not(s3, client):
    nobody = s3.client(signature_version=UNSIGNED)
    assert refusal(get, nobody, "paid", "k") == DENIED
    assert refusal(get, nobody, "paid", "k", **PAYS) == DENIED


def test_the_configuration(s3, client):
    s3.create_bucket("bucket")
    for bucket, payer in (("paid", "Requester"), ("bucket", "BucketOwner")):
        assert client.get_bucket_request_payment(Bucket=bucket)["Payer"] == payer
    wrong = {"Bucket": "paid", "RequestPaymentConfiguration": {"Payer": "Nobody"}}
    assert refusal(client.put_bucket_request_payment, **wrong) == (400, "MalformedXML")
    s3.load("paid", [{"key": "l"}])  # a load leaves it as it is
    assert client.get_bucket_request_payment(Bucket="paid")["Payer"] == "Requester"
