"""Buckets of the embedded S3 in several regions: clients are led to them, as boto3 knows from S3."""

import re

import pytest

from tests.embedded_s3.contract.calls import get, put, raw, refusal
from tests.embedded_s3.process import ACCESS_KEY

OURS, THEIRS = "us-east-1", "eu-west-1"


@pytest.fixture(scope="module")
def clients(running_s3):
    """{region: a client for it}. They remember where a bucket is, so each test names its own."""
    return {region: running_s3.client(region_name=region) for region in (OURS, THEIRS)}


def signed_for(s3, region, target):
    """(status, code, header x-amz-bucket-region) of a request that is led nowhere."""
    credential = f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20140101/{region}/s3/aws4_request, Signature="
    status, headers, body = raw(s3, "GET", target, headers={"Authorization": credential})
    code = re.search(b"<Code>(.*)</Code>", body)
    return status, code and code[1].decode(), headers.get("x-amz-bucket-region")


@pytest.mark.parametrize(
    ("ours", "theirs", "refused"),
    [(OURS, THEIRS, (400, "AuthorizationHeaderMalformed")), (THEIRS, OURS, (301, "PermanentRedirect"))],
)
def test_a_client_is_led_to_the_bucket(s3, clients, ours, theirs, refused):
    s3.create_bucket(f"in-{theirs}", location="" if theirs == OURS else theirs)
    put(clients[ours], f"in-{theirs}", "k", b"data")
    attempts = [record for record in s3.requests() if record["operation"] == "PutObject"]
    assert [(record["status"], record["error"]) for record in attempts] == [refused, (200, None)]
    s3.clear_requests()
    assert get(clients[ours], f"in-{theirs}", "k") == b"data"
    assert [record["status"] for record in s3.requests()] == [200]


@pytest.mark.parametrize(("ours", "theirs"), [(OURS, THEIRS), (THEIRS, OURS)])
def test_a_head_leads_there_too(s3, clients, ours, theirs):
    """Though its refusal has no body."""
    s3.create_bucket(f"head-in-{theirs}", location="" if theirs == OURS else theirs)
    put(clients[theirs], f"head-in-{theirs}", "k", b"data")
    assert clients[ours].head_object(Bucket=f"head-in-{theirs}", Key="k")["ContentLength"] == 4
    assert clients[ours].head_bucket(Bucket=f"head-in-{theirs}")["BucketRegion"] == theirs


def test_what_is_said(s3):
    s3.create_bucket("far", location=THEIRS)
    s3.create_bucket("near")
    assert signed_for(s3, OURS, "/far") == (400, "AuthorizationHeaderMalformed", THEIRS)
    assert signed_for(s3, "ap-south-1", "/far") == (301, "PermanentRedirect", THEIRS)
    assert signed_for(s3, THEIRS, "/near") == (301, "PermanentRedirect", OURS)
    assert signed_for(s3, THEIRS, "/far") == (200, None, None)
    assert signed_for(s3, THEIRS, "/nowhere") == (404, "NoSuchBucket", None)
    presigned = f"?X-Amz-Credential={ACCESS_KEY}%2F20140101%2F{THEIRS}%2Fs3%2Faws4_request"
    for bucket, status in (("near", 301), ("far", 200)):
        assert raw(s3, "GET", f"/{bucket}{presigned}", headers={"Authorization": ""})[0] == status
    assert raw(s3, "GET", "/far")[0] == 200  # an old signature is for no region


def test_where_a_bucket_is_may_be_asked_anywhere(s3):
    s3.create_bucket("bucket", location=THEIRS)
    assert signed_for(s3, OURS, "/bucket?location")[0] == 200


def test_copies_go_from_region_to_region(s3, clients):
    s3.create_bucket("destination", location=THEIRS)
    s3.create_bucket("source")
    put(clients[OURS], "source", "k", b"data")
    clients[THEIRS].copy_object(Bucket="destination", Key="k", CopySource="source/k")
    assert get(clients[THEIRS], "destination", "k") == b"data"


def test_a_bucket_is_made_where_the_endpoint_is(s3, clients):
    there = {"CreateBucketConfiguration": {"LocationConstraint": THEIRS}}
    for region in (OURS, THEIRS):  # the global endpoint makes buckets everywhere
        clients[region].create_bucket(Bucket=f"made-from-{region}", **there)
        assert signed_for(s3, THEIRS, f"/made-from-{region}")[0] == 200
    refused = refusal(clients[THEIRS].create_bucket, Bucket="unsaid")
    assert refused == (400, "IllegalLocationConstraintException")
