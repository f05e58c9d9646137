"""Articles written independently about one event (``basil``): how many pairs are said to share copy, and which of them do.

``python -m tests.basil_copies --data FOLDER [--run DIRECTORY]`` runs the installed command over the set (or takes a finished run)
and prints the figures and the pairs. Three outlets tell each event in words of their own, so a pair with a ``copy`` passage is an
error, unless ``tests/labels/copies-basil.jsonl`` lists it as sharing text.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

from tests.command import records
from tests.quality import run_once

LABELS = Path(__file__).with_name("labels") / "copies-basil.jsonl"

Pair = tuple[str, str]


def measure(folder: Path, run: Path) -> dict[str, Any]:
    """Same-event pairs with a copy passage: how many, what share, what share without the listed ones, and which."""
    by_event: dict[str, list[str]] = defaultdict(list)
    for label in records(folder / "gold.jsonl"):
        by_event[label["event"]].append(label["id"])
    pairs = {pair for articles in by_event.values() for pair in combinations(sorted(articles), 2)}
    copied: set[Pair] = set()
    for passage in records(run / "passages.jsonl"):
        if passage["kind"] == "copy":
            copied |= set(combinations(sorted({o["article_id"] for o in passage["occurrences"]}), 2)) & pairs
    listed = {(r["a"], r["b"]) for r in records(LABELS)}
    return {"pairs": len(pairs), "with_copy": len(copied), "share": round(len(copied) / len(pairs), 4),
            "share_unlisted": round(len(copied - listed) / len(pairs), 4), "listed_and_missed": sorted(listed - copied),
            "unlisted": sorted(copied - listed)}


def main() -> None:
    """Measure, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("SAMESTORY_DATA"), help="folder that holds basil")
    parser.add_argument("--run", type=Path, help="a finished run over the set")
    given = parser.parse_args()
    folder = Path(given.data) / "basil"
    with tempfile.TemporaryDirectory() as work:
        print(json.dumps(measure(folder, given.run or run_once(folder / "articles.jsonl.xz", Path(work) / "store")), indent=1))


if __name__ == "__main__":
    main()
