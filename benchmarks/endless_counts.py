"""What an endless S3 has done, counted by all its processes together."""

from __future__ import annotations

import mmap
import struct
import time
from typing import NamedTuple

CONTROL_PATH = "/-/counts"  # where the server tells it


class Told(NamedTuple):
    """What a server has done since its start. `cpu` in seconds, of all its processes, their start included."""

    pages: int
    others: int  # requests that are no ListObjectVersions
    sent: int  # bytes, of pages alone
    cpu: float

    def since(self, before: Told) -> Told:
        """Return what has been done since it had done `before`."""
        return Told(
            self.pages - before.pages,
            self.others - before.others,
            self.sent - before.sent,
            self.cpu - before.cpu,
        )


class Counts:
    """What all processes of the server have done, in memory that they share; each has a slot of its own."""

    _SLOT = struct.Struct("=qqqd")

    def __init__(self, processes: int) -> None:
        self._memory = mmap.mmap(-1, self._SLOT.size * processes)
        self.slot = 0

    def add(self, pages: int, others: int, sent: int) -> None:
        """Count what this process has done, and the CPU that it has taken so far."""
        before = self._SLOT.unpack_from(self._memory, self.slot * self._SLOT.size)
        values = (before[0] + pages, before[1] + others, before[2] + sent, time.process_time())
        self._SLOT.pack_into(self._memory, self.slot * self._SLOT.size, *values)

    def told(self) -> Told:
        """Return the sums over all processes."""
        self.add(0, 0, 0)
        return Told(*map(sum, zip(*self._SLOT.iter_unpack(self._memory), strict=True)))
