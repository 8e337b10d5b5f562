"""What stands in for the nodes of EMR, which moto does not have: steps of streaming that are carried out at once.

A job's last step leaves its lines on S3: the whole job is then run inline, over the same input with the same
parameters, which are where the step's own arguments say.
"""

import re
import tempfile
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from moto.emr.models import Cluster
from s3distversions.jobs.restore import RestoreVersions


def values(arguments, option):
    """The words that follow an option wherever it stands."""
    return [value for name, value in pairwise(arguments) if name == option]


class Nodes:
    """`carried_out()` replaces moto's way to take steps; `steps` are all that came, as the API gets them."""

    def __init__(self, s3_endpoint):
        self.steps = []
        self._s3 = boto3.client("s3", endpoint_url=s3_endpoint)
        self._inputs = []  # of the job whose last step is to come

    @contextmanager
    def carried_out(self, monkeypatch):
        """While it lasts, each step is COMPLETED when it is added."""
        add_steps = Cluster.add_steps

        def add_and_carry_out(cluster, given):
            for step in given:
                self.steps.append(step)
                self._carry_out(step["hadoop_jar_step"]["Args"])
            added = add_steps(cluster, given)
            for step in added:
                step.state = "COMPLETED"
            return added

        with monkeypatch.context() as patch:
            patch.setattr(Cluster, "add_steps", add_and_carry_out)
            yield

    def _carry_out(self, arguments):
        """Run the job whose last step it is: the one that writes to S3."""
        self._inputs += [each for each in values(arguments, "-input") if each.startswith("s3://")]
        (output,) = values(arguments, "-output")
        if not output.startswith("s3://"):
            return
        inputs, self._inputs = self._inputs, []
        shipped = dict(reversed(each.split("#")) for each in ",".join(values(arguments, "-files")).split(","))
        phase, parameters = re.search(r"--phase (\S+).*--parameters-file (\S+)", " ".join(arguments)).groups()
        with tempfile.TemporaryDirectory() as folder:
            lines = Path(folder, "input")
            lines.write_bytes(b"".join(map(self._lines, inputs)))
            parameters = self._fetch(shipped[parameters], Path(folder, "parameters.json"))
            words = ["-r", "inline", "--no-conf", "--phase", phase, "--parameters-file", parameters]
            words += ["--output-dir", f"{folder}/output", "--num-cores", "1"]
            with RestoreVersions(args=[*words, str(lines)]).make_runner() as runner:
                runner.run()
            for part in sorted(Path(folder, "output").glob("part-*")):
                where = urlsplit(output)
                self._s3.upload_file(str(part), where.netloc, f"{where.path.strip('/')}/{part.name}")

    def _fetch(self, uri, path):
        where = urlsplit(uri)
        self._s3.download_file(where.netloc, where.path.lstrip("/"), str(path))
        return str(path)

    def _lines(self, uri):
        """What Hadoop reads: a file, or the files of a folder but those that it hides."""
        where = urlsplit(uri)
        key = where.path.strip("/")
        found = self._s3.list_objects_v2(Bucket=where.netloc, Prefix=key)["Contents"]
        keys = [each["Key"] for each in found if each["Key"] == key or each["Key"].startswith(f"{key}/")]
        shown = [each for each in keys if each.rpartition("/")[2][:1] not in ("_", ".")]
        return b"".join(self._s3.get_object(Bucket=where.netloc, Key=each)["Body"].read() for each in shown)
