"""What --only, --keep-newer-than and undelete mean for the model's buckets, from the contract's words alone."""

from itertools import takewhile

from tests.model import Bucket

NEVER = float("inf")


def left_alone(source, at, only=(), newer_than=NEVER, there=None):
    """Return the keys of `source` that the user wants left alone; `there` is the destination, if not itself."""
    there = there or source
    kinds = {key: "overwritten" if key in there.state() else "deleted" for key in source.state(at)}
    other = {key for key in source.stacks if only and kinds.get(key, "created") not in only}
    return other | {key for key in source.stacks for e in there.history(key)[:1] if e.time > newer_than}


def without(bucket, keys):
    """Return the bucket as if it had never held `keys`."""
    result = Bucket(bucket.versioning)
    result.stacks = {key: stack for key, stack in bucket.stacks.items() if key not in keys}
    return result


def undeleted(bucket, since=-NEVER):
    """Return {key: content} of what comes back: deleted keys above whose newest version all markers are later."""
    result = {}
    for key, stack in bucket.stacks.items():
        markers = list(takewhile(lambda entry: entry.content is None, stack))
        below = stack[len(markers) :]
        if markers and below and min(marker.time for marker in markers) > since:
            result[key] = below[0].content
    return result
