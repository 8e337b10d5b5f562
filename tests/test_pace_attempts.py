"""Attempts: the pauses between them."""

from types import SimpleNamespace

import pytest

from s3distversions import pace
from s3distversions.pace import attempts


def test_attempts_pause_longer_each_time_but_not_before_the_first(monkeypatch):
    pauses = []
    monkeypatch.setattr(pace, "time", SimpleNamespace(sleep=pauses.append))
    monkeypatch.setattr(pace, "random", SimpleNamespace(uniform=lambda low, high: high))
    assert list(attempts(4)) == [0, 1, 2, 3]
    assert pauses == pytest.approx([0.2, 0.4, 0.8])
    pauses.clear()
    for number in attempts():
        if number == 1:
            break
    assert pauses == pytest.approx([0.2])


def test_pauses_differ_so_that_tasks_do_not_come_back_together(monkeypatch):
    pauses = []
    monkeypatch.setattr(pace, "time", SimpleNamespace(sleep=pauses.append))
    for _ in range(20):
        list(attempts(2))
    assert len(set(pauses)) > 1
    assert all(0.1 <= pause <= 0.2 for pause in pauses)
