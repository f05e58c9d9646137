"""What the first three rooms cost, door by door: CPU seconds (user and system) and the peak of memory.

    NUMBA_NUM_THREADS=1 python -m benchmarks.rooms [--articles 10000]

Everything happens in this process, on one of the composed corpora, after a pass over the fixtures that loads the kernels. As in a
run, tokens wait on a shelf of files.
Rules are applied here too, so that nothing is left out; a run of many articles has one process a core for them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from benchmarks.labelled import read
from benchmarks.run_size import ROOT, corpus
from clustering import copies, passages, text
from clustering.config import Settings
from jobs import console, settings
from jobs.shelf import FileShelf
from jobs.stages import Stages

T = TypeVar("T")


def walk(articles: pa.Table, given: Settings, rows: list[str]) -> None:
    """Through the rooms, as ``clustering.pipeline`` does; a row for each door."""
    with tempfile.TemporaryDirectory() as folder:
        _walk(articles, given, rows, FileShelf(Path(folder)))


def _walk(articles: pa.Table, given: Settings, rows: list[str], shelf: FileShelf) -> None:
    stages = Stages(console.Log(sys.stderr, quiet=True), shelf.rest)
    articles = shelf.table(articles)

    def step(name: str, work: Callable[[], T]) -> T:
        before = os.times()
        with stages(name):
            found = work()
        after = os.times()
        rows.append(f"| {name} | {after.user - before.user:.2f} | {after.system - before.system:.2f} | "
                    f"{stages.records[-1]['peak_memory_mb']:,} |")
        return found

    tokens = step("text: tokens", lambda: shelf.table(text.tokenise(articles["text"])))
    titles = text.tokenise(articles["title"])
    said = step("text: rules", lambda: text.read_by_rules(articles, given, None))
    ruled = text.find_stand_ins(articles, tokens, titles, said.zones)
    repeats = step("text: repeated words", lambda: text.look_for_repeats(articles, tokens))
    zones = step("text: learnt furniture", lambda: text.learn_boilerplate(
        articles, tokens, said.languages, ruled, given.text, repeats))
    marked = step("text: marks on tokens", lambda: shelf.table(text.mark_zones(text.mark_repeats(tokens, repeats), zones)))
    step("text: credits", lambda: text.credit(articles, marked, zones, given.agencies, said.remembered))
    numbers = text.find_numbers(marked, titles)
    shingles = step("copies: shingles", lambda: shelf.table(copies.shingle(marked, given.copies)))
    signatures = step("copies: signatures", lambda: copies.sign(shingles, given.copies))
    candidates, _ = step("copies: candidates", lambda: copies.find_candidates(marked, shingles, signatures, given.copies))
    pairs = step("copies: verification", lambda: copies.verify(marked, shingles, candidates, given.copies))
    pairs = copies.part_issues(articles, numbers, pairs)
    groups = step("copies: groups", lambda: copies.group_duplicates(articles, marked, pairs, given.copies))
    step("passages", lambda: passages.find(articles, marked, groups, given.passages))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    asked = parser.parse_args()
    given = settings.load(ROOT / "fixtures" / "samestory.toml")
    walk(read(ROOT / "fixtures" / "articles.jsonl", given), given, [])
    rows: list[str] = []
    walk(read(corpus(asked.articles), given), given, rows)
    print("| door | user, s | system, s | peak, MiB |\n|---|---:|---:|---:|", *rows, sep="\n")


if __name__ == "__main__":
    main()
