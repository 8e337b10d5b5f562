"""The lines of a plan and of earlier outcomes -> what is left to be done, one action a key.

The plan is the journal; outcomes only spare the asking. A killed attempt's outcomes are lost although its
writes happened: its keys are tried again, and the condition of each write finds that it is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from s3distversions.errors import S3DistVersionsError
from s3distversions.model import ALREADY, DONE
from s3distversions.parameters import Parameters
from s3distversions.records import PLAN_HINT, Line, doubled, is_outcome, read_action
from s3distversions.writing import Planned, planned


def left(lines: Iterable[Line], parameters: Parameters) -> Iterator[Line | Planned]:
    """Yield, for each key in `lines` (all lines of a few keys, in any order), what is left of it.

    A Planned where it is to be carried out; an outcome, `already`, where an earlier attempt has done it;
    records of tasks as they are. S3DistVersionsError if the plan wants two different things of one key, which
    shows only here, where all lines of a key meet: neither is done, whatever became of other keys.
    """
    plans: dict[str, Line] = {}
    finished: dict[str, Line] = {}
    doubles = 0
    for line in lines:
        key = line.get("key")
        if key is None:
            yield line
            continue
        if not is_outcome(line):
            doubles += key in plans
            if plans.setdefault(key, line) != line:
                raise S3DistVersionsError(f"the plan holds two different lines of {key!r}", PLAN_HINT)
        elif line["status"] in (DONE, ALREADY):
            is_new = line.pop("probed", False)  # done by this very command: see `rehearsal`
            finished[key] = line if is_new else {**line, "status": ALREADY, "looked_at": False}
    for key, line in plans.items():
        yield finished.get(key) or planned(key, read_action(line, parameters.src), parameters)
    if doubles:
        yield doubled(doubles)
