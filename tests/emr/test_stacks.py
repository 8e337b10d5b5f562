"""The stacks, the cluster and its steps, made by the real AWS CLI against moto's server."""

import ast
import json

import boto3
import pytest

from tests.emr import state_machine
from tests.emr.deploying import DESTINATION, ELSEWHERE, SOURCE, WORK, deploy, filled, properties, step
from tests.emr.policies import grants, policies

TAG = {"Key": "for-use-with-amazon-emr-managed-policies", "Value": "true"}
COMMAND, SRC, TIME, _, _, *MORE = step()["Args"]
DRILL = [COMMAND, "plan", SRC, TIME, "--version-info-output=s3://runs/runs/drills/", *MORE]
POLICIES = policies(**ELSEWHERE)  # now: moto forgets all that its server has, where it is used in process
PLACES = {"WorkBucket": WORK, "Source": SOURCE, "Destination": DESTINATION}


@pytest.fixture
def roles(aws):
    return deploy(aws, "s3distversions", "roles.yaml", **ELSEWHERE)


@pytest.fixture
def subnet(aws):
    return aws("ec2", "describe-subnets")["Subnets"][0]["SubnetId"]


@pytest.fixture
def cluster(aws, roles, subnet):
    return deploy(aws, "s3distversions-cluster", "cluster.yaml", **PLACES, Subnet=subnet)


def inline(aws, role, policy):
    """A policy that a role has of its own; moto has kept it as Python writes it."""
    found = aws("iam", "get-role-policy", "--role-name", role, "--policy-name", policy)["PolicyDocument"]
    return ast.literal_eval(found) if isinstance(found, str) else found


def test_the_roles(aws, roles):
    """Nodes may what the verbs may, and read the package; EMR may what the v2 policy allows, with these nodes."""
    attached = aws("iam", "list-attached-role-policies", "--role-name", "s3distversions-node")
    attached = {each["PolicyArn"] for each in attached["AttachedPolicies"]}
    assert attached == {name for name in roles.values() if name.startswith("arn:aws:iam::")}
    assert len(attached) == len(POLICIES)
    assert grants(inline(aws, "s3distversions-node", "node")) == {
        ("s3:GetObject", "arn:aws:s3:::runs/package/*"),
        ("s3:GetObject", "arn:aws:s3:::runs/tmp/*"),
        ("s3:PutObject", "arn:aws:s3:::runs/logs/*"),
        ("s3:DeleteObject", "arn:aws:s3:::runs/runs/*"),
        ("s3:AbortMultipartUpload", "arn:aws:s3:::runs/runs/*"),
    }
    # moto's CloudFormation attaches no policies of AWS.
    assert properties("roles.yaml", "ServiceRole")["ManagedPolicyArns"] == [
        {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2"}
    ]
    (passed,) = inline(aws, "s3distversions-service", "nodes")["Statement"]
    node = aws("iam", "get-role", "--role-name", "s3distversions-node")["Role"]["Arn"]
    assert (passed["Action"], passed["Resource"]) == ("iam:PassRole", node)


def test_the_cluster_and_a_step(aws, cluster, subnet):
    """As far as moto has it: instances, bootstrap actions, scaling and auto-termination it passes over."""
    made = aws("emr", "describe-cluster", "--cluster-id", cluster["Cluster"])["Cluster"]
    assert made["ReleaseLabel"] == "emr-7.13.0" and made["LogUri"] == "s3://runs/logs/"
    assert made["ServiceRole"] == "s3distversions-service" and made["Tags"] == [TAG]
    assert made["Ec2InstanceAttributes"]["IamInstanceProfile"] == "s3distversions-node"
    assert made["Ec2InstanceAttributes"]["Ec2SubnetId"] == subnet
    aws("emr", "add-steps", "--cluster-id", cluster["Cluster"], "--steps", json.dumps([step()]))
    (added,) = aws("emr", "list-steps", "--cluster-id", cluster["Cluster"])["Steps"]
    assert (added["Config"]["Jar"], added["Config"]["Args"]) == ("command-runner.jar", step()["Args"])
    assert added["ActionOnFailure"] == "CONTINUE"


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("DailyCopySchedule", step()["Args"]),
        ("NightlyDrillSchedule", DRILL),
    ],
)
def test_schedules_add_steps(aws, moto, cluster, schedule, words):
    """moto's CloudFormation knows no schedules: it is made by the CLI, and its call is sent as Scheduler sends it."""
    role = aws("iam", "get-role", "--role-name", cluster["SchedulerRole"])["Role"]["Arn"]
    names = {**PLACES, "Cluster": cluster["Cluster"], "AWS::Partition": "aws", "SchedulerRole.Arn": role}
    names |= {"DailyCopy": "ENABLED", "NightlyDrill": "ENABLED"}
    given = {"Name": schedule, **filled(properties("cluster.yaml", schedule), names)}
    aws("scheduler", "create-schedule", "--cli-input-json", json.dumps(given))
    target = aws("scheduler", "get-schedule", "--name", schedule)["Target"]
    assert target["Arn"] == "arn:aws:scheduler:::aws-sdk:emr:addJobFlowSteps" and target["RoleArn"] == role
    boto3.client("emr").add_job_flow_steps(**json.loads(target["Input"]))
    (added,) = aws("emr", "list-steps", "--cluster-id", cluster["Cluster"])["Steps"]
    assert (added["Config"]["Jar"], added["Config"]["Args"]) == ("command-runner.jar", words)


