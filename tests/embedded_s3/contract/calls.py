"""Calls that the contract tests make, in few words."""

import http.client
import urllib.parse
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from lxml import etree

from tests.embedded_s3.process import ACCESS_KEY


def set_versioning(client, bucket, status):
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})


def bucket_maker(client, stem, made):
    """A function that makes a bucket, "Enabled", "Suspended" or never versioned (None), and notes it in `made`."""

    def make(versioning="Enabled"):
        name = f"{stem}-{uuid4()}"
        client.create_bucket(Bucket=name)
        made.append(name)
        if versioning:
            set_versioning(client, name, versioning)
        return name

    return make


def put(client, bucket, key, body=b"", **options):
    return client.put_object(Bucket=bucket, Key=key, Body=body, **options).get("VersionId")


def delete(client, bucket, key, **options):
    return client.delete_object(Bucket=bucket, Key=key, **options).get("VersionId")


def get(client, bucket, key, **options):
    return client.get_object(Bucket=bucket, Key=key, **options)["Body"].read()


def copy(client, bucket, key, source, version_id=None, **options):
    where = {"Bucket": bucket, "Key": source} | ({"VersionId": version_id} if version_id else {})
    return client.copy_object(Bucket=bucket, Key=key, CopySource=where, **options)


def refusal(call, *arguments, **options):
    """(status, code) of a call that must be refused."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **options)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def entries(client, bucket, **options):
    """[(key, version id, is latest, is marker)] of one page, in document order."""
    rows = []

    def keep(response_dict, **_):
        rows.extend(rows_of(response_dict["body"]))

    client.meta.events.register_first("before-parse.s3.ListObjectVersions", keep)
    try:
        client.list_object_versions(Bucket=bucket, **options)
    finally:
        client.meta.events.unregister("before-parse.s3.ListObjectVersions", keep)
    return rows


def rows_of(page):
    namespace = "{http://s3.amazonaws.com/doc/2006-03-01/}"
    for element in etree.fromstring(page):
        name = element.tag.removeprefix(namespace)
        if name in ("Version", "DeleteMarker"):
            text = {child.tag.removeprefix(namespace): child.text for child in element}
            key = urllib.parse.unquote_plus(text["Key"])
            yield key, text["VersionId"], text["IsLatest"] == "true", name == "DeleteMarker"


def raw(s3, method, target, body=None, headers=None):
    """A request as it is, past boto3, of the owner unless `headers` say otherwise: (status, headers, body)."""
    connection = http.client.HTTPConnection(s3.endpoint.removeprefix("http://"))
    named = {"Authorization": f"AWS {ACCESS_KEY}:", **(headers or {})}  # signatures are not looked at
    connection.request(method, target, body=body, headers=named)
    response = connection.getresponse()
    result = response.status, dict(response.getheaders()), response.read()
    connection.close()
    return result


def paged(client, bucket, max_keys, **options):
    """All rows of a listing by pages, and how many pages there were."""
    rows, number, where = [], 0, {}
    while True:
        page = client.list_object_versions(Bucket=bucket, MaxKeys=max_keys, **options, **where)
        rows += entries(client, bucket, MaxKeys=max_keys, **options, **where)
        number += 1
        if not page["IsTruncated"]:
            return rows, number
        assert number < 100, "the pages have no end"
        where = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}
