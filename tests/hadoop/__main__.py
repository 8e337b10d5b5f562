"""python -m tests.hadoop [install | run COMMAND... | ARGUMENTS OF PYTEST]: installs Hadoop, and tests or runs on it.

`python -m tests.hadoop run bash` is a shell on a machine of the cluster.

Hadoop comes from Maven's repository as jars (pom.xml). Two of its daemons listen on all addresses, with no
setting against it: so all runs in a network of its own, where there is nobody else, and in process ids of its
own, so that nothing is left whatever becomes of the tests. A machine that cannot have it is told so.
"""

import subprocess
import sys

from tests.hadoop.installing import VERSION, install
from tests.real.installing import NotToBeHad

APART = ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
TEST_SECONDS = 3000


def main() -> int:
    """Install, and test; tell how it ended."""
    arguments = sys.argv[1:]
    only_install = arguments[:1] == ["install"]
    try:
        install()
    except NotToBeHad as reason:
        print(f"\n== SKIPPED: the tests on Hadoop {VERSION}: {reason}")
        return 0
    if only_install:
        print(f"Hadoop {VERSION} is installed")
        return 0
    print(f"\n== Hadoop {VERSION}", flush=True)
    command = [*APART, sys.executable, "-m", "tests.hadoop.inside", *arguments]
    if arguments[:1] == ["run"]:
        return subprocess.run(command, check=False).returncode
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, timeout=TEST_SECONDS, check=False)
    print(f"\nHadoop {VERSION}: {'FAILED' if ended.returncode else 'passed'}")
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main())
