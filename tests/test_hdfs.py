"""Files on a cluster by `hadoop fs`: what is there, made by one of two, covered so that nobody sees half."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from s3distversions.errors import S3DistVersionsError, UsageError
from s3distversions.hdfs import Hdfs, of_this_node

HADOOP = [sys.executable, str(Path(__file__).with_name("hadoop_fs.py"))]
A = "hdfs:///a"


@pytest.fixture
def hdfs(tmp_path, monkeypatch):
    """File systems with an empty folder `a`."""
    monkeypatch.setenv("HADOOP_FS_ROOT", str(tmp_path))
    (tmp_path / "a").mkdir()
    return Hdfs(HADOOP)


def test_what_is_not_there(hdfs):
    assert hdfs.read(f"{A}/none") is None
    assert hdfs.read_kept(A, "none") is None
    assert hdfs.names("hdfs:///none") is None
    assert hdfs.names(A) == []


def test_a_file_is_read_whole_or_a_little_more_than_is_wanted(hdfs, tmp_path):
    data = bytes(range(256)) * 5000
    (tmp_path / "a" / "b").write_bytes(data)
    assert hdfs.read(f"{A}/b") == data
    assert hdfs.read(f"{A}/b", 100) == data[:101]
    assert hdfs.read(f"{A}/b", len(data)) == data


def test_lines_of_many_files_as_they_come(hdfs, tmp_path):
    for number in range(3):
        (tmp_path / "a" / f"part-0000{number}").write_bytes(b"%d\n" % number * 50_000 + b"\xff\n")
    lines = hdfs.lines(f"{A}/part-*")
    assert next(lines) == "0\n"
    assert sum(1 for _ in lines) == 3 * 50_001 - 1


def test_lines_that_nobody_wants_to_the_end(hdfs, tmp_path):
    """The process does not wait for a reader that has gone."""
    (tmp_path / "a" / "part-00000").write_bytes(b"line\n" * 500_000)
    lines = hdfs.lines(f"{A}/part-*")
    assert next(lines) == "line\n"
    lines.close()


def test_of_two_that_make_a_file_one_succeeds(hdfs, tmp_path):
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda number: hdfs.create(f"{A}/run.json", b"%d" % number), range(8)))
    assert made.count(True) == 1
    assert (tmp_path / "a" / "run.json").read_bytes() == b"%d" % made.index(True)
    assert hdfs.names(A) == ["run.json"]


def test_a_file_is_covered(hdfs):
    for data in (b"old", b"new"):
        hdfs.cover(A, "run.json", data)
        assert hdfs.read(f"{A}/run.json") == hdfs.read_kept(A, "run.json") == data


@pytest.mark.parametrize("moment, kept", [("_next-run.json", b"old"), ("run.json", b"new")])
def test_a_file_that_is_killed_while_it_is_covered(hdfs, monkeypatch, moment, kept):
    """There is a moment in which `hadoop fs -put -f` has removed the old one; a reader finds the new one beside it."""
    hdfs.cover(A, "run.json", b"old")
    monkeypatch.setenv("HADOOP_FS_DIES_COVERING", moment)
    with pytest.raises(S3DistVersionsError, match=r"writing hdfs:///a/run\.json: exit code 137"):
        hdfs.cover(A, "run.json", b"new")
    assert hdfs.read_kept(A, "run.json") == kept


def test_errors_in_words(hdfs):
    with pytest.raises(UsageError, match='looking at s3://b: ls: No FileSystem for scheme "s3"'):
        hdfs.names("s3://b")
    with pytest.raises(S3DistVersionsError, match="No such file or directory"):
        hdfs.put(Path(__file__), "hdfs:///none/b")
    with pytest.raises(UsageError, match="no-such-hadoop: No such file or directory"):
        Hdfs(["no-such-hadoop"]).names(A)


def test_the_hadoop_of_a_node(tmp_path, monkeypatch):
    """What Hadoop tells its tasks; else what is on the PATH."""
    for name in ("HADOOP_HOME", "HADOOP_COMMON_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert of_this_node()._command == ["hadoop", "fs"]
    program = tmp_path / "bin" / "hadoop"
    program.parent.mkdir()
    program.touch()
    monkeypatch.setenv("HADOOP_COMMON_HOME", str(tmp_path))
    assert of_this_node()._command == [str(program), "fs"]


def test_in_the_name_of_the_jobs_user(monkeypatch):
    """A task's process may be of another: the failure would be refused."""
    monkeypatch.setenv("USER", "somebody")
    assert of_this_node()._named == {"HADOOP_USER_NAME": "somebody"}
