"""What can be seen in the files of emr/ themselves: the linter, and what is said twice and must be the same."""

import json
import subprocess
import sys
from datetime import datetime, timezone
from string import Template

import pytest
import yaml

from s3distversions import timestamps
from tests.emr import state_machine
from tests.emr.deploying import DESTINATION, EMR, SOURCE, TEMPLATES, WORK, filled, properties, step, template

NAMES = {
    "Roles": "s3distversions",
    "WorkBucket": WORK,
    "Source": SOURCE,
    "Destination": DESTINATION,
    "Subnet": "subnet-1",
    "InstanceType": "m7g.xlarge",
    "MostNodes": 8,
    "Cluster": "j-1",
    "Machine": "arn:machine",
    "DailyCopy": "ENABLED",
    "NightlyDrill": "ENABLED",
    "MachineRole.Arn": "arn:role",
    "SchedulerRole.Arn": "arn:role",
    "AWS::Partition": "aws",
}
SCHEDULES = [
    ("cluster.yaml", "DailyCopySchedule"),
    ("cluster.yaml", "NightlyDrillSchedule"),
    ("transient.yaml", "DailyCopySchedule"),
]


def arguments(name, schedule):
    """The words of the command that a schedule has run."""
    given = json.loads(filled(properties(name, schedule), NAMES)["Target"]["Input"])
    return given["Args"] if "Args" in given else given["Steps"][0]["HadoopJarStep"]["Args"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_cfn_lint_has_nothing_to_say(path):
    command = [sys.executable, "-c", "from cfnlint.runner import main; main()", path]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_there_are_all_three():
    assert [path.name for path in TEMPLATES] == ["cluster.yaml", "roles.yaml", "transient.yaml"]


def test_schedules_run_the_step_of_step_json():
    given = json.loads(filled(properties("cluster.yaml", "DailyCopySchedule"), NAMES)["Target"]["Input"])
    ((of_schedule,), of_file) = given["Steps"], step()
    assert of_schedule.pop("HadoopJarStep") == {"Jar": of_file.pop("Jar"), "Args": of_file.pop("Args")}
    assert of_file.pop("Type") == "CUSTOM_JAR" and of_schedule == of_file
    assert arguments("transient.yaml", "DailyCopySchedule") == step()["Args"]


@pytest.mark.parametrize(("name", "schedule"), SCHEDULES)
def test_no_schedule_restores_in_place_or_to_a_fixed_time(name, schedule):
    words = arguments(name, schedule)
    assert words[0] == "/usr/local/bin/s3distversions"
    assert "plan" in words[1:2] or f"--dest={DESTINATION}" in words
    (time,) = [word.removeprefix("--restore-time=") for word in words if word.startswith("--restore-time=")]
    now = datetime(2026, 1, 2, tzinfo=timezone.utc)
    assert timestamps.moment(time, now, "--restore-time") == "2026-01-01T00:00:00Z"
    assert template(name)["Rules"]["NeverInPlace"]["Assertions"][0]["Assert"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "Source"}, {"Ref": "Destination"}]}]
    }


def test_the_cluster_outlives_the_day_between_two_steps():
    """Or the second would be added to a cluster that has ended."""
    assert properties("cluster.yaml", "Cluster")["AutoTerminationPolicy"]["IdleTimeout"] > 24 * 3600


def instances(groups):
    return {
        (each["InstanceRole"], each["InstanceType"], each["InstanceCount"], each["Market"]) for each in groups
    }


def test_all_ways_make_the_same_cluster():
    """That which stays, that of a state machine, and that of `-r emr`."""
    stays = filled(properties("cluster.yaml", "Cluster"), NAMES)
    machine = state_machine.definition(properties("transient.yaml", "Machine"), NAMES)
    transient = machine["States"]["CreateCluster"]["Parameters"]
    text = Template((EMR / "mrjob.conf").read_text())
    emr = yaml.safe_load(text.substitute(REGION="us-east-1", SUBNET="subnet-1", WORK=WORK))["runners"]["emr"]

    alike = (
        "ReleaseLabel",
        "Applications",
        "ServiceRole",
        "JobFlowRole",
        "LogUri",
        "BootstrapActions",
        "Tags",
    )
    alike += ("ManagedScalingPolicy",)
    assert {name: transient[name] for name in alike} == {name: stays[name] for name in alike}
    action = stays["BootstrapActions"][0]["ScriptBootstrapAction"]
    assert emr["bootstrap_actions"] == [" ".join([action["Path"], *action["Args"]])]
    assert [{"Name": name} for name in emr["applications"]] == stays["Applications"]
    names = {"release_label": "ReleaseLabel", "iam_service_role": "ServiceRole", "cloud_log_dir": "LogUri"}
    names["iam_instance_profile"] = "JobFlowRole"
    assert {name: emr[name] for name in names} == {name: stays[other] for name, other in names.items()}
    more = emr["extra_cluster_params"]
    assert more == {
        name: transient[name] for name in ("Tags", "ManagedScalingPolicy", "AutoTerminationPolicy")
    }

    groups = [
        {"InstanceRole": "MASTER", **stays["Instances"]["MasterInstanceGroup"]},
        {"InstanceRole": "CORE", **stays["Instances"]["CoreInstanceGroup"]},
        *({"InstanceRole": "TASK", **each} for each in stays["Instances"]["TaskInstanceGroups"]),
    ]
    assert instances(groups) == instances(transient["Instances"]["InstanceGroups"])
    assert instances(groups) == instances(emr["instance_groups"])
    assert {each[0] for each in instances(groups) if each[3] == "SPOT"} == {"TASK"}
