"""The reference model itself, checked by hand, so that nobody has to take it on faith."""

from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tests import model
from tests.decisions import Case, shrunk
from tests.histories import in_time, moment, play_on_model, play_on_s3, random_operations
from tests.model import Bucket
from tests.odd_keys import FEW

SCENARIO = """put a, put b, put b=b-revised, put c, delete c, put d, put e, put f, put f=f-revised,
    put g, delete g, put h, delete h, put h=h-recreated, T, delete d, put e=e-revised, put f=f-double-revised,
    put g=g-recreated, put y, put z, delete z"""
AT_T = {"a": "a", "b": "b-revised", "d": "d", "e": "e", "f": "f-revised", "h": "h-recreated"}


def played(text, seconds_apart=1):
    """Return a bucket for "put key, put key=content, delete key, T", and the moment T."""
    bucket, restore_time = Bucket("Enabled"), None
    for step, words in enumerate(map(str.split, text.split(","))):
        key, _, content = words[-1].partition("=")
        if words == ["T"]:
            restore_time = step * seconds_apart
        elif words[0] == "put":
            bucket.put(key, content or key, step * seconds_apart)
        else:
            bucket.delete(key, step * seconds_apart)
    return bucket, restore_time


def test_the_model_stays_small_and_independent():
    source = Path(model.__file__).read_text()
    assert len(source.splitlines()) <= 40
    assert [line for line in source.splitlines() if "import" in line] == [
        "from collections import namedtuple",
        "from itertools import count, takewhile",
    ]


def test_scenario():
    bucket, restore_time = played(SCENARIO)
    assert bucket.state(restore_time) == AT_T
    assert bucket.restored(restore_time, delete=True) == AT_T
    assert bucket.restored(restore_time, delete=False) == AT_T | {"g": "g-recreated", "y": "y"}
    assert bucket.minimum(restore_time, delete=True) == {"copy": 2, "remove_markers": 1, "add_marker": 2}
    assert bucket.minimum(restore_time, delete=False) == {"copy": 2, "remove_markers": 1, "add_marker": 0}
    by_copy = bucket.minimum(restore_time, delete=False, undelete="copy")
    assert by_copy == {"copy": 3, "remove_markers": 0, "add_marker": 0}


def test_scenario_elsewhere():
    bucket, restore_time = played(SCENARIO)
    there = {"a": "other", "y": "other", "never in the source": "other"}
    left = {"never in the source": "other"}
    assert bucket.restored_elsewhere(restore_time, True, there) == AT_T | left
    assert bucket.restored_elsewhere(restore_time, False, there) == AT_T | left | {"y": "other"}
    assert bucket.restored_elsewhere(restore_time, True, {}) == AT_T


@pytest.mark.parametrize(
    "history, state",
    [
        ("put a=1, put a=2", {"a": "2"}),
        ("put a=1, delete a", {}),
        ("put a=1, delete a, put a=2", {"a": "2"}),
        ("put a=1, delete a, put a=2, delete a", {}),
        ("delete a, put a=1", {"a": "1"}),
    ],
)
def test_within_one_second_the_later_request_stands(history, state):
    bucket, _ = played(history, seconds_apart=0)
    assert bucket.state(0) == bucket.state() == state
    assert bucket.state(-1) == {}


def test_history_is_newest_first_and_markers_stack():
    bucket, _ = played("delete a, put a=1, delete a, delete a")
    assert [entry.content for entry in bucket.history("a")] == [None, None, "1", None]
    assert [entry.time for entry in bucket.history("a")] == [3, 2, 1, 0]
    assert len({entry.version_id for entry in bucket.history("a")}) == 4
    assert bucket.minimum(1, delete=False)["remove_markers"] == 1
    assert bucket.history("b") == []


def test_the_first_that_counts_is_the_target_even_below_a_later_time():
    bucket = Bucket("Enabled")
    for content, when in (("1", 5), ("2", 9), ("3", 3)):  # 3: replicated, with the time of its source
        bucket.put("a", content, when)
    assert [bucket.state(at).get("a") for at in (2, 3, 5, 9)] == [None, "3", "3", "3"]


def test_before_versioning_there_is_one_entry_and_it_stays_as_null():
    bucket = Bucket()
    bucket.put("a", "1", 1)
    bucket.put("a", "2", 2)
    bucket.put("b", "1", 2)
    bucket.delete("b", 3)
    bucket.delete("never there", 3)
    assert [tuple(entry) for entry in bucket.history("a")] == [("null", 2, "2")]
    assert bucket.history("b") == bucket.history("never there") == []
    bucket.versioning = "Enabled"
    bucket.put("a", "3", 4)
    assert [entry.content for entry in bucket.history("a")] == ["3", "2"]
    assert bucket.state(2) == {"a": "2"}
    assert bucket.restored_elsewhere(4, True, {"b": "x"}) == {"a": "3", "b": "x"}  # b has no history at all


