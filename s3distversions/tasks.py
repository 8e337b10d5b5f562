"""What the tasks of the MapReduce job do with the lines that they get: each kind of task, and its threads.

A task is opened once, takes what the mapper or reducer gets, yields lines, and at its end the rest of them with
the record of the requests that it sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from s3distversions import client, execute, planning, records, undo_planning, verification
from s3distversions.journal import left
from s3distversions.pace import Pace
from s3distversions.paced import Paced
from s3distversions.parallel import Again, Parallel
from s3distversions.parameters import Parameters
from s3distversions.pieces import Piece
from s3distversions.progress import Tally
from s3distversions.records import Line
from s3distversions.stealing import Stealing
from s3distversions.twins import Twins
from s3distversions.writing import Planned, Writing


class Given(NamedTuple):
    """What the command hands to every task."""

    phase: str
    parameters_file: str  # the run's parameters, JSON; with "undone", those of the run that is undone
    progress_folder: str | None  # where tasks tell how far they are, on this machine
    tell: Callable[[str], None] = lambda status: None  # tells Hadoop that the task is alive


class Task:
    """What every task does: read the parameters, make the client, open threads for `self.work_on`, count.

    `width` names the parameter that says how many threads.
    """

    width = "list_parallel"

    def __init__(self, given: Given):
        self.phase = given.phase
        self.read = json.loads(Path(given.parameters_file).read_text())
        self.parameters = Parameters.from_json(self.read)
        self.most = getattr(self.parameters, self.width)
        self.client = self.make_client()
        self.tally = Tally(given.progress_folder)
        self.tell = given.tell
        self.open()

    def make_client(self) -> Any:
        """Return what the threads ask S3 with."""
        return client.make(self.parameters.access, self.most, reads_only=self.width == "list_parallel")

    def open(self) -> None:
        """Make what the task needs besides, and the threads."""
        self.threads: Parallel[Any, Line] = self.parallel()

    def parallel(self, waiting: Any = None) -> Parallel[Any, Line]:
        """Return the threads, whose task tells now and then that it is alive, and how far it is.

        Hadoop kills one that neither reads, writes nor tells anything for ten minutes (mapreduce.task.timeout):
        https://hadoop.apache.org/docs/r3.4.2/hadoop-mapreduce-client/hadoop-mapreduce-client-core/mapred-default.xml
        """
        return Parallel(self.work_on, self.most, waiting, lambda: self.tell(f"{self.tally.count:,} done"))

    def work_on(self, item: Any) -> Iterator[Line | Again]:
        """Yield what becomes of an item; on a thread."""
        raise NotImplementedError

    def take(self, item: Any) -> Iterator[Line]:
        """Take what the mapper or the reducer gets; yield the lines that are ready."""
        raise NotImplementedError

    def rest(self) -> Iterator[Line]:
        """Yield the lines that are still to come, and the record of the requests that were sent."""
        yield from self.threads.drain()
        self.tally.tell()
        yield records.requests_sent(client.take_requests())

    def close(self) -> None:
        """End the threads, whatever they do; may be called again."""
        self.threads.close()


class Choosing(Task):
    """Groups of key ranges -> the plan lines of their keys, and the record of each range."""

    def make_client(self) -> Any:
        """Return a client that lists as fast as S3 takes it."""
        return Paced(self.parameters.access, self.most)

    def open(self) -> None:
        """Choose as the run did; a verification chooses first and spares later."""
        if self.phase == "verify":
            self.parameters = verification.to_list(self.parameters)
        stealing = Stealing(self.most, is_slow=partial(self.client.is_slow, self.parameters.src.bucket))
        self.threads = self.parallel(stealing)

    def take(self, group: Any) -> Iterator[Line]:
        """Take a group of numbered ranges, or, to be verified, a line of the run."""
        if isinstance(group, dict):
            yield group
            return
        for numbered in group:
            yield from self.threads.submit(numbered)

    def work_on(self, piece: Piece) -> Iterator[Line]:
        """A piece of a range -> plan lines; the record of the range where it is the last."""
        lines = planning.plan_piece(self.client, self.parameters, piece, self.tally.add)
        return map(verification.to_do, lines) if self.phase == "verify" else lines


class Settling(Task):
    """Plan lines that share a hash -> the lines of the plan, one a key, twins settled."""

    def open(self) -> None:
        """Make what settles twins."""
        self.twins = Twins(self.client, self.parameters)
        super().open()

    def take(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Take the lines of a few keys."""
        for line in records.one_a_key(lines):
            # Which checks the line, as `command.totals` does with a plan that was in a person's hands.
            if "key" in line and self.twins.may_concern(line):
                yield from self.threads.submit(line)
            else:
                yield line

    def work_on(self, line: Line) -> Iterator[Line]:
        """A plan line that may concern twins -> the line, or nothing if it need not be done after all."""
        return self.twins.settle(line)


