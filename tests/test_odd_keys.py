"""Every odd key through the whole job: listed, shuffled, copied, its marker added, its marker removed."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.histories import moment
from tests.model import Bucket
from tests.odd_keys import FEW, ODD_KEYS

THEN, NOW = 10, 20
ACTIONS = {  # contents until the restore time and after it, None for a delete marker
    "copy": ((b"then",), (b"now",)),
    "add_marker": ((), (b"now",)),
    "remove_markers": ((b"then",), (None,)),
}
WHEN = ("--restore-time", moment(THEN), "--delete", "--quiet")
MOST_BYTES = 1024


def fill(s3, bucket, histories):
    """Make a bucket of {key: name of its action}; return its model."""
    model, lines = Bucket("Enabled"), []
    for key, action in histories.items():
        for contents, time in zip(ACTIONS[action], (THEN, NOW), strict=True):
            for content in contents:
                about = {"delete_marker": True} if content is None else {"content": content.decode()}
                lines.append({"key": key, "last_modified": moment(time), **about})
                model.put(key, content, time)
    s3.load(bucket, lines)
    s3.set_clock(moment(NOW + 10))
    return model


def state(s3, bucket):
    """Return {key: digest of its content} of what a reader sees."""
    keys = s3.dump(bucket)["keys"]
    return {key: top["content"] for key, (top, *_) in keys.items() if not top["delete_marker"]}


def digests(contents):
    return {key: sha256(content).hexdigest() for key, content in contents.items()}


def lines_of(kind):
    """Return {key: line} of the only plan, or apply, in the folder `run`."""
    found = [json.loads(line) for part in Path("run", kind, "1").glob("part-*") for line in part.open("rb")]
    keyed = [line for line in found if "key" in line]
    result = {line["key"]: line for line in keyed}
    assert len(result) == len(keyed)
    return result


def cut(key):
    """Return as much of a key as a key may have."""
    return cut(key[:-1]) if len(key.encode()) > MOST_BYTES else key


def folders(folder):
    """Return {key: action} of all odd keys in a folder for each action, cut where they would be too long."""
    return {cut(f"{folder}{action[0]}/{key}"): action for action in ACTIONS for key in ODD_KEYS}


def test_the_table_is_as_large_as_promised():
    assert len(ODD_KEYS) == len(set(ODD_KEYS)) >= 150
    assert set(FEW) < set(ODD_KEYS)
    assert {1023, 1024} <= {len(key.encode()) for key in ODD_KEYS}


@pytest.mark.parametrize("action", ACTIONS)
def test_as_they_are(action, s3, command):
    """All in one bucket, the whole of which is restored by plan and apply; then there is nothing to do."""
    model = fill(s3, "mybucket", dict.fromkeys(ODD_KEYS, action))
    planned = command("plan", "--src", "s3://mybucket", *WHEN, "--version-info-output", "run")
    assert (planned.code, planned.err, planned.writes) == (0, "", [])
    plan = lines_of("versions")
    assert plan.keys() == set(ODD_KEYS)
    assert {line["action"] for line in plan.values()} == {action}
    applied = command("apply", "run", "--quiet")
    assert (applied.code, applied.err) == (0, "")
    outcomes = lines_of("restored")
    assert outcomes.keys() == set(ODD_KEYS)
    assert {line["status"] for line in outcomes.values()} == {"done"}
    assert state(s3, "mybucket") == digests(model.restored(THEN, delete=True))
    again = command("--src", "s3://mybucket", *WHEN)
    assert (again.code, again.writes) == (0, [])


ON_LOCAL = (
    "-r",
    "local",
    "--num-cores",
    "1",
)  # a core or two: the keys pass through the same files and pipes


@pytest.mark.parametrize(
    ("how", "how_elsewhere"), [((), ()), (ON_LOCAL, (*ON_LOCAL, "--one-job"))], ids=["inline", "local"]
)
def test_in_place_and_then_elsewhere(how, how_elsewhere, s3, command):
    """In folders, in place; then to a destination where they begin otherwise, and where something stands."""
    histories = folders("p/")
    model = fill(s3, "mybucket", histories)
    restored = command("--src", "s3://mybucket/p", *WHEN, *how)
    assert (restored.code, restored.err) == (0, "")
    assert state(s3, "mybucket") == digests(model.restored(THEN, delete=True))

    there = [f"q/{key[2:]}" for key, action in histories.items() if action != "remove_markers"]
    s3.load("other", [{"key": key, "content": "there"} for key in there])
    wanted = {f"q/{key[2:]}": content for key, content in model.state(THEN).items()}
    to = command("--src", "s3://mybucket/p", "--dest", "s3://other/q", *WHEN, *how_elsewhere)
    assert (to.code, to.err) == (0, "")
    assert state(s3, "other") == digests(wanted)
    for argv in ((), ("--dest", "s3://other/q")):
        again = command("--src", "s3://mybucket/p", *argv, *WHEN)
        assert (again.code, again.writes) == (0, [])


def test_in_prefix_lists(s3, command):
    """Each that a line can hold puts itself in scope, and not what is beside it."""
    numbered = {cut(f"{number:03}{key}") for number, key in enumerate(ODD_KEYS)}
    beside = {f"{number:03}beside" for number in range(len(ODD_KEYS))}
    fill(s3, "mybucket", dict.fromkeys(numbered | beside, "copy"))
    # A line ends at LF or CRLF; one with NUL is refused, for it speaks of UTF-16.
    held = {key for key in numbered if not set("\n\0") & set(key) and not key.endswith("\r")}
    Path("prefixes").write_bytes("\n".join(sorted(held)).encode())
    argv = ("--src", "s3://mybucket", *WHEN, "--prefixes", "prefixes", "--version-info-output", "run")
    planned = command("plan", *argv)
    assert (planned.code, planned.err) == (0, "")
    assert lines_of("versions").keys() == held
    assert len(held) > 0.9 * len(numbered)


def test_a_key_of_full_length_that_would_be_too_long_elsewhere(s3, command):
    """With a longer beginning it is no key: S3 says so of it, and the others are restored."""
    long = "p/" + "x" * (MOST_BYTES - 2)
    fill(s3, "mybucket", {long: "copy", "p/y": "copy"})
    s3.create_bucket("other")
    ended = command(
        "--src", "s3://mybucket/p", "--dest", "s3://other/longer", *WHEN, "--version-info-output", "run"
    )
    assert ended.code == 3
    assert state(s3, "other") == digests({"longer/y": b"then"})
    assert {key: line["status"] for key, line in lines_of("restored").items()} == {
        long: "failed",
        "p/y": "done",
    }
