"""How long a restore takes and what it costs, from what one page and one write take and what limits both. Pure.

A phase, listing or writing, lasts as long as the narrowest of its limits makes it last: CPU, requests in flight, S3;
and a task that writes does not begin at full speed.
What does not depend on how much there is to do comes on top. `scale_check` holds this beside real runs.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from s3distversions.prices import in_dollars
from s3distversions.rate import GROWTH_SECONDS
from s3distversions.rate import START as WRITES_AT_FIRST
from s3distversions.stealing import FORESEEN, HALF_A_PAGE, WASTE_A_PAGE

# Requests a second that each partition of the keys takes, a LIST being a GET; there may be more than one:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
LISTS_A_SECOND, WRITES_A_SECOND = 5500.0, 3500.0
CPU, IN_FLIGHT, PACE, S3, COMMAND, START = "CPU", "in flight", "pace", "S3", "the command", "start"
# Requests that a command waits for one after the other, before it lists, and between that and the writes.
ALONE_TO_PLAN, ALONE_TO_WRITE = 4, 6
# Threads get work by cutting what others list, and may cut only as often as `stealing` allows: so the number of those
# that have work grows by this share with each page that one of them waits for, and a piece has so many pages as a rule.
GROWTH_A_PAGE = WASTE_A_PAGE * (1 + FORESEEN) / HALF_A_PAGE
PAGES_A_PIECE = 14
DELETED_TOGETHER = 250  # keys in a request: `deletes.BATCH`
PAGES_A_RANGE = 10  # at least, of those that the scope is cut in
TASK_START = 5.0  # seconds until a task in a slot has begun: a JVM, and in it Python


class Work(NamedTuple):
    """What there is to do. versions: entries to be listed; copies, deletes: keys; a delete marker counts as one."""

    versions: float
    copies: float = 0
    deletes: float = 0

    @property
    def keys(self) -> float:
        """Keys to be written."""
        return self.copies + self.deletes


class Costs(NamedTuple):
    """Seconds of CPU on one core; served_: of a stand-in for S3 on the same machine, which AWS does not have.

    line: of the command itself, for a key of the plan, while no task is at work.
    """

    page: float
    copy: float
    delete: float = 0.0
    line: float = 0.0
    served_page: float = 0.0
    served_copy: float = 0.0
    pages_a_version: float = 0.00105


class Setup(NamedTuple):
    """On what it runs. cores, slots: of a node; a slot is for a task. lists, writes: requests in flight in a task.

    listing_tasks: that the listing is split in. actions_a_task, most_writing_tasks: the same of writes. uneven: the
    task that gets most of the keys gets so many times the mean. ranges: that the command cuts the keys in before; 1:
    it does not. Seconds: page_wait, write_wait, probe_wait until S3 replies to a page, a write, a probe of a cut;
    task_start of a further task in a slot; start of everything, however little there is to do. container: seconds of
    CPU that it takes to start and end a task of a cluster, a JVM and Python, over those of the start of everything.
    """

    nodes: int
    cores: int
    slots: int
    listing_tasks: int
    actions_a_task: float
    most_writing_tasks: int
    lists: int = 32
    writes: int = 32
    ranges: int = 1
    uneven: float = 1.0
    partitions: int = 1
    page_wait: float = 0.0
    write_wait: float = 0.0
    probe_wait: float = 0.0
    task_start: float = 0.0
    container: float = 0.0
    start: float = 0.0

    def writing_tasks(self, keys: float) -> int:
        """Return in how many tasks so many keys are written."""
        return max(1, min(math.ceil(keys / self.actions_a_task), self.most_writing_tasks))

    def further_containers(self, keys: float) -> int:
        """Return how many a cluster starts besides those of a job with one task in each half step.

        A listing has reducers that spread, mappers that list, and reducers that settle; an apply has a mapper for each
        of the plan's files, and its reducers.
        """
        listing = 3 * (self.listing_tasks - 1)
        return listing + (self.listing_tasks - 1 + self.writing_tasks(keys) - 1 if keys else 0)

    def waves(self, tasks: int) -> int:
        """Return how many tasks each slot gets, one after the other."""
        return math.ceil(tasks / (self.nodes * self.slots))


class Phase(NamedTuple):
    """By limit, the seconds for which it alone would make a phase last."""

    limits: dict[str, float]

    @property
    def seconds(self) -> float:
        """How long the phase lasts."""
        return max(self.limits.values())

    @property
    def binds(self) -> str:
        """The limit that makes it last so long."""
        return max(self.limits, key=self.limits.__getitem__)


class Estimate(NamedTuple):
    """What a restore takes. command, start: seconds besides the phases: in one process; of starting and waiting."""

    listing: Phase
    writing: Phase
    command: float
    start: float
    pages: float

    @property
    def parts(self) -> dict[str, float]:
        """The seconds by what they go to."""
        return {
            f"listing: {self.listing.binds}": self.listing.seconds,
            f"writing: {self.writing.binds}": self.writing.seconds,
            COMMAND: self.command,
            START: self.start,
        }

    @property
    def seconds(self) -> float:
        """From the start of the command to its end."""
        return sum(self.parts.values())

    @property
    def binds(self) -> str:
        """What most of the time goes to."""
        return max(self.parts, key=self.parts.__getitem__)


def estimate(work: Work, setup: Setup, costs: Costs) -> Estimate:
    """Return what a plan takes, or, where there is something to write, a whole restore."""
    pages = max(1.0, work.versions * costs.pages_a_version)
    alone = ALONE_TO_PLAN * setup.page_wait + (ALONE_TO_WRITE * setup.write_wait if work.keys else 0)
    cutting = rounds_of_cutting(setup) * setup.probe_wait
    uneven = min(pages, pages_of_few(setup)) * setup.page_wait
    tasks = [setup.listing_tasks, *([setup.writing_tasks(work.keys)] if work.keys else [])]
    waiting = sum(setup.waves(each) - 1 for each in tasks) * setup.task_start
    busy = setup.further_containers(work.keys) * setup.container / (setup.nodes * setup.cores)
    further = max(waiting, busy)
    start = setup.start + alone + cutting + uneven + further
    return Estimate(
        listing(pages, setup, costs), writing(work, setup, costs), work.keys * costs.line, start, pages
    )


def listing(pages: float, setup: Setup, costs: Costs) -> Phase:
    """Return how long the listing lasts. A task does not take from what another lists."""
    tasks = setup.listing_tasks
    waits = setup.page_wait + costs.page + costs.served_page
    return Phase({
        CPU: cpu(pages, tasks, costs.page, costs.served_page, setup),
        IN_FLIGHT: pages * largest(tasks, setup) * waits / setup.lists,
        S3: pages / LISTS_A_SECOND / setup.partitions,
    })  # fmt: skip


def writing(work: Work, setup: Setup, costs: Costs) -> Phase:
    """Return how long copies and deletes last; for S3's limit each key is a write, however many a request holds."""
    tasks = setup.writing_tasks(work.keys)
    waits = setup.write_wait + costs.copy + costs.served_copy
    requests = work.copies + work.deletes / DELETED_TOGETHER
    # A task does not begin at full speed (`rate`): the writes a second grow by a factor of e in so many seconds.
    before = WRITES_AT_FIRST * GROWTH_SECONDS
    growing = GROWTH_SECONDS * math.log1p(work.keys * setup.uneven / tasks / before)
    return Phase({
        CPU: cpu(work.copies, tasks, costs.copy, costs.served_copy, setup)
        + cpu(work.deletes, tasks, costs.delete, 0, setup),
        IN_FLIGHT: requests * largest(tasks, setup) * waits / setup.writes,
        PACE: setup.waves(tasks) * growing,
        S3: work.keys / WRITES_A_SECOND / setup.partitions,
    })  # fmt: skip


