"""How servers come to this machine: as Go modules, Debian packages, and from PyPI; once, into a folder here."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = (
    Path(__file__).resolve().parents[2] / ".servers"
)  # what is built stays there; `make clean` removes it
GO_SECONDS, APT_SECONDS, PIP_SECONDS = 900, 600, 300


class NotToBeHad(Exception):
    """This machine cannot have the server; why, in words."""


def go_install(module: str, version: str, folder: Path) -> Path:
    """Build a Go program, unless that version is there already; return where it is."""
    program = folder / f"{module.rpartition('/')[2]}-{version}"
    if program.exists():
        return program
    if shutil.which("go") is None:
        raise NotToBeHad("Go is not installed")
    building = folder / "building"
    building.mkdir(parents=True, exist_ok=True)
    print(f"building {module}@{version}: minutes, once", flush=True)
    do(["go", "install", f"{module}@{version}"], GO_SECONDS, GOBIN=str(building))
    (building / module.rpartition("/")[2]).replace(program)
    return program


def apt_install(packages: list[str], programs: list[str]) -> None:
    """Install Debian packages, unless the programs that they bring are there already."""
    if all(shutil.which(program) for program in programs):
        return
    if shutil.which("apt-get") is None:
        raise NotToBeHad("there is no apt-get")
    if os.geteuid() != 0:
        raise NotToBeHad(f"apt-get needs root; or install them yourself: {' '.join(packages)}")
    do(["apt-get", "update"], APT_SECONDS)
    do(
        ["apt-get", "install", "-y", "--no-install-recommends", *packages],
        APT_SECONDS,
        DEBIAN_FRONTEND="noninteractive",
    )


def pip_install(requirement: str, folder: Path) -> Path:
    """Install a package into a virtual environment of its own, which no dependency of ours has to agree with.

    Return the folder of its programs.
    """
    environment = folder / requirement.replace("==", "-")
    ready = environment / "ready"
    if not ready.exists():
        do([sys.executable, "-m", "venv", "--clear", str(environment)], PIP_SECONDS)
        pip = [str(environment / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        do([*pip, "install", requirement], PIP_SECONDS)
        ready.touch()
    return environment / "bin"


def do(command: list[str], seconds: int, **environment: str) -> None:
    """Run a step of an installation, quietly. NotToBeHad, with its last words, if it fails or takes too long."""
    try:
        ended = subprocess.run(
            command,
            timeout=seconds,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotToBeHad(f"{' '.join(command)} took more than {seconds} seconds") from None
    if ended.returncode:
        last = "".join(ended.stdout.strip().splitlines()[-1:])
        raise NotToBeHad(f"{' '.join(command)} failed: {last}")
