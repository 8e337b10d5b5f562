"""What the listing's benchmark makes of its measurements; and that it takes no figure from wrong work."""

import argparse
import sys
from pathlib import Path

import pytest

from benchmarks import billion, listing, listing_table, scaling
from benchmarks.endless_counts import Told
from benchmarks.endless_process import EndlessS3
from benchmarks.listing_table import BOTO3, INLINE, LOCAL, Row
from benchmarks.timed import Timed, timed

MEGABYTE = 1 << 20


def row(
    tool,
    versions,
    wall,
    cpu,
    latency=0,
    shape="sequential",
    pages=None,
    peak=90 * MEGABYTE,
    tls=False,
    ranges=1,
):
    pages = versions // 1000 if pages is None else pages
    ran = Timed(wall, cpu, peak, Told(pages, 3, 460 * versions, 0.25), f'{{"ranges": {ranges}}}', 1)
    return Row(tool, shape, latency, tls, versions, tool not in (INLINE, LOCAL), ran)


ROWS = [
    row(BOTO3, 100_000, wall=10, cpu=8),
    row("mc", 100_000, wall=4, cpu=2.5),
    row(INLINE, 2_000_000, wall=5, cpu=4),
    row(BOTO3, 50_000, wall=17.5, cpu=4, latency=250),
    row(INLINE, 2_000_000, wall=14, cpu=4, latency=250, pages=2060),
    row(LOCAL, 2_000_000, wall=20, cpu=6, latency=250, pages=2120, ranges=16),
    row(INLINE, 1_000_000, wall=3, cpu=2.5, shape="uuid", pages=1040),
]


def test_rows_are_compared_with_boto3_under_the_same_conditions():
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in listing_table.table(ROWS, 50 * MEGABYTE)
    ]
    head, rows = lines[0], [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]
    assert len(head) == 15
    assert [cells["ranges"] for cells in rows] == ["1", "1", "1", "1", "1", "16", "1"]
    wall = [cells["wall × boto3"] for cells in rows]
    assert wall == ["1.0", "2.5", "40.0", "1.0", "50.0", "35.0", "33.3"]
    cpu = [cells["CPU × boto3"] for cells in rows]
    assert cpu == ["1.0", "3.2", "40.0", "1.0", "40.0", "26.7", "32.0"]
    assert [cells["LISTs per 1000"] for cells in rows][-3:] == ["1.030", "1.060", "1.040"]
    assert {cells["peak, MB"] for cells in rows} == {"90"}
    assert next(iter(list(listing_table.table(ROWS, 90 * MEGABYTE))[2:])).split("|")[-3].strip() == "< 90"


def test_goals_are_met_or_not_by_the_figures():
    found = [(goal.found, goal.met) for goal in listing_table.goals(ROWS)]
    assert found == [
        ("40.0 times less", True),
        ("50.0 times boto3 (a sample of 50,000), 35.7 times the serial paging of a client that takes no time itself", True),
        ("35.0 times boto3 (a sample of 50,000), 25.0 times the serial paging of a client that takes no time itself", False),
        ("× the best of them: 16.0 at 0 ms, 50.0 at 250 ms", True),
        ("× the best of them: 12.5 at 0 ms, 40.0 at 250 ms", True),
        (
            f"nearest to it, or furthest behind: 2,120 where 2,132 are allowed ({LOCAL}, sequential, 250 ms)",
            True,
        ),
    ]  # fmt: skip
    larger = [row(INLINE, 10**7, 24, 26), row(INLINE, 10**8, 240, cpu=200)]
    first, second, third = list(listing_table.goals(ROWS, larger))[:3]
    assert (first.found, second.found, second.met) == ("40.0 times less", "40.0 times less", True)
    assert "of 100,000,000:" in second.goal and third.found.startswith("50.0 times boto3")
    slow = [*ROWS[:2], row(INLINE, 100_000, wall=4.1, cpu=2.6, pages=108), *ROWS[3:]]
    assert [goal.met for goal in listing_table.goals(slow)] == [False, True, False, False, False, False]


def test_the_growth_has_an_exponent():
    assert scaling.sizes(10**6) == [100_000, 300_000, 1_000_000]
    assert scaling.sizes(0) == []
    rows = [row(INLINE, size, wall=size**1.2 / 1e6, cpu=1, peak=size) for size in (10**6, 3 * 10**6, 10**7)]
    assert scaling.slope(rows) == pytest.approx(1.2)
    assert [goal.met for goal in scaling.goals(rows)] == [False, False]
    rows = [row(INLINE, size, wall=size / 1e6, cpu=1) for size in (10**5, 10**6, 10**7)]
    assert [goal.met for goal in scaling.goals(rows)] == [True, True, True]
    assert list(scaling.goals(rows[:1])) == []


