"""A bucket whose restore sends every request that the job knows, and what must be there afterwards."""

import json
from hashlib import sha256
from itertools import count
from pathlib import Path

from tests.command import check_requests
from tests.histories import Operation, moment, play_on_model

SOURCE, OTHER, RUNS = "mybucket", "elsewhere", "runs"
T = 1  # seconds after the epoch of the histories
NUMBERS = count()  # of run folders
# DeleteObjects cannot say \x01; two markers, one above the other, are looked at before they are removed.
KEPT, OVERWRITTEN = ["p/kept"], ["p/over-1", "p/over-2", "p/over-3"]
DELETED, DELETED_TWICE = ["p/gone-1", "p/gone-2", "p/gone\x01"], ["p/gone twice"]
CREATED = ["p/new-1", "p/new-2", "p/new\x01"]
TWIN, TAGS = ["p/twin"], {"of": "both"}  # the same bytes again: HEADs and tags tell that it is the same


def operations():
    """The history of the source: what stood at T, and what came after it."""
    yield Operation("enable", "", b"", 0)
    for key in [*KEPT, *OVERWRITTEN, *DELETED, *DELETED_TWICE, *TWIN, "q/outside"]:
        yield Operation("put", key, b"then", T)
    for key in [*OVERWRITTEN, *CREATED, "q/outside"]:
        yield Operation("put", key, b"now", T + 1)
    yield from (Operation("put", key, b"then", T + 1) for key in TWIN)
    for key in [*DELETED, *DELETED_TWICE, *DELETED_TWICE]:
        yield Operation("delete", key, b"", T + 1)


def operations_there():
    """The history of the destination, before."""
    yield Operation("enable", "", b"", 0)
    yield from (Operation("put", f"to/{key[2:]}", b"then", T + 1) for key in TWIN)
    for key in [*OVERWRITTEN[:1], *CREATED, "p/outside"]:
        yield Operation("put", f"to/{key[2:]}", b"there", T + 1)


def entries(operations):
    """Operations as lines to load."""
    for op, key, content, time in operations:
        if op == "put":
            tags = {"tags": TAGS} if key.endswith("twin") else {}
            yield {"key": key, "last_modified": moment(time), "content": content.decode(), **tags}
        elif op == "delete":
            yield {"key": key, "last_modified": moment(time), "delete_marker": True}


class Restore:
    """A restore of that bucket, in place or to s3://elsewhere/to, and all that must hold after it."""

    def __init__(self, s3, command, to_dest=False, run_on_s3=False):
        s3.load(SOURCE, entries(operations()))
        s3.load(OTHER, entries(operations_there()))
        s3.set_clock("2015-01-01T00:00:00Z")
        self.s3, self.command, self.to_dest = s3, command, to_dest
        self.run = f"run-{next(NUMBERS)}"
        if run_on_s3:
            s3.create_bucket(RUNS)
            self.run = f"s3://{RUNS}/{self.run}"
        self.before = self.histories()

    def __call__(self, *options):
        """Run the command, with options; it may be called again, to go on. Whatever happens, no version goes."""
        where = ["--dest", f"s3://{OTHER}/to"] if self.to_dest else []
        scope = ["--src", f"s3://{SOURCE}/p", "--restore-time", moment(T), "--delete", *where]
        run = ["--version-info-output", self.run, "--json", "--quiet"]
        return self._checked(self.command(*scope, *run, *options))

    def apply(self):
        """Apply its run, from a machine that knows only where that is."""
        argv = ["apply", self.run, "--json", "--quiet", "--endpoint-url", self.s3.endpoint]
        return self._checked(self.command(*argv))

    def _checked(self, ended):
        source = (SOURCE, lambda key: key.startswith("p/"))
        written = (OTHER, lambda key: key.startswith("to/")) if self.to_dest else source
        about_keys = [request for request in ended.requests if request["bucket"] != RUNS]
        check_requests(about_keys, source, written)
        kept = {entry["version_id"] for _, entry in all_entries(self.histories())}
        assert all(e["delete_marker"] or e["version_id"] in kept for _, e in all_entries(self.before))
        return ended

    def histories(self):
        """{bucket: {key: entries, newest first}}"""
        return {bucket: self.s3.dump(bucket)["keys"] for bucket in (SOURCE, OTHER)}

    def check_state(self):
        """Assert that every key of both buckets reads as it must, by the model."""
        for bucket, state in self.expected().items():
            found = {
                key: history[0].get("content") for key, history in self.histories()[bucket].items()
            }  # markers have none
            digests = {key: sha256(content).hexdigest() for key, content in state.items()}
            assert {key: content for key, content in found.items() if content} == digests, bucket

    def expected(self):
        """{bucket: {key: content}} by the model."""
        source, other = play_on_model(operations()), play_on_model(operations_there())
        states = {SOURCE: source.state(), OTHER: other.state()}
        written = states[OTHER if self.to_dest else SOURCE]
        for key in [key for key in source.stacks if key.startswith("p/")]:
            written.pop(self.rebased(key), None)
            if key in source.state(T):
                written[self.rebased(key)] = source.state(T)[key]
        return states

    def rebased(self, key):
        """The key that is written for a key of the source."""
        return f"to/{key[2:]}" if self.to_dest else key

    def to_be_written(self):
        """The keys of the source that get an entry: a copy or a marker."""
        undeleted = [*KEPT, *DELETED, *DELETED_TWICE] if self.to_dest else []
        return {*OVERWRITTEN, *CREATED, *undeleted}

    def written(self):
        """{key: how many entries it got}, of the keys that got some."""
        before = {entry["version_id"] for _, entry in all_entries(self.before)}
        got = [key for key, entry in all_entries(self.histories()) if entry["version_id"] not in before]
        return {key: got.count(key) for key in got}

    def outcomes(self):
        """{key of the source: status} of the last attempt; the run is a local one."""
        attempts = sorted(Path(self.run, "restored").iterdir(), key=lambda folder: int(folder.name))
        lines = [json.loads(line) for part in attempts[-1].glob("part-*") for line in part.open()]
        return {line["key"]: line["status"] for line in lines if "key" in line}


def all_entries(histories):
    """(key, entry) for every entry of all buckets."""
    for keys in histories.values():
        for key, history in keys.items():
            yield from ((key, entry) for entry in history)
