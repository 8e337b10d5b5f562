"""An action of each kind, and a line on its way through a file."""

import json

from s3distversions.location import Location
from s3distversions.model import ADD_MARKER, COPY, REMOVE_MARKERS, Action, Entry
from s3distversions.records import loads

SRC = Location("bucket", "path")
KEY = "path/key"


def version(version_id="v1", key=KEY, **more):
    data = {"etag": "9b2cf535f27731c974343645a3985328", "size": 3, "storage_class": "STANDARD", **more}
    return Entry(key, version_id, "2014-01-01T00:00:00Z", False, is_latest=False, **data)


def marker(version_id="m2", key=KEY):
    return Entry(key, version_id, "2014-01-02T00:00:00.5Z", True, None, None, None, is_latest=False)


def actions(key=KEY):
    """Return one action of each kind, as `choose` makes them."""
    v1, v2, m2 = version("v1", key), version("v2", key, etag="e2"), marker("m2", key)
    return {
        "overwritten": Action(COPY, "overwritten since", v1, v2),
        "new there": Action(COPY, "missing", v1, None),
        "below a marker": Action(COPY, "overwritten and deleted since", v1, m2, uncertain=True),
        "deleted": Action(REMOVE_MARKERS, "deleted since", v1, m2, ("m2", "m1")),
        "created": Action(ADD_MARKER, "created since", None, v2),
        "created again": Action(ADD_MARKER, "created since", m2, v2),
    }


def sent(line):
    """Return a line as it is after it was written and read."""
    text = json.dumps(line)
    assert "\n" not in text
    return loads(text)
