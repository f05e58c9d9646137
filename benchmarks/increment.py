"""What a run costs when all but one article in a hundred were in the run before: CPU seconds a stage, beside a whole run.

    NUMBA_NUM_THREADS=1 python -m benchmarks.increment [--articles 10000]

Everything happens in this process, after a run on the fixtures that loads the kernels; work in other processes is not counted.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.run_size import ROOT, corpus
from jobs import console, settings
from jobs.run import Request, execute

STAGES = ("read", "text", "copies", "passages", "events", "outlets", "lineage", "publish")
FOUR = ("text", "copies", "passages")


class Watch(console.Log):
    """Notes the CPU seconds of every stage."""

    def __init__(self) -> None:
        super().__init__(sys.stderr, quiet=True)
        self.seconds: dict[str, float] = {}
        self._began = 0.0

    def begin(self, stage: str) -> None:
        """Start the watch."""
        del stage
        self._began = time.process_time()

    def end(self, record: dict[str, Any]) -> None:
        """Stop it."""
        self.seconds[record["name"]] = time.process_time() - self._began


def measure(source: Path, store: Path) -> dict[str, float]:
    """CPU seconds of each stage, and of all."""
    watch, began = Watch(), time.process_time()
    execute(Request([str(source)], store, settings.load(ROOT / "fixtures" / "samestory.toml")), watch)
    return watch.seconds | {"all": time.process_time() - began}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    whole = corpus(parser.parse_args().articles)
    lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)
    later = set(random.Random(0).sample(range(len(lines)), len(lines) // 100))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "most.jsonl").write_text("".join(line for n, line in enumerate(lines) if n not in later), encoding="utf-8")
        (folder / "rest.jsonl").write_text("".join(lines[n] for n in sorted(later)), encoding="utf-8")
        measure(ROOT / "fixtures" / "articles.jsonl", folder / "warm")
        full = measure(whole, folder / "full")
        measure(folder / "most.jsonl", folder / "fed")
        increment = measure(folder / "rest.jsonl", folder / "fed")
    print(f"| | {' | '.join((*STAGES, 'all'))} |\n|---|{'---:|' * (len(STAGES) + 1)}")
    for label, seconds in (("everything in one run", full), (f"the last {len(later):,} only", increment)):
        print(f"| {label} | {' | '.join(f'{seconds[stage]:.2f}' for stage in (*STAGES, 'all'))} |")
    print(f"text, copies and passages: {sum(increment[s] for s in FOUR) / sum(full[s] for s in FOUR):.0%}; "
          f"all: {increment['all'] / full['all']:.0%}")


if __name__ == "__main__":
    main()
