"""A restored key reads as it did: every property that an object can have, through the whole job."""

import hashlib
from base64 import b64encode
from collections import Counter
from datetime import datetime, timezone

import pytest

from tests.command import put

T = "2014-01-01T07:00:00Z"
RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T, "--quiet", "--json")
KEY = "arn:aws:kms:us-east-1:111122223333:key/99999999-2222-3333-4444-555555555555"
KMS = {"ServerSideEncryption": "aws:kms"}
ALGORITHMS = ("CRC32", "SHA1", "SHA256")  # the others need a library to be sent
CLASSES = ("STANDARD", "STANDARD_IA", "ONEZONE_IA", "REDUCED_REDUNDANCY", "INTELLIGENT_TIERING", "GLACIER_IR")
KINDS = {
    "plain": {},
    "empty": {"body": b""},
    "type": {"ContentType": "text/x-rare"},
    "encoding": {"ContentEncoding": "br"},
    "disposition": {"ContentDisposition": 'attachment; filename="a b"'},
    "language": {"ContentLanguage": "eo"},
    "cache": {"CacheControl": "max-age=7"},
    "expires": {"Expires": datetime(2030, 1, 2, tzinfo=timezone.utc)},
    "redirect": {"WebsiteRedirectLocation": "/elsewhere"},
    "metadata": {"Metadata": {"owner": "nobody", "empty": ""}},
    "tags": {"Tagging": "a=1&b=two%20three&c="},
    **{f"class {name}": {"StorageClass": name} for name in CLASSES},
    **{f"checksum {name}": {"ChecksumAlgorithm": name} for name in ALGORITHMS},
    "sse s3": {"ServerSideEncryption": "AES256"},
    "sse kms": KMS,
    "sse kms key": {**KMS, "SSEKMSKeyId": KEY},
    "sse kms bucket key": {**KMS, "SSEKMSKeyId": KEY, "BucketKeyEnabled": True},
    "sse dsse": {"ServerSideEncryption": "aws:kms:dsse", "SSEKMSKeyId": KEY},
}
ALL = {name: value for kind in ("type", "cache", "metadata", "tags", "sse kms bucket key", "redirect")
       for name, value in KINDS[kind].items()}  # fmt: skip
KINDS["all"] = {**ALL, "StorageClass": "STANDARD_IA", "ChecksumAlgorithm": "SHA256"}
# What boto3 does not send, or not without a library.
LOADED = {
    "checksum CRC64NVME": {"checksum": "CRC64NVME"},
    "checksum CRC32C": {"checksum": "CRC32C"},
    "expires never": {"headers": {"expires": "0"}},
    "metadata in words": {"metadata": {"owner": "niemand, älter"}},
}
MULTIPART = "in parts"
OF_THE_VERSION = {"VersionId", "LastModified", "ResponseMetadata"}


@pytest.fixture
def client(s3):
    """A client; there is s3://mybucket, versioned, and the clock stands at T."""
    s3.create_bucket("mybucket")
    s3.set_clock(T)
    return s3.client()


def fill(s3, client, kinds=KINDS, loads=LOADED):
    """Put an object of each kind at T, and another over it a second later; return {key: version of then}."""
    then = {key: put(client, f"p/{key}", **more) for key, more in kinds.items()}
    loaded = {"last_modified": T, "content": "then"}
    s3.load(
        "mybucket",
        [{"key": f"p/{key}", "version_id": key.split()[-1], **loaded, **LOADED[key]} for key in loads],
    )
    then |= {key: {"VersionId": key.split()[-1]} for key in loads}
    upload = {"Bucket": "mybucket", "Key": f"p/{MULTIPART}"}
    began = client.create_multipart_upload(**upload, Metadata={"in": "parts"}, ChecksumAlgorithm="CRC32")
    part = client.upload_part(**upload, UploadId=began["UploadId"], PartNumber=1, Body=b"then")
    named = {"PartNumber": 1, "ETag": part["ETag"], "ChecksumCRC32": part["ChecksumCRC32"]}
    whole = {"UploadId": began["UploadId"], "MultipartUpload": {"Parts": [named]}}
    then[MULTIPART] = client.complete_multipart_upload(**upload, **whole)
    s3.tick()
    for key in then:
        put(client, f"p/{key}", b"now, and longer")
    s3.tick()
    return {key: reply["VersionId"] for key, reply in then.items()}


def told(client, key, version_id=None, bucket="mybucket"):
    """Return all that a reader is told of an object, its bytes and tags too."""
    which = {"Bucket": bucket, "Key": key} | ({"VersionId": version_id} if version_id else {})
    reply = client.get_object(**which, ChecksumMode="ENABLED")
    body, tags = reply.pop("Body").read(), client.get_object_tagging(**which)["TagSet"]
    return {**{name: reply[name] for name in reply.keys() - OF_THE_VERSION}, "bytes": body, "tags": tags}


def without(about, *names):
    return {name: value for name, value in about.items() if name not in names}


def check_as_then(client, key, version_id, where=None):
    """Assert that an object reads as a version did; but for ETags where they are no checksums of bytes."""
    now, then = told(client, **(where or {"key": f"p/{key}"})), told(client, f"p/{key}", version_id)
    differing = ["ETag"] if "kms" in now.get("ServerSideEncryption", "") else []
    if key == MULTIPART:  # what is copied at once has the checksum of the whole
        differing = ["ETag", "ChecksumCRC32", "ChecksumType"]
        assert now["ChecksumCRC32"] and now["ChecksumType"] == "FULL_OBJECT"
    assert without(now, *differing) == without(then, *differing), key


