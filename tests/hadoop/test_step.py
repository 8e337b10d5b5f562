"""What is scheduled on Elastic MapReduce is what was tested: the words of emr/step.json, run on this cluster."""

import json
import os
import shutil
import string
import subprocess
from datetime import datetime, timedelta, timezone
from xml.etree import ElementTree

from benchmarks import accident
from tests.hadoop.installing import HOME, ROOT
from tests.hadoop.running import SECONDS

AGO = timedelta(hours=24)  # of the step's `now-24h`


def shifted(moment, by):
    """A moment as text, earlier or later."""
    return (datetime.fromisoformat(moment.replace("Z", "+00:00")) + by).strftime("%Y-%m-%dT%H:%M:%SZ")


def command_runner(words, s3, folder):
    """Run a step's words as command-runner.jar does on the primary node, whose role and region are here settings of
    the cluster. The programs that the bootstrap script installs are in this cluster's own `bin`."""
    conf = folder / "conf"
    shutil.copytree(HOME / "conf", conf)
    document = ElementTree.parse(conf / "mapred-site.xml")
    path = f"{HOME / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin"
    told = {**s3.environment, "AWS_ENDPOINT_URL_S3": s3.endpoint, "PATH": path}
    for name in ("mapreduce.map.env", "mapreduce.reduce.env"):
        element = ElementTree.SubElement(document.getroot(), "property")
        ElementTree.SubElement(element, "name").text = name
        ElementTree.SubElement(element, "value").text = ",".join(
            f"{key}={value}" for key, value in told.items()
        )
    document.write(conf / "mapred-site.xml")
    program = shutil.which(os.path.basename(words[0]), path=str(HOME / "bin"))
    return subprocess.run(
        [program, *words[1:]],
        env={**told, "HADOOP_HOME": str(HOME), "HADOOP_CONF_DIR": str(conf), "HADOOP_USER_NAME": "hadoop"},
        cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


def test_the_step(s3, tmp_path):
    by = datetime.now(timezone.utc) - AGO - accident.MOMENT
    entries = accident.entries(1_500, accident.KINDS, 1, seed=9)
    s3.load("source", ({**each, "last_modified": shifted(each["last_modified"], by)} for each in entries))
    s3.create_bucket("destination")
    histories = s3.dump("source")["keys"]
    before = {
        key: [{**each, "last_modified": shifted(each["last_modified"], -by)} for each in history]
        for key, history in histories.items()
    }
    wanted = {f"daily/{key}": content for key, content in accident.then(before).items()}
    named = {
        "SOURCE": "s3://source",
        "DESTINATION": "s3://destination/daily",
        "RUNS": "hdfs:///user/hadoop/scheduled",
    }
    (step,) = json.loads(string.Template((ROOT / "emr" / "step.json").read_text()).substitute(named))
    assert step["Jar"] == "command-runner.jar"

    ended = command_runner(step["Args"], s3, tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["outcomes"]["done"] == len(wanted)
    assert accident.now(s3.dump("destination")["keys"]) == wanted
    assert s3.dump("source")["keys"] == histories
