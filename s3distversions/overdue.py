"""Ends replies that take too long: what is read as a whole cannot look at the clock meanwhile."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any


class Overdue:
    """Looks after the replies that are being read, in one thread for them all."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._reading: dict[int, tuple[float, Any]] = {}  # until when, and what
        self._numbers = count()
        self._wakes = 0.0  # when the thread looks again
        self._thread: threading.Thread | None = None

    @contextmanager
    def ended_after(self, seconds: float, reply: Any) -> Iterator[None]:
        """Read a reply, which has a file descriptor, inside: after so many seconds its connection is shut down.

        Whatever comes of that inside, outside it is a TimeoutError.
        """
        number, until = next(self._numbers), time.monotonic() + seconds
        with self._changed:
            self._reading[number] = until, reply
            if self._thread is None:
                self._thread = threading.Thread(target=self._look_after, daemon=True)
                self._thread.start()
            if until < self._wakes:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                is_ended = self._reading.pop(number, None) is None
            if is_ended:
                raise TimeoutError("the reply does not end")

    def _look_after(self) -> None:
        """The thread's life: wait for the first that is overdue, and end it."""
        while True:
            with self._changed:
                now = time.monotonic()
                for number, (until, reply) in list(self._reading.items()):
                    if until <= now:
                        del self._reading[number]
                        shut_down(reply)
                self._wakes = min((until for until, _ in self._reading.values()), default=now + 3600)
                self._changed.wait(self._wakes - now)


def shut_down(reply: Any) -> None:
    """End the connection of a reply, so that whoever waits for more of it wakes up; closing it would not."""
    with suppress(OSError, ValueError), socket.socket(fileno=os.dup(reply.fileno())) as connection:
        connection.shutdown(socket.SHUT_RDWR)
