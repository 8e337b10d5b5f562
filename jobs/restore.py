"""The MapReduce job: plan, apply, both in one, verify, plan an undo. Run as a script it is the command line.

    python jobs/restore.py --src s3://bucket/path --restore-time 2014-01-01T14:00:00+07:00 -r local

PLAN    step 1  spread the groups of key ranges by hash, so that no neighbours of S3's index meet in one task
        step 2  list each range and choose each key's action; then one line a key, twins settled
APPLY   step 1  spread the plan's lines by the hash of the key; then carry out, in the reducers
VERIFY  as a plan; what is left to do meets the lines of the run in the reducers, which look at each key
UNDO    step 1  spread the lines of the run that is undone; then look at each key, and plan its undo
One job: the shuffle, list-and-choose, and carry out in its reducers. They begin when every mapper has ended
well. Tasks may be repeated, and two attempts of one may live at the same time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from mrjob.job import MRJob
from mrjob.protocol import RawValueProtocol, StandardJSONProtocol, StandardJSONValueProtocol
from mrjob.step import MRStep

from s3distversions import records, tasks
from s3distversions.errors import S3DistVersionsError
from s3distversions.progress import tell_failure, tell_failure_on_cluster

TASK_SWITCHES = {"--mapper", "--combiner", "--reducer", "--spark"}
# The phases, and what the reducers of their last steps are.
PHASES: dict[str, type[tasks.Task]] = {
    "plan": tasks.Settling,
    "apply": tasks.CarryingOut,
    "one-job": tasks.CarryingOut,
    "verify": tasks.Verifying,
    "undo": tasks.PlanningUndo,
    "verify-undo": tasks.PlanningUndo,
}
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

    task: tasks.Task | None = None  # what the mapper or reducer that is running does

    def configure_args(self) -> None:
        """Declare what the command hands to every task."""
        super().configure_args()
        self.arg_parser.allow_abbrev = False
        self.add_passthru_arg("--phase", choices=[*PHASES], default="plan")
        self.add_file_arg("--parameters-file", help="the run's parameters, JSON")
        self.add_passthru_arg("--progress-folder", help="where tasks of this machine tell how far they are")
        self.add_passthru_arg("--failure-file", help="where a task on a cluster leaves its error, a URI")

    def steps(self) -> list[MRStep]:
        """Return the steps of the phase."""
        spread = MRStep(mapper=self.mapper_spread_groups, reducer=self.reducer_pass_on)
        choose = {
            "mapper_init": self.init_choose,
            "mapper": self.mapper_choose,
            "mapper_final": self.mapper_choose_final,
        }
        work_on = {
            "reducer_init": self.init_work_on,
            "reducer": self.reducer_work_on,
            "reducer_final": self.reducer_work_on_final,
        }
        if self.options.phase in ("plan", "one-job", "verify"):
            return [spread, MRStep(**choose, **work_on)]
        return [MRStep(mapper=self.mapper_spread_lines, **work_on)]

    def _runner_class(self) -> Any:
        """Return the runner of `-r`; ours for `local`, which can be interrupted, for `inline`, which sorts in
        little memory, and for `spark`, which makes its folder."""
        if self.options.runner == "local":
            from s3distversions.local import LocalRunner  # tasks need none

            return LocalRunner
        if self.options.runner in (None, "inline"):
            from s3distversions.inline import InlineRunner

            return InlineRunner
        if self.options.runner == "spark":
            from s3distversions.spark import SparkRunner

            return SparkRunner
        return super()._runner_class()

    def map_pairs(self, pairs: Pairs, step_num: int) -> Pairs:
        """Run a mapper's task: what every runner calls, Spark's too."""
        return self.telling(super().map_pairs(pairs, step_num))

    def reduce_pairs(self, pairs: Pairs, step_num: int) -> Pairs:
        """Run a reducer's task."""
        return self.telling(super().reduce_pairs(pairs, step_num))

    def telling(self, results: Pairs) -> Pairs:
        """Pass a task's results on; leave its error, in words for people, where the command finds it."""
        options = self.options
        try:
            yield from results
        except Exception as error:
            if isinstance(error, S3DistVersionsError):
                tell_failure(options.progress_folder, error)
            if options.failure_file:
                tell_failure_on_cluster(options.failure_file, error)
            raise
        finally:
            if self.task:
                self.task.close()  # inline, the process goes on after a task that failed or was interrupted

    # step 1 of a plan

    def mapper_spread_groups(self, _: None, text: str) -> Pairs:
        """A group of key ranges -> its hash, the group. Lines of the run that is verified go with them."""
        if text.startswith("["):
            yield records.shuffle_key(text), json.loads(text)
        else:
            yield from self.mapper_spread_lines(None, text)

    def reducer_pass_on(self, _: str, groups: Iterable[Any]) -> Pairs:
        """Groups and lines that share a hash -> the same."""
        for group in groups:
            yield None, group

    # step 2 of a plan: list, choose

    def init_choose(self) -> None:
        """Open the threads that list."""
        self.open(tasks.Choosing)

    def mapper_choose(self, _: None, group: Any) -> Pairs:
        """A group of ranges -> the hash of each key that needs an action, its plan line."""
        yield from map(records.spread, self.task.take(group))

    def mapper_choose_final(self) -> Pairs:
        """The rest of what `mapper_choose` yields, and the record of the requests that were sent."""
        yield from map(records.spread, self.task.rest())

    # the end of every phase

    def mapper_spread_lines(self, _: None, text: str) -> Pairs:
        """A line of a plan or of earlier outcomes -> the hash of its key, the line. Records are passed over."""
        line = records.loads(text)
        if line and "key" in line:
            yield records.spread(line)

    def init_work_on(self) -> None:
        """Open the threads of the phase's last step."""
        self.open(PHASES[self.options.phase])

    def reducer_work_on(self, _: str, lines: Iterable[records.Line]) -> Pairs:
        """Lines that share a hash -> lines of the plan, outcomes, or what is wrong; records as they are."""
        for line in self.task.take(lines):
            yield None, line

    def reducer_work_on_final(self) -> Pairs:
        """The rest of what `reducer_work_on` yields, and the record of the requests that were sent."""
        for line in self.task.rest():
            yield None, line

    def open(self, kind: type[tasks.Task]) -> None:
        """Begin the work of a task."""
        options = self.options
        given = tasks.Given(options.phase, options.parameters_file, options.progress_folder, self.set_status)
        self.task = kind(given)


def main() -> None:
    """Run the command line with this job."""
    from s3distversions.cli import main as command_line

    sys.exit(command_line(RestoreVersions))


if __name__ == "__main__":
    if TASK_SWITCHES & set(sys.argv):
        RestoreVersions.run()
    else:
        main()
