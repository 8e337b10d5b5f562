"""python -m tests.hadoop.inside: what `python -m tests.hadoop` does in a network of its own, with the same arguments."""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys

from tests.hadoop.installing import HOME

SIOCSIFFLAGS, IFF_UP = 0x8914, 1  # Linux's <linux/sockios.h>, <linux/if.h>


def loopback_up() -> None:
    """Bring up the interface `lo`, as `ip link set lo up` does where there is an `ip`."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def main() -> int:
    """Start the cluster, run the tests or a command on it, stop it; return how that ended."""
    loopback_up()
    for folder in ("run", "logs"):
        shutil.rmtree(HOME / folder, ignore_errors=True)
    cluster = str(HOME / "bin" / "cluster")
    path = f"{HOME / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "HADOOP_HOME": str(HOME), "PATH": path}
    subprocess.run([cluster, "up"], env=environment, check=True)
    try:
        if sys.argv[1:2] == ["run"]:
            return subprocess.run(sys.argv[2:], env=environment, check=False).returncode
        arguments = sys.argv[1:] or ["tests/hadoop"]
        # One after the other: each needs the whole cluster.
        command = [sys.executable, "-m", "pytest", "-v", "--timeout", "900", *arguments]
        return subprocess.run(command, env=environment, check=False).returncode
    finally:
        subprocess.run([cluster, "down"], check=True)


if __name__ == "__main__":
    sys.exit(main())
