"""Configurations of buckets: lifecycle, website, who pays."""

import pytest

from tests.embedded_s3.contract.calls import refusal


def rule(**more):
    """A rule of a lifecycle; None takes a part away."""
    noncurrent = {"NoncurrentDays": 3}
    whole = {
        "ID": "x",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": noncurrent,
    }
    return {name: value for name, value in {**whole, **more}.items() if value is not None}


def put_rules(client, bucket, *rules):
    client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": list(rules)})


def rules_of(client, bucket):
    return client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]


def test_lifecycle(client, bucket):
    assert refusal(rules_of, client, bucket) == (404, "NoSuchLifecycleConfiguration")
    put_rules(client, bucket, rule())
    assert rules_of(client, bucket) == [rule()]
    client.delete_bucket_lifecycle(Bucket=bucket)
    assert refusal(rules_of, client, bucket)[0] == 404


def test_rules_without_a_name_are_given_one(client, bucket):
    put_rules(client, bucket, rule(ID=None), rule(ID=None, Filter={"Prefix": "p"}))
    found = rules_of(client, bucket)
    first, second = (one.pop("ID") for one in found)
    assert first and second and first != second
    assert found == [rule(ID=None), rule(ID=None, Filter={"Prefix": "p"})]


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([rule(NoncurrentVersionExpiration=None)], "InvalidRequest"),
        ([rule(Status="On")], "MalformedXML"),
        ([rule(NoncurrentVersionExpiration={"NoncurrentDays": 0})], "InvalidArgument"),
        ([rule(), rule(Filter={"Prefix": "p"})], "InvalidArgument"),
        ([rule(ID="x" * 256)], "InvalidArgument"),
        ([rule(Prefix="")], "MalformedXML"),
        ([rule(Filter=None)], "MalformedXML"),
        ([], "MalformedXML"),
    ],
    ids=[
        "no action",
        "no status",
        "no days",
        "the same name",
        "a long name",
        "two filters",
        "none",
        "no rule",
    ],
)
def test_rules_that_are_refused(client, bucket, rules, code):
    assert refusal(put_rules, client, bucket, *rules) == (400, code)
    assert refusal(rules_of, client, bucket)[0] == 404


def test_website(client, bucket):
    def put(**website):
        client.put_bucket_website(Bucket=bucket, WebsiteConfiguration=website)

    missing = 404, "NoSuchWebsiteConfiguration"
    assert refusal(client.get_bucket_website, Bucket=bucket) == missing
    put(IndexDocument={"Suffix": "index.html"})
    assert client.get_bucket_website(Bucket=bucket)["IndexDocument"] == {"Suffix": "index.html"}
    put(RedirectAllRequestsTo={"HostName": "example.org"})
    assert client.get_bucket_website(Bucket=bucket)["RedirectAllRequestsTo"] == {"HostName": "example.org"}
    assert refusal(put)[0] == 400
    assert refusal(put, IndexDocument={"Suffix": "a/b"}) == (400, "InvalidArgument")
    client.delete_bucket_website(Bucket=bucket)
    assert refusal(client.get_bucket_website, Bucket=bucket) == missing


def test_who_pays(client, bucket):
    def put(payer):
        client.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": payer})

    assert client.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"
    put("Requester")
    assert client.get_bucket_request_payment(Bucket=bucket)["Payer"] == "Requester"
    assert client.list_object_versions(Bucket=bucket)["IsTruncated"] is False  # the owner has to say nothing
    assert refusal(put, "Nobody") == (400, "MalformedXML")
