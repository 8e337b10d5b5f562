"""Versions of more than 5 GiB, which are put together from copies of their parts: hollow ones, of any size."""

from collections import Counter

from s3distversions import part_copies
from s3distversions.large_copies import copy_large
from s3distversions.uploads import leftovers
from tests.command import check_requests
from tests.single_copies import T, copied, history, item, operations, overwritten, writing

MIB = 1024**2
GIB = 1024 * MIB
LARGE = 5 * GIB + 1
RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T, "--quiet", "--json")
KEY = "arn:aws:kms:us-east-1:111122223333:key/99999999-2222-3333-4444-555555555555"
KMS = {"x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": KEY}
KMS["x-amz-server-side-encryption-bucket-key-enabled"] = "true"
KINDS = {
    "plain": {},
    "headers": {"headers": {"content-type": "text/x-rare", "cache-control": "max-age=7", "expires": "0",
                            "content-encoding": "br", "content-language": "eo", "content-disposition": "inline",
                            "x-amz-website-redirect-location": "/there"}},
    "metadata": {"metadata": {"owner": "nobody", "words": "=?UTF-8?B?w6Q=?="}},
    "tags": {"tags": {"a b": "1+2=3 /:@", "c": "", "d": "é"}},
    "class": {"storage_class": "STANDARD_IA"},
    "kms": {"encryption": KMS},
    "dsse": {"encryption": "aws:kms:dsse"},
    "crc": {"checksum": "CRC64NVME"},
    "crc32": {"checksum": "CRC32"},
    "parts": {"checksum": "CRC32", "checksum_type": "COMPOSITE", "parts": [2 * GIB, 2 * GIB, GIB + 1]},
    "10 GiB": {"size": 10 * GIB},
}  # fmt: skip
READ = ("size", "content", "headers", "metadata", "tags", "storage_class", "encryption")


def check_as_then(s3, key, checksum):
    """Assert that a key reads as its oldest version, byte for byte; `checksum`: that it stores the same one."""
    now, *_, then = history(s3, key)
    for name in READ:
        assert now[name] == then[name], (key, name)
    assert then["checksums"].keys() <= now["checksums"].keys(), key
    assert not checksum or now["checksums"] == then["checksums"], key


def uploads(s3):
    """Return the uploads that are open."""
    return s3.client().list_multipart_uploads(Bucket="mybucket").get("Uploads", [])


def test_every_property(s3, command):
    """As for those that are copied at once; and the same command again finds them right."""
    for key, more in KINDS.items():
        overwritten(s3, f"p/{key}", **{"size": LARGE, **more})
    ended = command(*RESTORE)
    assert ended.code == 0, ended.summary
    assert ended.summary["outcomes"]["done"] == len(KINDS)
    for key, more in KINDS.items():
        check_as_then(s3, f"p/{key}", "checksum" in more and "parts" not in more)
    assert uploads(s3) == []
    check_requests(ended.requests, ("mybucket", str), ("mybucket", str))
    requests = Counter(request["operation"] for request in ended.requests)
    assert requests["UploadPartCopy"] == 11 * (len(KINDS) - 1) + 20
    assert requests["CreateMultipartUpload"] == requests["CompleteMultipartUpload"] == len(KINDS)


def test_a_size_that_no_copy_has(s3, monkeypatch):
    """No object is as large today; one that is would not be begun."""
    overwritten(s3, "p/a", size=LARGE)
    task = writing(s3, monkeypatch)
    of = item(task, "p/a")
    target = of.action.target._replace(size=part_copies.LARGEST_OBJECT + 1)
    (line,) = copy_large(task, of, target, {})
    assert line["status"] == "failed" and line["error"].startswith("EntityTooLarge: ")
    assert "CreateMultipartUpload" not in operations(s3)


def test_parts_go_side_by_side(s3, monkeypatch):
    """As many as may be in flight, and no more."""
    overwritten(s3, "p/a", size=LARGE)
    s3.settings(latency=0.05)
    task = writing(s3, monkeypatch, write_parallel=8)
    sent, most, flying = task.client.upload_part_copy, [], set()

    def counted(**arguments):
        flying.add(arguments["PartNumber"])
        most.append(len(flying))
        try:
            return sent(**arguments)
        finally:
            flying.discard(arguments["PartNumber"])

    monkeypatch.setattr(task.client, "upload_part_copy", counted)
    assert copied(task, "p/a")["status"] == "done"
    assert max(most) == 8


