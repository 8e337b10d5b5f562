"""`-r inline`: mrjob's runner of tasks in this process, whose shuffle does not need all of a plan in memory."""

from __future__ import annotations

from functools import partial
from typing import Any

from mrjob.inline import InlineMRJobRunner
from mrjob.local import _sort_lines_with_sort_bin

# By the reducers' key, and otherwise as it comes; with little memory, and what does not fit in files.
SORT = ["sort", "-t", "\t", "-k", "1,1", "-s", "-S", "32M"]


class InlineRunner(InlineMRJobRunner):  # type: ignore[misc]
    """Sorts as `-r local` does, by the system's `sort`; where there is none, in memory, as mrjob's own would."""

    def _sort_input_func(self) -> Any:
        return partial(_sort_lines_with_sort_bin, sort_bin=SORT, tmp_dir=self._get_local_tmp_dir())
