"""The folder of a run, here, on S3 and on a cluster: each does the same, whatever it is made of."""

import sys
from pathlib import Path

import pytest

from s3distversions.errors import UsageError
from s3distversions.hdfs import Hdfs
from s3distversions.stores import Stores

HADOOP = [sys.executable, str(Path(__file__).with_name("hadoop_fs.py"))]
OPTION = "--version-info-output"
PLACES = {"inline": "run", "on S3": "s3://runs/run", "hadoop": "hdfs:///runs/run", "emr": "s3://runs/run"}


@pytest.fixture(params=PLACES)
def kind(request):
    """Which kind of folder."""
    return request.param


@pytest.fixture
def stores(kind, s3, tmp_path, monkeypatch):
    """What reaches it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HADOOP_FS_ROOT", str(tmp_path))
    s3.create_bucket("runs")
    runner = kind if kind in ("hadoop", "emr") else "inline"
    return Stores(s3.client, runner, Hdfs(HADOOP) if kind == "hadoop" else None)


@pytest.fixture
def folder(kind, stores):
    """A folder that is not there yet."""
    stores.check(PLACES[kind], OPTION)
    return stores.folder(PLACES[kind], OPTION)


@pytest.fixture
def again(kind, stores):
    """The same folder, as another command sees it."""
    return stores.folder(PLACES[kind], OPTION)


def write_part(folder, name, data):
    """Leave a file in the folder of an attempt, as a job does."""
    path = folder.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    folder.publish(name)


def test_a_file_is_made_once(folder, again):
    folder.check_free(OPTION)
    assert folder.read("run.json") is None
    assert folder.create("run.json", b"{}")
    assert not again.create("run.json", b"[]")
    assert again.read("run.json") == b"{}"
    with pytest.raises(UsageError, match="is not empty"):
        again.check_free(OPTION)


def test_a_file_is_covered(folder, again):
    folder.create("run.json", b"{}")
    for data in (b"1", b"2"):
        folder.write("run.json", data)
        assert again.read("run.json") == data


def test_each_attempt_has_a_number_of_its_own(folder, again):
    folder.create("run.json", b"{}")
    assert folder.claimed("versions") == set()
    assert [each.claim("versions", 1) for each in (folder, again)] == [True, False]
    assert folder.claim("versions", 2)
    assert again.claimed("versions") == {1, 2}
    assert again.claimed("restored") == set()


def test_an_attempt_of_an_earlier_release_has_its_number(folder):
    """Which made the subfolder itself, and said nothing elsewhere."""
    folder.create("run.json", b"{}")
    write_part(folder, "restored/1/part-00000", b"")
    assert folder.claimed("restored") == {1}


def test_lines_of_parts_and_of_nothing_else(folder, again):
    folder.create("run.json", b"{}")
    assert not again.has_parts("versions/1")
    write_part(folder, "versions/1/part-00001", b"2\n3\n")
    write_part(folder, "versions/1/part-00000", b"1\n")
    write_part(folder, "versions/1/_SUCCESS", b"")
    assert again.has_parts("versions/1")
    assert list(again.lines("versions/1")) == ["1\n", "2\n", "3\n"]
    assert again.inputs("versions/1")


def test_an_editors_backup_among_them(folder, again):
    folder.create("run.json", b"{}")
    write_part(folder, "versions/1/part-00000", b"1\n")
    write_part(folder, "versions/1/part-00000~", b"0\n")
    for look in (again.has_parts, again.inputs, lambda name: list(again.lines(name))):
        with pytest.raises(UsageError, match="holds 'part-00000~', which is no part of a plan"):
            look("versions/1")


def test_what_a_job_is_told(kind, folder):
    folder.create("run.json", b"{}")
    write_part(folder, "versions/1/part-00000", b"1\n")
    write_part(folder, "ranges.jsonl", b"1\n")
    if kind in ("hadoop", "emr"):
        place = PLACES[kind]
        assert folder.output("versions/2") == f"{place}/versions/2"
        assert folder.inputs("versions/1") == [f"{place}/versions/1"]
        assert folder.input("ranges.jsonl") == f"{place}/ranges.jsonl"
    else:
        assert folder.output("versions/2") == str(folder.path / "versions/2")
        assert folder.inputs("versions/1") == [str(folder.path / "versions/1/part-00000")]
        assert folder.input("ranges.jsonl") == str(folder.path / "ranges.jsonl")


@pytest.mark.parametrize(
    "runner, place, words",
    [
        ("inline", "hdfs:///run", "this runner keeps runs in local folders and on s3:// only"),
        ("hadoop", "run", "-r hadoop keeps runs on hdfs:// or s3:// only"),
        ("hadoop", "file:///run", "-r hadoop keeps runs on hdfs:// or s3:// only"),
        ("hadoop", "hdfs:///a,b", "is no path that Hadoop reads"),
        ("hadoop", "hdfs:///a:b", "is no path that Hadoop reads"),
        ("hadoop", "hdfs:///a*", "is no path that Hadoop reads"),
        ("hadoop", "s3://runs/a b", "is no path that Hadoop reads"),
        ("hadoop", "s3a://runs/run", 'looking at s3a://runs/run: ls: No FileSystem for scheme "s3a"'),
        ("spark", "a,b", "is no path that Spark reads"),
        ("spark", "a{b", "is no path that Spark reads"),
        ("emr", "hdfs:///run", "-r emr keeps runs on s3:// only"),
        ("emr", None, "-r emr needs --version-info-output"),
    ],
)
def test_where_runs_cannot_be(runner, place, words, tmp_path, monkeypatch):
    monkeypatch.setenv("HADOOP_FS_ROOT", str(tmp_path))
    stores = Stores(lambda: None, runner, Hdfs(HADOOP) if runner == "hadoop" else None)
    with pytest.raises(UsageError, match=words):
        stores.check(place, OPTION)


@pytest.mark.parametrize("place", ["hdfs:///run", "hdfs://namenode:8020/a/run", None])
def test_where_runs_can_be_on_hadoop(place):
    Stores(lambda: None, "hadoop", Hdfs(HADOOP)).check(place, OPTION)


def test_where_runs_are_by_default(monkeypatch):
    assert Stores(lambda: None).parent() == ""
    monkeypatch.setenv("HADOOP_USER_NAME", "me")
    assert Stores(lambda: None, "hadoop", Hdfs(HADOOP)).parent() == "hdfs:///user/me/s3distversions/"


@pytest.mark.parametrize("kind", ["hadoop"], indirect=True)
def test_a_prefix_list_on_the_cluster(stores, tmp_path):
    (tmp_path / "prefixes.txt").write_bytes(b"/1\n/2\n")
    assert stores.read("hdfs:///prefixes.txt", "--prefixes") == b"/1\n/2\n"
    with pytest.raises(UsageError, match="--prefixes hdfs:///none: no such file"):
        stores.read("hdfs:///none", "--prefixes")
