"""The layout: who may import whom, how long a file may be, and that the sources hold no two ways."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "s3distversions"

# Arrows go from a later room to an earlier one only, and inside a room from a later module to an earlier one.
ROOMS = [
    # words and failures
    ["__init__", "errors", "model"],
    # pure: no network
    [
        "timestamps",
        "location",
        "prefixes",
        "columns",
        "choose",
        "records",
        "prices",
        "lifecycle",
        "findings",
        "totals",
        "report",
        "words",
    ],
    [
        "undoing",
        "cuts",
        "alphabets",
        "keyspace",
        "parts",
        "rate",
        "areas",
        "values",
        "parameters",
        "run_state",
        "sizing",
        "carried",
        "filters",
        "verb_options",
        "option_groups",
    ],
    # bytes of a page -> entries
    ["quick", "parse", "order", "servers", "plain_http"],
    # talk to S3 and to files
    [
        "overdue",
        "replies",
        "connections",
        "exchange",
        "wire",
        "throttled",
        "expires",
        "page_replies",
        "client",
        "parallel",
        "pace",
        "list_pace",
        "pieces",
        "estimates",
        "stealing",
        "paced",
        "storage",
        "hdfs",
        "folder",
        "folder_on_s3",
        "folder_on_hdfs",
        "stores",
        "listing",
        "cutting",
        "identity",
        "planning",
        "twins",
    ],
    [
        "deletes",
        "attribution",
        "uploads",
        "conditions",
        "denials",
        "writing",
        "thaw",
        "refusals",
        "copy_requests",
        "part_copies",
        "large_copies",
        "second_copies",
        "copying",
        "sampling",
        "probes",
        "execute",
        "journal",
        "verification",
        "undo_planning",
    ],
    ["preflight", "surroundings", "run", "cluster_log", "progress", "watched", "tasks"],
    # the command line
    [
        "streams",
        "options",
        "prepare",
        "local",
        "inline",
        "spark",
        "launch",
        "emr_cluster",
        "job_options",
        "command",
        "rehearsal",
        "undone",
        "verifying",
        "applying",
        "restoring",
        "undo",
        "cli",
    ],
    # MapReduce: steps and wiring
    ["jobs.restore"],
    ["__main__"],
]
ORDER = [module for room in ROOMS for module in room]
PURE = ROOMS[0] + ROOMS[1] + ROOMS[2] + ROOMS[3]

# Third-party modules, and the only places that may know them.
ONLY_IN = {
    "boto3": {"client"},
    "botocore": {
        "replies",
        "connections",
        "exchange",
        "wire",
        "client",
        "storage",
        "identity",
        "twins",
        "uploads",
        "thaw",
        "refusals",
        "paced",
        "part_copies",
        "large_copies",
        "deletes",
        "copying",
        "execute",
        "preflight",
        "conditions",
        "probes",
        "surroundings",
    },
    "dateutil": {"timestamps"},
    "lxml": {"parse"},
    "mrjob": {"jobs.restore", "inline", "local", "spark"},
    "tqdm": {"progress"},
}
NOT_PURE = {
    "boto3",
    "botocore",
    "mrjob",
    "tqdm",
    "socket",
    "urllib.request",
    "threading",
    "subprocess",
    "time",
}
MOST_LINES = 250


def sources():
    """Every module of the package, by its name in ROOMS."""
    found = {path.stem: path for path in PACKAGE.glob("*.py")}
    found |= {f"jobs.{path.stem}": path for path in (ROOT / "jobs").glob("*.py") if path.stem != "__init__"}
    return found


def imports(path):
    """The names of the modules that a source imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            if node.module == "s3distversions":
                yield from (f"s3distversions.{alias.name}" for alias in node.names)
            else:
                yield node.module


def test_every_module_has_its_room():
    assert sorted(sources()) == sorted(ORDER)


@pytest.mark.parametrize("module", ORDER)
def test_imports_go_one_way(module):
    for name in imports(sources()[module]):
        if name.startswith("s3distversions."):
            imported = name.removeprefix("s3distversions.")
            if imported == "__version__":
                continue
            assert ORDER.index(imported) < ORDER.index(module), (
                f"{module} imports {imported}, which is above it"
            )


@pytest.mark.parametrize("module", ORDER)
def test_third_parties_stay_in_their_rooms(module):
    for name in imports(sources()[module]):
        allowed = ONLY_IN.get(name.partition(".")[0])
        assert allowed is None or module in allowed, (
            f"{module} imports {name}, which is for {sorted(allowed)}"
        )


@pytest.mark.parametrize("module", PURE)
def test_pure_modules_touch_no_network_and_no_clock(module):
    assert not NOT_PURE & set(imports(sources()[module]))


@pytest.mark.parametrize("module", ORDER)
def test_files_are_short(module):
    assert len(sources()[module].read_text().splitlines()) <= MOST_LINES


def test_no_package_called_jobs_is_installed():
    """`jobs` stands at the top of the repository, and inside the package in an installation."""
    configuration = (ROOT / "pyproject.toml").read_text()
    assert 'packages = ["s3distversions", "s3distversions.jobs"]' in configuration
