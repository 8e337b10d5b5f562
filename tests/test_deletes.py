"""Deletes: exactly what is sent to S3, what is sent again, and what became of each key."""

from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError, ReadTimeoutError
from botocore.session import get_session
from botocore.validate import ParamValidator

from s3distversions import deletes, pace
from s3distversions.deletes import BATCH, Deletion, Reply, batches, delete
from s3distversions.pace import attempts

S3 = get_session().get_service_model("s3")
MOST = 6  # attempts


def error(code, status=400):
    """Return the error that boto3 raises for a whole request."""
    reply = {"Error": {"Code": code, "Message": "said S3"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(reply, "DeleteObjects")


class Scripted:
    """A client that takes only arguments that S3 knows, and answers with what `answer(number, key)` says.

    answer: a dict for "Deleted", a code of an error, None: no mention; an exception: of the whole request.
    """

    def __init__(self, answer=lambda number, key: {}):
        self.answer = answer
        self.sent = []

    def check(self, operation, parameters):
        shape = S3.operation_model(operation).input_shape
        report = ParamValidator().validate(parameters, shape)
        assert not report.has_errors(), report.generate_report()
        self.sent.append((operation, parameters))

    def delete_object(self, **parameters):
        self.check("DeleteObject", parameters)
        answer = self.answer(len(self.sent), parameters["Key"])
        if isinstance(answer, Exception):
            raise answer
        return answer

    def delete_objects(self, **parameters):
        self.check("DeleteObjects", parameters)
        reply = {"Deleted": [], "Errors": []}
        # S3's reply may be in another order
        for each in reversed(parameters["Delete"]["Objects"]):
            answer = self.answer(len(self.sent), each["Key"])
            which = {name: each[name] for name in ("Key", "VersionId") if name in each}
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, str):
                reply["Errors"].append({**which, "Code": answer, "Message": "said S3"})
            elif answer is not None:
                reply["Deleted"].append({**which, **answer})
        return {name: values for name, values in reply.items() if values}

    @property
    def keys(self):
        """The keys of each request."""
        return [
            [each["Key"] for each in parameters["Delete"]["Objects"]]
            if operation == "DeleteObjects"
            else parameters["Key"]
            for operation, parameters in self.sent
        ]


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """No pause is real; these were asked for."""
    asked = []
    monkeypatch.setattr(pace, "time", SimpleNamespace(sleep=asked.append))
    return asked


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
    class Half(Scripted):
        def delete_objects(self, **parameters):
            self.check("DeleteObjects", parameters)
            failed = {"Key": "a", "VersionId": "m2", "Code": "AccessDenied", "Message": "said S3"}
            return {"Deleted": [{"Key": "a", "VersionId": "m1"}], "Errors": [failed]}

    one, two = Deletion("a", version_id="m1"), Deletion("a", version_id="m2")
    assert delete(Half(), "bucket", [one, two]) == {one: Reply(), two: Reply("AccessDenied", "said S3")}


@pytest.mark.parametrize("kind", ["Deleted", "Errors"])
def test_an_empty_version_id_in_a_reply_is_none(kind):
    """Some servers send <VersionId/> for a deletion without one."""

    class Empty(Scripted):
        def delete_objects(self, **parameters):
            self.check("DeleteObjects", parameters)
            answer = {"Key": "a", "VersionId": ""}
            if kind == "Errors":
                answer.update(Code="AccessDenied", Message="said S3")
            else:
                answer.update(DeleteMarker=True, DeleteMarkerVersionId="m9")
            return {kind: [answer]}

    reply = delete(Empty(), "bucket", [Deletion("a")])[Deletion("a")]
    assert reply == (Reply("AccessDenied", "said S3") if kind == "Errors" else Reply(version_id="m9"))


@pytest.mark.parametrize(
    "passing", ["SlowDown", "InternalError", "ServiceUnavailable", "ConditionalRequestConflict"]
)
def test_errors_of_single_keys_that_pass_are_sent_again_and_only_those(passing, pauses):
    """b is refused twice, d once; both inside a 200, which botocore does not send again."""

    def answer(number, key):
        return passing if (key == "b" and number <= 2) or (key == "d" and number == 1) else {}

    scripted = Scripted(answer)
    wanted = [Deletion(key, etag="e") for key in "abcd"]
    assert delete(scripted, "bucket", wanted) == dict.fromkeys(wanted, Reply())
    assert scripted.keys == [["a", "b", "c", "d"], ["b", "d"], ["b"]]
    assert all(
        each["ETag"] == '"e"' for _, parameters in scripted.sent for each in parameters["Delete"]["Objects"]
    )
    assert len(pauses) == 2 and pauses[0] > 0


def test_an_error_that_does_not_pass_ends_with_it():
    scripted = Scripted(lambda number, key: "SlowDown")
    assert delete(scripted, "bucket", [Deletion("a")]) == {Deletion("a"): Reply("SlowDown", "said S3")}
    assert len(scripted.sent) == MOST == len(list(attempts()))


@pytest.mark.parametrize("final", ["AccessDenied", "PreconditionFailed", "NoSuchKey", "MethodNotAllowed"])
@pytest.mark.parametrize("key", ["a", "\x01"])
def test_other_errors_are_not_sent_again(final, key, pauses):
    scripted = Scripted(lambda number, key: error(final) if key == "\x01" else final)
    reply = delete(scripted, "bucket", [Deletion(key)])[Deletion(key)]
    assert reply.error == final and "said S3" in reply.message
    assert len(scripted.sent) == 1 and pauses == []


def test_a_key_that_the_reply_does_not_mention_has_failed():
    scripted = Scripted(lambda number, key: None if key == "b" else {})
    replies = delete(scripted, "bucket", [Deletion("a"), Deletion("b")])
    assert replies[Deletion("a")] == Reply()
    assert replies[Deletion("b")].error
    assert "does not mention" in replies[Deletion("b")].message


def test_a_reply_to_another_version_is_no_reply():
    class Confused(Scripted):
        def delete_objects(self, **parameters):
            self.check("DeleteObjects", parameters)
            return {"Deleted": [{"Key": "a", "VersionId": "m2"}]}

    wanted = Deletion("a", version_id="m1")
    assert delete(Confused(), "bucket", [wanted])[wanted].error


def test_an_error_of_a_request_is_that_of_each_of_its_keys(monkeypatch):
    monkeypatch.setattr(deletes, "BATCH", 2)
    scripted = Scripted(lambda number, key: error("AccessDenied", 403) if number == 1 else {})
    wanted = [Deletion(key) for key in "abc"]
    replies = delete(scripted, "bucket", wanted)
    assert [replies[each].error for each in wanted] == ["AccessDenied", "AccessDenied", None]
    assert "said S3" in replies[wanted[0]].message
    assert scripted.keys == [["a", "b"], ["c"]]


@pytest.mark.parametrize("passing", ["SlowDown", "InternalError", "503", "500", "409"])
@pytest.mark.parametrize("keys", ["ab", "\x01"])
def test_an_error_of_a_request_that_passes_is_sent_again(monkeypatch, passing, keys):
    monkeypatch.setattr(deletes, "BATCH", 2)
    scripted = Scripted(lambda number, key: error(passing, 503) if number == 1 else {})
    wanted = [Deletion(key) for key in keys]
    assert delete(scripted, "bucket", wanted) == dict.fromkeys(wanted, Reply())
    assert len(scripted.sent) == 2


def test_s3_that_cannot_be_reached_ends_the_task():
    unreachable = EndpointConnectionError(endpoint_url="http://127.0.0.1")
    scripted = Scripted(lambda number, key: unreachable)
    with pytest.raises(EndpointConnectionError):
        delete(scripted, "bucket", [Deletion("a")])


@pytest.mark.parametrize(
    "trouble, name",
    [
        (ParamValidationError(report="no"), "ParamValidationError"),
        (ReadTimeoutError(endpoint_url="http://127.0.0.1"), "ReadTimeoutError"),
    ],
)
def test_what_botocore_refuses_or_waits_for_in_vain_fails_those_keys(monkeypatch, trouble, name):
    monkeypatch.setattr(deletes, "BATCH", 1)
    scripted = Scripted(lambda number, key: trouble if key == "a" else {})
    replies = delete(scripted, "bucket", [Deletion("a"), Deletion("b")])
    assert replies[Deletion("a")].error == name
    assert replies[Deletion("b")] == Reply()


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
