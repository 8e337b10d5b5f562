"""The policies of emr/roles.yaml, as moto's CloudFormation has made them: (action, resource), in sets."""

from functools import cache

import boto3
from moto import mock_aws

from tests.emr.deploying import EMR


@cache
def policies(**parameters):
    """{logical name: {(action, resource)}} of the policies of roles.yaml, as a stack has them."""
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
    with mock_aws():
        iam = boto3.client("iam", region_name="us-east-1")
        formation = boto3.client("cloudformation", region_name="us-east-1")
        text = (EMR / "roles.yaml").read_text()
        formation.create_stack(StackName="roles", TemplateBody=text, Parameters=given)
        made = formation.describe_stack_resources(StackName="roles")["StackResources"]
        arns = {
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for each in made
            if each.get("ResourceType") == "AWS::IAM::ManagedPolicy"  # None: its condition does not hold
        }
        return {
            name: grants(iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"])
            for name, arn in arns.items()
        }


def grants(document):
    """{(action, resource)} of a policy, which only allows."""
    given = set()
    for statement in document["Statement"]:
        assert statement["Effect"] == "Allow" and statement.keys() == {"Effect", "Action", "Resource"}
        both = [statement[name] for name in ("Action", "Resource")]
        actions, resources = ([each] if isinstance(each, str) else each for each in both)
        given |= {(action, resource) for action in actions for resource in resources}
    return given
