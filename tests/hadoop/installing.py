"""How Hadoop comes to this machine, and what its nodes need besides: once, into a folder here."""

import re
import shlex
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tests.real import minio
from tests.real.installing import FOLDER, NotToBeHad, do

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
HOME = ROOT / ".hadoop"  # HADOOP_HOME; `make clean` removes it
BARE = HOME / "bare" / "bin" / "python"  # a Python of nodes that have nothing else
ARCHIVE = ROOT / "dist" / "nodes.tar.gz"
VERSION = re.search(r"<hadoop.version>(.*)</", (HERE / "pom.xml").read_text())[1]
MVN_SECONDS, MAKE_SECONDS = 900, 300


def install() -> None:
    """Install Hadoop, a Python without packages, the archive that is shipped to it, and MinIO.

    NotToBeHad, in words, where this machine cannot have it.
    """
    for program in ("java", "mvn", "unshare", "curl", "ps"):
        if shutil.which(program) is None:
            raise NotToBeHad(f"there is no {program}")
    apart = subprocess.run(["unshare", "--net", "--pid", "--fork", "true"], capture_output=True, check=False)
    if apart.returncode:
        raise NotToBeHad(f"no network of its own: {apart.stderr.decode().strip()}")
    bring_jars()
    for folder in ("bin", "conf"):
        shutil.copytree(HERE / folder, HOME / folder, dirs_exist_ok=True)
    for folder in ("hdfs", "datanode"):  # the daemons' own web pages, which the jars lack
        (HOME / "conf" / "webapps" / folder).mkdir(parents=True, exist_ok=True)
    for name in ("python3.11", "s3distversions"):  # as the bootstrap script leaves them on EMR's nodes
        program = HOME / "bin" / name
        words = [sys.executable, "-m", "s3distversions"] if name == "s3distversions" else [sys.executable]
        program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        program.chmod(0o755)
    if not BARE.exists():
        venv.create(BARE.parent.parent, with_pip=False)
    do(["make", "-C", str(ROOT), "node-archive", f"PYTHON={sys.executable}"], MAKE_SECONDS)
    minio.install(FOLDER)


def bring_jars() -> None:
    """Bring the jars that pom.xml names, unless they are there already."""
    pom = (HERE / "pom.xml").read_text()
    brought = HOME / "lib" / "pom.xml"
    if brought.exists() and brought.read_text() == pom:
        return
    print(f"bringing Hadoop {VERSION}: a minute, once", flush=True)
    output = [f"-DoutputDirectory={HOME / 'lib'}", "-DincludeScope=runtime"]
    pom_file = ["-f", str(HERE / "pom.xml")]
    do(["mvn", "-q", "-B", *pom_file, "dependency:copy-dependencies", *output], MVN_SECONDS)
    brought.write_text(pom)
