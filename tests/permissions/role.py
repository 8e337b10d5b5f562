"""A role with the grants of docs/permissions.md, or without one of them; and what must be said and left then."""

import json
import re
from pathlib import Path

from tests.command import current_state
from tests.documented_permissions import ELSEWHERE, IN_PLACE, grants, rows

T = "2014-01-01T07:00:00Z"
RESTORE = ("--src", "s3://mybucket/p", "--restore-time", T, "--no-progress")
RUN = ("--version-info-output", "run")
HINT = "Does the role have the permissions that docs/permissions.md lists?"
WARNINGS = rows("optional: a warning of lifecycle", "optional: a warning that copies")
NORMAL_ROWS = [*rows("every run", "copies over", "copies of what has tags", "what was overwritten"), "copies"]
NORMAL_ROWS += WARNINGS
IN_PLACE_GRANTS = grants([*NORMAL_ROWS, *rows("bringing back", "`--delete`")], IN_PLACE)
ELSEWHERE_GRANTS = grants([*NORMAL_ROWS, *rows("`--delete`")], ELSEWHERE)


def missing(action, resource):
    """What S3 says to somebody who lacks an action."""
    user = "User: arn:aws:iam::111122223333:user/restorer is not authorized to perform"
    because = f"because no identity-based policy allows the {action} action"
    return f'{user}: {action} on resource: "{resource}" {because}'


def denied(ended):
    return {action for request in ended.requests for action in request["denied"]}


def check_left(s3, ended, bucket, prefix, wrong):
    """Exactly the keys in `wrong` are not as they were at T; all of them are told, and nothing else is."""
    state = {key: body for key, body in current_state(s3, bucket).items() if key.startswith(prefix)}
    at_t = {f"{prefix}{name}": b"then" for name in ("over", "gone", "twin")}
    differing = {key for key in state.keys() | at_t.keys() if state.get(key) != at_t.get(key)}
    failed = set(json.loads(Path("run/summary.json").read_text())["failed_keys"])
    assert differing <= {f"{prefix}{name}" for name in wrong}
    assert failed == {f"p/{name}" for name in wrong}
    assert ended.code == (3 if wrong else 0)


def check_stopped(s3, ended, bucket, before, action, resource):
    """Nothing at all was written, and the error names the action and the resource."""
    error, hint = ended.err.splitlines()
    assert (ended.code, ended.changes, s3.dump(bucket)) == (1, [], before)
    assert error.startswith(f"s3distversions: error: {action} is missing: AccessDenied: ")
    assert re.search(re.escape(missing(action, resource)).replace(r"\*", r"[^\"]+"), error), error
    assert hint == f"hint: Nothing was written. {HINT} Where the requester pays: --request-payer."


def check_said(ended, action, resource):
    """Each key that failed is named with the action and the resource, and there is a hint."""
    told = re.findall(r"'p/(\w+)': AccessDenied: (.*)", ended.out)
    assert told and HINT in ended.out.splitlines()
    for name, reason in told:
        assert reason.endswith(missing(action, resource.replace("*", name))), reason
