"""Copies of one version at a time, without a command around them: what was asked, and what became of them."""

from s3distversions import client
from s3distversions.copying import copy
from s3distversions.listing import entries
from s3distversions.location import Location
from s3distversions.model import COPY, Access, Action, KeyRange
from s3distversions.parameters import Parameters
from s3distversions.writing import Writing, planned

T = "2014-01-01T07:00:00Z"
LATER = "2014-01-01T07:00:01Z"
SRC = Location("mybucket", "p")


def writing(s3, monkeypatch, **more):
    """Return what a task writes with, to the worker's server."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    parameters = Parameters(SRC, T, endpoint_url=s3.endpoint, **{"write_parallel": 4, **more})
    return Writing(client.make(Access(s3.endpoint), parameters.write_parallel), parameters)


def item(task, key):
    """Return the copy of the oldest version of a key over what stands there now."""
    history = list(entries(task.client, "mybucket", KeyRange.of_key(key)))
    return planned(key, Action(COPY, "overwritten since", history[-1], history[0]), task.parameters)


def copied(task, key, of=None):
    """Carry the copy out; return its only outcome, or that it is to be tried again."""
    (line,) = copy(task, of or item(task, key))
    return line


def overwritten(s3, *keys, **more):
    """Load versions with `more` at T, and another over each a second later."""
    lines = []
    for key in keys:
        lines.append(
            {"key": key, "last_modified": T, **({} if "size" in more else {"content": "then"}), **more}
        )
        lines.append({"key": key, "last_modified": LATER, "content": "now, and longer"})
    s3.load("mybucket", lines)
    s3.set_clock("2014-01-01T08:00:00Z")
    s3.clear_requests()


def operations(s3, key=None):
    """Return the operations that were asked for, in their order."""
    return [each["operation"] for each in s3.requests() if key in (None, each["key"])]


def history(s3, key):
    return s3.dump("mybucket")["keys"][key]
