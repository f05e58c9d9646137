"""Time and memory of ``samestory run`` on composed newsrooms of several sizes.

    python -m benchmarks.run_size [--sizes 1000,10000] [--daily 300 --days 10,30,90] [--repeats 1] [--out benchmarks/results]

Each corpus (30 days, 200 outlets) is composed once and kept in the temporary directory. Each run is a process of its own, the
installed command on a fresh store: seconds are wall clock from start to exit, start-up included; memory is the largest
resident size of that process. Seconds and peak of the stages are those the run reports of itself (``run_results.json``). Of
several repeats the fastest is shown. A run on the fixtures goes first, so that no figure holds the compilation of the kernels.

With ``--daily`` corpora of so many articles a day and the days of ``--days`` follow, and how time and memory grow with the days.

Written: ``run_size.json`` (every run), ``run_size.md`` (the tables that are printed too) and ``run_size.svg``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from math import log
from pathlib import Path
from typing import Any

from benchmarks.plots import beside_each_other

ROOT = Path(__file__).resolve().parent.parent
COMMAND = Path(sys.executable).with_name("samestory")
DAYS = 30


def corpus(articles: int, days: int = DAYS) -> Path:
    """The composed corpus of a size; made when it is not there or what composes it has changed since."""
    name = f"{articles}-articles" if days == DAYS else f"{articles}-articles-{days}-days"
    folder = Path(tempfile.gettempdir()) / "samestory-benchmarks" / name
    made = folder / "articles.jsonl"
    changed = max(path.stat().st_mtime for path in (ROOT / "fixtures").rglob("*") if path.suffix in (".py", ".toml"))
    if not made.exists() or made.stat().st_mtime < changed:
        subprocess.run([sys.executable, "-m", "fixtures.compose", "--articles", str(articles), "--days", str(days),
                        "--out", str(folder)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return made


def measure(given: Path) -> dict[str, Any]:
    """Run the command once on a fresh store."""
    with tempfile.TemporaryDirectory(prefix="samestory-bench-") as store:
        start = time.perf_counter()
        process = subprocess.Popen([COMMAND, "run", given, "--store", store, "--config", ROOT / "fixtures" / "samestory.toml",
                                    "--quiet"], stdout=subprocess.PIPE, text=True)
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)  # this child's own peak; getrusage would mix all children
        seconds = time.perf_counter() - start
        if status:
            sys.exit(f"the run on {given} failed: exit code {os.waitstatus_to_exitcode(status)}")
        results = json.loads((Path(json.loads(said)["path"]) / "run_results.json").read_bytes())
    last = used.ru_maxrss // (1024 * 1024 if sys.platform == "darwin" else 1024)
    peak = max(last, *(stage["peak_memory_mb"] for stage in results["stages"]))  # each stage starts measuring the peak anew
    return {"articles": results["counts"]["read"], "megabytes": round(given.stat().st_size / 1e6, 1),
            "seconds": round(seconds, 2), "cpu_seconds": round(used.ru_utime + used.ru_stime, 2), "peak_memory_mb": peak,
            "counts": results["counts"],
            "stages": [{name: stage[name] for name in ("name", "seconds", "peak_memory_mb")} for stage in results["stages"]]}


def fastest(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fastest run of each size, smallest first."""
    return [min((run for run in runs if run["articles"] == size), key=lambda run: run["seconds"])
            for size in sorted({run["articles"] for run in runs})]


def growth(runs: list[dict[str, Any]], daily: int) -> str:
    """A row a number of days at one daily volume, and the exponents: CPU seconds and memory above those of the fewest days."""
    best = fastest(runs)
    head = "| days | articles | wall, s | CPU, s | peak memory, MiB | exponent of CPU time | memory, times the row above |"
    lines = ["", f"{daily:,} articles a day:", "", head, "|---:" * 7 + "|"]
    for before, run in zip([None, *best], best, strict=False):
        exponent = times = ""
        if before:
            exponent = f"{log(run['cpu_seconds'] / before['cpu_seconds']) / log(run['articles'] / before['articles']):.2f}"
            times = f"{run['peak_memory_mb'] / before['peak_memory_mb']:.2f}"
        lines.append(f"| {run['articles'] // daily} | {run['articles']:,} | {run['seconds']} | {run['cpu_seconds']} | "
                     f"{run['peak_memory_mb']:,} | {exponent} | {times} |")
    return "\n".join(lines) + "\n"


def plot(runs: list[dict[str, Any]]) -> str:
    """Seconds and memory against size."""
    best = fastest(runs)
    seconds = {"wall": [(r["articles"], r["seconds"]) for r in best], "CPU": [(r["articles"], r["cpu_seconds"]) for r in best]}
    memory = {"peak": [(r["articles"], r["peak_memory_mb"]) for r in best]}
    return beside_each_other([("seconds", seconds), ("MiB", memory)], f"articles of {DAYS} days")


def markdown(runs: list[dict[str, Any]]) -> str:
    """One row a size, then the stages; "other" is starting, writing the artifacts and committing."""
    best = fastest(runs)
    stages = [stage["name"] for stage in best[0]["stages"]]
    lines = ["| articles | input, MB | wall, s | CPU, s | peak memory, MiB | articles a second |", "|---:" * 6 + "|"]
    lines += [f"| {r['articles']:,} | {r['megabytes']} | {r['seconds']} | {r['cpu_seconds']} | {r['peak_memory_mb']:,} | "
              f"{r['articles'] / r['seconds']:,.0f} |" for r in best]
    lines += ["", "Seconds (peak MiB) a stage:", "", f"| articles | {' | '.join(stages)} | other |"]
    lines.append("|---:" * (len(stages) + 2) + "|")
    for r in best:
        other = r["seconds"] - sum(stage["seconds"] for stage in r["stages"])
        cells = [f"{stage['seconds']:.2f} ({stage['peak_memory_mb']:,})" for stage in r["stages"]]
        lines.append(f"| {r['articles']:,} | {' | '.join(cells)} | {other:.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000", help="articles, separated by commas")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    parser.add_argument("--daily", type=int, help="articles a day, for the growth with the days")
    parser.add_argument("--days", default="10,30,90", help="days at that volume, separated by commas")
    given = parser.parse_args()
    measure(ROOT / "fixtures" / "articles.jsonl")
    runs = [measure(corpus(int(size))) for size in given.sizes.split(",") for _ in range(given.repeats)]
    said, every = markdown(runs), {"cores": os.cpu_count(), "runs": runs}
    if given.daily:
        longer = [measure(corpus(given.daily * days, days)) for days in map(int, given.days.split(","))
                  for _ in range(given.repeats)]
        said, every = said + growth(longer, given.daily), every | {"daily": given.daily, "longer_runs": longer}
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "run_size.json").write_text(json.dumps(every, indent=2) + "\n")
    (given.out / "run_size.md").write_text(said)
    (given.out / "run_size.svg").write_text(plot(runs))
    print(said, end="")


if __name__ == "__main__":
    main()