@pytest.mark.parametrize("how", [(), ("--one-job",), ("--dest", "s3://elsewhere/to")])
def test_every_property(s3, client, command, how):
    """In place, in one job, and to another bucket; then once more, which finds nothing to do."""
    s3.create_bucket("elsewhere")
    versions = fill(s3, client)
    ended = command(*RESTORE, *how)
    assert ended.code == 0, ended.err
    assert ended.summary["outcomes"]["done"] == len(versions)
    for key, version_id in versions.items():
        where = {"key": f"to/{key}", "bucket": "elsewhere"} if "--dest" in how else None
        check_as_then(client, key, version_id, where)
    again = command(*RESTORE, *how)
    copied = {request["key"] for request in again.changes}
    # Where nothing tells that the bytes are the same: its checksums are of another type than the copy's.
    assert copied == {f"{'to' if '--dest' in how else 'p'}/{MULTIPART}"}
    if "--one-job" not in how:
        assert again.summary["untold"] == 1


@pytest.mark.parametrize(
    "options, said",
    [
        (("--storage-class", "ONEZONE_IA"), {"StorageClass": "ONEZONE_IA"}),
        (("--sse", "AES256"), {"ServerSideEncryption": "AES256"}),
        (("--sse", "aws:kms:dsse"), {"ServerSideEncryption": "aws:kms:dsse"}),
        (("--sse-kms-key-id", KEY), {**KMS, "SSEKMSKeyId": KEY}),
    ],
)
def test_what_the_user_says_instead(s3, client, command, options, said):
    """All else is as it was; and the same command again finds it right."""
    versions = fill(s3, client, {"plain": {}, "all": KINDS["all"], "kms": KMS}, ())
    assert command(*RESTORE, *options).code == 0
    encryption = ("ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled")
    for key in ("plain", "all", "kms"):
        now, then = told(client, f"p/{key}"), told(client, f"p/{key}", versions[key])
        assert now.items() >= said.items(), key
        changed = ("ETag", "StorageClass") if "StorageClass" in said else ("ETag", *encryption)
        assert without(now, *changed) == without(then, *changed), key
    assert {request["key"] for request in command(*RESTORE, *options).changes} == {f"p/{MULTIPART}"}


def test_an_acl(s3, client, command):
    versions = fill(s3, client, {"plain": {}})
    assert command(*RESTORE, "--acl", "bucket-owner-full-control").code == 0
    history = s3.dump("mybucket")["keys"]["p/plain"]
    assert history[0]["acl"] == "bucket-owner-full-control" and history[-1]["version_id"] == versions["plain"]


def test_a_bucket_with_another_default(s3, client, command):
    """What was encrypted otherwise before the default was changed comes back as it was."""
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}}
    versions = fill(s3, client, {"plain": {}, "kms": KMS, "s3": {"ServerSideEncryption": "AES256"}})
    configuration = {"Rules": [{**rule, "BucketKeyEnabled": True}]}
    client.put_bucket_encryption(Bucket="mybucket", ServerSideEncryptionConfiguration=configuration)
    assert command(*RESTORE).code == 0
    for key, version_id in versions.items():
        check_as_then(client, key, version_id)


def test_what_a_customer_encrypted(s3, client, command):
    """S3 does not keep the key: said in words, and the others are done."""
    key = b"k" * 32
    digest = b64encode(hashlib.md5(key).digest()).decode()
    customers = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b64encode(key).decode()}
    fill(s3, client, {"plain": {}, "customer's": {**customers, "SSECustomerKeyMD5": digest}}, ())
    ended = command("--src", "s3://mybucket/p", "--restore-time", T, "--no-progress")
    assert ended.code == 3 and "2 keys; " in ended.out
    said = "InvalidRequest: the version is encrypted with a customer's key (SSE-C), which S3 does not keep"
    assert f'"p/customer\'s": {said}' in ended.out


NUMBERS = range(150)  # copies: more than are asked for one by one


def many(s3, **odd):
    """150 keys, overwritten since; `odd`: what some of them have, by number."""
    lines = []
    for number in NUMBERS:
        more = odd.get(f"n{number}", {})
        lines += [
            {"key": f"p/{number}", "last_modified": T, "content": "then", **more},
            {"key": f"p/{number}", "last_modified": "2014-01-01T07:00:01Z", "content": "now"},
        ]
    s3.load("mybucket", lines)
    s3.set_clock("2014-01-01T08:00:00Z")


def counted(ended):
    return Counter(request["operation"] for request in ended.requests)


def test_one_request_a_copy(s3, client, command):
    """In a plain bucket a random hundred of all is asked for, and then no more."""
    many(s3)
    assert command("plan", *RESTORE, "--version-info-output", "run").code == 0
    ended = command("apply", "run", "--quiet", "--json")
    assert (ended.code, ended.summary["outcomes"]["done"]) == (0, len(NUMBERS))
    requests = counted(ended)
    assert len(ended.changes) == len(NUMBERS)
    assert requests["CopyObject"] <= len(NUMBERS) + 2  # the first is tried with conditions that must fail
    assert requests["HeadObject"] <= 100 + 2


def test_a_head_of_each_if_asked_for(s3, client, command):
    many(s3)
    ended = command(*RESTORE, "--head-all")
    assert ended.code == 0 and counted(ended)["HeadObject"] >= len(NUMBERS)
