"""Deletes: exactly what is sent to S3, and what its reply says of each key."""

import pytest

from s3distversions.deletes import BATCH, Deletion, Reply, batches, delete
from tests.scripted_deletes import Replying, Scripted


def test_batches():
    many = [Deletion(f"{number}") for number in range(2 * BATCH + 1)]
    assert [len(batch) for batch in batches(many)] == [BATCH, BATCH, 1]
    assert [each for batch in batches(many) for each in batch] == many
    assert list(batches([])) == []
    assert list(batches(many[:BATCH])) == [many[:BATCH]]


FORBIDDEN = ["\x00", "\x01", "\x08", "\x0b", "\x0c", "\x0e", "\x1f", "\ufffe", "\uffff"]


@pytest.mark.parametrize("character", FORBIDDEN)
def test_keys_that_xml_cannot_carry_go_alone(character):
    strange = [Deletion(f"{character}a"), Deletion(f"a{character}b", version_id="m1")]
    plain = [Deletion("a"), Deletion("b")]
    assert sorted(batches([plain[0], *strange, plain[1]])) == sorted([[each] for each in strange] + [plain])
    scripted = Scripted()
    assert set(delete(scripted, "bucket", plain + strange)) == {*plain, *strange}
    assert sorted(map(str, scripted.keys)) == sorted(map(str, [["a", "b"], strange[0].key, strange[1].key]))


@pytest.mark.parametrize(
    "character", ["\t", "\n", "\r", " ", "\x7f", "\x85", "&", "<", "\ud7ff", "\ue000", "\ufffd", "😀"]
)
def test_keys_that_xml_can_carry_go_together(character):
    many = [Deletion(f"{character}{number}") for number in range(3)]
    assert list(batches(many)) == [many]


def test_what_is_sent_together():
    scripted = Scripted()
    delete(scripted, "bucket", [Deletion("a", etag="e-2"), Deletion("b", version_id="null"), Deletion("c")])
    objects = [{"Key": "a", "ETag": '"e-2"'}, {"Key": "b", "VersionId": "null"}, {"Key": "c"}]
    assert scripted.sent == [("DeleteObjects", {"Bucket": "bucket", "Delete": {"Objects": objects}})]


@pytest.mark.parametrize(
    "deletion, parameters",
    [
        (Deletion("\x01", etag="e-2"), {"Key": "\x01", "IfMatch": '"e-2"'}),
        (Deletion("\x01", version_id="null"), {"Key": "\x01", "VersionId": "null"}),
        (Deletion("\x01"), {"Key": "\x01"}),
    ],
)
def test_what_is_sent_alone(deletion, parameters):
    scripted = Scripted()
    delete(scripted, "bucket", [deletion])
    assert scripted.sent == [("DeleteObject", {"Bucket": "bucket", **parameters})]


def test_nothing_to_delete_is_no_request():
    scripted = Scripted()
    assert delete(scripted, "bucket", []) == {}
    assert scripted.sent == []


def test_the_version_id_of_the_marker_that_was_added():
    scripted = Scripted(lambda number, key: {"DeleteMarker": True, "DeleteMarkerVersionId": "m-" + key})
    assert delete(scripted, "bucket", [Deletion("a")])[Deletion("a")] == Reply(version_id="m-a")
    scripted = Scripted(lambda number, key: {"DeleteMarker": True, "VersionId": "m9"})
    assert delete(scripted, "bucket", [Deletion("\x01")])[Deletion("\x01")] == Reply(version_id="m9")


def test_markers_of_one_key_have_replies_of_their_own():
    failed = {"Key": "a", "VersionId": "m2", "Code": "AccessDenied", "Message": "said S3"}
    half = Replying({"Deleted": [{"Key": "a", "VersionId": "m1"}], "Errors": [failed]})
    one, two = Deletion("a", version_id="m1"), Deletion("a", version_id="m2")
    assert delete(half, "bucket", [one, two]) == {one: Reply(), two: Reply("AccessDenied", "said S3")}


@pytest.mark.parametrize(
    "kind, answer, reply",
    [
        ("Deleted", {"DeleteMarker": True, "DeleteMarkerVersionId": "m9"}, Reply(version_id="m9")),
        ("Errors", {"Code": "AccessDenied", "Message": "said S3"}, Reply("AccessDenied", "said S3")),
    ],
)
def test_an_empty_version_id_in_a_reply_is_none(kind, answer, reply):
    """Some servers send <VersionId/> for a deletion without one."""
    empty = Replying({kind: [{"Key": "a", "VersionId": "", **answer}]})
    assert delete(empty, "bucket", [Deletion("a")])[Deletion("a")] == reply


def test_a_key_that_the_reply_does_not_mention_has_failed():
    scripted = Scripted(lambda number, key: None if key == "b" else {})
    replies = delete(scripted, "bucket", [Deletion("a"), Deletion("b")])
    assert replies[Deletion("a")] == Reply()
    assert replies[Deletion("b")].error
    assert "does not mention" in replies[Deletion("b")].message


def test_a_reply_to_another_version_is_no_reply():
    confused = Replying({"Deleted": [{"Key": "a", "VersionId": "m2"}]})
    wanted = Deletion("a", version_id="m1")
    assert delete(confused, "bucket", [wanted])[wanted].error


def test_through_the_embedded_s3(s3):
    """Markers are added on the condition, and removed by their id, whatever the key."""
    s3.load("bucket", [{"key": key, "content": "x"} for key in ("a", "b", "\x01", "c\r\n", "d&<😀")])
    client = s3.client()
    etags = {key: history[0]["etag"] for key, history in s3.dump("bucket")["keys"].items()}
    wanted = [Deletion(key, etag="wrong" if key == "b" else etag) for key, etag in etags.items()]
    replies = delete(client, "bucket", wanted)
    for deletion, reply in replies.items():
        top = s3.dump("bucket")["keys"][deletion.key][0]
        if deletion.key == "b":
            assert reply.error == "PreconditionFailed" and not top["delete_marker"]
        else:
            assert (reply.error, reply.version_id) == (None, top["version_id"]) and top["delete_marker"]
    added = {each: reply.version_id for each, reply in replies.items() if reply.version_id}
    again = delete(client, "bucket", [Deletion(each.key, version_id) for each, version_id in added.items()])
    assert not any(reply.error for reply in again.values())
    assert not any(history[0]["delete_marker"] for history in s3.dump("bucket")["keys"].values())
