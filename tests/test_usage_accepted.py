"""What must be accepted, and what it means; and a list of a million lines."""

import io
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
from s3distversions.jobs.restore import RestoreVersions

from s3distversions import launch, options, prefixes, prepare, storage
from s3distversions.location import Location
from s3distversions.model import KeyRange
from tests.usage.accepted import GOOD, GOOD_LISTS, SRC
from tests.usage.verbs import NOT_GIVEN_TO, OPTIONS, with_option

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


@pytest.mark.parametrize("row", GOOD, ids=lambda row: row.name)
def test_accepted(row):
    ours, passed_on = options.split(row.argv, launch.mrjob_switches(RestoreVersions))
    parsed = options.parse(ours)
    resolved = {} if parsed.run else vars(prepare.parameters_of(parsed, NOW))
    runner = launch.runner_of(RestoreVersions, passed_on)
    # The prefix list is read later: until then it is an option, not a parameter.
    found = {**resolved, "prefixes": parsed.prefixes, "passed_on": passed_on, "runner": runner}
    found = {**vars(parsed), **found}
    assert {name: found[name] for name in row.meant} == row.meant


TAKEN = [
    (verb, option)
    for verb, refused in NOT_GIVEN_TO.items()
    for option in OPTIONS
    if option not in refused.split() and (verb, option) != ("plan", "--one-job")
]


@pytest.mark.parametrize(("verb", "option"), TAKEN)
def test_taken(verb, option):
    """What stands in no table of refusals is taken; so these tables say all that is to be said."""
    parsed = options.parse(with_option(verb, option))
    assert parsed.verb == ("plan" if (verb, option) == ("restore", "--dry-run") else verb)
    assert option in parsed.given.values()


def test_every_option_is_in_the_tables():
    aliases = {"--srcPrefixesFile", "--outputManifest", "--s3Endpoint", "--help", "-h", "--version"}
    assert options.switches() - aliases == set(OPTIONS)


@pytest.mark.parametrize("place", ["list", "-"])
@pytest.mark.parametrize(("name", "content", "meant"), GOOD_LISTS, ids=[name for name, *_ in GOOD_LISTS])
def test_accepted_lists(name, content, meant, place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    Path("list").write_bytes(content)
    data = storage.read_bytes(None, place, "--prefixes")
    assert prefixes.read(data, place, SRC) == meant


def test_a_list_of_a_whole_bucket():
    assert prefixes.read(b"/1\n2\n", "list", Location("mybucket", "")) == [KeyRange("1"), KeyRange("2")]


MILLION = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
from s3distversions import prefixes, prepare, storage
from s3distversions.location import Location
data = storage.read_bytes(None, "-", "--prefixes")
ranges = prefixes.read(data, "-", Location("mybucket", "mypath"))
print(len(ranges), prepare.digest(ranges)[:16])
"""


def test_a_list_of_a_million_lines():
    """All different: within a minute of a core and a gibibyte, of which Python and boto3 take a fifth."""
    lines = "".join(f"year=2014/host-{number % 977:03}/part-{number:07}.gz\n" for number in range(1_000_000))
    ended = subprocess.run(
        [sys.executable, "-c", MILLION], input=lines.encode(), capture_output=True, timeout=300, check=False
    )
    assert (ended.stdout.decode(), ended.stderr.decode()) == ("1000000 1000000 prefixes\n", "")
