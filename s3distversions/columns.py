"""The entries of one page by column, in their order: most keys are done with by whole columns, unread one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, overload

from s3distversions.model import Entry
from s3distversions.timestamps import canonical, not_later


class Columns(Sequence[Entry]):
    """Entries as a sequence, and what every one of them is looked at for as lists of equal length."""

    keys: list[str]
    version_ids: list[str]
    is_latest: list[bool]
    delete_markers: list[bool]

    def later_than(self, moment: str) -> list[int]:
        """Return the places of the entries that are later than a canonical moment."""
        raise NotImplementedError

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> Columns: ...
    def __getitem__(self, place: int | slice) -> Entry | Columns:
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self.keys)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))


def of(entries: Iterable[Entry]) -> Columns:
    """Return entries by column, as they are if they are so already."""
    return entries if isinstance(entries, Columns) else Made(list(entries))


class Made(Columns):
    """Columns of entries that were read one by one."""

    def __init__(self, entries: list[Entry]):
        self._entries = entries
        self.keys = [entry.key for entry in entries]
        self.version_ids = [entry.version_id for entry in entries]
        self.is_latest = [entry.is_latest for entry in entries]
        self.delete_markers = [entry.delete_marker for entry in entries]

    def later_than(self, moment: str) -> list[int]:
        """See `Columns`."""
        return [
            place for place, entry in enumerate(self._entries) if not not_later(entry.last_modified, moment)
        ]

    def __getitem__(self, place: int | slice) -> Any:
        return Made(self._entries[place]) if isinstance(place, slice) else self._entries[place]


class Texts(NamedTuple):
    """The columns of a page as text, as they stand there, keys apart. All are checked."""

    version_ids: list[str]
    moments: list[str]  # all like 2014-01-01T07:00:00.000Z: of one form, they order as they stand
    etags: list[str]
    sizes: list[str]
    storage_classes: list[str]


class Read(Columns):
    """Columns that were read as a whole; an entry is made when it is asked for."""

    def __init__(self, keys: list[str], is_latest: list[bool], delete_markers: list[bool], texts: Texts):
        self.keys, self.is_latest, self.delete_markers = keys, is_latest, delete_markers
        self.version_ids = texts.version_ids
        self._texts = texts

    def later_than(self, moment: str) -> list[int]:
        """See `Columns`."""
        if "." in moment:
            return Made(list(self)).later_than(moment)
        limit = moment[:-1] + ".000Z"
        moments = self._texts.moments
        if not moments or max(moments) <= limit:
            return []
        return [place for place, each in enumerate(moments) if each > limit]

    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            texts = Texts._make(column[place] for column in self._texts)
            return Read(self.keys[place], self.is_latest[place], self.delete_markers[place], texts)
        delete_marker, texts = self.delete_markers[place], self._texts
        return Entry(
            key=self.keys[place],
            version_id=texts.version_ids[place],
            last_modified=canonical(texts.moments[place]),
            delete_marker=delete_marker,
            etag=None if delete_marker else texts.etags[place],
            size=None if delete_marker else int(texts.sizes[place]),
            storage_class=None if delete_marker else texts.storage_classes[place] or "STANDARD",
            is_latest=self.is_latest[place],
        )
