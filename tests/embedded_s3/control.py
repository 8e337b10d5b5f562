"""The control interface below /-/, for tests: JSON in, JSON out, never in the log.

GET, PUT  /-/settings            {"clock": "2014-01-01T00:00:00Z" or null (the real time),
                                  "page_size": 1..1000 entries at most in a page of any listing,
                                  "milliseconds": LastModified in listings to the millisecond, as in MinIO,
                                  "restore_at_once": whether RestoreObject is through at once,
                                  "latency": seconds between a request and its reply,
                                  "ignored_conditions": operations whose If-Match and If-None-Match (in
                                  DeleteObjects the ETag of a key) are not looked at, as MinIO and Ceph do:
                                  CopyObject, DeleteObject, DeleteObjects, PutObject,
                                  CompleteMultipartUpload; and "CopySource", for the conditions on the
                                  source of copies,
                                  "limits": {"bucket/prefix": {"reads": N, "writes": N}} a second,
                                  "limits_time": seconds that the limits go by, or null (the real time)}
POST      /-/tick?seconds=N      moves a set clock on
GET       /-/requests?since=N    the log records with a number above N
DELETE    /-/requests            empties the log; numbers go on
POST      /-/load?bucket=B       JSON lines, or a JSON list: see loading.py
GET       /-/throttled           {"bucket/prefix": {"reads": n, "writes": n}}: what the limits refused
PUT       /-/user?access_key=K   a user of the owner's account with this policy of IAM; null: may do nothing
GET       /-/dump?bucket=B       the whole state of a bucket: see dumping.py
PUT       /-/bucket?bucket=B     {"versioning": "", "Enabled" or "Suspended", "mfa_delete": bool,
                                  "requester_pays": bool, "location": a region other than us-east-1}:
                                 makes or changes a bucket
POST      /-/finish-restores     every restore in progress is through
POST      /-/faults              {"kinds": [...], ...}: asks for a fault; the names are those of faults.Fault
GET       /-/faults              all that were asked for, and what came of each: see faults.Fault.told
DELETE    /-/faults              ends them; the same list
POST      /-/reset               no buckets, empty log, no faults, settings as at the start with the real clock
"""

import json
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from .dumping import dump
from .errors import S3Error
from .faults import Faults
from .loading import load
from .principals import new_user
from .request import Reply, split_target
from .restores import finish_all
from .state import CONDITIONAL, PAGE_LIMIT, Bucket, Store
from .times import listing_time

CONTROL_PREFIX = "/-/"
Query = dict[str, str]


def handle_control(store: Store, method: str, target: str, body: bytes) -> Reply:
    """Carry out a control request: 200 with JSON; 400, 404 or 405 with a text that says what is wrong."""
    try:
        _, path, query = split_target(target)
        actions = ACTIONS.get(path, {})
        if method not in actions:
            return Reply(405 if actions else 404, {}, f"no {method} {path}".encode())
        result = actions[method](store, query, body)
    except (S3Error, ValueError, KeyError, TypeError) as error:
        return Reply(400, {"Content-Type": "text/plain"}, f"{type(error).__name__}: {error}".encode())
    return Reply(200, {"Content-Type": "application/json"}, json.dumps(result).encode())


def get_settings(store: Store, query: Query, body: bytes) -> dict[str, Any]:
    """The settings."""
    settings = store.settings
    return {
        "clock": None if settings.clock is None else listing_time(settings.clock, milliseconds=True),
        "page_size": settings.page_size,
        "milliseconds": settings.milliseconds,
        "restore_at_once": settings.restore_at_once,
        "latency": settings.latency,
        "ignored_conditions": sorted(settings.ignored_conditions),
        "limits": store.limits.told(),
        "limits_time": store.limits.time,
    }


