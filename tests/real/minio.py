"""MinIO, one process; the last release that there is as a Go module."""

from pathlib import Path

from tests.real import processes
from tests.real.installing import FOLDER, go_install
from tests.real.processes import ACCESS_KEY, SECRET_KEY, Running

MODULE = "github.com/minio/minio"
VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c"


def install(folder: Path) -> Path:
    """Build it; return where the program is."""
    return go_install(MODULE, VERSION, folder)


def start(folder: Path, log: Path) -> Running:
    """Start it with its files in `folder`."""
    address = f"127.0.0.1:{processes.free_port()}"
    process = processes.spawn(
        [str(install(FOLDER)), "server", "--quiet", "--address", address, str(folder / "data")],
        log,
        MINIO_ROOT_USER=ACCESS_KEY,
        MINIO_ROOT_PASSWORD=SECRET_KEY,
        MINIO_BROWSER="off",
        MINIO_UPDATE="off",
    )
    processes.wait_until_ready(f"http://{address}/minio/health/ready", process)
    return Running(f"http://{address}", [process])
