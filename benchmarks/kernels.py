"""Our kernels beside those of the packages people would use instead, in one process, their turns interleaved.

    python -m benchmarks.kernels [--quick] [--articles N] [--tasks neighbours,alignment] [--out benchmarks/results]

Every contestant does the same work on the same composed texts; slow ones on fewer of them (``of`` in the table), so rates are
compared, in CPU seconds of the process. Shown are medians over the repeats, and the spread: (slowest - fastest) / median. What a
peer does not do is said beside it. A peer that is not installed (``pip install samestory[bench]``) is named as absent.

Written: ``kernels.json`` (every time taken) and ``kernels.md`` (the table that is printed too).
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from datasketch import MinHash, MinHashLSH
from numba import get_num_threads
from rapidfuzz.distance import LCSseq
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import NearestNeighbors

from benchmarks.labelled import Prepared, prepare, read, vectors_of
from benchmarks.run_size import corpus
from clustering import copies, events, text
from clustering.config import EventsSettings, Settings
from clustering.copies.candidates import _bands
from clustering.copies.shingles import body_tokens
from clustering.events.dating import time_kernel
from clustering.events.neighbours import heaviest_pairs
from clustering.passages.align import align
from clustering.tables import flat

WORD = re.compile(r"\w+")
SAMPLE = 200
"""Texts, or pairs, that a slow peer is given."""


@dataclass(frozen=True)
class Contestant:
    """One way of doing a task: ``run`` does ``of`` units of it."""

    name: str
    of: int
    run: Callable[[], object]
    target: float | None = None
    """How many times faster ours ought to be."""


Tasks = dict[str, list[Contestant]]
"""Ours first."""


def _shingles(words: list[str], size: int) -> list[bytes]:
    return [" ".join(words[i : i + size]).encode() for i in range(len(words) - size + 1)]


def _peer(name: str) -> Any | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def signing(given: Prepared, settings: Settings) -> list[Contestant]:
    """From texts (list[str]) to signatures."""
    texts = given.articles["text"].to_pylist()
    s = settings.copies

    def ours() -> object:
        return copies.sign(copies.shingle(text.tokenise(pa.array(texts, pa.large_string())), s), s, "fast")

    def datasketch() -> object:
        return MinHash.bulk([_shingles(WORD.findall(t.lower()), s.shingle_tokens) for t in texts[:SAMPLE]], num_perm=s.num_perm)

    found = [Contestant("samestory", len(texts), ours), Contestant("datasketch MinHash.bulk", SAMPLE, datasketch, 25)]
    if rensa := _peer("rensa"):
        def signatures() -> None:
            for t in texts[:SAMPLE]:
                made = rensa.RMinHash(num_perm=s.num_perm, seed=1)
                words = WORD.findall(t.lower())
                made.update([" ".join(words[i : i + s.shingle_tokens]) for i in range(len(words) - s.shingle_tokens + 1)])

        found.append(Contestant("rensa RMinHash (another sketch)", SAMPLE, signatures, 8))
    return found


def banding(given: Prepared, settings: Settings) -> list[Contestant]:
    """From signatures to pairs that meet in a band; MinHashLSH inserts all and queries all."""
    s = settings.copies
    signatures = copies.sign(copies.shingle(given.tokens, s), s, "fast")
    lengths = np.diff(body_tokens(given.tokens)[1])
    rows = np.flatnonzero(lengths)
    some = [(int(row), copies.lean_minhash(signatures, int(row))) for row in rows[: 10 * SAMPLE]]

    def datasketch() -> None:
        index = MinHashLSH(num_perm=s.num_perm, params=(s.bands, s.rows))
        for row, sketch in some:
            index.insert(row, sketch, check_duplication=False)
        for _, sketch in some:
            index.query(sketch)

    return [Contestant("samestory", rows.size, lambda: _bands(signatures, rows, lengths, s)),
            Contestant("datasketch MinHashLSH", len(some), datasketch, 100)]


def weighing(given: Prepared, settings: Settings) -> list[Contestant]:
    """TF-IDF of words and pairs of words; ours from tokens, which the run has made before."""
    texts = given.articles["text"].to_pylist()
    count = min(len(texts), 10 * SAMPLE)
    peer = TfidfVectorizer(token_pattern=r"\w+", ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    return [Contestant("samestory (dates, topics and places of words too)", len(texts),
                       lambda: vectors_of(given, settings.events)),
            Contestant("scikit-learn TfidfVectorizer", count, lambda: peer.fit_transform(texts[:count]), 9)]


def searching(given: Prepared, settings: Settings) -> list[Contestant]:
    """The heaviest neighbours of every text."""
    vectors = vectors_of(given, settings.events)
    s = events.fit(vectors.dating, settings.events)
    matrix, kernel, m = vectors.matrix(), time_kernel(s), vectors.rows.size
    found = [Contestant("samestory", m, lambda: heaviest_pairs(
        matrix, vectors.dating, s.candidates, s.min_candidate_weight, kernel))]
    some = matrix[:: max(1, m // (10 * SAMPLE))]  # a row costs a peer the same wherever it stands: all are looked at for it
    brute = NearestNeighbors(n_neighbors=min(s.candidates, m), metric="cosine", algorithm="brute")
    found.append(Contestant("scikit-learn NearestNeighbors (time not weighed)", some.shape[0],
                            lambda: brute.fit(matrix).kneighbors(some)))
    if peer := _peer("sparse_dot_topn"):
        other = matrix.T.tocsr()
        found.append(Contestant("sparse_dot_topn (all pairs, time not weighed)", some.shape[0], lambda: peer.sp_matmul_topn(
            some, other, top_n=s.candidates, threshold=s.min_candidate_weight, n_threads=get_num_threads()), 3))
    return found


def aligning(given: Prepared, settings: Settings) -> list[Contestant]:
    """Common words of two texts: ours pairs that share a group of duplicates or a passage."""
    s = settings.passages
    hashes, offsets = flat(given.tokens["hashes"])
    flags = flat(given.tokens["flags"])[0]
    row, passage = (given.found.occurrences[c].to_numpy() for c in ("row", "passage"))
    place = np.flatnonzero(np.diff(passage) == 0)
    pairs = np.unique(np.sort(np.stack([row[place], row[place + 1]], axis=1), axis=1), axis=0)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]].astype(np.int32)
    left, right = np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])
    some = [tuple(hashes[offsets[r] : offsets[r + 1]].tolist() for r in pair) for pair in pairs[:SAMPLE]]

    def with_difflib() -> None:
        for a, b in some:
            difflib.SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()

    def with_rapidfuzz() -> None:
        for a, b in some:
            LCSseq.editops(a, b)

    return [Contestant("samestory", len(pairs), lambda: align(hashes, flags, offsets, left, right, s.seed_tokens, s.gap_tokens,
                                                              s.min_fragment_tokens, s.min_identity)),
            Contestant("rapidfuzz LCSseq.editops (no moved text)", len(some), with_rapidfuzz, 5),
            Contestant("difflib", len(some), with_difflib, 80)]


TASKS: dict[str, tuple[str, Callable[[Prepared, Settings], list[Contestant]]]] = {
    "text → signature": ("texts", signing), "signatures → candidates": ("texts", banding), "TF-IDF": ("texts", weighing),
    "neighbours": ("vectors", searching), "alignment": ("pairs", aligning)}
PEERS = {"rensa": "text → signature", "sparse_dot_topn": "neighbours"}


def measure(contestants: list[Contestant], repeats: int) -> list[list[float]]:
    """CPU seconds a unit of each contestant in each round; a first round, for compiling and warming up, does not count."""
    times: list[list[float]] = [[] for _ in contestants]
    for turn in range(repeats + 1):
        for contestant, taken in zip(contestants, times, strict=True):
            start = time.process_time()
            contestant.run()
            if turn:
                taken.append((time.process_time() - start) / contestant.of)
    return times


def rows_of(task: str, unit: str, contestants: list[Contestant], times: list[list[float]]) -> list[dict[str, Any]]:
    """What the table says of a task."""
    medians = [float(np.median(taken)) for taken in times]
    return [{"task": task, "by": c.name, "of": c.of, "unit": unit, "seconds_a_unit": taken, "a_second": 1 / median,
             "spread": (max(taken) - min(taken)) / median, "times_slower": median / medians[0], "target": c.target}
            for c, taken, median in zip(contestants, times, medians, strict=True)]


def markdown(articles: int, rows: list[dict[str, Any]]) -> str:
    """The table."""
    lines = [f"{articles:,} composed articles of 30 days; CPU time; {get_num_threads()} threads where a contestant has any.", "",
             "| task | by | of | a second | spread | ours is faster by | target |", "|---|---|---:|---:|---:|---:|---:|"]
    for r in rows:
        slower = "" if r["by"].startswith("samestory") else f"{r['times_slower']:.1f}"
        lines.append(f"| {r['task']} | {r['by']} | {r['of']:,} {r['unit']} | {r['a_second']:,.0f} | {100 * r['spread']:.0f} % | "
                     f"{slower} | {r['target'] or ''} |")
    absent = [f"{name} (for {task})" for name, task in PEERS.items() if _peer(name) is None]
    return "\n".join(lines + (["", f"Absent, because not installed: {', '.join(absent)}."] if absent else [])) + "\n"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer texts, three rounds: three minutes at most")
    parser.add_argument("--articles", type=int)
    parser.add_argument("--tasks", type=lambda given: given.split(","), default=list(TASKS), help=f"of {', '.join(TASKS)}")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    given = parser.parse_args()
    articles = given.articles or (3_000 if given.quick else 30_000)
    settings = Settings(events=EventsSettings())
    prepared = prepare(read(corpus(articles)), {}, settings)
    rows = []
    for task in given.tasks:
        unit, contest = TASKS[task]
        contestants = contest(prepared, settings)
        rows += rows_of(task, unit, contestants, measure(contestants, 3 if given.quick else 7))
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "kernels.json").write_text(json.dumps({"articles": articles, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    (given.out / "kernels.md").write_text(markdown(articles, rows), encoding="utf-8")
    print(markdown(articles, rows), end="")


if __name__ == "__main__":
    main()
