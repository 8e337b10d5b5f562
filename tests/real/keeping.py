"""A server in the keeping of a process of its own, which stops it and removes its files whatever becomes of us.

The keeper ends when its standard input closes: at the end of the tests, and also when they are killed.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.real.installing import FOLDER
from tests.real.processes import ACCESS_KEY, SECRET_KEY

STOP_SECONDS = 60
LOGS = FOLDER / "logs"


class Kept:
    """A running server, to be used as a context manager. keep_log: leave its log in LOGS at the end."""

    def __init__(self, name: str):
        self.name = name
        self.keep_log = True
        LOGS.mkdir(parents=True, exist_ok=True)
        self._log = LOGS / f"{name}.log"
        self._log.unlink(missing_ok=True)
        self._keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.real.keeping", name, str(self._log)],
            cwd=Path(__file__).resolve().parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # an interrupt at the terminal is for the tests, which then end it
        )
        line = self._keeper.stdout.readline()  # ends at the latest when the keeper gives up
        if not line:
            self.close()
            raise RuntimeError(f"{name} did not start: see {self._log}")
        self.endpoint = json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    @property
    def environment(self):
        """What the tests need to find the server, and no other, nor other credentials."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "S3_CONTRACT_SERVER": self.name,
            "S3_CONTRACT_ENDPOINT": self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": "127.0.0.1",
        }

    def close(self):
        """Stop the server and remove its files. May be called again."""
        self._keeper.stdin.close()
        try:
            self._keeper.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._keeper.kill()  # and with it its processes
            self._keeper.wait()
        self._keeper.stdout.close()
        if not self.keep_log:
            self._log.unlink(missing_ok=True)


def keep(name: str, log: Path) -> None:
    """Start a server, tell its endpoint on standard output, wait for the end of standard input, stop it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # not without tidying up
    server = importlib.import_module(f"tests.real.{name}")
    with tempfile.TemporaryDirectory(prefix=f"s3distversions-{name}-") as folder:
        running = server.start(Path(folder), log)
        try:
            print(json.dumps(running.endpoint), flush=True)
            sys.stdin.read()
        finally:
            running.stop()


if __name__ == "__main__":
    keep(sys.argv[1], Path(sys.argv[2]))
