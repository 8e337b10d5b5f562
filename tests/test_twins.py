"""Which copies may bring what stands there already, and what is asked to find out."""

import pytest

from s3distversions import twins
from s3distversions.location import Location
from s3distversions.model import ADD_MARKER, COPY, NONE, REMOVE_MARKERS, Action
from s3distversions.parameters import Parameters
from s3distversions.records import UNTOLD, plan_line
from s3distversions.twins import Twins, may_be_same
from tests.plan_lines import marker, version

PARAMETERS = Parameters(Location("bucket", "path"), "2014-01-01T00:00:00Z")


@pytest.mark.parametrize(
    "current, asked, is_same",
    [
        (version("v2"), None, True),
        (version("v2", etag="other"), None, True),  # by KMS
        (version("v2", size=4), None, False),
        (version("v2", storage_class="GLACIER"), None, False),
        (version("v2", storage_class="STANDARD_IA"), "STANDARD_IA", True),
        (version("v2"), "STANDARD_IA", True),  # either class counts as right
        (version("v2", storage_class="ONEZONE_IA"), "STANDARD_IA", False),
        (marker(), None, False),
        (None, None, False),
    ],
)
def test_may_be_same(current, asked, is_same):
    parameters = Parameters(PARAMETERS.src, PARAMETERS.restore_time, storage_class=asked)
    assert may_be_same(parameters, Action(COPY, "", version("v1"), current)) == is_same


def test_what_was_thawed_may_stand_there_as_standard():
    archived = version("v1", storage_class="DEEP_ARCHIVE")
    assert may_be_same(PARAMETERS, Action(COPY, "", archived, version("v2")))


def test_only_a_copy_may_be_the_same():
    pair = {"target": version("v1"), "current": version("v2")}
    assert may_be_same(PARAMETERS, Action(COPY, "", **pair))
    for other in (NONE, ADD_MARKER, REMOVE_MARKERS):
        assert not may_be_same(PARAMETERS, Action(other, "", **pair))
    assert not may_be_same(PARAMETERS, Action(COPY, "", marker("m1"), marker("m2")))


class Heads:
    """Answers HEADs by version id, and keeps which versions were asked for."""

    def __init__(self, **replies):
        self.replies = replies
        self.asked = []

    def head_object(self, *, VersionId, **_):
        self.asked.append(VersionId)
        usual = {"ETag": '"other"', "ContentLength": 3, "VersionId": VersionId}
        return {**usual, **self.replies.get(VersionId, {})}


def settled(client, current, parameters=PARAMETERS, target=None):
    line = plan_line("path/key", Action(COPY, "since", target or version("v1"), current))
    return list(Twins(client, parameters).settle(line)), line


def test_one_question_tells_that_kms_is_not_at_work():
    client = Heads()
    lines, line = settled(client, version("v2", etag="other"))
    assert (lines, client.asked) == ([line], ["v2"])


def test_other_sizes_are_not_asked_about():
    client = Heads()
    lines, line = settled(client, version("v2", size=4))
    assert (lines, client.asked) == ([line], [])


KMS = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "key"}
SUM = {"ChecksumCRC64NVME": "x", "ChecksumType": "FULL_OBJECT"}
OF_TARGET = {"ETag": f'"{version().etag}"'}


@pytest.mark.parametrize(
    "of_target, of_current, left",
    [
        ({**KMS, **SUM}, {**KMS, **SUM}, "nothing"),
        ({**KMS, **SUM}, {**KMS, **SUM, "ChecksumCRC64NVME": "y"}, "the line"),
        ({**KMS, **SUM}, {**KMS, **SUM, "SSEKMSKeyId": "another"}, "the line"),
        ({**KMS, **SUM}, {**KMS, **SUM, "WebsiteRedirectLocation": "/"}, "the line"),
        ({**KMS, **SUM}, {**KMS, **SUM, "Metadata": {"a": "b"}}, "the line"),
        ({**KMS, **SUM}, {**KMS, **SUM, "ChecksumType": "COMPOSITE"}, "doubt"),
        (KMS, KMS, "doubt"),
        ({**KMS, **SUM}, {**KMS, "ChecksumSHA1": "x", "ChecksumType": "FULL_OBJECT"}, "doubt"),
    ],
)
def test_where_kms_is_at_work_checksums_tell(of_target, of_current, left):
    client = Heads(v1={**OF_TARGET, **of_target}, v2=of_current)
    lines, line = settled(client, version("v2", etag="other"))
    assert lines == {"nothing": [], "the line": [line], "doubt": [{**line, "reason": UNTOLD}]}[left]
    assert client.asked == ["v2", "v1"]


@pytest.mark.parametrize(
    "one, other, left",
    [
        (
            {"ChecksumType": "COMPOSITE", "ChecksumSHA1": "x-2"},
            {"ChecksumType": "COMPOSITE", "ChecksumSHA1": "x-2"},
            0,
        ),
        (
            {"ChecksumType": "COMPOSITE", "ChecksumSHA1": "x-2"},
            {"ChecksumType": "COMPOSITE", "ChecksumSHA1": "y-2"},
            1,
        ),
        (SUM, SUM, 0),
        ({}, {}, 1),
    ],
)
def test_uploads_in_parts(one, other, left):
    """Checksums of other parts are no sign of other bytes: then it is told that nothing tells."""
    target, current = version("v1", etag="a-2"), version("v2", etag="b-3")
    client = Heads(v1={**one, "ETag": '"a-2"'}, v2={**other, "ETag": '"b-3"'})
    lines, line = settled(client, current, target=target)
    assert lines == [{**line, "reason": UNTOLD}][:left]
    assert client.asked == ["v1", "v2"]


def test_a_copy_that_kms_no_longer_encrypts():
    """With --sse AES256 the version's ETag is KMS's, and that of its copy is not."""
    parameters = Parameters(PARAMETERS.src, PARAMETERS.restore_time, sse="AES256")
    client = Heads(v1={**OF_TARGET, **KMS, **SUM}, v2=SUM)
    assert settled(client, version("v2", etag="other"), parameters)[0] == []
    client = Heads(v1={**OF_TARGET, **KMS, **SUM}, v2={**KMS, **SUM})
    lines, line = settled(client, version("v2", etag="other"), parameters)
    assert lines == [line]


def test_questions_in_vain_end(monkeypatch):
    """And begin with none: what is not asked is copied."""
    monkeypatch.setattr(twins, "ASKED_IN_VAIN", 3)
    client = Heads(kms=KMS)
    task = Twins(client, PARAMETERS)

    def ask(version_id):
        action = Action(COPY, "since", version("v1"), version(version_id, etag="other"))
        return task.is_same("path/key", action)

    found = [ask(version_id) for version_id in ("a", "b", "kms", "c", "d", "e", "f", "kms")]
    assert set(found) == {False}
    assert [each for each in client.asked if each != "v1"] == ["a", "b", "kms", "c", "d", "e"]
