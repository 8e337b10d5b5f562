"""The reference model of a bucket, from S3's rules alone: a stack of entries per key, newest first."""

from collections import namedtuple
from itertools import count, takewhile

Entry = namedtuple("Entry", "version_id time content")  # content None: a delete marker


class Bucket:
    def __init__(self, versioning="never"):  # or "Enabled", "Suspended"
        self.versioning, self.stacks, self.ids = versioning, {}, count(1)

    def put(self, key, content, when):
        version_id = f"v{next(self.ids)}" if self.versioning == "Enabled" else "null"
        kept = [entry for entry in self.history(key) if entry.version_id != version_id]  # one "null" at most
        self.stacks[key] = [Entry(version_id, when, content), *kept]

    def delete(self, key, when):
        self.stacks.pop(key, None) if self.versioning == "never" else self.put(key, None, when)

    def history(self, key):
        return self.stacks.get(key, [])

    def state(self, at=float("inf")):  # the order alone tells what came later, the time only what counts
        counting = {key: [e for e in stack if e.time <= at][:1] for key, stack in self.stacks.items()}
        return {key: e.content for key, first in counting.items() for e in first if e.content is not None}

    def restored_elsewhere(self, at, delete, there):  # a key without any history here is left alone there
        return {key: there[key] for key in there if not (delete and self.history(key))} | self.state(at)

    def restored(self, at, delete):
        return self.restored_elsewhere(at, delete, self.state())

    def minimum(self, at, delete, undelete="remove-markers", same=()):  # same: keys that need no copy
        then, created = self.state(at), self.state().keys() - self.state(at)
        above = {key: list(takewhile(lambda entry: entry.time > at, self.history(key))) for key in then}
        bare = {key for key in then if above[key] and all(entry.content is None for entry in above[key])}
        removed = bare if undelete == "remove-markers" else set()
        copied = {key for key in then if above[key]} - removed - set(same)
        return {"copy": len(copied), "remove_markers": len(removed), "add_marker": len(created) * delete}