def test_a_suspended_bucket_replaces_its_null_wherever_it_stands():
    bucket = Bucket()
    bucket.put("a", "first", 1)
    bucket.versioning = "Enabled"
    bucket.put("a", "second", 2)
    bucket.versioning = "Suspended"
    bucket.delete("a", 3)
    assert [entry.content for entry in bucket.history("a")] == [None, "second"]
    assert bucket.history("a")[0].version_id == "null"
    bucket.put("a", "third", 4)
    assert [entry.content for entry in bucket.history("a")] == ["third", "second"]
    assert bucket.state(1) == {}  # what stood there is gone for good
    bucket.versioning = "Enabled"
    bucket.delete("a", 5)
    assert [entry.content for entry in bucket.history("a")] == [None, "third", "second"]
    assert bucket.restored(4, delete=True) == {"a": "third"}


@pytest.mark.parametrize(
    "history, expected",
    [
        ("put a, T", "none"),
        ("put a, T, delete a", "remove_markers"),
        ("put a, T, delete a, delete a", "remove_markers"),
        ("put a, T, put a=2", "copy"),
        ("put a, T, put a=2, delete a", "copy"),
        ("put a, T, delete a, put a=2, delete a", "copy"),
        ("put a, T, put a", "copy"),
        ("delete a, T, put a", "add_marker"),
        ("delete a, T, put a, delete a", "none"),
        ("put a, delete a, T, delete a", "none"),
        ("T, put a", "add_marker"),
    ],
)
def test_minimum(history, expected):
    bucket, restore_time = played(history)
    actions = bucket.minimum(restore_time, delete=True)
    assert actions == {name: int(name == expected) for name in ("copy", "remove_markers", "add_marker")}


def test_minimum_leaves_what_the_caller_knows_to_be_the_same():
    bucket, restore_time = played("put a, put b, T, put a, put b")
    assert bucket.minimum(restore_time, delete=False)["copy"] == 2
    assert bucket.minimum(restore_time, delete=False, same={"a"})["copy"] == 1


class Recorder:
    """In place of an S3 client: keeps what it was asked, in order."""

    def __init__(self):
        self.requests = []

    def __getattr__(self, operation):
        return lambda *words, **arguments: self.requests.append((operation, *words, *arguments.values()))


def test_play_on_s3_sends_what_the_model_plays():
    steps = [("put", "a", b"1", 0), ("enable", "", b"", 5), ("delete", "a", b"", 0), ("suspend", "", b"", 1)]
    operations = in_time(steps)
    client = Recorder()
    play_on_s3(operations, client, "bucket", client.set_clock)
    assert [request for request in client.requests if request[0] != "set_clock"] == [
        ("put_object", "bucket", "a", b"1"),
        ("put_bucket_versioning", "bucket", {"Status": "Enabled"}),
        ("delete_object", "bucket", "a"),
        ("put_bucket_versioning", "bucket", {"Status": "Suspended"}),
        ("put_bucket_versioning", "bucket", {"Status": "Enabled"}),
    ]
    clock = [words[0] for operation, *words in client.requests if operation == "set_clock"]
    assert clock == [moment(time) for time in (0, 5, 5, 6)]
    assert clock[1] == "2014-01-01T00:00:05Z"
    assert play_on_model(operations).versioning == "Enabled"


def test_random_histories_hold_what_they_are_for():
    buckets = [play_on_model(random_operations(Random(seed))) for seed in range(2000)]
    stacks = [stack for bucket in buckets for stack in bucket.stacks.values()]
    pairs = [pair for stack in stacks for pair in pairwise(stack)]
    times = [(above.time, below.time) for above, below in pairs]
    markers = [(above.content is None, below.content is None) for above, below in pairs]
    ids = [[entry.version_id for entry in stack] for stack in stacks]
    assert sum(above == below for above, below in times) > len(pairs) / 4  # ties
    assert 0 < sum(above < below for above, below in times) < len(pairs) / 10  # times of the past
    assert sum(map(all, markers)) > len(pairs) / 20  # stacked markers
    assert sum(above.content == below.content for above, below in pairs) > len(pairs) / 20  # twins
    assert sum("null" in some[:-1] for some in ids) > len(ids) / 50  # a null above others: a suspended phase
    assert sum(some[-1:] == ["null"] for some in ids) > len(ids) / 50  # and below: before versioning
    assert set().union(*(bucket.stacks for bucket in buckets)) == set(FEW)
    assert {len(key.encode()) for key in FEW} >= {1023, 1024} and max(map(len, FEW)) <= 1024


def test_the_same_seed_makes_the_same_history():
    assert random_operations(Random(7)) == random_operations(Random(7)) != random_operations(Random(8))


def test_a_failing_case_is_shrunk_to_what_matters():
    small = shrunk(Case([*"abcabc"], 0, True), lambda case: case.operations.count("c") > 1)
    assert small == Case(["c", "c"], 0, True)
