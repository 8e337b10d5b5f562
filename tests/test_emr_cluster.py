"""`-r emr`: one cluster for all jobs of a command, which is ended whatever becomes of them, or of making it."""

import logging

import pytest

from s3distversions.emr_cluster import EmrCluster
from s3distversions.errors import S3DistVersionsError


class Runner:
    """mrjob's runner: makes a cluster, says so, and tags it, which may go wrong."""

    def __init__(self, of):
        self.of = of
        self._opts = {"cluster_id": of.cluster_id, "pool_clusters": None}

    def make_persistent_cluster(self):
        if self.of.refused:
            raise RuntimeError("AccessDenied: RunJobFlow")
        self.of.made += 1
        logging.getLogger("mrjob.emr").info("Created new cluster %s", f"j-{self.of.made}")
        if self.of.untagged:
            raise self.of.untagged

    def get_cluster_id(self):
        return f"j-{self.of.made}"

    def make_emr_client(self):
        return self

    def terminate_job_flows(self, JobFlowIds):
        if self.of.immortal:
            raise RuntimeError("AccessDenied: TerminateJobFlows")
        self.of.ended += JobFlowIds

    def cleanup(self, mode):
        self.of.cleaned = mode


class Jobs:
    """What stands for the class of the job, and for EMR."""

    def __init__(self, cluster_id=None, refused=False, untagged=None, immortal=False):
        self.cluster_id, self.refused, self.untagged, self.immortal = cluster_id, refused, untagged, immortal
        self.made, self.ended = 0, []

    def __call__(self, args):
        return self

    def make_runner(self):
        return Runner(self)


def test_one_for_all_jobs():
    jobs = Jobs()
    cluster = EmrCluster(jobs, "emr", [])
    assert cluster.args() == cluster.args() == ["--cluster-id", "j-1"]
    cluster.end()
    cluster.end()
    assert (jobs.made, jobs.ended, jobs.cleaned) == (1, ["j-1"], ["TMP"])


@pytest.mark.parametrize("runner, cluster_id", [("hadoop", None), ("inline", None), ("emr", "j-OTHER")])
def test_none_is_made_nor_ended(runner, cluster_id):
    jobs = Jobs(cluster_id)
    cluster = EmrCluster(jobs, runner, [])
    assert cluster.args() == []
    cluster.end()
    assert (jobs.made, jobs.ended) == (0, [])


@pytest.mark.parametrize("untagged", [RuntimeError("AccessDenied: AddTags"), KeyboardInterrupt()])
def test_one_that_is_there_and_not_tagged_is_ended(untagged):
    """mrjob tells nobody of it, but in its log."""
    jobs = Jobs(untagged=untagged)
    cluster = EmrCluster(jobs, "emr", [])
    with pytest.raises((S3DistVersionsError, KeyboardInterrupt)):
        cluster.args()
    cluster.end()
    assert jobs.ended == ["j-1"]


def test_one_that_cannot_be_made():
    jobs = Jobs(refused=True)
    cluster = EmrCluster(jobs, "emr", [])
    with pytest.raises(S3DistVersionsError, match="the cluster could not be made: AccessDenied: RunJobFlow"):
        cluster.args()
    cluster.end()
    assert jobs.ended == []


def test_one_that_cannot_be_ended():
    cluster = EmrCluster(Jobs(immortal=True), "emr", [])
    cluster.args()
    with pytest.raises(S3DistVersionsError, match="the cluster j-1 could not be ended") as raised:
        cluster.end()
    assert raised.value.hint.endswith("aws emr terminate-clusters --cluster-ids j-1")
