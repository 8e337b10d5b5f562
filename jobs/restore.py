"""The MapReduce job: plan, apply, or both in one. Run as a script it is the command line.

    python jobs/restore.py --src s3://bucket/path --restore-time 2014-01-01T14:00:00+07:00 -r local

PLAN   step 1  spread the groups of key ranges by hash, so that no neighbours of S3's index meet in one task
       step 2  list each range and choose each key's action; then one line a key, twins settled
APPLY  step 1  spread the plan's lines by the hash of the key; then carry out, in the reducers
One job: the shuffle, list-and-choose, and carry out in its reducers. They begin when every mapper has ended
well. Tasks may be repeated, and two attempts of one may live at the same time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from mrjob.job import MRJob
from mrjob.protocol import RawValueProtocol, StandardJSONProtocol, StandardJSONValueProtocol
from mrjob.step import MRStep

from s3distversions import client, execute, planning, records
from s3distversions.errors import S3DistVersionsError
from s3distversions.journal import left
from s3distversions.model import KeyRange
from s3distversions.pace import Parallel
from s3distversions.parameters import Parameters
from s3distversions.progress import Tally, tell_failure

TASK_SWITCHES = {"--mapper", "--combiner", "--reducer", "--spark"}
Pairs = Iterator[tuple[Any, Any]]


class RestoreVersions(MRJob):
    """Plans and applies the return of a versioned bucket to a moment; see the steps above."""

    INPUT_PROTOCOL = (
        RawValueProtocol  # JSON lines, which `records` reads: a torn one gets an error for people
    )
    INTERNAL_PROTOCOL = StandardJSONProtocol
    OUTPUT_PROTOCOL = StandardJSONValueProtocol
    # Two live attempts of a task would both write; and outputs are read as they are.
    JOBCONF: ClassVar[dict[str, str]] = {
        "mapreduce.map.speculative": "false",
        "mapreduce.reduce.speculative": "false",
        "mapreduce.output.fileoutputformat.compress": "false",
    }

    work: Parallel[Any, records.Line] | None = None  # the threads of the task, once it has any

    def configure_args(self) -> None:
        """Declare what the command hands to every task."""
        super().configure_args()
        self.arg_parser.allow_abbrev = False
        self.add_passthru_arg("--phase", choices=["plan", "apply", "one-job"], default="plan")
        self.add_file_arg("--parameters-file", help="the run's parameters, JSON")
        self.add_passthru_arg("--progress-folder", help="where tasks tell how far they are")

    def steps(self) -> list[MRStep]:
        """Return the steps of the phase."""
        spread = MRStep(mapper=self.mapper_spread_groups, reducer=self.reducer_pass_on)
        choose = {
            "mapper_init": self.init_choose,
            "mapper": self.mapper_choose,
            "mapper_final": self.mapper_choose_final,
        }
        settle = {
            "reducer_init": self.init_settle,
            "reducer": self.reducer_settle,
            "reducer_final": self.final,
        }
        carry_out = {
            "reducer_init": self.init_carry_out,
            "reducer": self.reducer_carry_out,
            "reducer_final": self.reducer_carry_out_final,
        }
        return {
            "plan": [spread, MRStep(**choose, **settle)],
            "apply": [MRStep(mapper=self.mapper_spread_lines, **carry_out)],
            "one-job": [spread, MRStep(**choose, **carry_out)],
        }[self.options.phase]

    def _runner_class(self) -> Any:
        """Return the runner of `-r`; for `local` ours, which can be interrupted."""
        if self.options.runner == "local":
            from s3distversions.local import LocalRunner  # tasks need none

            return LocalRunner
        return super()._runner_class()

    def execute(self) -> None:
        """Run a task; leave its error, in words for people, where the command finds it."""
        try:
            super().execute()
        except S3DistVersionsError as error:
            tell_failure(self.options.progress_folder, error)
            raise
        finally:
            if self.work:
                self.work.close()  # inline, the process goes on after a task that failed or was interrupted

    # step 1 of a plan

    def mapper_spread_groups(self, _: None, text: str) -> Pairs:
        """A group of key ranges -> its hash, the group."""
        yield records.shuffle_key(text), json.loads(text)

    def reducer_pass_on(self, _: str, groups: Iterable[Any]) -> Pairs:
        """Groups that share a hash -> the groups."""
        for group in groups:
            yield None, group

    # step 2 of a plan: list, choose, settle

    def init_choose(self) -> None:
        """Open the threads that list, each a range at a time."""
        self.open(self.plan_range, "list_parallel")

    def plan_range(self, numbered: list[Any]) -> Iterator[records.Line]:
        """[number, prefix, after, until] -> plan lines and the record of the range; on a thread."""
        number, *keys = numbered
        return planning.plan_range(self.client, self.parameters, number, KeyRange(*keys), self.tally.add)

    def mapper_choose(self, _: None, group: list[Any]) -> Pairs:
        """A group of ranges -> the hash of each key that needs an action, its plan line."""
        for numbered in group:
            yield from map(records.spread, self.work.submit(numbered))

    def mapper_choose_final(self) -> Pairs:
        """The rest of what `mapper_choose` yields, and the record of the requests that were sent."""
        yield from map(records.spread, self.work.drain())
        yield records.spread(self.close())

    def init_settle(self) -> None:
        """Open the threads that settle twins, each a plan line at a time."""
        self.open(self.settle, "list_parallel")

    def settle(self, line: records.Line) -> Iterator[records.Line]:
        """A plan line -> the line, or nothing if it need not be done after all; on a thread."""
        return planning.settle(self.client, self.parameters, line)

    def reducer_settle(self, _: str, lines: Iterable[records.Line]) -> Pairs:
        """Lines that share a hash -> the lines of the plan, one a key."""
        for line in records.one_a_key(lines):
            if "key" not in line:
                yield None, line
            else:
                for settled in self.work.submit(line):
                    yield None, settled

    def final(self) -> Pairs:
        """What the threads still hold, and the record of the requests that were sent."""
        for line in self.work.drain():
            yield None, line
        yield None, self.close()

    # apply, and the end of one job

    def mapper_spread_lines(self, _: None, text: str) -> Pairs:
        """A line of a plan or of earlier outcomes -> the hash of its key, the line. Records are passed over."""
        line = records.loads(text)
        if line and "key" in line:
            yield records.spread(line)

    def init_carry_out(self) -> None:
        """Open the threads that write, each a copy or a batch of deletes at a time."""
        self.open(self.carry_out, "write_parallel")
        self.batches = execute.Batches()

    def carry_out(self, batch: list[execute.Planned]) -> Iterator[records.Line]:
        """A batch -> the outcome of each of its actions; on a thread. In one job twins are settled here."""
        if self.options.phase == "one-job":
            batch = [
                item
                for item in batch
                if not planning.is_same(self.client, self.parameters, item.key, item.action)
            ]
        return execute.carry_out(self.client, self.parameters, batch)

    def reducer_carry_out(self, _: str, lines: Iterable[records.Line]) -> Pairs:
        """Lines that share a hash -> the outcome of what is left to do of each key; records as they are."""
        for item in left(lines, self.parameters):
            if isinstance(item, execute.Planned):
                for batch in self.batches.add(item):
                    yield from self.told(self.work.submit(batch))
            else:
                yield from self.told([item])

    def reducer_carry_out_final(self) -> Pairs:
        """The rest of what `reducer_carry_out` yields, and the record of the requests that were sent."""
        for batch in self.batches.rest():
            yield from self.told(self.work.submit(batch))
        yield from self.told(self.work.drain())
        yield None, self.close()

    # what every task does

    def open(self, work: Callable[[Any], Iterator[records.Line]], width: str) -> None:
        """Read the run's parameters, make the client, and open as many threads as parameter `width` says."""
        self.parameters = Parameters.from_json(json.loads(Path(self.options.parameters_file).read_text()))
        most = getattr(self.parameters, width)
        reads_only = width == "list_parallel"
        self.client = client.make(self.parameters.endpoint_url, self.parameters.profile, most, reads_only)
        self.work = Parallel(work, most)
        self.tally = Tally(self.options.progress_folder)

    def told(self, outcomes: Iterable[records.Line]) -> Pairs:
        """Outcomes -> the same, counted for the progress."""
        for line in outcomes:
            if "key" in line:
                self.tally.add(1)
            yield None, line

    def close(self) -> records.Line:
        """Tell the last of the progress; return the record of the requests that the task sent."""
        self.tally.tell()
        return records.requests_sent(client.take_requests())


def main() -> None:
    """Run the command line with this job."""
    from s3distversions.cli import main as command_line

    sys.exit(command_line(RestoreVersions))


if __name__ == "__main__":
    if TASK_SWITCHES & set(sys.argv):
        RestoreVersions.run()
    else:
        main()
