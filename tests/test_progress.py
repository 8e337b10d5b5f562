"""How far a job is: what tasks tell, and what the command makes of it; and errors on the same way."""

import io
import sys
import threading
from types import SimpleNamespace

import pytest

from s3distversions import progress
from s3distversions.errors import ProtocolError, S3DistVersionsError, S3Error, UsageError
from s3distversions.progress import PlainLines, Tallies, Tally, Watch, tell_failure, told_failure


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=clock.monotonic))
    return clock


# --- tasks tell ---


def test_what_tasks_have_told_adds_up(tmp_path):
    assert Tallies(str(tmp_path)).count == 0
    for number in (5, 70, 0):
        tally = Tally(str(tmp_path))
        tally.add(number)
        tally.add(100)
        tally.tell()
    assert Tallies(str(tmp_path)).count == 375


def test_a_task_tells_now_and_then_and_at_its_end(tmp_path, clock):
    tally = Tally(str(tmp_path))
    tally.add(1)
    assert Tallies(str(tmp_path)).count == 1
    for _ in range(10):
        tally.add(1)
    assert Tallies(str(tmp_path)).count == 1
    clock.now += 0.3
    tally.add(1)
    assert Tallies(str(tmp_path)).count == 12
    tally.add(1)
    tally.tell()
    assert Tallies(str(tmp_path)).count == 13


def test_any_thread_may_count(tmp_path):
    tally, together = Tally(str(tmp_path)), threading.Barrier(4)

    def count():
        together.wait()
        for _ in range(500):
            tally.add(1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.tell()
    assert Tallies(str(tmp_path)).count == 2000


@pytest.mark.parametrize("content", ["", "\n", "12x"])
def test_a_file_that_is_being_written_counts_next_time(tmp_path, content):
    (tmp_path / "tally-1").write_text(content)
    (tmp_path / "tally-2").write_text("7")
    (tmp_path / "other").write_text("1000")
    assert Tallies(str(tmp_path)).count == 7


def test_a_task_without_a_folder_counts_for_itself(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tally = Tally(None)
    tally.add(1)
    tally.tell()
    tell_failure(None, S3Error("what", "hint"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "error",
    [
        UsageError("--src 'café\ud800' is wrong", "Mend it."),
        S3Error("listing: AccessDenied: No", "Does the role have the permissions?"),
        ProtocolError("'b' comes after 'c'\n"),
    ],
)
def test_a_failure_survives_the_way(tmp_path, error):
    assert told_failure(str(tmp_path)) is None
    tell_failure(str(tmp_path), error)
    back = told_failure(str(tmp_path))
    assert isinstance(back, S3DistVersionsError)
    assert (back.what, back.hint, back.exit_code) == (error.what, error.hint, error.exit_code)
    assert Tallies(str(tmp_path)).count == 0  # it is no tally


# --- the command shows ---


@pytest.fixture
def lines(clock):
    """A display for a log of a phase of unknown length, and what it printed."""
    stream = io.StringIO()
    return PlainLines(stream, "listing", " entries", None), stream


def test_a_plain_line_now_and_then(lines, clock):
    display, stream = lines
    display.show(1000)
    clock.now += 9.9
    display.show(2000)
    assert stream.getvalue() == ""
    clock.now += 0.1
    display.show(3000)
    assert stream.getvalue() == "listing: 3.00k entries [00:10, 300 entries/s]\n"
    clock.now += 9.9
    display.show(9999)
    assert stream.getvalue().count("\n") == 1
    clock.now += 0.1
    display.show(2_500_000)
    assert stream.getvalue().splitlines()[1] == "listing: 2.50M entries [00:20, 125k entries/s]"


def test_a_plain_line_at_the_end(lines, clock):
    display, stream = lines
    display.show(5000)
    clock.now += 4
    display.end()
    assert stream.getvalue() == "listing: 5.00k entries [00:04, 1.25k entries/s]\n"


def test_a_plain_line_with_a_total_says_how_long_it_will_take(clock):
    stream = io.StringIO()
    display = PlainLines(stream, "restoring", " keys", 4000)
    clock.now += 10
    display.show(1000)
    line = stream.getvalue()
    assert line.startswith("restoring:  25% ")
    assert "1.00k/4.00k" in line and "00:10<00:30" in line and "100 keys/s" in line
    assert line.endswith("\n") and line.count("\n") == 1


@pytest.mark.parametrize("total", [None, 0, 3])
def test_nothing_done_in_no_time(clock, total):
    stream = io.StringIO()
    PlainLines(stream, "listing", " entries", total).end()
    assert stream.getvalue().startswith("listing: ") and stream.getvalue().endswith("]\n")


def test_a_watch_shows_the_sum_at_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream := io.StringIO())
    with Watch(Tallies(str(tmp_path)), "listing", "entries", None, shown=True):
        monkeypatch.setattr(sys, "stderr", io.StringIO())  # as mrjob's inline runner does
        tally = Tally(str(tmp_path))
        tally.add(2000)
        tally.tell()
    assert stream.getvalue().startswith("listing: 2.00k entries [")
    assert stream.getvalue().count("\n") == 1


def test_a_watch_shows_the_sum_when_the_block_fails_too(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream := io.StringIO())
    with (
        pytest.raises(ValueError, match="broken"),
        Watch(Tallies(str(tmp_path)), "listing", "entries", None, shown=True),
    ):
        raise ValueError("broken")
    assert stream.getvalue().count("\n") == 1


def test_a_watch_that_is_not_shown_says_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream := io.StringIO())
    with Watch(Tallies(str(tmp_path)), "listing", "entries", 3, shown=False):
        pass
    assert stream.getvalue() == ""


def test_a_terminal_gets_a_bar(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream := io.StringIO())
    stream.isatty = lambda: True
    with Watch(Tallies(str(tmp_path)), "restoring", "keys", 4, shown=True):
        tally = Tally(str(tmp_path))
        tally.add(4)
        tally.tell()
    assert "\r" in stream.getvalue()
    assert "restoring: 100%" in stream.getvalue() and "4.00/4.00" in stream.getvalue()
