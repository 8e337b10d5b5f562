"""The stage of a random accident: its buckets in the model and on the server, which must stay alike."""

from itertools import count

from tests import model_runs
from tests.command import check_requests
from tests.histories import moment
from tests.random_accidents import NOW
from tests.random_buckets import BUCKET
from tests.random_versions import line_of, read, read_of_dump

RUNS = count()  # of folders: each run has one of its own


class Stage:
    """An accident under way: the model's buckets, the server's, and what differs."""

    def __init__(self, accident, s3, command):
        s3.end_faults()
        s3.reset()
        s3.set_clock(moment(NOW))
        self.accident, self.s3, self.command = accident, s3, command
        self.run, self.numbers, self.found = f"run-{next(RUNS)}", count(), []
        self.wrote = {}  # {key: the entry that the run put on top of it}
        self.source, self.there = accident.models()
        s3.create_bucket(BUCKET)
        s3.create_bucket(accident.written)
        self.load(BUCKET, self.source, lambda key: key)
        if self.there is not self.source:
            self.load(accident.written, self.there, accident.bucket.rebased)
        s3.settings(
            page_size=accident.page_size, ignored_conditions=list(accident.ignored), restore_at_once=False
        )
        self.keys = [key for key in self.source.stacks if accident.in_scope(key)]
        self.before = self.histories()

    def load(self, bucket, model, name):
        """Make the model's histories in a bucket."""
        lines = [
            line_of(name(key), entry, moment(entry.time), next(self.numbers))
            for key, stack in model.stacks.items()
            for entry in reversed(stack)
        ]
        self.s3.load(bucket, lines)

    def histories(self):
        """{key of the source: entries, newest first} of the bucket that is written."""
        dumped = self.s3.dump(self.accident.written)["keys"]
        names = {
            key: self.accident.bucket.rebased(key)
            for key in self.there.stacks.keys() | self.source.stacks.keys()
        }
        return {key: dumped[name] for key, name in names.items() if name in dumped}

    def check(self, what, found, wanted):
        """Keep what is not as it must be."""
        if found != wanted:
            self.found.append(f"{what}: {found!r}, and must be {wanted!r}")

    def check_state(self, what):
        """Compare what a reader sees, and hold that no version has gone."""
        now = self.histories()
        for key in self.there.stacks.keys() | now.keys():
            top = model_runs.top(self.there, key)
            self.check(f"{what}, {key!r}", read_of_dump(now.get(key)), read(top and top.content))
        kept = {entry["version_id"] for history in now.values() for entry in history}
        versions = [e for history in self.before.values() for e in history if not e["delete_marker"]]
        gone = [entry["version_id"] for entry in versions if entry["version_id"] not in kept]
        self.check(f"{what}, versions that are gone", gone, [])

    def ended(self, what, *argv):
        """Run a command; hold what it sends against what it may send."""
        ended = self.command(*argv)
        of_thaw = [each for each in ended.requests if each["operation"] == "RestoreObject"]
        others = [each for each in ended.requests if each not in of_thaw]
        names = {self.accident.bucket.rebased(key) for key in self.keys}
        in_scope = self.accident.in_scope if self.there is self.source else names.__contains__
        check_requests(others, (BUCKET, self.accident.in_scope), (self.accident.written, in_scope))
        assert ended.code in (0, 3), f"{what} ended with {ended.code}: {ended.err}"
        return ended

    def meddle(self, when):
        """Let somebody else write; return the keys."""
        written = [each for each in self.accident.foreign if each.when == when]
        for each in written:
            self.write_foreign(each)
            self.play_foreign(each)
        return {each.key for each in written}

    def write_foreign(self, each):
        """Somebody else's write, on the server."""
        entry = model_runs.Entry("", NOW, each.version)
        line = line_of(self.accident.bucket.rebased(each.key), entry, moment(NOW), next(self.numbers))
        self.s3.load(self.accident.written, [line])

    def play_foreign(self, each):
        """The same on the model."""
        self.there.put(each.key, each.version, NOW)
        if self.accident.in_scope(each.key) and self.there is self.source and each.key not in self.keys:
            self.keys.append(each.key)

    def plan(self, changed=frozenset()):
        """What the model would do now."""
        return model_runs.plan(self.accident.wanted, self.source, self.there, self.keys, changed)