def test_the_scheduler_may_add_steps_to_this_cluster_only(aws, cluster):
    document = inline(aws, cluster["SchedulerRole"], "add-steps")
    arn = f"arn:aws:elasticmapreduce:us-east-1:123456789012:cluster/{cluster['Cluster']}"
    assert grants(document) == {("elasticmapreduce:AddJobFlowSteps", arn)}


@pytest.mark.parametrize("ends_well", [True, False])
def test_a_cluster_for_one_step(aws, moto, roles, subnet, ends_well):
    """The state machine ends its cluster, whatever became of the step."""
    machine = deploy(aws, "s3distversions-transient", "transient.yaml", **PLACES, Subnet=subnet)
    (made,) = aws("stepfunctions", "list-state-machines")["stateMachines"]
    assert made["stateMachineArn"] == machine["Machine"]
    # moto does not keep the definition, where it is no text: it is that of the template.
    names = {**PLACES, "Roles": "s3distversions", "Subnet": subnet, "InstanceType": "m7g.xlarge"}
    names["MachineRole.Arn"] = aws("iam", "get-role", "--role-name", machine["MachineRole"])["Role"]["Arn"]
    seen = []

    def waited(cluster, step_id):
        about = aws("emr", "describe-step", "--cluster-id", cluster, "--step-id", step_id)["Step"]
        groups = aws("emr", "describe-cluster", "--cluster-id", cluster)["Cluster"]["InstanceGroups"]
        seen.append(
            (cluster, about["Config"]["Args"], {each["InstanceGroupType"]: each["Market"] for each in groups})
        )
        if not ends_well:
            raise state_machine.TaskFailed("FAILED")

    definition = state_machine.definition(properties("transient.yaml", "Machine"), names)
    ended, met = state_machine.run(definition, {"Args": step()["Args"]}, boto3.client("emr"), waited)
    ((cluster, words, groups),) = seen
    assert ended == ends_well and words == step()["Args"]
    assert groups == {"MASTER": "ON_DEMAND", "CORE": "ON_DEMAND", "TASK": "SPOT"}
    last = ["Terminate"] if ends_well else ["TerminateAfterFailure", "Failed"]
    assert met == ["CreateCluster", "AddStep", *last]
    state = aws("emr", "describe-cluster", "--cluster-id", cluster)["Cluster"]["Status"]["State"]
    assert state == "TERMINATED"
