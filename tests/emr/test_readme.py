"""emr/README.md: its commands, as they stand, with the real AWS CLI against moto; and its table of costs."""

import importlib.util
import os
import re
import subprocess

import boto3

from tests.emr import aws_cli
from tests.emr.deploying import EMR, step

README = (EMR / "README.md").read_text()


def commands():
    """Those of the first run, in their order."""
    return re.findall(r"^    (\S.*)$", README.partition("## Which way")[0], re.MULTILINE)


def test_from_nothing_to_the_first_run_in_ten_commands(moto, tmp_path):
    lines = commands()
    assert len(lines) == 10 and lines.count("make emr-package") == 1
    ec2 = boto3.client("ec2")
    (subnet,) = ec2.describe_subnets(Filters=[{"Name": "availability-zone", "Values": ["us-east-1a"]}])[
        "Subnets"
    ]
    # The package is test_bootstrap.py's; here any file stands for it.
    (tmp_path / "dist" / "emr").mkdir(parents=True)
    (tmp_path / "dist" / "emr" / "bootstrap.sh").write_text("#!/bin/sh\n")
    (tmp_path / "emr").symlink_to(EMR)
    script = "\n".join(["set -eux", *lines]).replace("make emr-package", ":")
    script = script.replace("vpc-1", subnet["VpcId"]).replace("subnet-1", subnet["SubnetId"])
    environment = {**os.environ, "PATH": aws_cli.on_path(tmp_path)}
    ended = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    emr = boto3.client("emr")
    (cluster,) = emr.list_clusters()["Clusters"]
    (added,) = emr.list_steps(ClusterId=cluster["Id"])["Steps"]
    places = {
        "mybucket/p": "mybucket/mypath",
        "elsewhere/d": "mybackup/daily",
        "s3://runs/runs/": "s3://mywork/runs/",
    }
    words = " ".join(step()["Args"])
    for ours, told in places.items():
        words = words.replace(ours, told)
    assert added["Config"]["Args"] == words.split()
    kept = boto3.client("s3").list_objects_v2(Bucket="mywork")["Contents"]
    assert [each["Key"] for each in kept] == ["package/bootstrap.sh"]
    tagged = ec2.describe_subnets(SubnetIds=[subnet["SubnetId"]])["Subnets"][0]["Tags"]
    assert tagged == [{"Key": "for-use-with-amazon-emr-managed-policies", "Value": "true"}]


def test_the_table_of_costs_is_what_is_computed():
    """python emr/costs.py prints it."""
    described = importlib.util.spec_from_file_location("costs", EMR / "costs.py")
    costs = importlib.util.module_from_spec(described)
    described.loader.exec_module(costs)
    assert f"<!-- costs: begin -->\n{costs.table()}\n<!-- costs: end -->" in README
    assert f"${costs.NODE_DOLLARS_AN_HOUR:.4f} an hour" in README


def test_every_file_is_told_of():
    files = {path.name for path in EMR.iterdir() if path.is_file()} - {"README.md"}
    assert files == {*re.findall(r"\]\(([\w.]+)\)", README.partition("## From nothing")[0])}
