"""Runs the state machine of emr/transient.yaml against EMR's API: moto knows none of its three services.

Only what that machine uses: tasks in a row, Parameters, ResultPath, Catch of everything, Fail. A name of a parameter
that EMR does not know is an error of boto3.
"""

import json

from tests.emr import deploying


class TaskFailed(Exception):
    """A task ended as failed."""


def definition(found, names):
    """The machine of the resource's properties, as Step Functions gets it; `names` are the stack's."""
    found = deploying.filled(found, names)
    text = json.dumps(found["Definition"])
    return json.loads(deploying.filled({"Fn::Sub": text}, found["DefinitionSubstitutions"]))


def run(machine, given, emr, waited):
    """Run a machine from its input; returns whether it ended well, and the names of the states that it met.

    waited(cluster id, step id) is called where it waits for the step; TaskFailed from it fails the task.
    """
    name, data, met = machine["StartAt"], given, []
    while True:
        state = machine["States"][name]
        met.append(name)
        if state["Type"] == "Fail":
            return False, met
        try:
            result = task(state, data, emr, waited)
            if (path := state.get("ResultPath", "$")) is not None:
                data = result if path == "$" else {**data, path.removeprefix("$."): result}
        except TaskFailed as error:
            (caught,) = state["Catch"]
            assert caught["ErrorEquals"] == ["States.ALL"]
            data = {**data, caught["ResultPath"].removeprefix("$."): str(error)}
            name = caught["Next"]
            continue
        if state.get("End"):
            return True, met
        name = state["Next"]


def task(state, data, emr, waited):
    """What a task returns."""
    parameters = filled(state["Parameters"], data)
    kind = state["Resource"].removeprefix("arn:aws:states:::elasticmapreduce:")
    if kind == "createCluster.sync":
        return {"ClusterId": emr.run_job_flow(**parameters)["JobFlowId"]}
    cluster = parameters.pop("ClusterId")
    if kind == "addStep.sync":
        (step,) = emr.add_job_flow_steps(JobFlowId=cluster, Steps=[parameters.pop("Step")])["StepIds"]
        waited(cluster, step)
        assert not parameters
        return {"StepId": step}
    assert kind == "terminateCluster.sync" and not parameters
    return emr.terminate_job_flows(JobFlowIds=[cluster])


def filled(value, data):
    """Parameters with what `name.$` points to."""
    if isinstance(value, list):
        return [filled(each, data) for each in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for name, each in value.items():
        if name.endswith(".$"):
            at = data
            for part in each.removeprefix("$.").split("."):
                at = at[part]
            found[name.removesuffix(".$")] = at
        else:
            found[name] = filled(each, data)
    return found
