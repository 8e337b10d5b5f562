"""Every name of an argument that is passed to S3 anywhere is one that botocore's own model has.

boto3 would say so only when such a request is sent; and what `wire` sends does not pass through boto3.
"""

import ast
from pathlib import Path

import botocore.session
import pytest

from s3distversions import carried, conditions, copy_requests, deletes, part_copies, thaw, values
from s3distversions.location import Location
from s3distversions.parameters import Parameters
from s3distversions.writing import Writing
from tests.plan_lines import version

ROOT = Path(__file__).parent.parent
SOURCES = [*(ROOT / "s3distversions").glob("*.py"), *(ROOT / "jobs").glob("*.py")]
SERVICE = botocore.session.Session().get_service_model("s3")
OPERATIONS = {botocore.xform_name(name): SERVICE.operation_model(name) for name in SERVICE.operation_names}
HERE = Parameters(Location("bucket", "p"), "2014-01-01T00:00:00Z")
FULL = {
    **dict.fromkeys([*carried.HEADERS, "ExpiresString"], "x"),
    "Metadata": {"name": "value"},
    "ServerSideEncryption": "aws:kms",
    "SSEKMSKeyId": "key",
    "BucketKeyEnabled": True,
}


def calls():
    """Yield (where, operation, names of arguments) of every call that names a method of boto3's client."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                for called in (node.func, *node.args):
                    if isinstance(called, ast.Attribute) and called.attr in OPERATIONS:
                        names = {keyword.arg for keyword in node.keywords if keyword.arg}
                        yield f"{path.name}:{node.lineno}", called.attr, names


def check(operation, arguments):
    """Assert that the names of arguments are the model's, and values of enumerations among what it knows."""
    members = OPERATIONS[operation].input_shape.members
    assert arguments.keys() <= members.keys(), arguments.keys() - members.keys()
    for name, value in arguments.items():
        if getattr(members[name], "enum", None):
            assert value in members[name].enum, (name, value)


def test_calls():
    found = list(calls())
    for where, operation, names in found:
        unknown = names - OPERATIONS[operation].input_shape.members.keys()
        assert not unknown, f"{where}: {operation} has no {unknown}"
    sent = {operation for _, operation, _ in found}
    assert {"copy_object", "head_object", "upload_part_copy", "complete_multipart_upload"} <= sent
    assert {"restore_object", "list_object_versions", "list_multipart_uploads", "delete_objects"} <= sent


@pytest.mark.parametrize("kind", values.ENCRYPTIONS)
@pytest.mark.parametrize("checksum", carried.CHECKSUMS)
@pytest.mark.parametrize("acl", [None, *values.ACLS])
def test_what_copies_and_uploads_carry(kind, checksum, acl):
    parameters = Parameters(HERE.src, HERE.restore_time, acl=acl)
    head = {**FULL, "ServerSideEncryption": kind, checksum: "x", "ChecksumType": "FULL_OBJECT"}
    check("copy_object", carried.of_copy(parameters, version(), head))
    check("create_multipart_upload", carried.of_upload(parameters, version(), head, [("a", "b")]))


@pytest.mark.parametrize("storage_class", values.STORAGE_CLASSES)
def test_what_the_user_says(storage_class):
    parameters = Parameters(
        HERE.src, HERE.restore_time, storage_class=storage_class, sse="aws:kms", sse_kms_key_id="key"
    )
    check("copy_object", carried.of_copy(parameters, version(), None))


def test_conditions_and_sources():
    for current in (None, version()):
        for operation in ("copy_object", "complete_multipart_upload"):
            check(operation, conditions.of_copy(current))
    for operation in ("copy_object", "upload_part_copy"):
        check(operation, copy_requests.source(Writing(None, HERE), version()))
    upload = part_copies._request(Writing(None, HERE), version(), ("key", "id"), 1, (0, 1))
    check("upload_part_copy", upload)
    part = part_copies._named(1, {"ETag": "x", **dict.fromkeys(carried.CHECKSUMS, "x")})
    completed = OPERATIONS["complete_multipart_upload"].input_shape.members["MultipartUpload"]
    assert part.keys() <= completed.members["Parts"].member.members.keys()


@pytest.mark.parametrize("storage_class", ["GLACIER", "INTELLIGENT_TIERING"])
def test_what_is_asked_of_an_archive(storage_class):
    request = thaw._request({"StorageClass": storage_class}, "Bulk", 7)
    shape = OPERATIONS["restore_object"].input_shape.members["RestoreRequest"]
    assert request.keys() <= shape.members.keys()
    assert (
        request["GlacierJobParameters"]["Tier"] in shape.members["GlacierJobParameters"].members["Tier"].enum
    )


def test_what_is_deleted():
    """Each deletion is checked where it is sent, by boto3 itself; the names of a request for many are these."""
    sent = []

    class Client:
        def delete_objects(self, **arguments):
            sent.append(arguments)
            return {}

        def delete_object(self, **arguments):
            sent.append(arguments)
            return {}

    for key in ("a", "a\x01"):
        for more in ({"etag": "x"}, {"version_id": "v"}):
            deletes._send(Client(), "bucket", [deletes.Deletion(key, **more)])
    shape = OPERATIONS["delete_objects"].input_shape
    for arguments in sent:
        check("delete_objects" if "Delete" in arguments else "delete_object", arguments)
        for each in arguments.get("Delete", {}).get("Objects", ()):
            assert each.keys() <= shape.members["Delete"].members["Objects"].member.members.keys()
    assert len(sent) == 4
