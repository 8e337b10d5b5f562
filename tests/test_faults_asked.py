"""How faults are asked for, which requests they choose, and that one which is never met fails."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.raw_requests import ask


@pytest.fixture(autouse=True)
def bucket(s3):
    """Two buckets."""
    for name in ("mybucket", "elsewhere"):
        s3.create_bucket(name)


def hits(s3, *targets, method="PUT"):
    """The places of the targets, from 0, whose requests meet a fault."""
    s3.clear_requests()
    for target in targets:
        ask(s3, method, target)
    return [place for place, record in enumerate(s3.requests()) if record["fault"]]


@pytest.mark.parametrize(
    "asked, expected",
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        ({"at": 3}, [2]),
        ({"at": [1, 4]}, [0, 3]),
        ({"times": 2}, [0, 1]),
        ({"skip": 4}, [4, 5]),
        ({"skip": 2, "at": [1, 3]}, [2, 4]),
        ({"key": "a"}, [0, 3]),
        ({"prefix": "b"}, [1, 2, 4, 5]),
        ({"bucket": "elsewhere"}, [3, 4, 5]),
        ({"bucket": "elsewhere", "prefix": "b", "at": 2}, [5]),
        ({"probability": 1, "seed": 1}, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_which_requests(s3, asked, expected):
    """Only requests that match are counted."""
    targets = [f"/{bucket}/{key}" for bucket in ("mybucket", "elsewhere") for key in ("a", "b", "bb")]
    s3.fault("PutObject", "SlowDown", **asked)
    assert ask(s3, "GET", "/mybucket?versions").status == "HTTP/1.1 200 OK"
    assert hits(s3, *targets) == expected


def test_any_operation(s3):
    """Each of them is one of the k requests."""
    s3.fault(None, "AccessDenied", at=[2, 3])
    targets = ["/mybucket?versions", "/", "/mybucket?versioning", "/mybucket"]
    assert hits(s3, *targets, method="GET") == [1, 2]


def test_keys_of_a_listing_and_of_a_delete(s3):
    """A listing is about its prefix, a delete about each of its keys."""
    s3.fault("ListObjectVersions", "SlowDown", prefix="p/")
    s3.fault("DeleteObjects", "SlowDown", key="b")
    client = s3.client(retries={"total_max_attempts": 1})
    assert hits(s3, "/mybucket?versions&prefix=q/", "/mybucket?versions&prefix=p/x", method="GET") == [1]
    client.delete_objects(Bucket="mybucket", Delete={"Objects": [{"Key": "a"}]})
    with pytest.raises(client.exceptions.ClientError, match="SlowDown"):
        client.delete_objects(Bucket="mybucket", Delete={"Objects": [{"Key": "a"}, {"Key": "b"}]})


def test_kinds_take_turns(s3):
    """And a request meets one fault only, the first that is about it."""
    s3.fault("PutObject", "SlowDown", "AccessDenied-after", at=[1, 2, 4])
    s3.fault(None, "InternalError", at=[3])
    hits(s3, *["/mybucket/key"] * 5)
    assert [record["fault"] for record in s3.requests()] == [
        *("SlowDown-before", "AccessDenied-after", "InternalError-before", "SlowDown-before", None),
    ]


def drawn(s3, targets, width):
    """{(target, attempt): fault} of requests sent twice for each target, on so many threads."""
    s3.clear_requests()
    with ThreadPoolExecutor(width) as threads, s3.faults(None, *KINDS, probability=0.1, seed=7):
        for _ in range(2):
            list(threads.map(lambda target: ask(s3, "HEAD", target), targets))
    found, attempts = {}, {}
    for record in s3.requests():
        attempts[record["key"]] = attempts.get(record["key"], 0) + 1
        found[record["key"], attempts[record["key"]]] = record["fault"]
    return found


KINDS = ("SlowDown", "reset-before", "empty")


def test_random_faults_do_not_depend_on_the_order_of_arrival(s3):
    """A seed chooses the same requests, one after the other, backwards, and many at once."""
    targets = [f"/mybucket/{number}" for number in range(150)]
    in_order = drawn(s3, targets, 1)
    assert in_order == drawn(s3, targets[::-1], 1) == drawn(s3, targets, 16)
    met = [fault for fault in in_order.values() if fault]
    assert 15 < len(met) < 45 and set(met) == {"SlowDown-before", "reset-before", "empty-before"}
    first, second = ([bool(in_order[str(number), turn]) for number in range(150)] for turn in (1, 2))
    assert first != second, "an attempt that failed would fail for ever"


@pytest.mark.parametrize(
    "asked, missing",
    [
        ({}, "any of 1 that came"),
        ({"at": [1, 3]}, "request 3 of 1"),
        ({"times": 2}, "request 2 of 1"),
        ({"probability": 1e-9, "seed": 12345}, "12345"),
    ],
)
def test_a_fault_that_is_never_met(s3, asked, missing):
    """By any of the ways to end it; and it is ended."""
    operation = "PutObject" if asked else "HeadObject"
    for end in (s3.check_faults, s3.reset):
        s3.fault(operation, "SlowDown", **asked)
        ask(s3, "PUT" if asked else "GET", "/mybucket/key")
        if not asked:
            missing = "any of 0 that came"
        with pytest.raises(AssertionError, match=missing):
            end()
        s3.create_bucket("mybucket")
    with pytest.raises(AssertionError, match=missing), s3.faults(operation, "SlowDown", **asked):
        ask(s3, "PUT" if asked else "GET", "/mybucket/key")
    assert s3.faults_told() == []


def test_what_went_wrong_is_not_covered_by_a_fault_that_was_not_met(s3):
    with pytest.raises(ZeroDivisionError), s3.faults("PutObject", "SlowDown"):
        raise ZeroDivisionError
    assert s3.faults_told() == []


def test_the_fixture_fails_a_test_whose_fault_is_never_met(tmp_path):
    """Though the test itself asserts nothing of the kind."""
    tests = tmp_path / "test_them.py"
    tests.write_text(
        "import pytest\n"
        "from tests.raw_requests import ask\n"
        "@pytest.mark.parametrize('target', ['/mybucket/met', '/'])\n"
        "def test_it(s3, target):\n"
        "    s3.create_bucket('mybucket')\n"
        "    s3.fault('PutObject', 'SlowDown')\n"
        "    ask(s3, 'PUT', target)\n"
    )
    argv = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", str(tests)]
    root = Path(__file__).parents[1]
    ended = subprocess.run(argv, cwd=root, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 1 and "2 passed, " in ended.stdout and "1 error" in ended.stdout, ended.stdout
    assert "ERROR at teardown of test_it[/]" in ended.stdout
    assert "faults that were asked for and not met" in ended.stdout


@pytest.mark.parametrize(
    "operation, kind, options, why",
    [
        ("CopyObjects", "SlowDown", {}, "no operation CopyObjects"),
        ("CopyObject", "slowdown", {}, "no kind of fault: slowdown"),
        ("CopyObject", "reset-between", {}, "no kind of fault"),
        ("CopyObject", "cut-before", {}, "a reply to spoil"),
        ("DeleteObjects/key", "reset", {}, "error codes only"),
        ("DeleteObjects/key", "SlowDown-after", {}, "error codes only"),
        ("CopyObject", "SlowDown", {"at": 1, "times": 1}, "at most one of"),
        ("CopyObject", "SlowDown", {"at": 0}, "counted from 1"),
        ("CopyObject", "error-in-200", {"code": "No"}, "one of S3's"),
        ("CopyObject", "SlowDown", {"probability": 2, "seed": 1}, "at most 1"),
        ("CopyObject", "SlowDown", {"probability": 0.5}, "with a seed"),
        ("CopyObject", "SlowDown", {"often": 1}, "often"),
    ],
)
def test_what_cannot_be_asked_for(s3, operation, kind, options, why):
    """A fault that could never be met is refused where it is asked for."""
    with pytest.raises(ValueError, match=why):
        s3.fault(operation, kind, **options)
    assert s3.faults_told() == []