def largest(tasks: int, setup: Setup) -> float:
    """Return which part of it all the slot does that does most."""
    return setup.uneven * setup.waves(tasks) / tasks


def cpu(number: float, tasks: int, each: float, served: float, setup: Setup) -> float:
    """Return for how many seconds so many requests keep the cores busy, or the core of the task that has most.

    A task is one process of Python, which uses one core; a stand-in for S3 is one too, and shares the cores.
    """
    slots, cores = setup.nodes * setup.slots, setup.nodes * setup.cores
    before = setup.waves(tasks) - 1
    # Of a wave: how many times longer a task takes because it shares its core with others.
    crowded = before * max(1.0, slots / cores) + max(1.0, (tasks - before * slots) / cores)
    own = number * setup.uneven / tasks * each * crowded
    return max(own, number * (each + served) / cores, number * served)


def rounds_of_cutting(setup: Setup) -> int:
    """Return how often the command waits while it cuts the keys: each round has twice as many requests, up to
    as many as may be in flight (`cutting`)."""
    cut = 1
    rounds = int(setup.ranges > 1)  # the first page
    while cut < setup.ranges:
        cut += min(cut, setup.lists)
        rounds += 1
    return rounds


def pages_of_few(setup: Setup) -> float:
    """Return for how many pages, one after the other, not all threads of a task have work.

    At first there are as many pieces as ranges; in the end the last pieces are listed, by one thread each.
    """
    pieces = max(1.0, setup.ranges / setup.listing_tasks)
    return math.log(max(1.0, setup.lists / pieces)) / GROWTH_A_PAGE + PAGES_A_PIECE


def request_dollars(work: Work, pages: float) -> float:
    """Return what S3's requests cost; deletes are free."""
    return in_dollars({"ListObjectVersions": round(pages), "CopyObject": round(work.copies)})


def node_dollars(seconds: float, nodes: int, node_hour: float) -> float:
    """Return what the nodes cost, and one more that runs nothing but the cluster and the command."""
    return (nodes + 1) * node_hour * seconds / 3600
