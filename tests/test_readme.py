"""Every command of the README's runs, word for word, in the order in which it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.command import current_state

README = Path(__file__).parent.parent / "README.md"
# What the tests cannot do inside a test: install, and run themselves.
NOT_HERE = ("make demo", "make test", "pip install")


def commands():
    """The indented lines of the README."""
    lines = re.findall(r"^    (\S.*)$", README.read_text(), re.MULTILINE)
    return [line.partition("  #")[0].strip() for line in lines]


def test_commands_run_as_they_stand(s3, tmp_path):
    """With a bucket as the README speaks of, every command ends well, and the bucket is as it was."""
    for name in ("mybucket", "mybackup"):
        s3.create_bucket(name)
    client = s3.client()
    s3.set_clock("2014-01-01T07:00:00Z")
    for number in range(40):
        client.put_object(Bucket="mybucket", Key=f"mypath/{number}", Body=b"then")
    then = current_state(s3, "mybucket")
    s3.set_clock("2014-01-01T07:00:01Z")
    client.put_object(Bucket="mybucket", Key="mypath/1", Body=b"now")
    client.put_object(Bucket="mybucket", Key="mypath/100", Body=b"now")
    client.delete_object(Bucket="mybucket", Key="mypath/2")

    scripts = Path(sys.executable).parent
    environment = {
        **os.environ,
        **s3.environment,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "AWS_ENDPOINT_URL": s3.endpoint,
    }
    run = [line for line in commands() if not line.startswith(NOT_HERE)]
    assert len(run) >= 6
    for line in run:
        ended = subprocess.run(
            line, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, f"{line}\n{ended.stderr}"
    assert current_state(s3, "mybucket") == then
    assert current_state(s3, "mybackup") == {f"daily/{key}": content for key, content in then.items()}


def test_make_targets_of_the_first_screen_exist():
    """What the README tells a newcomer to type is what the Makefile has."""
    makefile = (README.parent / "Makefile").read_text()
    for line in commands():
        if line.startswith("make "):
            assert f"\n{line.split()[1]}:" in makefile
