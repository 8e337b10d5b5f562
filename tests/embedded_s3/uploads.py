"""Multipart uploads in progress, and what is remembered of those that have ended. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sortedcontainers import SortedDict

from .history import Attributes, Lock, Part
from .request import Reply


@dataclass(slots=True, eq=False)
class Upload:
    """An upload in progress; what the version will have besides its bytes is said when it begins.

    `initiated`: milliseconds since 1970; it becomes the version's LastModified, as AWS documents it.
    `serial`: its place among uploads.  `overtaken`: what a reader sees at its key has changed since.
    `algorithm`: of its checksums, in lower case; "": not said.
    """

    id: str
    key: str
    initiated: int
    serial: int
    attributes: Attributes
    storage_class: str
    tags: Mapping[str, str]
    lock: Lock
    algorithm: str = ""
    checksum_type: str = ""
    parts: "SortedDict[int, Part]" = field(default_factory=SortedDict)
    overtaken: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """What is left of an upload; `reply`: to its completion, None where it was aborted."""

    key: str
    serial: int
    reply: Reply | None


class Uploads:
    """The uploads of a bucket."""

    def __init__(self) -> None:
        self.by_key: SortedDict[str, list[Upload]] = SortedDict()  # oldest first within a key
        self._by_id: dict[str, Upload] = {}
        self.ended: dict[str, Ended] = {}

    def begin(self, upload: Upload) -> None:
        """One more."""
        self._by_id[upload.id] = upload
        self.by_key.setdefault(upload.key, []).append(upload)

    def find(self, key: str, upload_id: str) -> Upload | None:
        """An upload in progress."""
        upload = self._by_id.get(upload_id)
        return upload if upload and upload.key == key else None

    def end(self, upload: Upload, reply: Reply | None) -> None:
        """It is completed, with a reply, or aborted: its parts go."""
        del self._by_id[upload.id]
        self.by_key[upload.key].remove(upload)
        if not self.by_key[upload.key]:
            del self.by_key[upload.key]
        self.ended[upload.id] = Ended(upload.key, upload.serial, reply)

    def overtake(self, key: str) -> None:
        """What a reader sees at a key has changed."""
        for upload in self.by_key.get(key, ()):
            upload.overtaken = True

    def position(self, key: str, upload_id: str) -> int | None:
        """The place of an upload of a key, also of one that has ended; None: there never was such."""
        upload = self.find(key, upload_id) or self.ended.get(upload_id)
        return upload.serial if upload and upload.key == key else None