def put_settings(store: Store, query: Query, body: bytes) -> dict[str, Any]:
    """Change the settings that are named."""
    for name, value in json.loads(body).items():
        if name == "clock":
            store.set_clock(value)
        elif name == "page_size":
            if not 1 <= value <= PAGE_LIMIT:
                raise ValueError(f"page_size is 1..{PAGE_LIMIT}")
            store.settings.page_size = value
        elif name in ("milliseconds", "restore_at_once"):
            setattr(store.settings, name, bool(value))
        elif name == "latency":
            store.settings.latency = float(value)
        elif name == "ignored_conditions":
            if not CONDITIONAL.issuperset(value):
                raise ValueError(f"ignored_conditions are of {sorted(CONDITIONAL)}")
            store.settings.ignored_conditions = frozenset(value)
        elif name == "limits":
            store.limits.set(value)
        elif name == "limits_time":
            store.limits.set_time(value)
        else:
            raise ValueError(f"no setting {name}")
    return get_settings(store, query, body)


def tick(store: Store, query: Query, body: bytes) -> dict[str, Any]:
    """Move the clock on; it must have been set."""
    if store.settings.clock is None:
        raise ValueError("the clock is the real one: set it first")
    store.settings.clock += round(float(query["seconds"]) * 1000)
    return get_settings(store, query, body)


def get_requests(store: Store, query: Query, body: bytes) -> list[dict[str, Any]]:
    """The log after a number. Raises ValueError where it does not reach back so far."""
    since = int(query.get("since", "0"))
    if since < store.lost:
        raise ValueError(f"the log is full: requests up to number {store.lost} have left it")
    return store.log[bisect_right(store.log, since, key=lambda record: record["number"]) :]


def clear_requests(store: Store, query: Query, body: bytes) -> None:
    """Empty the log."""
    store.log.clear()
    store.lost = 0


def add_fault(store: Store, query: Query, body: bytes) -> None:
    """Ask for a fault."""
    store.faults.add(json.loads(body))


def end_faults(store: Store, query: Query, body: bytes) -> list[dict[str, Any]]:
    """No more faults; what came of those that were asked for."""
    told = store.faults.told()
    store.faults = Faults()
    return told


def put_user(store: Store, query: Query, body: bytes) -> None:
    """Make a user, or change what one may do."""
    store.users[query["access_key"]] = new_user(query["access_key"], json.loads(body))


def put_bucket(store: Store, query: Query, body: bytes) -> None:
    """Make a bucket unless it is there, and set its versioning and MFA delete."""
    bucket = _bucket(store, query, create=True)
    for name, value in json.loads(body or b"{}").items():
        if name not in ("versioning", "mfa_delete", "requester_pays", "location"):
            raise ValueError(f"a bucket has no {name}")
        if name == "versioning" and value not in ("", "Enabled", "Suspended"):
            raise ValueError("versioning is '', Enabled or Suspended")
        setattr(bucket, name, value)


def load_entries(store: Store, query: Query, body: bytes) -> dict[str, int]:
    """Entries into a bucket, which is made if need be; the number of them."""
    return {"loaded": load(store, _bucket(store, query, create=True), body)}


def dump_bucket(store: Store, query: Query, body: bytes) -> dict[str, Any]:
    """The whole state of a bucket."""
    return dump(_bucket(store, query))


def _bucket(store: Store, query: Query, create: bool = False) -> Bucket:
    name = query["bucket"]
    if create and name not in store.buckets:
        return store.create_bucket(name)
    return store.buckets[name]


ACTIONS: dict[str, dict[str, Callable[[Store, Query, bytes], Any]]] = {
    "settings": {"GET": get_settings, "PUT": put_settings},
    "tick": {"POST": tick},
    "requests": {"GET": get_requests, "DELETE": clear_requests},
    "faults": {
        "POST": add_fault,
        "GET": lambda store, query, body: store.faults.told(),
        "DELETE": end_faults,
    },
    "throttled": {"GET": lambda store, query, body: store.limits.throttled},
    "user": {"PUT": put_user},
    "load": {"POST": load_entries},
    "dump": {"GET": dump_bucket},
    "bucket": {"PUT": put_bucket},
    "finish-restores": {"POST": lambda store, query, body: finish_all(store)},
    "reset": {"POST": lambda store, query, body: store.reset()},
}
