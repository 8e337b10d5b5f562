"""The stacks of emr/: made by the real AWS CLI as its README says, and what moto makes of them."""

import json
import re
from pathlib import Path
from string import Template

from cfnlint.decode import decode_str

ROOT = Path(__file__).parent.parent.parent
EMR = ROOT / "emr"
TEMPLATES = sorted(EMR.glob("*.yaml"))
SOURCE, DESTINATION, WORK = "s3://mybucket/p", "s3://elsewhere/d", "runs"
ELSEWHERE = {
    "SourceBucket": "mybucket",
    "SourceObjects": "p/*",
    "DestinationBucket": "elsewhere",
    "DestinationObjects": "d/*",
    "WorkBucket": WORK,
    "Verbs": "all",
    "Deletes": "true",
}
IN_PLACE = {**ELSEWHERE, "DestinationBucket": "mybucket", "DestinationObjects": "p/*"}


def deploy(aws, stack, template, **parameters):
    """Make a stack, as `aws cloudformation deploy` does; returns {logical name: physical name}."""
    given = [f"{name}={value}" for name, value in parameters.items()]
    aws(
        *("cloudformation", "deploy", "--stack-name", stack, "--template-file", str(EMR / template)),
        *("--capabilities", "CAPABILITY_NAMED_IAM", "--parameter-overrides", *given),
    )
    told = aws("cloudformation", "list-stack-resources", "--stack-name", stack)["StackResourceSummaries"]
    # What moto's CloudFormation does not know, schedules, it passes over, without names.
    return {
        each["LogicalResourceId"]: each["PhysicalResourceId"] for each in told if each["LogicalResourceId"]
    }


def template(name):
    """A template as it stands there, its functions in their long form."""
    found, problems = decode_str((EMR / name).read_text())
    assert not problems
    return json.loads(json.dumps(found))


def properties(name, resource):
    return template(name)["Resources"][resource]["Properties"]


def filled(value, names):
    """What CloudFormation makes of Ref, Fn::Sub and Fn::GetAtt, with `names` for what they name."""
    if isinstance(value, list):
        return [filled(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((function, argument),) = value.items()
        if function == "Ref":
            return names[argument]
        if function == "Fn::Sub":
            return re.sub(r"\$\{([^}]+)\}", lambda match: names[match[1]], argument)
        if function == "Fn::GetAtt":
            return names[".".join(argument) if isinstance(argument, list) else argument]
    return {key: filled(each, names) for key, each in value.items()}


def step():
    """The step of step.json, its places filled in as the README does it."""
    text = Template((EMR / "step.json").read_text())
    (found,) = json.loads(text.substitute(SOURCE=SOURCE, DESTINATION=DESTINATION, RUNS=f"s3://{WORK}/runs"))
    return found
