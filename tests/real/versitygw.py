"""Versity S3 Gateway over a folder: an example of a server whose listing loses the order, and is refused."""

from pathlib import Path

from tests.real import processes
from tests.real.installing import FOLDER, go_install
from tests.real.processes import ACCESS_KEY, SECRET_KEY, Running

MODULE = "github.com/versity/versitygw/cmd/versitygw"
VERSION = "v1.8.0"


def install(folder: Path) -> Path:
    """Build it; return where the program is."""
    return go_install(MODULE, VERSION, folder)


def start(folder: Path, log: Path) -> Running:
    """Start it with its files in `folder`."""
    address = f"127.0.0.1:{processes.free_port()}"
    for name in ("data", "versions"):
        (folder / name).mkdir()
    versions = ["--versioning-dir", str(folder / "versions")]
    process = processes.spawn(
        [str(install(FOLDER)), "--port", address, "posix", *versions, str(folder / "data")],
        log,
        ROOT_ACCESS_KEY=ACCESS_KEY,
        ROOT_SECRET_KEY=SECRET_KEY,
    )
    processes.wait_until_ready(f"http://{address}/", process)
    return Running(f"http://{address}", [process])
