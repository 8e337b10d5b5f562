"""moto's server: an example of a server whose listing loses the order, and is refused."""

from pathlib import Path

from tests.real import processes
from tests.real.installing import FOLDER, pip_install
from tests.real.processes import Running

VERSION = "5.2.5"


def install(folder: Path) -> Path:
    """Install it; return the folder of its programs."""
    return pip_install(f"moto[s3,server]=={VERSION}", folder)


def start(folder: Path, log: Path) -> Running:
    """Start it; it keeps everything in memory."""
    port = processes.free_port()
    process = processes.spawn([str(install(FOLDER) / "moto_server"), "-H", "127.0.0.1", "-p", str(port)], log)
    processes.wait_until_ready(f"http://127.0.0.1:{port}/", process)
    return Running(f"http://127.0.0.1:{port}", [process])
