"""`-r inline`: what mappers yield is sorted outside of memory, so that a plan may be as long as it likes."""

import random
import tracemalloc

import mrjob.local
import mrjob.sim
import pytest
from s3distversions.jobs.restore import RestoreVersions

SEED = 14


@pytest.fixture
def lines(tmp_path):
    """Two files of lines as mappers write them, and all of the lines."""
    chance = random.Random(SEED)
    lines = [f'"{chance.getrandbits(16):04x}"\t{{"key": "ключ {n}\\t"}}\n'.encode() for n in range(20_000)]
    files = [tmp_path / "one", tmp_path / "two"]
    for place, file in enumerate(files):
        file.write_bytes(b"".join(lines[place::2]))
    return files, lines[::2] + lines[1::2]


def by_key(line):
    return line.partition(b"\t")[0]


def sort(files, output):
    with RestoreVersions(args=["--no-conf", "-r", "inline"]).make_runner() as runner:
        tracemalloc.start()
        runner._sort_input_func()([str(file) for file in files], str(output))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return output.read_bytes().splitlines(keepends=True), peak


def test_lines_are_sorted_by_key_and_otherwise_stay_in_their_order(lines, tmp_path, monkeypatch):
    files, all_lines = lines
    monkeypatch.setattr(mrjob.local, "_sort_lines_in_memory", None)
    found, peak = sort(files, tmp_path / "sorted")
    assert found == sorted(all_lines, key=by_key)
    assert peak < 500_000


@pytest.mark.parametrize("path", ["", "broken"])
def test_without_a_program_that_sorts(lines, tmp_path, monkeypatch, path):
    """Or with one that fails."""
    files, all_lines = lines
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "sort").write_text("#!/bin/sh\nexit 2\n")
    (broken / "sort").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / path) if path else "")
    found, _ = sort(files, tmp_path / "sorted")
    assert found == sorted(all_lines, key=by_key)


def test_no_conf_is_the_same_runner():
    """It is the default too."""
    from s3distversions.inline import InlineRunner

    assert RestoreVersions(args=["--no-conf"])._runner_class() is InlineRunner
