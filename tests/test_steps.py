"""The steps of the job's phases: what Hadoop, Spark and a hasty hand could do to them."""

import pytest
from s3distversions.jobs.restore import PHASES, RestoreVersions

STEPS = {"plan": 2, "one-job": 2, "verify": 2, "apply": 1, "undo": 1, "verify-undo": 1}


def description(phase):
    """What mrjob makes of the phase's steps."""
    with RestoreVersions(args=["/dev/null", "--no-conf", "--phase", phase]).make_runner() as runner:
        return runner._get_steps()


@pytest.mark.parametrize("phase", PHASES)
def test_no_step_has_settings_of_its_own(phase):
    """On Spark mrjob silently drops a step whose settings are not those of the one before."""
    steps = description(phase)
    assert len(steps) == STEPS[phase]
    assert all("jobconf" not in step for step in steps)


@pytest.mark.parametrize("phase", PHASES)
def test_every_step_shuffles(phase):
    """So that the number of reducers may be a setting of the whole job; it would give a step without any a reducer."""
    assert all({"mapper", "reducer"} <= step.keys() for step in description(phase))


@pytest.mark.parametrize("runner", ["hadoop", "emr", "spark"])
def test_no_task_has_a_second_attempt_beside_it(runner):
    job = RestoreVersions(args=["-r", runner, "--no-conf"])
    assert job.jobconf()["mapreduce.map.speculative"] == "false"
    assert job.jobconf()["mapreduce.reduce.speculative"] == "false"
    assert job.hadoop_input_format() is None
