"""python -m tests.real [install] [SERVER...]: installs the servers, and without `install` tests on each of them.

A server that this machine cannot have is passed over, and said so in the last lines. Exit code 1 if a test fails.
"""

import argparse
import subprocess
import sys

from tests.real import ceph_rgw, minio, moto, versitygw
from tests.real.installing import FOLDER, NotToBeHad
from tests.real.keeping import Kept

SUPPORTED = {"minio": minio, "ceph_rgw": ceph_rgw}
REFUSED = {"moto": moto, "versitygw": versitygw}
SERVERS = SUPPORTED | REFUSED
ON_SUPPORTED = ["tests/embedded_s3/contract", "tests/real/supported"]
ON_REFUSED = ["tests/real/refused"]
TEST_SECONDS = 900  # for all tests on one server
FAILED, LEFT_OUT = "FAILED", "left out"


def main() -> int:
    """Install, and test, on each server that was asked for; tell how each ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.real", description=__doc__)
    parser.add_argument("words", nargs="*", metavar="[install] [SERVER...]", help=", ".join(SERVERS))
    words = parser.parse_args().words
    only_install = words[:1] == ["install"]
    names = words[only_install:] or list(SERVERS)
    if unknown := set(names) - set(SERVERS):
        parser.error(f"no such server: {', '.join(sorted(unknown))}")
    ended = {name: install(name) if only_install else install_and_test(name) for name in names}
    print("\n" + "\n".join(f"{name}: {how}" for name, how in ended.items()))
    return 1 if any(how.startswith(FAILED) for how in ended.values()) else 0


def install(name: str) -> str:
    """Install a server; return what is installed, or why it is left out."""
    try:
        SERVERS[name].install(FOLDER)
    except NotToBeHad as reason:
        return f"{LEFT_OUT}: {reason}"
    return f"{name} {SERVERS[name].VERSION}"


def install_and_test(name: str) -> str:
    """Install a server, start it, and run the tests that are for it; return how that ended, in words."""
    print(f"\n== {name} {SERVERS[name].VERSION}", flush=True)
    installed = install(name)
    if installed.startswith(LEFT_OUT):
        return installed
    tests = ON_SUPPORTED if name in SUPPORTED else ON_REFUSED
    command = [sys.executable, "-m", "pytest", "-n", "2", *tests]
    try:
        with Kept(name) as server:
            ended = subprocess.run(command, env=server.environment, timeout=TEST_SECONDS, check=False)
            server.keep_log = bool(ended.returncode)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return f"{FAILED}: {error}"
    return f"{FAILED} on {installed}" if ended.returncode else f"passed on {installed}"


if __name__ == "__main__":
    sys.exit(main())
