"""Files of a run, and prefix lists, spoilt in 3,000 ways: two lines, and never a write that the plan was not."""

import io
import random
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout

import pytest
from s3distversions.jobs.restore import RestoreVersions

from s3distversions import cli, client
from tests.test_fuzzed_command_lines import complaint_of
from tests.usage.buckets import filled
from tests.usage.damage import spoilt
from tests.usage.fuzzed import SEED

CASES = 1000  # of each kind of file
CASES_A_TEST = 250
SRC = "s3://fuzzed/path"


def entries():
    """Keys of all fates, each with its own contents and ids, and one for which nothing is planned."""
    for key, history in {
        "path/copied": ["then", "since"], "path/deleted": ["there", None], "path/created": [None, "new"],
        "path/gone": ["once", None, None], "path/kept": ["kept"], "path2/outside": ["out", "side"],
    }.items():  # fmt: skip
        for number, content in enumerate(history):
            moment = {"last_modified": f"2014-01-0{number + 1}T00:00:00Z"}
            if content is None and number:
                yield {"key": key, "delete_marker": True, **moment}
            elif content is not None:
                yield {"key": key, "content": f"{key} {content}", **moment}


class Spoilt:
    """A server, and a run folder and a list that can be spoilt and mended again."""

    def __init__(self, server, directory):
        self.server, self.directory = server, directory
        self.fill()
        argv = ["plan", "--src", SRC, "--restore-time", "2014-01-01T12:00:00Z", "--delete", "--quiet"]
        argv += ["--endpoint-url", server.endpoint, "--version-info-output", "pristine"]
        assert self.run(argv)[0] == 0
        self._keep_plan_lines()
        self.before = self.state()
        self.mend()
        ended = self.run(["apply", "run", "--quiet"])
        assert ended[0] == 0, ended
        self.after = self.state()
        assert len([key for key in self.after if self.after[key] != self.before[key]]) == 4
        self.fill()

    def _keep_plan_lines(self):
        """Records of tasks are passed over, so nothing need be spoilt there."""
        for part in (self.directory / "pristine" / "versions" / "1").glob("part-*"):
            kept = [line for line in part.read_bytes().splitlines(keepends=True) if b'"key"' in line]
            part.write_bytes(b"".join(kept))

    def fill(self):
        """The bucket as it was before."""
        self.server.reset()
        self.server.load("fuzzed", entries())
        self.server.load("never", [{"key": "path/copied", "content": "there"}], "")

    def state(self):
        """{key: what a reader sees}, and how many versions there are below."""
        return {
            key: (history[0]["delete_marker"], history[0].get("etag"), sum(not entry["delete_marker"] for entry in history))
            for key, history in self.server.dump("fuzzed")["keys"].items()
        }  # fmt: skip

    def mend(self):
        """The run folder as it was before."""
        shutil.rmtree(self.directory / "run", ignore_errors=True)
        shutil.copytree(self.directory / "pristine", self.directory / "run")

    def run(self, argv):
        """Run the command; its exit code and streams."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = cli.main(RestoreVersions, [*argv, "--no-conf"])
        return code, out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def field(tmp_path_factory):
    directory = tmp_path_factory.mktemp("spoilt")
    with filled() as server, pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory)
        patch.setattr(client, "ATTEMPTS", 1)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        yield Spoilt(server, directory)


def parts(field):
    """Where the plan's lines are."""
    return sorted(
        part for part in (field.directory / "run" / "versions" / "1").glob("part-*") if part.stat().st_size
    )


def check_applied(field, path, content, argv):
    """Assert that a run with this content in one of its files ends as it should, and harms nothing."""
    path.write_bytes(content)
    ended = field.run(argv)
    said = complaint_of(*ended)
    writes = [request for request in field.server.requests() if request["write"]]
    state = field.state() if writes else field.before
    wrong = [key for key in state if state[key] not in (field.before[key], field.after[key])]
    if said or wrong or state.keys() != field.before.keys():
        pytest.fail(f"seed {SEED}: {argv} with {path.name}:\n{content!r}\n{said}\n{wrong} {ended}")
    for request in writes:
        assert request["bucket"] == "fuzzed"
        assert all(
            deleted["version_id"] is None or deleted["was"] != "version"
            for deleted in request.get("deleted") or ()
        )
    if writes:
        field.fill()
    field.mend()


@pytest.mark.parametrize("first", range(0, CASES, CASES_A_TEST))
def test_plans(first, field):
    for number in range(first, first + CASES_A_TEST):
        dice = random.Random(f"{SEED} plan {number}")
        path = dice.choice(parts(field))
        check_applied(field, path, spoilt(path.read_bytes(), dice), ["apply", "run", "--quiet"])


@pytest.mark.parametrize("first", range(0, CASES, CASES_A_TEST))
def test_run_json(first, field):
    for number in range(first, first + CASES_A_TEST):
        dice = random.Random(f"{SEED} run.json {number}")
        path = field.directory / "run" / "run.json"
        check_applied(field, path, spoilt(path.read_bytes(), dice), ["apply", "run", "--quiet"])


LIST = "\n".join(
    ["/1", "2", "", "é/日本", "a b", "#", f"{SRC}/x", "s3a://fuzzed/path/y/", "//", "%20"]
).encode()


@pytest.mark.parametrize("first", range(0, CASES, CASES_A_TEST))
def test_lists(first, field):
    """In front of a bucket that was never versioned: a list that can be read ends there, exit 1."""
    argv = ["plan", "--src", "s3://never/path", "--restore-time", "now-1h", "--prefixes", "list", "--quiet"]
    argv += ["--endpoint-url", field.server.endpoint]
    codes = set()
    for number in range(first, first + CASES_A_TEST):
        dice = random.Random(f"{SEED} list {number}")
        content = spoilt(LIST.replace(b"fuzzed", b"never"), dice)
        (field.directory / "list").write_bytes(content)
        ended = field.run(argv)
        said = complaint_of(*ended)
        assert not said, f"seed {SEED}: a list of {content!r}: {said} {ended}"
        codes.add(ended[0])
    assert codes == {1, 2}
    assert not [request for request in field.server.requests() if request["write"]]
    field.server.clear_requests()
