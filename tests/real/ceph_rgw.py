"""Ceph's S3 gateway as Debian packages it: a monitor, one storage daemon that keeps all in memory, the gateway."""

import uuid
from pathlib import Path

from tests.real import processes
from tests.real.installing import apt_install
from tests.real.processes import ACCESS_KEY, SECRET_KEY, Running

VERSION = "16.2 (Debian)"
PACKAGES = ["radosgw", "ceph-osd", "ceph-mon"]
PROGRAMS = ["radosgw", "radosgw-admin", "ceph-osd", "ceph-mon", "ceph", "ceph-authtool", "monmaptool"]
# One daemon of each kind, nothing kept twice, nothing that runs by the clock: garbage, lifecycles, resharding.
CONFIGURATION = """
[global]
fsid = {fsid}
mon host = v2:127.0.0.1:{mon_port}/0
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
mon data avail warn = 2
run dir = {folder}/run
admin socket = {folder}/run/$name.asok
log file = {folder}/run/$name.log
keyring = {folder}/keyring
[mon.a]
host = localhost
mon data = {folder}/mon
mon addr = 127.0.0.1:{mon_port}
[osd.0]
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
memstore page set = false
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:{rgw_port}
rgw enable usage log = false
rgw dynamic resharding = false
rgw override bucket index max shards = 0
rgw enable gc threads = false
rgw enable lc threads = false
"""
RIGHTS = {
    "mon.": ["mon", "allow *"],
    "client.admin": ["mon", "allow *", "osd", "allow *", "mgr", "allow *"],
    "osd.0": ["mon", "allow profile osd", "osd", "allow *"],
    "client.rgw.a": ["mon", "allow *", "osd", "allow *"],
}


def install(folder: Path) -> None:
    """Install the packages."""
    apt_install(PACKAGES, PROGRAMS)


def start(folder: Path, log: Path) -> Running:
    """Make a cluster in `folder`, start it, and make the tests' user."""
    mon_port, rgw_port, fsid = processes.free_port(), processes.free_port(), str(uuid.uuid4())
    for name in ("mon", "osd", "run"):
        (folder / name).mkdir()
    configuration = folder / "ceph.conf"
    configuration.write_text(CONFIGURATION.format(**locals()))
    running = Running(f"http://127.0.0.1:{rgw_port}", [])

    def do(program: str, *arguments: str) -> None:
        processes.do([program, "-c", str(configuration), *arguments], log)

    def spawn(program: str, *arguments: str) -> None:
        command = [program, "-f", "-c", str(configuration), *arguments]
        running.processes.append(processes.spawn(command, log))

    try:
        make_keys(folder, log)
        mon_map = str(folder / "monmap")
        monitor = ["--addv", "a", f"[v2:127.0.0.1:{mon_port}]"]
        processes.do(["monmaptool", "--create", "--fsid", fsid, *monitor, mon_map], log)
        do("ceph-mon", "--mkfs", "-i", "a", "--monmap", mon_map, "--keyring", str(folder / "keyring"))
        spawn("ceph-mon", "-i", "a")
        osd_uuid = str(uuid.uuid4())
        do("ceph", "osd", "new", osd_uuid, "0")
        do("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd_uuid)
        spawn("ceph-osd", "-i", "0")
        do("ceph", "osd", "crush", "add", "osd.0", "1.0", "root=default", "host=localhost")
        keys = [f"--access-key={ACCESS_KEY}", f"--secret-key={SECRET_KEY}"]
        do("radosgw-admin", "user", "create", "--uid=tests", "--display-name=tests", *keys)
        spawn("radosgw", "-n", "client.rgw.a")
        processes.wait_until_ready(running.endpoint, running.processes[-1])
    except BaseException:
        running.stop()
        raise
    return running


def make_keys(folder: Path, log: Path) -> None:
    """Make the keyring of the daemons."""
    keyring = str(folder / "keyring")
    for number, (name, rights) in enumerate(RIGHTS.items()):
        pairs = zip(rights[::2], rights[1::2], strict=True)
        caps = [word for subject, right in pairs for word in ("--cap", subject, right)]
        create = ["--create-keyring"] if number == 0 else []
        processes.do(["ceph-authtool", *create, keyring, "--gen-key", "-n", name, *caps], log)
