"""`-r emr` with emr/mrjob.conf: what mrjob asks EMR for, and a whole restore, with moto's EMR and the embedded S3."""

import json
import re
from string import Template

import boto3
import pytest
from botocore.client import BaseClient
from s3distversions.jobs.restore import RestoreVersions

from s3distversions import client
from s3distversions.cli import main
from s3distversions.location import Location
from s3distversions.parameters import Parameters
from tests.command import current_state
from tests.emr.deploying import EMR
from tests.emr.nodes import Nodes, values
from tests.permissions.role import T

QUICK = ("--check-cluster-every", "0.01")


@pytest.fixture
def conf(tmp_path, moto):
    """mrjob.conf, filled in as the README does it."""
    path = tmp_path / "mrjob.conf"
    subnet = boto3.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    text = Template((EMR / "mrjob.conf").read_text())
    path.write_text(text.substitute(REGION="us-east-1", SUBNET=subnet, WORK="runs"))
    return str(path)


@pytest.fixture
def nodes(moto, s3, owner, monkeypatch):
    """Steps are carried out when they are added; S3 is the embedded one, all else is moto."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3.endpoint)
    nodes = Nodes(s3.endpoint)
    with nodes.carried_out(monkeypatch):
        yield nodes


@pytest.fixture
def asked(monkeypatch):
    """{operation: [parameters]} of what boto3 was asked for."""
    calls, call = {}, BaseClient._make_api_call

    def listen(client, operation, parameters):
        calls.setdefault(operation, []).append(parameters)
        return call(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", listen)
    return calls


@pytest.fixture
def job(nodes, owner, conf, tmp_path):
    """A plan, run by mrjob itself, into s3://runs/out."""
    parameters = tmp_path / "parameters.json"
    parameters.write_text(json.dumps(Parameters(Location("mybucket", "p"), T, endpoint_url=None).to_json()))
    owner.put_object(Bucket="runs", Key="ranges.jsonl", Body=b'[[0, "p/", "", null]]\n')
    words = [
        "-r",
        "emr",
        "--conf-path",
        conf,
        *QUICK,
        "--phase",
        "plan",
        "--parameters-file",
        str(parameters),
    ]
    return RestoreVersions(args=[*words, "--output-dir", "s3://runs/out", "s3://runs/ranges.jsonl"])


def test_what_mrjob_asks_for(job, nodes, asked, aws):
    """All that mrjob.conf says gets to EMR, when the cluster is made; and both steps at once."""
    with job.make_runner() as runner:
        runner.run()
    (cluster,) = asked["RunJobFlow"]
    assert cluster["ReleaseLabel"] == "emr-7.13.0" and cluster["Applications"] == [{"Name": "Hadoop"}]
    assert (cluster["JobFlowRole"], cluster["ServiceRole"]) == (
        "s3distversions-node",
        "s3distversions-service",
    )
    assert cluster["Tags"] == [{"Key": "for-use-with-amazon-emr-managed-policies", "Value": "true"}]
    assert cluster["AutoTerminationPolicy"] == {"IdleTimeout": 3600}
    assert cluster["ManagedScalingPolicy"]["ComputeLimits"]["MaximumCapacityUnits"] == 8
    (action,) = cluster["BootstrapActions"]
    path, folder = "s3://runs/package/bootstrap.sh", "s3://runs/package"
    assert action["ScriptBootstrapAction"] == {"Path": path, "Args": [folder]}
    assert "CreateRole" not in asked and "CreateInstanceProfile" not in asked

    (added,) = asked["AddJobFlowSteps"]
    listed = aws("emr", "list-steps", "--cluster-id", added["JobFlowId"])["Steps"]
    assert [each["Config"]["Args"] for each in reversed(listed)] == [
        each["HadoopJarStep"]["Args"] for each in added["Steps"]
    ]
    for number, each in enumerate(added["Steps"]):
        words = each["HadoopJarStep"]["Args"]
        assert each["HadoopJarStep"]["Jar"] == "command-runner.jar" and words[0] == "hadoop-streaming"
        assert {"mapreduce.map.speculative=false", "mapreduce.reduce.speculative=false"} <= {
            *values(words, "-D")
        }
        (shipped,) = values(words, "-files")
        assert {each.split("#")[1] for each in shipped.split(",")} == {"parameters.json", "restore.py"}
        for kind in ("mapper", "reducer"):
            ((program, *rest),) = map(str.split, values(words, f"-{kind}"))
            assert program == "python3.11" and rest[:3] == ["restore.py", f"--step-num={number}", f"--{kind}"]
    assert [values(each["HadoopJarStep"]["Args"], "-output")[0][:5] for each in added["Steps"]] == [
        "hdfs:",
        "s3://",
    ]


@pytest.fixture
def restored(nodes, s3, conf, asked, monkeypatch, tmp_path, capsys):
    """A restore by the command; returns its exit code, and what it has printed."""
    monkeypatch.chdir(tmp_path)
    client._make.cache_clear()
    words = [
        "--src",
        "s3://mybucket/p",
        "--restore-time",
        T,
        "--delete",
        "--version-info-output",
        "s3://runs/run",
    ]
    words += ["--endpoint-url", s3.endpoint, "-r", "emr", "--conf-path", conf, *QUICK, "--json"]
    yield main(RestoreVersions, words), *capsys.readouterr()
    client._make.cache_clear()


def test_a_restore_by_the_command(restored, s3, nodes):
    code, out, err = restored
    assert code == 0, err
    assert current_state(s3, "mybucket") == {f"p/{name}": b"then" for name in ("over", "gone", "twin")}
    assert json.loads(out)["outcomes"]["done"] == 3
    phases = [
        re.search(r"--phase (\S+)", " ".join(each["hadoop_jar_step"]["Args"]))[1] for each in nodes.steps
    ]
    assert phases == ["plan", "plan", "apply"]


def test_one_cluster_for_all_jobs(restored, asked, aws):
    assert restored[0] == 0 and len(asked["RunJobFlow"]) == 1
    (cluster,) = aws("emr", "list-clusters")["Clusters"]
    assert cluster["Status"]["State"] == "TERMINATED"
