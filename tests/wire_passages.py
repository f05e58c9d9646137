"""The hand-labelled pairs of real articles (``wire-passages``) against a run over them: kinds, copy, credits, furniture.

``python -m tests.wire_passages --data FOLDER [--run DIRECTORY]`` runs the installed command over the set (or takes a finished
run) and prints every figure for all pairs, for each language and for each half. Halves are the pairs of even and of odd number;
an article belongs to the half of the pair it was labelled for.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.metrics import f1_score

from clustering import scoring
from clustering.passages.provenance import STRONG
from clustering.tables import flat
from clustering.text import tokenise
from tests.command import records
from tests.quality import run_once

KINDS = ("background", "boilerplate", "copy", "quote")
WEAKEST_FIRST = ("background", "quote", "copy", "boilerplate")
"""Of two kinds found over one token the later counts, as in the shares of an article."""
NAMES = {"the canadian press": "cp"}

Span = tuple[int, int]


def measure(folder: Path, run: Path) -> dict[str, float]:
    """All figures, as 'group.figure'; groups are all, de, en, even, odd."""
    pairs = records(folder / "pairs.jsonl")
    credits = {c["id"]: c for c in records(folder / "credits.jsonl")}
    texts = dict(zip(*(c.to_pylist() for c in pq.read_table(run / "texts.parquet", columns=["article_id", "text"]).columns),
                     strict=True))
    passages = records(run / "passages.jsonl")
    furniture: dict[str, list[Span]] = defaultdict(list)
    for zone in pq.read_table(run / "zones.parquet").to_pylist():
        if zone["zone"] == "boilerplate":
            furniture[zone["article_id"]].append((zone["start"], zone["end"]))
    credited = {a["article_id"]: a["agency"] for e in records(run / "clusters.jsonl") for a in e["articles"]}
    figures: dict[str, float] = {}
    for group, chosen in _groups(pairs).items():
        articles = sorted({article for pair in chosen for article in (pair["a"], pair["b"])})
        found = _kinds(chosen, passages, texts) | _credits(articles, credits, credited)
        _, _, found["boilerplate_character_f1"] = scoring.character_scores(
            ([tuple(s) for s in credits[a]["boilerplate"]], furniture[a]) for a in articles)
        figures |= {f"{group}.{name}": value for name, value in found.items()}
    return figures


def _groups(pairs: list[dict]) -> dict[str, list[dict]]:
    parity = {"even": 0, "odd": 1}
    return ({"all": pairs} | {lang: [p for p in pairs if p["lang"] == lang] for lang in ("de", "en")}
            | {half: [p for p in pairs if int(p["pair"].lstrip("P")) % 2 == rest] for half, rest in parity.items()})


def _kinds(pairs: list[dict], passages: list[dict], texts: dict[str, str]) -> dict[str, float]:
    """Macro-F1 of the kinds over the tokens of both articles of each pair, and characters of copy."""
    places: dict[str, list[tuple[dict, int, int]]] = defaultdict(list)
    for passage in passages:
        for o in passage["occurrences"]:
            places[o["article_id"]].append((passage, o["start"], o["end"]))
    gold_labels, found_labels = [], []
    copies = []
    for pair in pairs:
        members = {side: pair[side] for side in "ab"}
        for side, article in members.items():
            other = members["b" if side == "a" else "a"]
            shared = [(p["kind"], s, e) for p, s, e in places[article]
                      if any(o["article_id"] == other for o in p["occurrences"])]
            true = [(p["kind"], *p[side]) for p in pair["passages"]]
            starts, ends = _tokens(texts[article])
            counts = ~_inside([tuple(p[side]) for p in pair["ignore"]], starts, ends)
            gold_labels.append(_label(true, starts, ends)[counts])
            found_labels.append(_label(shared, starts, ends)[counts])
            copies.append(tuple([(s, e) for kind, s, e in some if kind == "copy"] for some in (true, shared)))
    gold, found = np.concatenate(gold_labels), np.concatenate(found_labels)
    each = f1_score(gold, found, labels=range(1, len(KINDS) + 1), average=None, zero_division=0.0)
    present = [k for k in range(len(KINDS)) if (gold == k + 1).any()]
    precision, recall, f1 = scoring.character_scores(copies)
    return {"pairs": len(pairs), "kinds_macro_f1": float(each[present].mean())} | {
        f"{kind}_token_f1": float(each[k]) for k, kind in enumerate(KINDS)} | {
        "copy_character_precision": precision, "copy_character_recall": recall, "copy_character_f1": f1}


def _tokens(text: str) -> tuple[np.ndarray, np.ndarray]:
    tokens = tokenise(pa.chunked_array([pa.array([text], pa.large_string())]))
    return flat(tokens["starts"])[0], flat(tokens["ends"])[0]


def _inside(spans: Iterable[Span], starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    marks = np.zeros(starts.size, bool)
    for start, end in spans:
        marks[np.searchsorted(ends, start, "right"):np.searchsorted(starts, end, "left")] = True
    return marks


def _label(passages: Iterable[tuple[str, int, int]], starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """A number for each token: 0 nothing, else 1 + place of its kind in KINDS."""
    labels = np.zeros(starts.size, np.int64)
    for kind, start, end in sorted(passages, key=lambda p: WEAKEST_FIRST.index(p[0])):
        labels[_inside([(start, end)], starts, ends)] = 1 + KINDS.index(kind)
    return labels


def _credits(articles: list[str], gold: dict[str, dict], found: dict[str, dict]) -> dict[str, float]:
    """Agencies credited for the text: (article, agency) claimed against labelled."""
    true = {(a, NAMES.get(agency, agency)) for a in articles for agency in gold[a]["agencies"]}
    claimed = {(a, e["agency"].casefold()) for a in articles
               for e in found[a]["evidence"] if e["type"] in STRONG}
    return {"credits": len(true), "credits_precision": len(true & claimed) / max(1, len(claimed)),
            "credits_recall": len(true & claimed) / max(1, len(true))}


def main() -> None:
    """Measure, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("SAMESTORY_DATA"), help="folder that holds wire-passages")
    parser.add_argument("--run", type=Path, help="a finished run over the set")
    given = parser.parse_args()
    folder = Path(given.data) / "wire-passages"
    with tempfile.TemporaryDirectory() as work:
        figures: dict[str, Any] = measure(folder, given.run or run_once(folder / "articles.jsonl.xz", Path(work) / "store"))
    print(json.dumps({name: round(value, 4) for name, value in figures.items()}, indent=1))


if __name__ == "__main__":
    main()
