"""`-r emr`: one cluster of Elastic MapReduce for all jobs of a command, where mrjob would make one for each."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from s3distversions.cluster_log import ClusterLog
from s3distversions.errors import S3DistVersionsError
from s3distversions.launch import silence_mrjob

HINT = "See mrjob's documentation of -r emr, and emr/README.md; does the role have the permissions?"


class EmrCluster:
    """A cluster that is made when the first job needs it, unless the user names one; `end` ends what was made."""

    def __init__(self, job_class: Any, runner: str, passed_on: Sequence[str]):
        self._job_class = job_class
        self._runner = runner
        self._passed_on = passed_on
        self._made: Any = None  # mrjob's runner that has made it
        self._ids: list[str] = []

    def args(self) -> list[str]:
        """Return what tells a job which cluster to run on. S3DistVersionsError if none can be made."""
        if self._runner != "emr":
            return []
        if self._made is None:
            silence_mrjob()
            try:
                made = self._job_class(args=[os.devnull, *self._passed_on]).make_runner()
                if made._opts["cluster_id"] or made._opts["pool_clusters"]:
                    return []  # the user's own
                self._made = made
                with ClusterLog() as log:
                    try:
                        made.make_persistent_cluster()
                    finally:
                        self._ids = log.clusters  # mrjob itself knows of none before it has tagged it
            except Exception as error:  # mrjob's, botocore's
                raise S3DistVersionsError(f"the cluster could not be made: {error}", HINT) from error
        return ["--cluster-id", self._made.get_cluster_id()] if self._ids else []

    def end(self) -> None:
        """End the cluster that was made, whatever became of its jobs; it costs as long as it is there."""
        if self._made is None:
            return
        made, self._made = self._made, None
        ids = " ".join(self._ids)
        try:
            if ids:
                made.make_emr_client().terminate_job_flows(JobFlowIds=self._ids)
            made.cleanup(["TMP"])
        except Exception as error:
            hint = f"It costs as long as it is there: aws emr terminate-clusters --cluster-ids {ids}"
            raise S3DistVersionsError(f"the cluster {ids} could not be ended: {error}", hint) from error