class CarryingOut(Task):
    """Lines of a plan and of earlier outcomes -> the outcome of what is left to do of each key."""

    width = "write_parallel"

    def open(self) -> None:
        """Make what writes, and the threads, which go as fast as S3 takes it."""
        self.is_one_job = self.phase == "one-job"
        if self.is_one_job:  # no plan of which a sample could be asked
            self.parameters = replace(self.parameters, head_all=True)
        self.twins = Twins(self.client, self.parameters)
        self.writing = Writing(self.client, self.parameters, is_probed=not self.is_one_job)
        pace = Pace(attrgetter("written_key"), partial(execute.together, self.writing), execute.writes)
        self.threads = self.parallel(pace)

    def take(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Take the lines of a few keys, and records, which stay as they are."""
        for item in left(lines, self.parameters):
            if isinstance(item, Planned):
                yield from self.told(self.threads.submit(item))
            else:
                yield from self.told([item])

    def work_on(self, batch: list[Planned]) -> Iterator[Line | Again]:
        """A batch -> the outcome of each of its actions. In one job twins are settled here."""
        if self.is_one_job:
            batch = [item for item in batch if self.twins.is_same(item.key, item.action) is not True]
        return execute.carry_out(self.writing, batch)

    def rest(self) -> Iterator[Line]:
        """Yield the rest, and what was learnt of the server."""
        yield from self.told(self.threads.drain())
        yield from self.writing.conditions.records()
        yield from super().rest()

    def close(self) -> None:
        """End the uploads that are open, and the threads."""
        self.writing.uploads.close()
        super().close()

    def told(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Yield the lines, their keys counted for the progress."""
        for line in lines:
            self.tally.add("key" in line)
            yield line


class Verifying(Task):
    """What would still be done, and what the run planned and told -> the keys that are not as they should be."""

    def take(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Take the lines of a few keys, and records, which stay as they are."""
        for item in verification.cases(lines):
            if isinstance(item, verification.Case):
                yield from self.threads.submit(item)
            else:
                yield item

    def work_on(self, case: verification.Case) -> Iterator[Line]:
        """A key -> its line if it is wrong."""
        return verification.check(self.client, self.parameters, case)


class PlanningUndo(Task):
    """The lines of the run that is undone -> the plan lines that undo it; or, verified, the wrong keys."""

    def open(self) -> None:
        """Make what plans, and what adds up what it has looked at."""
        self.undone = Parameters.from_json(self.read["undone"])
        verifies = self.phase == "verify-undo"
        self.planner = undo_planning.Planner(self.client, self.parameters, self.undone, verifies)
        self.looked = undo_planning.Looked()
        super().open()

    def take(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Take the lines of a few keys."""
        for item in undo_planning.undone(lines, self.undone):
            yield from self.looked.passing(self.threads.submit(item))

    def work_on(self, item: undo_planning.Undone) -> Iterator[Line]:
        """A key -> the line that undoes what was done to it, if it is to be undone; and what was looked at."""
        self.tally.add(1)
        return self.planner.plan(item)

    def rest(self) -> Iterator[Line]:
        """Yield the rest, and the sum of what was looked at."""
        yield from self.looked.passing(self.threads.drain())
        yield self.looked.record
        yield from super().rest()
