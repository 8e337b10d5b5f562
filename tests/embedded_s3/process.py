"""What tests use: the server in a process of its own, and everything that can be told to it."""

import functools
import json
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any

ACCESS_KEY = "embedded-s3-access-key"
SECRET_KEY = "embedded-s3-secret-key"
REGION = "us-east-1"
CONTROL_SECONDS = 60  # until a control request is given up
_LINES_IN_A_LOAD = 50_000


@functools.cache
def boto3_session(pid: int) -> Any:
    """The boto3 session of the process `pid`, made once: it reads boto3's descriptions of services, which takes long."""
    # Here and not above: the server process imports this package too, and starts sooner without boto3.
    import boto3.session
    import botocore.session

    # A session of its own: the default one would look for the profile of whoever runs the tests.
    files = dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
    session = botocore.session.Session({"profile": (None, None, None, None), **files})
    return boto3.session.Session(botocore_session=session)


class EmbeddedS3:
    """A running server, to be used as a context manager. It ends with this process, however that ends.

    clock: where its clock stands, such as "2014-01-01T00:00:00Z"; None: the real time.
    """

    def __init__(self, clock: str | None = None) -> None:
        package = __package__ or ""
        root = Path(__file__).resolve().parents[package.count(".") + 1]
        command = [sys.executable, "-m", package, "--until-stdin-closes"]
        path = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            command + (["--clock", clock] if clock else []),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        )
        assert self._process.stdout
        self.endpoint = self._process.stdout.readline().decode().strip()
        if not self.endpoint:
            raise RuntimeError(f"the embedded S3 did not start: exit code {self._process.wait()}")
        # Never through a proxy of the environment.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __enter__(self) -> "EmbeddedS3":  # noqa: PYI034 - Self is not in Python 3.10
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the server. May be called again."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()

    @property
    def pid(self) -> int:
        """The id of the server's process."""
        return self._process.pid

    @property
    def environment(self) -> dict[str, str]:
        """What subprocesses need so that boto3 finds these credentials and no others, and no instance's."""
        return {
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "NO_PROXY": "127.0.0.1",
        }

    def client(self, **options: Any) -> Any:
        """A boto3 client; `options` are Config's, or boto3's own aws_access_key_id, verify and so on."""
        from botocore.config import Config  # see `boto3_session`

        names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "region_name", "config")
        own = {name: options.pop(name) for name in names if name in options}
        config = Config(
            s3={"addressing_style": "path"},
            max_pool_connections=128,
            proxies={},
            retries={"mode": "standard"},
        )
        for more in (own.pop("config", None), Config(**options) if options else None):
            config = config.merge(more) if more else config
        credentials = {
            "aws_access_key_id": ACCESS_KEY,
            "aws_secret_access_key": SECRET_KEY,
            "region_name": REGION,
        }
        return boto3_session(os.getpid()).client(
            "s3", endpoint_url=self.endpoint, config=config, **{**credentials, **own}
        )

    def control(self, method: str, path: str, body: bytes | None = None, **query: Any) -> Any:
        """One control request (see control.py); the JSON of its reply. Raises ValueError: what was wrong."""
        url = f"{self.endpoint}/-/{path}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(url, data=body, method=method)
        try:
            with self._opener.open(request, timeout=CONTROL_SECONDS) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            raise ValueError(error.read().decode()) from None

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings (see control.py), such as clock, page_size, latency, limits; all as they are then.

        ignored_conditions=["CopyObject", "DeleteObject", "DeleteObjects"]: conditions on what these write
        over or delete are not looked at, as on MinIO and Ceph. `reset` puts all back.
        """
        return self.control("PUT", "settings", json.dumps(changes).encode())

    def set_clock(self, moment: str | None) -> None:
        """Stop the clock at a moment, such as "2014-01-01T14:00:00Z"; None: the real time."""
        self.settings(clock=moment)

    def tick(self, seconds: float = 1) -> None:
        """Move the clock on, which must have been set."""
        self.control("POST", "tick", b"", seconds=seconds)

    def page_size(self, number: int) -> None:
        """No page of any listing has more entries than this (1..1000), whatever max-keys asks for."""
        self.settings(page_size=number)

    def requests(self, since: int = 0) -> list[dict[str, Any]]:
        """The log: what was asked and answered, oldest first, with numbers above `since`."""
        return self.control("GET", "requests", since=since)

    def clear_requests(self) -> None:
        """Empty the log; numbers go on."""
        self.control("DELETE", "requests")

    def create_bucket(self, bucket: str, versioning: str = "Enabled", **more: bool | str) -> None:
        """Make a bucket, or change it, without a request in the log; versioning "": never enabled.

        more: mfa_delete; requester_pays (it refuses other accounts that do not say that they pay);
        location="eu-west-1" (a request signed for another region is led there: see regions.py).
        """
        about = {"versioning": versioning, **more}
        self.control("PUT", "bucket", json.dumps(about).encode(), bucket=bucket)

    def load(self, bucket: str, entries: Iterable[dict[str, Any]], versioning: str | None = "Enabled") -> int:
        """Push entries (see loading.py), oldest first within a key; how many there were.

        The bucket is made if need be; versioning None leaves it as it is.
        """
        if versioning is not None:
            self.create_bucket(bucket, versioning)
        return self.load_lines(bucket, (json.dumps(entry).encode() for entry in entries))

    def load_lines(self, bucket: str, lines: Iterable[bytes]) -> int:
        """The same with entries that are JSON already, such as the lines of a file."""
        rest: Iterator[bytes] = iter(lines)
        number = 0
        for first in rest:
            part = b"\n".join(line.rstrip() for line in chain([first], islice(rest, _LINES_IN_A_LOAD - 1)))
            number += self.control("POST", "load", part, bucket=bucket)["loaded"]
        return number

    def dump(self, bucket: str) -> dict[str, Any]:
        """The whole state of a bucket: {"versioning", "mfa_delete", "keys": {key: [entry, newest first]}}."""
        return self.control("GET", "dump", bucket=bucket)

    def add_user(self, access_key: str, policy: dict[str, Any] | None = None) -> None:
        """Another access key, with a policy of IAM of its own: what that does not allow is denied.

        The secret key of all is SECRET_KEY. A key that nobody has told the server of is another account's.
        """
        self.control("PUT", "user", json.dumps(policy).encode(), access_key=access_key)

    def throttled(self) -> dict[str, dict[str, int]]:
        """How many reads and writes the setting `limits` has refused, by its prefixes."""
        return self.control("GET", "throttled")

    def finish_restores(self) -> int:
        """Finish every restore in progress; how many there were."""
        return self.control("POST", "finish-restores", b"")

    def reset(self) -> None:
        """No buckets, an empty log, no faults, the settings as at the start, with the real clock.

        AssertionError if a fault was asked for and never met.
        """
        self.check_faults()
        self.control("POST", "reset", b"")

    def fault(self, operation: str | None, *kinds: str, **options: Any) -> None:
        """Ask for a fault at requests of an operation (None: any; "DeleteObjects/key": a key of one).

        kinds and options are told in faults.py: at=3 or at=[1, 2]; times=2; probability=0.05 with seed=7; and
        bucket, key, prefix. Whoever asks must see it met: `check_faults`, or `with s3.faults(): ...`.
        """
        at = options.pop("at", [])
        asked = {"operation": operation, "kinds": kinds, "at": [at] if isinstance(at, int) else at, **options}
        self.control("POST", "faults", json.dumps(asked).encode())

    def faults_told(self) -> list[dict[str, Any]]:
        """The faults that were asked for, with `matched`, `hits` and what is `missing` of each."""
        return self.control("GET", "faults")

    def end_faults(self) -> list[dict[str, Any]]:
        """No more faults; the same about those there were."""
        return self.control("DELETE", "faults")

    def check_faults(self) -> None:
        """End all faults. AssertionError if one of them was asked for and never met."""
        never = [fault for fault in self.end_faults() if fault["missing"]]
        assert not never, f"faults that were asked for and not met: {never}"

    @contextmanager
    def faults(self, *first: Any, **options: Any) -> Iterator[None]:
        """`with s3.faults("CopyObject", "reset-after", at=3):` asks for one; more may be asked for inside.

        They end with it. AssertionError if one of them was never met, unless something else went wrong.
        """
        if first:
            self.fault(*first, **options)
        try:
            yield
        except BaseException:
            self.end_faults()
            raise
        self.check_faults()
