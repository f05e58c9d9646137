"""The whole flow beside the same steps put together from the packages people would use instead.

    python -m benchmarks.peer_stack [--articles 3000] [--out benchmarks/results]

Peers, all on one core, each by the way its own documentation shows: datasketch (MinHash.bulk of word 5-grams, MinHashLSH, exact
Jaccard of the pairs that meet), scikit-learn (TfidfVectorizer of words and pairs of words, NearestNeighbors by brute cosine,
the 40 nearest of every text), scipy (connected components from a cosine of .3 on), rapidfuzz (LCSseq.editops on the words of
pairs that are duplicates or nearer than .5). Ours is ``pipeline.run``: the same and what the peers have nothing for (languages,
zones, furniture, dates, credits, kinds of passages, stories, labels, margins, outlets, ids). Neither reads nor writes a file.

CPU seconds of the process. A first run of ours on 200 articles, for loading kernels and tables, does not count.
Written: ``peer_stack.md`` (the table that is printed too) and ``peer_stack.json``.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sys import intern

import numpy as np
import pyarrow as pa
from datasketch import MinHash, MinHashLSH
from rapidfuzz.distance import LCSseq
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import NearestNeighbors

from benchmarks.labelled import read
from benchmarks.run_size import corpus
from clustering import pipeline
from clustering.config import Settings
from jobs.background import load_background

WORD = re.compile(r"\w+")
NEAREST, ONE_EVENT, NEAR, RESEMBLING = 40, 0.3, 0.5, 0.5
BLOCK = 1_000
"""Texts whose shingles are held at once."""

Seconds = dict[str, float]


@contextmanager
def stage(taken: Seconds, name: str) -> Iterator[dict[str, int]]:
    """Add the CPU seconds of the block to a stage."""
    start = time.process_time()
    yield {}
    taken[name] = taken.get(name, 0.0) + time.process_time() - start


def _shingles(words: list[str], size: int) -> Iterator[bytes]:
    return (" ".join(words[i : i + size]).encode() for i in range(max(1, len(words) - size + 1)))


def peers(texts: list[str], settings: Settings) -> Seconds:
    """The stack on a list of texts: seconds of copies, events and passages."""
    s, taken = settings.copies, Seconds()
    with stage(taken, "copies"):
        index = MinHashLSH(num_perm=s.num_perm, params=(s.bands, s.rows))
        words, sketches = [], []
        for start in range(0, len(texts), BLOCK):  # all shingles at once are 8 GB at 100,000 articles
            block = [[intern(word) for word in WORD.findall(t.lower())] for t in texts[start : start + BLOCK]]
            sketches += MinHash.bulk([list(_shingles(w, s.shingle_tokens)) for w in block], num_perm=s.num_perm)
            words += block
        for row, sketch in enumerate(sketches):
            index.insert(row, sketch, check_duplication=False)
        met = {(row, other) for row, sketch in enumerate(sketches) for other in index.query(sketch) if row < other}
        sets = {row: set(_shingles(words[row], s.shingle_tokens)) for row in {row for pair in met for row in pair}}
        same = {(a, b) for a, b in met if len(sets[a] & sets[b]) >= RESEMBLING * len(sets[a] | sets[b])}
        del sketches, index, sets
    with stage(taken, "events"):
        matrix = TfidfVectorizer(token_pattern=r"\w+", ngram_range=(1, 2), min_df=2, sublinear_tf=True).fit_transform(texts)
        graph = NearestNeighbors(n_neighbors=min(NEAREST, len(texts)), metric="cosine", algorithm="brute") \
            .fit(matrix).kneighbors_graph(mode="distance").tocoo()
        bound = graph.data < 1 - ONE_EVENT
        graph.data, graph.row, graph.col = graph.data[bound], graph.row[bound], graph.col[bound]
        connected_components(graph.tocsr(), directed=False)
    near = graph.data < 1 - NEAR
    pairs = same | {(a, b) for a, b in zip(graph.row[near].tolist(), graph.col[near].tolist(), strict=True) if a < b}
    with stage(taken, "passages"):
        for a, b in pairs:
            LCSseq.editops(words[a], words[b])
    return taken


def ours(articles: pa.Table, settings: Settings) -> Seconds:
    """The pipeline on the same articles: seconds of each of its stages."""
    taken = Seconds()
    pipeline.run(articles, settings, load_background(), observe=lambda name: stage(taken, name))
    return taken


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=3_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    given = parser.parse_args()
    settings = Settings()
    articles = read(corpus(given.articles))
    texts = articles["text"].to_pylist()
    ours(articles.slice(0, 200), settings)
    rounds = [(ours(articles, settings), peers(texts, settings)) for _ in range(given.repeats)]
    by_stage = [{name: float(np.median([one[side][name] for one in rounds])) for name in rounds[0][side]} for side in (0, 1)]
    totals = [[sum(one[side].values()) for one in rounds] for side in (0, 1)]
    medians = [float(np.median(total)) for total in totals]
    lines = [f"{given.articles:,} composed articles of 30 days; CPU seconds, medians of {given.repeats} rounds.", "",
             "| by | stages | all | spread | ours is faster by |", "|---|---|---:|---:|---:|"]
    for name, seconds, total, median in zip(("samestory", "peers"), by_stage, totals, medians, strict=True):
        lines.append(f"| {name} | {', '.join(f'{n} {s:.2f}' for n, s in seconds.items())} | {median:.2f} | "
                     f"{100 * (max(total) - min(total)) / median:.0f} % | "
                     f"{'' if name == 'samestory' else format(median / medians[0], '.1f')} |")
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "peer_stack.json").write_text(json.dumps({"articles": given.articles, "rounds": rounds}, indent=1) + "\n",
                                               encoding="utf-8")
    (given.out / "peer_stack.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
