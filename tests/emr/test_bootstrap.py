"""The package for the nodes, and the script that installs it: from a folder or S3, and nothing that was changed."""

import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import tomllib
from packaging.requirements import Requirement

from s3distversions import __version__
from tests.emr import aws_cli
from tests.emr.deploying import EMR, ROOT


def locked():
    """{name: version} of requirements.lock."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (EMR / "requirements.lock").read_text(), re.MULTILINE))


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """What `make emr-package` builds, from this checkout."""
    folder = tmp_path_factory.mktemp("package")
    subprocess.run([EMR / "package.sh", folder], env={**os.environ, "PYTHON": sys.executable}, check=True)
    return folder


@pytest.fixture
def index():
    """An index of packages that pip would ask; it has nothing, and must not be asked."""
    asked = []

    class Nothing(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Nothing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
    assert asked == []


@pytest.fixture
def node(tmp_path, index):
    """A node with nothing on it: a virtual environment. `node(package)` runs the script there."""
    assert sys.version_info[:2] == (3, 11), "this is for the Python of EMR's nodes: make test-emr has it"
    venv = tmp_path / "node"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)

    class Node:
        python, command = venv / "bin" / "python", venv / "bin" / "s3distversions"

        def __call__(self, package, **environment):
            own = {
                "PYTHON": str(self.python),
                "COMMAND": str(self.command),
                "AS_ROOT": "",
                "HOME": str(tmp_path),
            }
            own |= {"PATH": os.environ["PATH"], "PIP_INDEX_URL": index, **environment}
            command = ["bash", EMR / "bootstrap.sh", str(package)]
            return subprocess.run(command, env=own, cwd="/", capture_output=True, text=True, check=False)

        def says(self, *words):
            command = [self.command, *words]
            return subprocess.run(
                command, env={"PATH": "/"}, cwd="/", capture_output=True, text=True, check=True
            ).stdout

        def installed(self):
            command = [self.python, "-m", "pip", "--disable-pip-version-check", "freeze", "--all"]
            told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            return {
                line.partition("==")[0].partition(" @ ")[0]: line.partition("==")[2]
                for line in told.splitlines()
            }

    return Node()


def test_a_clean_node_can_run_the_command(package, node):
    ended = node(package)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == f"s3distversions {__version__}\n" == node.says("--version")
    assert "--restore-time" in node.says("--help")
    installed = node.installed()
    ours = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in installed.items()}
    assert "s3distversions" in ours
    assert {name: ours[name] for name in ours.keys() - {"pip", "setuptools", "s3distversions"}} == locked()
    assert node(package).returncode == 0  # a bootstrap action may be run again


def test_from_s3(package, node, moto, aws, tmp_path):
    aws("s3", "mb", "s3://mywork")
    aws("s3", "sync", "--only-show-errors", str(package), "s3://mywork/package")
    names = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    ended = node("s3://mywork/package", **{**names, "PATH": aws_cli.on_path(tmp_path)})
    assert ended.returncode == 0, ended.stderr
    assert node.says("--version") == f"s3distversions {__version__}\n"


def copied(package, folder):
    subprocess.run(["cp", "-r", package, folder], check=True)
    return folder


@pytest.mark.parametrize("name", ["s3distversions-*.whl", "requirements.lock", "wheels/mrjob-*.whl"])
def test_a_changed_file_is_not_installed(package, node, tmp_path, name):
    changed = copied(package, tmp_path / "changed")
    (path,) = changed.glob(name)
    path.write_bytes(path.read_bytes() + b"\n")
    ended = node(changed)
    assert ended.returncode != 0 and f"{path.name}: FAILED" in ended.stdout + ended.stderr
    assert not node.command.exists()


def summed(folder):
    """The folder, with the sums of what it holds now."""
    make_sums = "find . -type f ! -name SHA256SUMS -print0 | xargs -0 sha256sum > SHA256SUMS"
    subprocess.run(["bash", "-c", make_sums], cwd=folder, check=True)
    return folder


def test_the_hashes_of_the_lock_count_too(package, node, tmp_path):
    """Where the sums are those of the changed dependency."""
    changed = copied(package, tmp_path / "changed")
    (path,) = changed.glob("wheels/mrjob-*.whl")
    path.write_bytes(path.read_bytes() + b"\n")
    ended = node(summed(changed))
    assert ended.returncode != 0 and "DO NOT MATCH THE HASHES" in ended.stderr
    assert not node.command.exists()


def test_a_lock_without_hashes_is_none(package, node, tmp_path):
    changed = copied(package, tmp_path / "changed")
    lock = "".join(f"{name}=={version}\n" for name, version in locked().items())
    (changed / "requirements.lock").write_text(lock)
    ended = node(summed(changed))
    assert ended.returncode != 0 and "Hashes are required" in ended.stderr
    assert not node.command.exists()


def test_what_is_in_the_package(package):
    """Every file has its sum; each dependency is there for both processors."""
    names = {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file()}
    with_sums = {line.split("  ./")[1] for line in (package / "SHA256SUMS").read_text().splitlines()}
    assert with_sums == names - {"SHA256SUMS"}
    assert {"bootstrap.sh", "requirements.lock", f"s3distversions-{__version__}-py3-none-any.whl"} < names
    wheels = [Path(name).name for name in names if name.startswith("wheels/")]
    for name, version in locked().items():
        mine = [each for each in wheels if each.lower().startswith(f"{name.replace('-', '_')}-{version}-")]
        tags = " ".join(mine)
        assert "-none-any" in tags or ("x86_64" in tags and "aarch64" in tags), name


def test_the_lock_is_that_of_pyproject():
    """It has what pyproject.toml asks for on the nodes' Python; `make emr-lock` writes it anew."""
    project = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text())["project"]
    versions = locked()
    for requirement in map(Requirement, project["dependencies"]):
        if requirement.marker is None or requirement.marker.evaluate({"python_version": "3.11"}):
            assert requirement.specifier.contains(versions[requirement.name]), requirement
    assert (EMR / "requirements.lock").read_text().count("--hash=sha256:") >= len(versions)
