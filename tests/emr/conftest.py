"""For `make test-emr` alone: without its packages nothing here is collected, and pytest ends with 5."""

import json
import os
import subprocess
import urllib.request
from importlib.util import find_spec

import pytest

from tests.emr import aws_cli
from tests.permissions.conftest import owner, restorer  # noqa: F401 - fixtures

NEEDED = ("moto", "awscli", "cfnlint")
collect_ignore_glob = [] if all(map(find_spec, NEEDED)) else ["test_*.py"]


@pytest.fixture
def moto(monkeypatch, tmp_path):
    """The address of moto's server, with nothing in it; a client that is made without an endpoint asks it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    names = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}
    nothing = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)
    for name, value in {**names, **nothing, "AWS_ENDPOINT_URL": address, "AWS_PAGER": ""}.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    urllib.request.urlopen(urllib.request.Request(f"{address}/moto-api/reset", method="POST")).close()
    yield address
    server.stop()


@pytest.fixture
def aws(moto):
    """`aws("emr", "list-clusters")` runs the real AWS CLI against moto; its reply, as JSON if it is JSON."""

    def run(*words):
        ended = subprocess.run([*aws_cli.COMMAND, *words], capture_output=True, text=True, check=False)
        assert ended.returncode == 0, f"aws {' '.join(words)}\n{ended.stderr}"
        try:
            return json.loads(ended.stdout)
        except ValueError:
            return ended.stdout.strip()

    return run
