"""The command with `-r hadoop`, as a user on a machine of the cluster runs it, and what is on HDFS then."""

import json
import os
import subprocess
import sys
import urllib.request
import uuid
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from tests.hadoop.installing import ARCHIVE, BARE, HOME

COMMAND = str(Path(sys.executable).with_name("s3distversions"))
# On nodes that have Python and nothing else: the dependencies go with the job.
SHIPPED = ["--python-bin", str(BARE), "--setup", f"export PYTHONPATH={ARCHIVE}#/:$PYTHONPATH"]
# On nodes that have them installed.
INSTALLED = ["--python-bin", sys.executable]
SECONDS = 600  # for one command
HISTORY = "/tmp/hadoop-yarn/staging/history/done_intermediate/hadoop"


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def summary(self) -> dict:
        """What --json printed."""
        return json.loads(self.out)


class Hadoop:
    """`hadoop("plan", "--src", ...)` runs the command and returns how it ended; `run` is a run's folder."""

    def __init__(
        self, endpoint: str, credentials: dict[str, str], folder: Path, nodes: list[str] = INSTALLED
    ):
        self.nodes = nodes
        self.endpoint = ["--endpoint-url", endpoint]
        self.folder = folder
        self.run = f"hdfs:///user/hadoop/runs/{uuid.uuid4().hex}"
        self.credentials = {name: value for name, value in credentials.items() if name.startswith("AWS_")}
        path = f"{HOME / 'bin'}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**os.environ, **self.credentials, "HADOOP_USER_NAME": "hadoop", "PATH": path}

    def start(self, *argv: str, cmdenv: dict[str, str] | None = None) -> subprocess.Popen:
        """Start the command."""
        told = {**self.credentials, **(cmdenv or {})}
        words = [word for name, value in told.items() for word in ("--cmdenv", f"{name}={value}")]
        has_endpoint = {*argv[:1]} & {"apply", "verify", "undo"}
        return subprocess.Popen(
            [COMMAND, *argv, *([] if has_endpoint else self.endpoint), "-r", "hadoop", "--no-conf",
             *([] if "--python-bin" in argv else self.nodes), *words],
            cwd=self.folder, env=self.environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def __call__(self, *argv: str, cmdenv: dict[str, str] | None = None) -> Ended:
        """Run the command to its end."""
        process = self.start(*argv, cmdenv=cmdenv)
        out, err = process.communicate(timeout=SECONDS)
        print(argv, process.returncode, err, sep="\n")  # shown when the test fails
        return Ended(process.returncode, out, err)

    def inline(self, *argv: str) -> Ended:
        """Run the command with `-r inline`."""
        has_endpoint = {*argv[:1]} & {"apply", "verify", "undo"}
        ended = subprocess.run(
            [COMMAND, *argv, *([] if has_endpoint else self.endpoint), "--no-conf"],
            cwd=self.folder, env=self.environment, text=True, capture_output=True,
            stdin=subprocess.DEVNULL, timeout=SECONDS, check=False,
        )  # fmt: skip
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def fs(self, *words: str, data: bytes = b"") -> bytes:
        """Run `hadoop fs`."""
        command = [str(HOME / "bin" / "hadoop"), "fs", *words]
        return subprocess.run(
            command, env=self.environment, input=data, capture_output=True, check=True
        ).stdout

    def lines(self, name: str, run: str | None = None) -> list[dict]:
        """Return the JSON lines of a subfolder of a run, those that have a key, sorted by it."""
        text = self.fs("-cat", f"{run or self.run}/{name}/part-*").decode()
        return by_key(text.splitlines())

    def job_settings(self) -> list[dict[str, str]]:
        """Return the settings of every job that this cluster has run, as its history has them."""
        text = self.fs("-cat", f"{HISTORY}/*_conf.xml").decode()
        documents = [f"<configuration>{each}" for each in text.split("<configuration>")[1:]]
        roots = (
            ElementTree.fromstring(each.partition("</configuration>")[0] + "</configuration>")
            for each in documents
        )
        return [{each.findtext("name"): each.findtext("value") for each in root} for root in roots]

    def jobs(self, status: str) -> list[str]:
        """Return the ids of the applications with a final status, as the ResourceManager tells: UNDEFINED at work."""
        with urllib.request.urlopen("http://localhost:8088/ws/v1/cluster/apps") as reply:
            apps = json.load(reply)["apps"]
        return [app["id"] for app in (apps or {}).get("app", ()) if app["finalStatus"] == status]


def by_key(lines: list[str]) -> list[dict]:
    """Return the lines that have a key, read and sorted by it."""
    return sorted((line for line in map(json.loads, lines) if "key" in line), key=lambda line: line["key"])


def lines_here(folder: Path) -> list[dict]:
    """Return the same of a local folder."""
    return by_key([line for part in sorted(folder.glob("part-*")) for line in part.read_text().splitlines()])
