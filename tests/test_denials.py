"""Writes that are denied: what is missing, and when a task gives up."""

import pytest

from s3distversions.denials import MOST, Denials, missing
from s3distversions.errors import S3Error
from s3distversions.model import ADD_MARKER, COPY, DONE, FAILED, REMOVE_MARKERS

USER = "User: arn:aws:sts::111122223333:assumed-role/restorer/i-1 is not authorized to perform: "


def line(status, error=None, action=COPY):
    return {"key": "p/a", "action": action, "status": status, "error": error}


@pytest.mark.parametrize(
    ("message", "kind", "permission"),
    [
        (f'{USER}s3:PutObject on resource: "arn:aws:s3:::b/p/a" because ...', COPY, "s3:PutObject"),
        (f"{USER}kms:GenerateDataKey on resource: arn:aws:kms:...", COPY, "kms:GenerateDataKey"),
        (f"{USER}s3:DeleteObjectVersion on resource: ...", REMOVE_MARKERS, "s3:DeleteObjectVersion"),
        ("Access Denied", ADD_MARKER, "what it needs (s3:DeleteObject), or a device's code,"),
        (None, REMOVE_MARKERS, "what it needs (s3:DeleteObjectVersion), or a device's code,"),
    ],
)
def test_what_is_missing(message, kind, permission):
    assert missing(message, kind) == permission


def test_it_gives_up_after_a_few():
    denials = Denials()
    denied = line(FAILED, f"AccessDenied: {USER}s3:PutObject on resource: x")
    for _ in range(MOST - 1):
        denials.note(denied)
    with pytest.raises(
        S3Error, match="s3:PutObject is missing: the first 10 writes of a kind were all denied"
    ):
        denials.note(denied)


@pytest.mark.parametrize("before", [0, MOST - 1])
def test_once_one_has_passed_each_fails_by_itself(before):
    denials = Denials()
    for _ in range(before):
        denials.note(line(FAILED, "AccessDenied: no"))
    denials.note(line(DONE))
    for _ in range(2 * MOST):
        denials.note(line(FAILED, "AccessDenied: no"))
    # Copies that pass tell nothing about markers.
    with pytest.raises(S3Error):
        for _ in range(MOST):
            denials.note(line(FAILED, "AccessDenied: no", REMOVE_MARKERS))


def test_other_failures_do_not_count():
    denials = Denials()
    for error in ("InternalError: AccessDenied", "NoReply: x", "InvalidRequest: 403"):
        for _ in range(MOST):
            denials.note(line(FAILED, error))
    for _ in range(MOST):
        denials.note(line("changed", "AccessDenied: no"))
    for _ in range(MOST - 1):
        denials.note(line(FAILED, "AccessDenied: no"))
    with pytest.raises(S3Error):
        denials.note(line(FAILED, "AccessDenied: no"))
