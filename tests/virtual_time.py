"""Threads at a made-up time: one runs at a time, in an order that is always the same, and none ever waits.

What code gets as `threading` and as `time.sleep` here hands on to the thread whose moment comes next; so real
code with threads becomes a simulation, in which hours take a moment and no test is a matter of luck.
"""

import heapq
import threading
from collections import deque
from itertools import count

STACK_SWITCHES = 2_000_000  # more are an endless loop


class Hangs(AssertionError):
    """Every thread waits for another one."""


class Turns:
    """The made-up time, `now`, in seconds, and whose turn it is."""

    def __init__(self):
        self.now = 0.0
        self._numbers = count()
        self._ready = deque()  # threads that may go on
        self._asleep = []  # (until, number, thread, ticket)
        self._current = Turn()
        self._main = self._current
        self._failure = None
        self.switches = 0

    def clock(self):
        """Stands in for time.monotonic."""
        return self.now

    def sleep(self, seconds):
        """Stands in for time.sleep."""
        self.wait(seconds)

    def wait(self, seconds=None, queue=None):
        """Let the others run, until it is told to go on (out of the queue) or so long has passed."""
        me = self._current
        me.ticket += 1
        me.told = False
        if queue is not None:
            queue.append(me)
        if seconds is not None:
            heapq.heappush(self._asleep, (self.now + seconds, next(self._numbers), me, me.ticket))
        self._hand_on(me)
        if queue is not None and me in queue:
            queue.remove(me)
        return me.told

    def tell(self, turn):
        """Let one that waits go on."""
        turn.ticket += 1
        turn.told = True
        self._ready.append(turn)

    def start(self, run):
        """Begin a thread; it runs when its turn comes."""
        turn = Turn()

        def life():
            turn.baton.acquire()
            try:
                run()
            except BaseException as error:  # noqa: BLE001 - raised in the test's own thread
                self._failure = self._failure or error
            turn.has_ended = True
            self._hand_on(None)

        threading.Thread(target=life, daemon=True).start()
        self._ready.append(turn)
        return turn

    def _hand_on(self, me):
        self.switches += 1
        turn = self._next()
        if turn is me:
            return
        self._current = turn
        turn.baton.release()
        if me is not None:
            me.baton.acquire()
            if me is self._main and self._failure:
                raise self._failure

    def _next(self):
        if self._failure or self.switches > STACK_SWITCHES:
            self._failure = self._failure or Hangs("it goes on for ever")
            return self._main
        if self._ready:
            return self._ready.popleft()
        while self._asleep:
            until, _, turn, ticket = heapq.heappop(self._asleep)
            if ticket == turn.ticket and not turn.has_ended:
                self.now = max(self.now, until)
                turn.ticket += 1
                return turn
        self._failure = Hangs("every thread waits for another one")
        return self._main

    def threading(self):
        """Return what stands in for the module."""
        turns = self

        class Lock:
            """Nobody else runs while one is held: no thread waits or sleeps with it."""

            def __enter__(self):
                return self

            def __exit__(self, *_):
                return None

        class Condition(Lock):
            def __init__(self, lock=None):
                self.queue = []

            def wait(self, timeout=None):
                return turns.wait(timeout, self.queue)

            def notify(self, number=1):
                for turn in self.queue[:number]:
                    self.queue.remove(turn)
                    turns.tell(turn)

            def notify_all(self):
                self.notify(len(self.queue))

        class Thread:
            def __init__(self, target, args=(), daemon=True):
                self.run = lambda: target(*args)

            def start(self):
                self.turn = turns.start(self.run)

            def join(self, timeout=None):
                while not self.turn.has_ended:
                    turns.sleep(0.01)

            def is_alive(self):
                return not self.turn.has_ended

        class Module:
            pass

        module = Module()
        module.Lock = module.RLock = Lock
        module.Condition, module.Thread = Condition, Thread
        return module


class Turn:
    """One thread."""

    def __init__(self):
        self.baton = threading.Lock()
        self.baton.acquire()
        self.ticket = 0  # grows whenever it is woken: what would wake it then is out of date
        self.told = False
        self.has_ended = False
