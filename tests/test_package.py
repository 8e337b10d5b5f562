"""The package as users install it: a wheel, outside the checkout, on both runners."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.command import current_state

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the wheel of this checkout installed; returns (folder, names in the wheel)."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    # A copy, so that the build leaves nothing in the checkout.
    source = tmp_path_factory.mktemp("source")
    tracked = ["s3distversions", "jobs", "pyproject.toml", "README.md", "LICENSE"]
    subprocess.run(["cp", "-r", *(str(ROOT / name) for name in tracked), str(source)], check=True)
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(source)], check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder), str(wheel)], check=True)
    return folder, zipfile.ZipFile(wheel).namelist()


def test_no_package_called_jobs_lands_among_the_users_own(installed):
    """Everything is below `s3distversions/`, the job too."""
    _, names = installed
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"s3distversions"}
    assert "s3distversions/jobs/restore.py" in names


@pytest.mark.parametrize("runner", ["inline", "local"])
def test_the_installed_command_works_from_any_folder(installed, s3, tmp_path, runner):
    """The console script of the wheel, not of the checkout; tasks of -r local find the code."""
    folder, _ = installed
    s3.create_bucket("mybucket")
    client = s3.client()
    s3.set_clock("2014-01-01T07:00:00Z")
    client.put_object(Bucket="mybucket", Key="p/a", Body=b"then")
    s3.tick()
    client.put_object(Bucket="mybucket", Key="p/a", Body=b"now")
    environment = {**os.environ, **s3.environment, "PYTHONPATH": str(folder)}
    where = [sys.executable, "-c", "import s3distversions; print(s3distversions.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.startswith(str(folder))
    ended = subprocess.run(
        [
            *(sys.executable, folder / "bin" / "s3distversions", "--json", "-r", runner, "--no-conf"),
            *("--src", "s3://mybucket/p", "--restore-time", "2014-01-01T07:00:00Z"),
            *("--endpoint-url", s3.endpoint),
        ],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["outcomes"]["done"] == 1
    assert current_state(s3, "mybucket") == {"p/a": b"then"}
