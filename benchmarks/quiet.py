"""Runs that others on the machine have not disturbed: what they spent meanwhile is looked at, and a run repeated."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

ATTEMPTS = 6
LOUD = 0.1  # share of all cores that others may have, of the time of a run
LOOK_SECONDS, MOST_LOOKS = 2.0, 90


def quietest(run: Callable[[], T], own: Callable[[], float]) -> tuple[T, float]:
    """Return the first run during which others had next to nothing, or else the quietest, and the share they had.

    own: the seconds of CPU that this process, what it has ended and what it runs have spent so far. Where the system
    does not tell what is spent in all, the first run.
    """
    best: tuple[T, float] | None = None
    for _ in range(ATTEMPTS):
        until_idle()
        began, others = time.perf_counter(), spent_by_others(own)
        result = run()
        more, wall = spent_by_others(own) - others, time.perf_counter() - began
        share = max(0.0, more) / wall / (os.cpu_count() or 1)
        if best is None or share < best[1]:
            best = (result, share)
        if share <= LOUD:
            break
        print(f"others had {share:.0%} of the cores", file=sys.stderr, flush=True)
    assert best is not None
    return best


def spent_by_others(own: Callable[[], float]) -> float:
    """Return the seconds of CPU that others on this machine have spent so far, 0 where that cannot be known."""
    everything = spent()
    return 0.0 if everything is None else everything - own()


def until_idle() -> None:
    """Wait until others do next to nothing, some minutes at most."""
    for _ in range(MOST_LOOKS):
        before = spent()
        if before is None:
            return
        time.sleep(LOOK_SECONDS)
        if (spent() or before) - before <= LOUD * LOOK_SECONDS * (os.cpu_count() or 1):
            return


def spent() -> float | None:
    """Return the seconds of CPU that all on this machine have spent, None where there is no /proc.

    https://man7.org/linux/man-pages/man5/proc_stat.5.html
    """
    file = Path("/proc/stat")
    if not file.exists():
        return None
    user, nice, system, _, _, irq, softirq, *_ = map(int, file.read_text().splitlines()[0].split()[1:])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")
