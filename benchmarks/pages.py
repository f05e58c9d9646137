"""Time of the pages of a run: ``samestory report`` of its largest events, and ``samestory serve`` page by page.

    python benchmarks/pages.py STORE [--events 2000] [--pages 40]

Both are processes of their own, the installed command. Of each kind of page ``serve`` is asked for a seeded choice and for the
largest there are (events by articles, passages by occurrences, outlets by articles, pairs of outlets by shared passages), once
each, so that no page is answered from a cache. Seconds are wall clock; memory is the largest resident size of the process.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

from jobs.report import links
from jobs.report.index import IndexedRun
from jobs.rundir import open_run

COMMAND = Path(sys.executable).with_name("samestory")
LARGEST = 10


def report(store: Path, events: int) -> str:
    """Write the folder; how long it took and what it holds."""
    with tempfile.TemporaryDirectory(prefix="samestory-pages-") as scratch:
        out = Path(scratch) / "report"
        start = time.perf_counter()
        process = subprocess.Popen([COMMAND, "report", "--store", store, "--out", out, "--events", str(events)],
                                   stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        if status:
            sys.exit("samestory report failed")
        files = [p for p in out.rglob("*") if p.is_file()]
        megabytes = sum(p.stat().st_size for p in files) / 1e6
    return (f"report --events {events}: {seconds:.1f} s wall, {used.ru_utime + used.ru_stime:.1f} s CPU, "
            f"{used.ru_maxrss // 1024:,} MiB, {len(files):,} files, {megabytes:,.0f} MB")


def asked(run: IndexedRun, pages: int) -> dict[str, list[str]]:
    """Kind of page -> paths."""
    chance = random.Random(7)
    events = sorted(run.heads.values(), key=lambda e: -e.article_count)
    ids = [e.event_id for e in events[:LARGEST] + chance.sample(events, min(pages, len(events)))]
    sizes = {id: len(run.passages[id].occurrences) for id in run.passages}
    passages = sorted(sizes, key=lambda passage: -sizes[passage])[:LARGEST] + chance.sample(sorted(sizes), min(pages, len(sizes)))
    articles = Counter(name for name in run.table["outlet"].to_pylist() if name)
    outlets = sorted(articles, key=lambda name: -articles[name])
    pairs = sorted(run.outlet_pairs.items(), key=lambda item: -int(item[1]["shared_passages"]))
    both = [pair for pair, _ in pairs[:LARGEST] + chance.sample(pairs, min(pages, len(pairs)))]
    return {
        "front": [links.FRONT], "data": ["events.csv", "events.json"], "event": [links.event(id) for id in ids],
        "reader": [links.reader(id) for id in ids], "passage": [links.passage(id) for id in passages],
        "outlet": [links.outlet(name) for name in outlets[:LARGEST] + chance.sample(outlets, min(pages, len(outlets)))],
        "two outlets": [links.outlets(a, b) for a, b in both],
    }


def serve(store: Path, pages: int) -> list[str]:
    """A table of milliseconds by kind of page."""
    paths = asked(IndexedRun(open_run(store).directory), pages)
    start = time.perf_counter()
    process = subprocess.Popen([COMMAND, "serve", "--store", store, "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        address = process.stdout.readline().strip()
        lines = [f"serve: answers after {time.perf_counter() - start:.1f} s", "",
                 "| page | asked | median, ms | slowest, ms | largest, kB |", "|---|---:|---:|---:|---:|"]
        for kind, wanted in paths.items():
            taken, size = [], 0
            for path in dict.fromkeys(wanted):
                begun = time.perf_counter()
                with urllib.request.urlopen(address + path) as answer:
                    size = max(size, len(answer.read()))
                taken.append(1000 * (time.perf_counter() - begun))
            lines.append(f"| {kind} | {len(taken)} | {statistics.median(taken):.0f} | {max(taken):.0f} | {size / 1000:,.0f} |")
        status = Path(f"/proc/{process.pid}/status")
        if status.exists():
            peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
            lines += ["", f"peak memory of serve: {int(peak.split()[1]) // 1024:,} MiB"]
        return lines
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--pages", type=int, default=40, help="pages of each kind, the largest apart")
    given = parser.parse_args()
    print("\n".join(serve(given.store, given.pages)))
    print(report(given.store, given.events))


if __name__ == "__main__":
    main()
