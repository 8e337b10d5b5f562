"""A `hadoop fs` for tests without a cluster: the commands that we use, on a folder here, with Hadoop's own words.

`make test-hadoop` runs the same code on the real one. HADOOP_FS_ROOT: the folder that stands for hdfs:///.
"""

import os
import sys
from pathlib import Path

ROOT = Path(os.environ["HADOOP_FS_ROOT"])


def at(uri: str) -> Path:
    """Where a URI is here."""
    if not uri.startswith("hdfs:///"):
        fail(f'No FileSystem for scheme "{uri.partition(":")[0]}"')
    return ROOT / uri.removeprefix("hdfs:///")


def fail(words: str) -> None:
    """End as Hadoop's shell does."""
    sys.exit(f"{verb.lstrip('-')}: {words}")


def missing(uri: str) -> None:
    fail(f"`{uri}': No such file or directory")


def cat(uri: str) -> None:
    """Put the files that a URI or a pattern names on standard output."""
    paths = sorted(at(uri).parent.glob(at(uri).name))
    if not paths:
        missing(uri)
    for path in paths:
        sys.stdout.buffer.write(path.read_bytes())


def ls(_: str, uri: str) -> None:
    """Tell the paths of what is in a folder."""
    if not at(uri).exists():
        missing(uri)
    for path in sorted(at(uri).iterdir()):
        print(f"{uri.rstrip('/')}/{path.name}")


def mkdir(_: str, uri: str) -> None:
    """Make a folder, and those above."""
    at(uri).mkdir(parents=True, exist_ok=True)


def put(*words: str) -> None:
    """Bring files; as there, one that is covered is removed first."""
    covers = words[0] == "-f"
    *sources, uri = words[covers:]
    for source in sources:
        target = at(uri) / Path(source).name if at(uri).is_dir() else at(uri)
        if target.exists() and not covers:
            fail(f"`{uri}': File exists")
        if not target.parent.is_dir():
            missing(uri)
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        target.unlink(missing_ok=True)
        if os.environ.get("HADOOP_FS_DIES_COVERING") == target.name:
            sys.exit(137)
        target.write_bytes(data)


def mv(uri: str, to: str) -> None:
    """Rename a file, unless the name is taken."""
    try:
        os.link(at(uri), at(to))
    except FileExistsError:
        fail(f"`{to}': File exists")
    at(uri).unlink()


def rm(_: str, uri: str) -> None:
    """Remove a file."""
    at(uri).unlink()


COMMANDS = {"-cat": cat, "-ls": ls, "-mkdir": mkdir, "-put": put, "-mv": mv, "-rm": rm}
_, verb, *rest = sys.argv[1:]
COMMANDS[verb](*rest)
