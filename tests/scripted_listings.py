"""Listings of pages that a test makes up, written as words: `key:id`, `*` behind it for the current entry."""

from s3distversions import listing
from s3distversions.model import Entry, KeyRange
from s3distversions.parse import Page


class Scripted:
    """A client that answers each request with the next of its pages, and keeps what it was asked."""

    def __init__(self, *pages):
        self.pages = list(pages)
        self.asked = []

    def list_object_versions(self, **parameters):
        self.asked.append(parameters)
        assert self.pages, "a request too many"
        return {"Page": self.pages.pop(0)}

    @property
    def markers(self):
        """Where each request began."""
        return [(asked.get("KeyMarker"), asked.get("VersionIdMarker")) for asked in self.asked]


def entry(word):
    """Return the entry that `key:id` stands for, `*` at its end: it is the current one; an id m...: a marker."""
    key, _, version_id = word.rstrip("*").partition(":")
    data = (None, None, None) if version_id[0] == "m" else ("e", 1, "STANDARD")
    return Entry(key, version_id, "2014-01-01T00:00:00Z", version_id[0] == "m", *data, word.endswith("*"))


def page(words, more=None):
    """Return a page, the last one, or with `more`, as `key:id`, where the next one begins."""
    key, version_id = more.rsplit(":", 1) if more and ":" in more else (more, None)
    return Page([entry(word) for word in words.split()], more is not None, key or None, version_id or None)


def words_of(entries):
    return " ".join(f"{each.key}:{each.version_id}{'*' * each.is_latest}" for each in entries)


def listed(*pages, keys=KeyRange("")):  # noqa: B008 - a tuple, which nobody can change
    """Return what a range lists to when the server sends `pages`, as words; every page must be asked for."""
    scripted = Scripted(*pages)
    found = list(listing.entries(scripted, "bucket", keys))
    assert not scripted.pages, "a page was not asked for"
    return words_of(found)
