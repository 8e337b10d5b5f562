"""`-r local`: mrjob's runner of tasks as processes on this machine, made safe to interrupt."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import IO, Any

from mrjob.local import LocalMRJobRunner
from mrjob.step import StepFailedException

LOOK_EVERY_SECONDS = 0.5


class LocalRunner(LocalMRJobRunner):  # type: ignore[misc]
    """Starts each task as a process that a thread waits for, and ends all of them when one fails.

    mrjob's own waits for them in a `multiprocessing.Pool`. When one of the pool's processes dies while it
    holds the pool's lock (Ctrl-C, a scheduler's SIGTERM to all processes, the kernel out of memory), the
    command waits for ever, and the tasks that it had begun write on.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._ending = False

    def _num_cores(self) -> int:
        """Return how many tasks run at a time: a task a processor that this process may use, unless told."""
        ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return self._opts["num_cores"] or ours or 1

    def _num_mappers(self, step_num: int) -> int:
        """Return half of how many tasks there are to be: mrjob makes twice as many, and starting one takes long.

        A task a processor is enough here, for its threads share all that it has.
        """
        return -(-self._num_cores() // 2)

    _num_reducers = _num_mappers

    def _run_multiple(self, tasks: Iterable[Callable[[], None]], _: int | None = None) -> None:
        """Run the tasks of half a step. The first failure, and whatever ends the command, ends them all."""
        with ThreadPoolExecutor(self._num_cores()) as threads:
            try:
                waited_for(threads.submit(task) for task in tasks)
            except BaseException:
                self._ending = True  # at once: whoever is impatient may interrupt what follows
                threads.shutdown(wait=False, cancel_futures=True)
                self._end_processes()
                raise

    def _invoke_task_func(self, task_type: str, step_num: int, task_num: int) -> Callable[..., None]:
        """Return what runs one task, once it is given its streams, working directory and environment."""
        return partial(self._run_process, step_num, self._substep_args(step_num, task_type))

    def _run_process(
        self,
        step_num: int,
        args: list[str],
        stdin: IO[bytes],
        stdout: IO[bytes],
        stderr: IO[bytes],
        directory: str,
        environment: dict[str, str],
    ) -> None:
        """Run one task and wait for it; StepFailedException if it is the first that does not end well."""
        with self._lock:
            if self._ending:
                return
            process = subprocess.Popen(
                args,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                cwd=directory,
                env=environment,
                start_new_session=True,  # a group of its own: mrjob puts a shell between us and Python
            )
            self._processes.add(process)
        code = process.wait()
        with self._lock:
            self._processes.remove(process)
            failed = code != 0 and not self._ending
        if failed:
            self._end_processes()
            reason = str(subprocess.CalledProcessError(code, args))
            raise StepFailedException(reason=reason, step_num=step_num, num_steps=self._num_steps())

    def _end_processes(self) -> None:
        """End the tasks at work, and let no other begin."""
        with self._lock:
            self._ending = True
            for process in self._processes:
                # It has ended and is not waited for yet: macOS calls that a lack of permission.
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGTERM)


def waited_for(futures: Iterable[Future[None]]) -> None:
    """Return when all have ended well, or raise the first exception.

    In slices: a signal that comes just before a wait without an end would be noticed only after it.
    """
    unfinished = set(futures)
    while unfinished:
        finished, unfinished = wait(unfinished, LOOK_EVERY_SECONDS, FIRST_EXCEPTION)
        for future in finished:
            future.result()
