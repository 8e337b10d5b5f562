"""What each verb does in the tests of its policy: everything for which the policy has a line.

Each is prepared by somebody who may do everything, and ends with one command of a user with the policy.
`where` is ("--dest", ...), or nothing in place.
"""

import json
from typing import NamedTuple

from tests.command import put
from tests.permissions.role import T

EVERYTHING = {("s3:*", "*")}
AFTER = "2014-01-01T07:00:01Z"
RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T)
RUN, UNDONE = "s3://runs/runs/run", "s3://runs/runs/undone"
INTO, UNDONE_INTO = ("--version-info-output", RUN), ("--version-info-output", UNDONE)
LARGE = {"size": 5 * 1024**3 + 1, "tags": {"a": "1"}}
THEN, NOW = {"content": "then"}, {"content": "now"}


class Shown(NamedTuple):
    """What can be seen of how a command ended: its exit code and summary, and whether it asked for what it copies."""

    code: int
    planned: dict
    outcomes: dict
    warnings: int
    asked: bool


class Stage:
    """The bucket of tests/permissions, and `restorer(grants, *argv)`, a command of a user with these grants."""

    def __init__(self, s3, owner, restorer, where):
        self.s3, self.owner, self.where = s3, owner, where
        self._restorer = restorer
        self.written = ("elsewhere", "d") if where else ("mybucket", "p")

    def overwrite(self, name, then=THEN, now=NOW):
        """A key of the source that was overwritten since T, and stands in the destination like that too."""
        written, folder = self.written
        self.s3.load("mybucket", [{"key": f"p/{name}", "last_modified": T, **then}], None)
        self.s3.load(written, [{"key": f"{folder}/{name}", "last_modified": AFTER, **now}], None)

    def write(self, name, body=b"then", **more):
        """Somebody writes a key where the command writes."""
        bucket, folder = self.written
        put(self.owner, f"{folder}/{name}", body, bucket, **more)

    def delete(self, name):
        """Somebody deletes a key where the command writes."""
        bucket, folder = self.written
        self.owner.delete_object(Bucket=bucket, Key=f"{folder}/{name}")

    def prepare(self, *argv):
        """A command of somebody who may do everything."""
        ended = self._restorer(EVERYTHING, *argv, "--quiet")
        assert ended.code == 0, ended.err

    def command(self, given, *argv, run=RUN):
        """A command of the user; returns how it ended, and what it shows, in `run` too."""
        ended = self._restorer(given, *argv, "--no-progress")
        try:
            key = f"{run.removeprefix('s3://runs/')}/summary.json"
            summary = json.load(self.owner.get_object(Bucket="runs", Key=key)["Body"])
        except self.owner.exceptions.NoSuchKey:  # it was stopped before its end
            summary = {}
        both = [summary.get(name) or {} for name in ("planned", "outcomes")]
        counts = [{name: count for name, count in each.items() if count} for each in both]
        # A key that differs in everything, and so never has to be compared with another.
        asked = any(
            each["operation"] == "HeadObject" and each["key"][1:] == "/over" for each in ended.requests
        )
        return ended, Shown(ended.code, *counts, len(summary.get("warnings", ())), asked)


def planning(stage, given):
    """A plan, as of a drill."""
    return stage.command(given, "plan", *RESTORE, *stage.where, "--delete", *INTO)


def applying(stage, given):
    """A plan is carried out; meanwhile one key is deleted by somebody else, and one written almost as it was."""
    stage.overwrite("large", LARGE)
    stage.overwrite("late")
    stage.overwrite("other", {**THEN, "tags": {"a": "1"}})
    stage.prepare("plan", *RESTORE, *stage.where, "--delete", *INTO)
    stage.delete("late")
    stage.write("other", Tagging="a=2")
    return stage.command(given, "apply", RUN)


def applying_in_vain(stage, given):
    """A large copy does not come to its end: nothing of it may be left."""
    stage.overwrite("large", LARGE)
    stage.prepare("plan", *RESTORE, *stage.where, *INTO)
    stage.s3.fault("UploadPartCopy", "AccessDenied", times=1)
    return stage.command(given, "apply", RUN)


def verifying(stage, given):
    """What was restored is looked at again, when somebody has written a key again, with the same content."""
    stage.prepare(*RESTORE, *stage.where, *INTO)
    stage.write("twin", Tagging="a=1")
    return stage.command(given, "verify", RUN)


def undoing(stage, given):
    """What was restored is put back as it was: what was covered, deleted and brought back."""
    stage.overwrite("large", now=LARGE)
    stage.prepare(*RESTORE, *stage.where, "--delete", *INTO)
    return stage.command(given, "undo", RUN, *UNDONE_INTO, run=UNDONE)


def undoing_late(stage, given):
    """An undo that was planned is carried out when somebody else has deleted a key."""
    stage.overwrite("late")
    stage.prepare(*RESTORE, *stage.where, *INTO)
    stage.prepare("undo", RUN, "--dry-run", *UNDONE_INTO)
    stage.delete("late")
    return stage.command(given, "apply", UNDONE, run=UNDONE)


def undoing_in_vain(stage, given):
    """The copy back of a large version does not come to its end."""
    stage.overwrite("large", now=LARGE)
    stage.prepare(*RESTORE, *stage.where, *INTO)
    stage.s3.fault("UploadPartCopy", "AccessDenied", times=1)
    return stage.command(given, "undo", RUN, *UNDONE_INTO, run=UNDONE)


def undeleting(stage, given):
    """What is deleted comes back."""
    return stage.command(given, "undelete", *RESTORE[:2], *INTO)
