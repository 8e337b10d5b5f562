"""A Python whose task dies: `python dying.py HALF STEP AFTER FOLDER the-job...` in the place of the nodes' Python.

The first attempt of each task of that half ("mapper" or "reducer") of that step is killed, with no chance to say
anything, when it has yielded so many lines; each death leaves a file in the folder. Hadoop tells a task which
attempt it is:
https://hadoop.apache.org/docs/r3.4.2/hadoop-streaming/HadoopStreaming.html#How_do_I_get_the_Job_variables
"""

import os
import runpy
import signal
import sys
from pathlib import Path

from s3distversions.tasks import CarryingOut, Choosing

ATTEMPT = os.environ.get("mapreduce_task_attempt_id", "")  # noqa: SIM112 - so Hadoop writes it


def die_after(number: int, folder: str) -> None:
    """Let the tasks that list or write die at their line of that number."""
    left = iter(range(number))

    def dying(method):
        def yielding(*arguments):
            for line in method(*arguments):
                if next(left, None) is None:
                    Path(folder, ATTEMPT).touch()
                    os.kill(os.getpid(), signal.SIGKILL)
                yield line

        return yielding

    for kind in (Choosing, CarryingOut):
        kind.take, kind.rest = dying(kind.take), dying(kind.rest)


if __name__ == "__main__":
    half, step, number, folder, *sys.argv = sys.argv[1:]
    is_due = {f"--{half}", f"--step-num={step}"} <= {*sys.argv}
    if is_due and ATTEMPT.endswith("_0"):
        die_after(int(number), folder)
    runpy.run_path(sys.argv[0], run_name="__main__")
