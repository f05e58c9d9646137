"""Recall on real news, against brute force over all pairs. Reads the sets in SAMESTORY_DATA; nothing of them is kept here."""

from __future__ import annotations

import json
import lzma
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy import sparse

from clustering import copies
from clustering.config import CopiesSettings
from clustering.tables import flat
from clustering.text.tokens import tokenise
from tests import build

FOLDER = os.environ.get("SAMESTORY_DATA")
pytestmark = pytest.mark.skipif(not FOLDER, reason="SAMESTORY_DATA names no folder of labelled sets")


def load(name: str) -> tuple[pa.Table, dict[str, str]]:
    folder = Path(FOLDER or "") / name
    with lzma.open(folder / "articles.jsonl.xz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    gold = folder / "gold.jsonl"
    labels = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()] if gold.exists() else []
    articles = build.articles(*({"article_id": r["id"], "text": r["text"], "outlet": r["outlet"]} for r in records))
    return articles, {g["id"]: g["dup_group"] for g in labels if "dup_group" in g}


def every_pair(shingles: pa.Table) -> tuple[np.ndarray, ...]:
    """Left, right, shared shingles, Jaccard and larger containment of all pairs that share a shingle."""
    values, offsets = flat(shingles["hashes"])
    _, columns = np.unique(values, return_inverse=True)
    matrix = sparse.csr_array((np.ones(values.size, np.int32), columns, offsets))
    overlap = sparse.coo_array(sparse.triu(matrix @ matrix.T, 1))
    sizes = np.diff(offsets)
    left, right = overlap.coords
    return (left, right, overlap.data, overlap.data / (sizes[left] + sizes[right] - overlap.data),
            overlap.data / np.minimum(sizes[left], sizes[right]))


@pytest.mark.parametrize("name", ["german-press-2021-01", "fnc1-train"])
def test_recall_on_real_news(name):
    articles, _ = load(name)
    chosen = CopiesSettings()
    tokens = tokenise(articles["text"])
    shingles = copies.shingle(tokens, chosen)
    candidates, _ = copies.find_candidates(tokens, shingles, copies.sign(shingles, chosen), chosen)
    met = set(zip(candidates["left"].to_pylist(), candidates["right"].to_pylist(), strict=True))
    left, right, shared, jaccard, containment = every_pair(shingles)
    for wanted, least in ((jaccard >= 0.5, 0.99), (containment >= 0.5, 0.98), ((containment >= 0.5) & (shared >= 8), 0.995)):
        pairs = list(zip(left[wanted].tolist(), right[wanted].tolist(), strict=True))
        assert len(pairs) > 100
        assert sum(pair in met for pair in pairs) >= least * len(pairs)


def test_the_pages_labelled_as_duplicates_and_no_others():
    articles, gold = load("page-dedup-cases")
    chosen = CopiesSettings()
    tokens = tokenise(articles["text"])
    shingles = copies.shingle(tokens, chosen)
    candidates, _ = copies.find_candidates(tokens, shingles, copies.sign(shingles, chosen), chosen)
    groups = copies.group_duplicates(articles, tokens, copies.verify(tokens, shingles, candidates, chosen), chosen)
    found: dict[int, set[str]] = {}
    for article, group in zip(articles["article_id"].to_pylist(), groups["group"].to_pylist(), strict=True):
        found.setdefault(group, set()).add(article)
    wanted: dict[str, set[str]] = {}
    for article, group_name in gold.items():
        wanted.setdefault(group_name, set()).add(article)
    assert sorted(map(sorted, (g for g in found.values() if len(g) > 1))) == sorted(map(sorted, wanted.values()))
