"""Events with the shipped configuration: every labelled set, and what becomes of it when the input is worse.

``python -m benchmarks.quality --data FOLDER [--only base,no_dates]`` prints a Markdown table of B-cubed F1. Each row changes the
articles of the five event sets in one way and runs every room again. ``benchmarks.refit`` has the constants left out set by set.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.labelled import EVENT_SETS, group, load, macro, prepare, score
from clustering.config import EventsSettings
from clustering.tables import ARTICLES

Row = dict[str, Any]
Rows = list[Row]
_EIGHTY_WORDS = re.compile(r"(?:\S+\s+){80}")
SAMPLE_SEEDS = 5
SETTINGS = EventsSettings()


def _table(rows: Rows) -> pa.Table:
    return pa.Table.from_pylist(sorted(rows, key=lambda row: row["article_id"]), schema=ARTICLES)


def _undated(row: Row) -> Row:
    return row | dict.fromkeys(("published", "published_at", "published_precision", "published_zone_known"))


def _cut(row: Row) -> Row:
    start = _EIGHTY_WORDS.match(row["text"])
    return row | {"text": start.group().rstrip()} if start else row


def _misdated(seed: int) -> Callable[[Row], Row]:
    """A fifth of the dates wrong by up to a year, either way."""
    chance = random.Random(seed)

    def change(row: Row) -> Row:
        if row["published_at"] is None or chance.random() >= 0.2:
            return row
        at = row["published_at"] + timedelta(days=chance.choice([-1, 1]) * chance.randint(1, 365))
        return row | {"published_at": at, "published": at.isoformat()}

    return change


def _with_copies(rows: Rows) -> Rows:
    """Ten copies, in ten new outlets, of every tenth article."""
    return rows + [row | {"article_id": f"{row['article_id']}-c{n}", "outlet": f"copier{n}", "outlet_key": f"copier{n}"}
                   for row in rows[::10] for n in range(10)]


CHANGES: dict[str, Callable[[Rows], Rows]] = {
    "base": lambda rows: rows,
    "no_dates": lambda rows: [_undated(row) for row in rows],
    **{f"dates_wrong_{seed}": lambda rows, seed=seed: list(map(_misdated(seed), rows)) for seed in (1, 2, 3)},
    "no_titles": lambda rows: [row | {"title": None} for row in rows],
    "eighty_words": lambda rows: [_cut(row) for row in rows],
    "copies": _with_copies,
}


def _scores(data: Path, change: Callable[[Rows], Rows]) -> list[float]:
    found = []
    for name in EVENT_SETS:
        corpus = load(data / name)
        changed = prepare(_table(change(corpus.articles.to_pylist())), corpus.gold)
        found.append(score(corpus.gold, group(changed, SETTINGS)).f1)
    return found


def _merged(data: Path) -> list[float]:
    """All sets as one corpus; each judged on its own articles."""
    corpora = [load(data / name) for name in EVENT_SETS]
    found = group(prepare(_table([row for corpus in corpora for row in corpus.articles.to_pylist()]), {}), SETTINGS)
    return [score(corpus.gold, found).f1 for corpus in corpora]


def _samples(data: Path, size: int) -> list[float]:
    """The mean over some samples of ``size`` articles of each set."""
    found = []
    for name in EVENT_SETS:
        corpus, scores = load(data / name), []
        for seed in range(SAMPLE_SEEDS):
            rows = corpus.articles.to_pylist()
            chosen = random.Random(seed * 7 + size).sample(rows, min(size, len(rows)))
            gold = {row["article_id"]: corpus.gold[row["article_id"]] for row in chosen if row["article_id"] in corpus.gold}
            scores.append(score(gold, group(prepare(_table(chosen), gold), SETTINGS)).f1)
        found.append(macro(scores))
    return found


def measure(data: Path, only: set[str]) -> Iterator[tuple[str, list[float]]]:
    """Each measure's name and its figure on the five sets."""
    measures: dict[str, Callable[[], list[float]]] = {
        **{name: lambda change=change: _scores(data, change) for name, change in CHANGES.items()},
        "merged": lambda: _merged(data), **{f"sample_{n}": lambda n=n: _samples(data, n) for n in (30, 100, 300)}}
    for name, run in measures.items():
        if not only or name in only:
            yield name, run()


def main() -> None:
    """Print the table as it grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    print(f"| measure | {' | '.join(EVENT_SETS)} | macro |\n|---|{'---|' * (len(EVENT_SETS) + 1)}")
    for name, figures in measure(arguments.data, set(filter(None, arguments.only.split(",")))):
        print(f"| {name} | {' | '.join(f'{figure:.3f}' for figure in figures)} | {macro(figures):.4f} |", flush=True)


if __name__ == "__main__":
    main()
