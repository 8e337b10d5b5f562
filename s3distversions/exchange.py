"""Requests of many threads, whose replies one thread receives and reads for them all.

A thread that receives a page of a listing by itself is woken some twenty times for it, and waits for its turn
among all others each time; and pages that many threads read by turns drive each other out of the processor's
caches. That cost as much again as to read them. Here whoever asks sleeps until there is an answer.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from s3distversions.connections import Connections, where
from s3distversions.plain_http import NotPlain, OddReply, Reply, TooLarge, written
from s3distversions.replies import COPY_SECONDS, LARGEST, Body, too_large

RECEIVED = 256 * 1024  # bytes at a time, at most
TIMES = 32  # of one reply, before others have their turn; over TLS 16 KiB come at a time
LOOK_SECONDS = 1.0  # between two looks for replies that take too long
IDLE_SECONDS = 10.0  # with nothing to wait for; then the thread ends, and the next request starts another
ODD_SECONDS = 60.0  # that a server with an odd reply is not asked: what is asked twice may be a copy
WAITS = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
Read = Callable[[AWSResponse], Any]


class Asked:
    """A request that is under way, on a connection of its own: the one thread's, until `answer` has returned."""

    def __init__(self, request: AWSPreparedRequest, connection: Any, read: Read, seconds: float):
        """read: what makes an answer of the reply. seconds: until it is late."""
        self.socket = connection.sock
        self.until = time.monotonic() + seconds
        self.heard = time.monotonic()  # when some of it came last
        self.keeps_connection = False
        self.is_odd = False  # was there a reply, which is none that can be read here?
        self._url = request.url
        self._data = written(request.method, request.url, request.headers)
        self._reply = Reply(LARGEST, request.method == "HEAD")
        self._read = read
        self._answer: Any = None
        self._error: BaseException | None = None
        self._is_over = threading.Lock()
        self._is_over.acquire()

    def answer(self) -> Any:
        """Wait for the answer and return it; None if there is none. Raises what reading it has raised."""
        self._is_over.acquire()
        answer, error = self._answer, self._error
        self._answer = self._error = None  # a page that is kept costs time and memory
        if error:
            raise error
        return answer

    def send(self) -> bool:
        """Send the request; False if that cannot be done at once. OSError or ValueError if not at all."""
        self.socket.setblocking(False)
        return bool(self.socket.send(self._data) == len(self._data))

    def receive(self) -> bool:
        """Receive what has come; return whether that is all, and answered."""
        try:
            for _ in range(TIMES):
                if self._reply.take(self.socket.recv(RECEIVED)):
                    self._make_answer()
                    return True
        except WAITS:
            self.heard = time.monotonic()
        except TooLarge:
            self._error = too_large(self._url)
            self.end()
            return True
        except (OSError, ValueError, NotPlain) as error:
            self.is_odd = isinstance(error, OddReply)
            self.end()
            return True
        return False

    def end(self) -> None:
        """Let nobody wait for it any longer. May be called again."""
        if self._is_over.locked():
            self._is_over.release()

    def _make_answer(self) -> None:
        reply = self._reply
        self.keeps_connection = reply.keeps_connection
        try:
            response = AWSResponse(self._url, reply.status, reply.headers_as_sent, Body(reply.take_body()))
            self._answer = self._read(response)
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is waited for
            self._error = error
        self.end()


class Exchange:
    """Sends requests without a body and gets their answers, for any number of threads."""

    def __init__(self, session: Any, seconds: float):
        """session: botocore's. seconds: that a reply may take, but for a copy's, and be silent meanwhile."""
        self._connections = Connections(session)
        # Servers that do not send plain replies, and until when they are spared.
        self._odd: dict[str, float] = {}
        self._seconds = seconds
        self._given: deque[Asked] = deque()  # to be sent
        self._lock = threading.Lock()
        self._is_running = False
        self._bell, self._rung = socket.socketpair()  # wakes the thread
        self._bell.setblocking(False)
        self._rung.setblocking(False)

    def ask(self, request: AWSPreparedRequest, read: Read) -> Any:
        """Send a request; return `read(reply)`, which the one thread calls: it may not wait for anything.

        None where there was no plain reply: then botocore has to ask again, which knows what to do.
        """
        if time.monotonic() < self._odd.get(where(request.url), 0.0):
            return None
        connection = self._connections.take(request.url)
        if connection is None:
            return None
        try:
            is_copy = "x-amz-copy-source" in request.headers
            asked = Asked(request, connection, read, COPY_SECONDS if is_copy else self._seconds)
            self._give(asked)
            answer = asked.answer()
        except NotPlain:
            connection.close()
            return None
        except BaseException:  # what its reader has raised; or an interruption, and the thread has it still
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)
            raise
        if asked.is_odd:
            self._odd[where(request.url)] = time.monotonic() + ODD_SECONDS
        if asked.keeps_connection:
            self._connections.give_back(request.url, connection)
        else:
            connection.close()
        return answer

    def _give(self, asked: Asked) -> None:
        """Hand a request to the thread, which is started if need be."""
        with self._lock:
            if not self._is_running:
                threading.Thread(target=self._run, name="exchange", daemon=True).start()
                self._is_running = True
            self._given.append(asked)
        with suppress(BlockingIOError):  # then it has been rung for often enough
            self._rung.send(b"\0")

    def _run(self) -> None:
        """The thread's life: send what is given, receive what comes, end what takes too long."""
        under_way: set[Asked] = set()
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._bell, selectors.EVENT_READ)
                looked = busy = time.monotonic()
                while True:
                    self._receive(selector, under_way)
                    self._send(selector, under_way)
                    now = time.monotonic()
                    if under_way:
                        busy = now
                    if now > looked + LOOK_SECONDS:
                        looked = now
                        self._end_late(selector, under_way, now)
                        if now > busy + IDLE_SECONDS and self._may_end():
                            return
        except BaseException:
            self._end_all(under_way)
            raise

    def _receive(self, selector: selectors.BaseSelector, under_way: set[Asked]) -> None:
        """Wait for replies or the bell, and receive what there is."""
        for key, _ in selector.select(LOOK_SECONDS):
            if key.data is None:
                self._bell.recv(4096)
            elif key.data.receive():
                selector.unregister(key.fileobj)
                under_way.remove(key.data)
            self._send(selector, under_way)  # others need not wait until all of these are read

    def _send(self, selector: selectors.BaseSelector, under_way: set[Asked]) -> None:
        """Send what was given."""
        while self._given:
            asked = self._given.popleft()
            try:
                is_sent = asked.send()
                if is_sent:
                    selector.register(asked.socket, selectors.EVENT_READ, asked)
                    under_way.add(asked)
            except (OSError, ValueError, KeyError):  # no room in the selector
                is_sent = False
            if not is_sent:
                asked.end()

    def _end_late(self, selector: selectors.BaseSelector, under_way: set[Asked], now: float) -> None:
        """End what takes too long."""
        for asked in [each for each in under_way if now > min(each.until, each.heard + self._seconds)]:
            selector.unregister(asked.socket)
            under_way.remove(asked)
            asked.end()

    def _may_end(self) -> bool:
        """May the thread end? Not if something was given to it meanwhile."""
        with self._lock:
            self._is_running = bool(self._given)
            return not self._is_running

    def _end_all(self, under_way: set[Asked]) -> None:
        """Let nobody wait for a thread that has failed."""
        with self._lock:
            self._is_running = False
            waiting = [*under_way, *self._given]
            self._given.clear()
        for asked in waiting:
            asked.end()