def test_a_billion_is_computed_from_what_was_measured():
    over_tls = [row(BOTO3, 1000, 1, 0.125, tls=True), row(INLINE, 10**6, 4, 3.25, pages=1020, tls=True)]
    basis = listing.basis([*ROWS, *over_tls, row(INLINE, 10**5, 1, 0.55, tls=True)], [])
    where = f"{INLINE}, over TLS; its CPU from 100,000 to 1,000,000 versions, its start left out"
    assert basis == billion.Basis(0.00102, pytest.approx(3e-6), 460.0, 1.25e-4, where)
    assert [(goal.found, goal.met) for goal in billion.goals(basis)] == [("0.83 core-hours, computed", True)]
    assert not next(billion.goals(basis._replace(cpu=3.7e-6))).met
    told = {what: value for what, value, _ in billion.computed(basis)}
    assert told["LIST requests"] == "1,020,000"
    assert told["price of the requests"] == "$5.10"
    assert told["CPU of the client"] == "0.83 core-hours"
    assert told["bytes on the wire"] == "460 GB"
    assert told["the wire alone, at 10 Gbit/s"] == "6.1 minutes"
    assert told["S3's limit alone, 1 partition"] == "3.1 minutes"
    assert told["requests in flight for 5,500 LIST/s"] == "1,650"
    assert told["cores for 5,500 LIST/s"] == "16.2"
    assert told["one page after the other, with boto3"] == "118 hours"
    without = listing.basis(ROWS, [row(INLINE, 10**5, 1, 0.2), row(INLINE, 10**7, 21, 20)])
    assert without.cpu == pytest.approx(2e-6)
    assert "without TLS" in without.where


def test_figures_replace_those_of_the_document(tmp_path):
    file = tmp_path / "document.md"
    file.write_text(f"before\n\n{listing.BEGIN}\nold\n{listing.END}\n\nafter\n")
    listing.put("new", file)
    listing.put("newer", file)
    assert file.read_text() == f"before\n\n{listing.BEGIN}\n\nnewer\n\n{listing.END}\n\nafter\n"
    file.write_text("no place for them")
    with pytest.raises(ValueError, match="no <!-- figures"):
        listing.put("new", file)


def test_the_document_has_a_place_for_figures():
    text = Path(listing.ROOT, "docs", "listing-benchmark.md").read_text()
    assert text.count(listing.BEGIN) == text.count(listing.END) == 1


SPENDS_IN_A_CHILD = """
import subprocess, sys
spend = "import time\\nwhile time.process_time() < 0.3: pass"
print("a line\\n" * 3, end="")
subprocess.run([sys.executable, "-c", spend + "\\nfull = b'1' * (200 << 20)"], check=True)
"""


def test_a_process_is_measured_with_its_children(tmp_path):
    with EndlessS3(versions=10) as server:
        ran = timed(server, [sys.executable, "-c", SPENDS_IN_A_CHILD], str(tmp_path), {})
        assert ran.cpu > 0.3
        assert ran.peak > 200 * MEGABYTE
        assert (ran.lines, ran.output) == (3, "a line\n" * 3)
        assert (ran.served.pages, ran.served.others) == (0, 0)
        with pytest.raises(RuntimeError, match=r"exit code 3 .* no such luck"):
            timed(server, [sys.executable, "-c", "import sys; print('no such luck', file=sys.stderr); sys.exit(3)"], str(tmp_path), {})  # fmt: skip


def test_rows_are_of_right_work_only(tmp_path):
    given = argparse.Namespace(list_parallel=8, peers=False, server_processes=1)
    bench = listing.Bench(given, str(tmp_path))
    for lister in (bench.boto3, bench.inline):
        found = bench.row(lister, 3001, shape="unicode")
        assert (found.tool, found.versions, found.ran.served.pages >= 4) == (lister.name, 3001, True)
    of_others = bench.inline._replace(
        right=lambda ran, bucket: bench.inline.right(ran, listing.bucket_of(3000, "sequential"))
    )
    with pytest.raises(RuntimeError, match=r"has not listed 3,001 versions, but: \{"):
        bench.row(of_others, 3001)