def test_to_another_bucket(s3, command):
    s3.create_bucket("elsewhere")
    overwritten(s3, "p/a", size=LARGE, checksum="CRC64NVME", tags={"a": "1"})
    assert command(*RESTORE, "--dest", "s3://elsewhere/to").code == 0
    then, (there,) = history(s3, "p/a")[-1], s3.dump("elsewhere")["keys"]["to/a"]
    assert all(there[name] == then[name] for name in (*READ, "checksums"))


def test_what_the_user_says(s3, command):
    overwritten(s3, "p/a", size=LARGE)
    options = ("--storage-class", "ONEZONE_IA", "--sse-kms-key-id", KEY, "--acl", "private")
    assert command(*RESTORE, *options).code == 0
    now = history(s3, "p/a")[0]
    assert (now["storage_class"], now["acl"]) == ("ONEZONE_IA", "private")
    assert now["encryption"]["x-amz-server-side-encryption-aws-kms-key-id"] == KEY


def test_a_key_that_xml_cannot_hold(s3, monkeypatch):
    """Nothing is begun of which the id could not be read."""
    overwritten(s3, "p/a\x01", size=LARGE)
    line = copied(writing(s3, monkeypatch), "p/a\x01")
    assert line["status"] == "failed" and line["error"].startswith("InvalidKey: ")
    assert "CreateMultipartUpload" not in operations(s3)


def test_a_customers_key(s3, monkeypatch):
    overwritten(s3, "p/a", size=LARGE, encryption="SSE-C")
    line = copied(writing(s3, monkeypatch), "p/a")
    assert line["status"] == "failed" and "customer's key (SSE-C)" in line["error"]
    assert uploads(s3) == []


def test_other_bytes_are_not_called_done(s3, monkeypatch):
    """What was put together has another checksum than the version: said, and which."""
    overwritten(s3, "p/a", size=LARGE, checksum="CRC64NVME")
    task = writing(s3, monkeypatch)
    sent = task.client.upload_part_copy

    def elsewhere(**arguments):
        if arguments["PartNumber"] == 2:
            arguments["CopySourceRange"] = f"bytes=0-{512 * MIB - 1}"
        return sent(**arguments)

    monkeypatch.setattr(task.client, "upload_part_copy", elsewhere)
    line = copied(task, "p/a")
    assert line["status"] == "failed" and line["version_id"] == history(s3, "p/a")[0]["version_id"]
    assert line["error"].startswith("DifferentContent: ") and "ChecksumCRC64NVME" in line["error"]


def test_uploads_that_a_killed_run_left(s3, monkeypatch):
    """Named, with the command that ends each; neither ended nor used."""
    overwritten(s3, "p/it's", size=LARGE)
    client, task = s3.client(), writing(s3, monkeypatch)
    ids = [client.create_multipart_upload(Bucket="mybucket", Key="p/it's")["UploadId"] for _ in range(2)]
    for key in ("p/other", "q/it's"):
        client.create_multipart_upload(Bucket="mybucket", Key=key)
    s3.page_size(1)
    warnings = leftovers(task.client, task.parameters, {"p/it's", "q/it's"})
    s3.page_size(1000)
    assert len(warnings) == 2
    for upload_id, warning in zip(ids, warnings, strict=True):
        command = "aws s3api abort-multipart-upload --bucket mybucket --key 'p/it'\"'\"'s' "
        ending = f"--upload-id {upload_id} --endpoint-url {s3.endpoint}"
        assert warning.startswith('an upload of "p/it\'s" has been open since 2014-01-01T08:00:00Z; ')
        assert warning.endswith(command + ending)
    assert copied(task, "p/it's")["status"] == "done"
    assert len(uploads(s3)) == 4


def test_uploads_that_may_not_be_asked_for(s3, monkeypatch):
    overwritten(s3, "p/a", size=LARGE)
    s3.fault("ListMultipartUploads", "AccessDenied", times=1)
    task = writing(s3, monkeypatch)
    (warning,) = leftovers(task.client, task.parameters, {"p/a"})
    assert "could not be asked for uploads" in warning and "AccessDenied" in warning


def test_what_the_plan_saw_is_what_is_covered(s3, monkeypatch):
    """Somebody writes while the parts are copied: theirs stays, and the upload is ended."""
    overwritten(s3, "p/a", size=LARGE)
    task = writing(s3, monkeypatch)
    of = item(task, "p/a")
    sent = task.client.complete_multipart_upload

    def meanwhile(**arguments):
        s3.client().put_object(Bucket="mybucket", Key="p/a", Body=b"theirs")
        return sent(**arguments)

    monkeypatch.setattr(task.client, "complete_multipart_upload", meanwhile)
    assert copied(task, "p/a", of)["status"] == "changed"
    assert (
        uploads(s3) == [] and s3.client().get_object(Bucket="mybucket", Key="p/a")["Body"].read() == b"theirs"
    )
