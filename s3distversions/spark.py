"""`-r spark`: mrjob's runner of the same job on Spark, whose tasks are processes of this machine."""

from __future__ import annotations

import os
import sys
from typing import Any

from mrjob.conf import combine_dicts
from mrjob.spark.runner import SparkMRJobRunner


class SparkRunner(SparkMRJobRunner):  # type: ignore[misc]
    """Runs tasks with this Python, and makes the folder that mrjob's own expects somebody to have made."""

    @classmethod
    def _default_opts(cls) -> Any:
        return combine_dicts(
            super()._default_opts(), {"python_bin": [sys.executable], "spark_master": "local[*]"}
        )

    def _run(self) -> None:
        os.makedirs(
            self._spark_tmp_dir, exist_ok=True
        )  # its harness makes a folder in it, without those above
        super()._run()
