"""The words behind the terms: which weigh most, read back from the place where an article has them.

Kernels rank the terms of thousands of texts; the words of the few best are read from the texts, a block of texts at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numba import njit

from clustering.events.naming import SPARE, Chosen, Word
from clustering.events.rows import next_shared
from clustering.events.vectors import Vectors
from clustering.tables import whole

BLOCK = 1_024
"""Texts whose words are read at a time."""


class Ranked(NamedTuple):
    """The best entries of some vectors, best first: ``entries`` int64[n, most], ``scores`` float64[n, most]; ``known`` int64[n],
    how many there are, those beyond ``most`` included.
    """

    entries: np.ndarray
    scores: np.ndarray
    known: np.ndarray


Rank = Callable[[np.ndarray, int], Ranked]
"""Ranks the terms of the questions of these numbers (int64), so many each."""


@njit(cache=True, nogil=True)
def _offer(entry, score, keys, indices, ranked, i):  # noqa: ANN001, ANN202
    """Put an entry where it belongs in row ``i``: by score, to six digits, then by key."""
    entries, scores, known = ranked
    most = entries.shape[1]
    j = min(known[i], most)
    known[i] += 1
    grain, key = np.rint(score * 1e6), keys[indices[entry]]
    while j > 0:
        other = np.rint(scores[i, j - 1] * 1e6)
        if other > grain or (other == grain and keys[indices[entries[i, j - 1]]] < key):
            break
        if j < most:
            entries[i, j], scores[i, j] = entries[i, j - 1], scores[i, j - 1]
        j -= 1
    if j < most:
        entries[i, j], scores[i, j] = entry, score


@njit(cache=True, nogil=True)
def _rank_sums(vectors, shares, order, bounds, medoids, asked, total, ranked):  # noqa: ANN001, ANN202
    """By the sum over a group of so much of ``data`` and of ``topics``, for the medoid's terms; ``total``: zeros, one a term."""
    indptr, indices, data, topics, keys = vectors
    for i in range(asked.size):
        g = asked[i]
        medoid = medoids[g]
        for k in range(bounds[g], bounds[g + 1]):
            for p in range(indptr[order[k]], indptr[order[k] + 1]):
                total[indices[p]] += shares[0] * data[p] + shares[1] * topics[p]
        for p in range(indptr[medoid], indptr[medoid + 1]):
            if total[indices[p]] != 0.0:
                _offer(p, total[indices[p]], keys, indices, ranked, i)
        for k in range(bounds[g], bounds[g + 1]):
            for p in range(indptr[order[k]], indptr[order[k] + 1]):
                total[indices[p]] = 0.0


@njit(cache=True, nogil=True)
def _rank_shared(vectors, left, right, asked, ranked):  # noqa: ANN001, ANN202
    """By what each term contributes to the cosine of two vectors; entries are those of the left one."""
    indptr, indices, data, _, keys = vectors
    for i in range(asked.size):
        p_end, q_end = indptr[left[asked[i]] + 1], indptr[right[asked[i]] + 1]
        p, q = next_shared(indices, indptr[left[asked[i]]], p_end, indices, indptr[right[asked[i]]], q_end)
        while p < p_end and q < q_end:
            _offer(p, data[p] * data[q], keys, indices, ranked, i)
            p, q = next_shared(indices, p + 1, p_end, indices, q + 1, q_end)


@njit(cache=True, nogil=True)
def _rank_given(vectors, vector, terms, scores, ranked):  # noqa: ANN001, ANN202
    """By the scores of given terms, ascending, of which those count that the vector has."""
    indptr, indices, _, _, keys = vectors
    p_end = indptr[vector + 1]
    p, q = next_shared(indices, indptr[vector], p_end, terms, 0, terms.size)
    while p < p_end and q < terms.size:
        _offer(p, scores[q], keys, indices, ranked, 0)
        p, q = next_shared(indices, p + 1, p_end, terms, q + 1, terms.size)


def _room(n: int, most: int) -> Ranked:
    return Ranked(np.empty((n, most), np.int64), np.empty((n, most)), np.zeros(n, np.int64))


class Words:
    """Reads terms of vectors back from the text or title they were counted in; nothing is said twice (``naming.py``)."""

    def __init__(self, articles: pa.Table, vectors: Vectors) -> None:
        self._texts, self._titles, self._vectors = whole(articles["text"]), whole(articles["title"]), vectors
        self._arrays = (vectors.indptr, vectors.indices, vectors.data, vectors.topics, vectors.keys)

    def of_groups(self, order: np.ndarray, bounds: np.ndarray, medoids: np.ndarray, count: int, *, data: float = 0.0,
                  topics: float = 0.0) -> Iterator[list[Word]]:
        """For each group of vectors the ``count`` best terms of its medoid, as the medoid's article spells them.

        ``order`` and ``bounds`` as of :func:`clustering.events.within.groups_of`, ``medoids`` int64, one a group. The score
        is the sum over the group of ``data`` times the weights and ``topics`` times the weights for stories.
        """
        total = np.zeros(self._vectors.keys.size)

        def rank(asked: np.ndarray, most: int) -> Ranked:
            ranked = _room(asked.size, most)
            _rank_sums(self._arrays, (data, topics), order, bounds, medoids, asked, total, tuple(ranked))
            return ranked

        return self._read(rank, medoids, count)

    def shared(self, left: np.ndarray, right: np.ndarray, count: int) -> Iterator[list[Word]]:
        """For each pair of vectors (int64) the ``count`` terms that make up most of their cosine, in the left one's words."""
        def rank(asked: np.ndarray, most: int) -> Ranked:
            ranked = _room(asked.size, most)
            _rank_shared(self._arrays, left, right, asked, tuple(ranked))
            return ranked

        return self._read(rank, left, count)

    def best(self, vector: int, terms: np.ndarray, scores: np.ndarray, count: int) -> list[Word]:
        """The ``count`` best of some terms (int, ascending; ``scores`` float64) of one vector; those it lacks are left out."""
        ranked = _room(1, terms.size)
        _rank_given(self._arrays, vector, terms, scores, tuple(ranked))
        row = int(self._vectors.rows[vector])
        (found,) = self._places(ranked)
        return _choose(self._texts[row].as_py() or "", self._titles[row].as_py() or "", found, count)

    def _read(self, rank: Rank, vectors: np.ndarray, count: int) -> Iterator[list[Word]]:
        """The words of each question, in order; ``vectors`` are those whose articles have them."""
        for begin in range(0, vectors.size, BLOCK):
            here = np.arange(begin, min(begin + BLOCK, vectors.size))
            rows = pa.array(self._vectors.rows[vectors[here]])
            texts, titles = self._texts.take(rows).to_pylist(), self._titles.take(rows).to_pylist()
            ranked = rank(here, SPARE * count)
            for i, (text, title, found) in enumerate(zip(texts, titles, self._places(ranked), strict=True)):
                chosen = _choose(text or "", title or "", found, count)
                if len(chosen) < count and ranked.known[i] > SPARE * count:
                    (found,) = self._places(rank(here[i : i + 1], int(ranked.known[i])))
                    chosen = _choose(text or "", title or "", found, count)
                yield chosen

    def _places(self, ranked: Ranked) -> Iterator[Iterator[tuple[int, int, bool, float]]]:
        """For each row where its terms stand, whether they are phrases, and their scores."""
        vectors, most = self._vectors, ranked.entries.shape[1]
        counts = np.minimum(ranked.known, most)
        have = np.arange(most) < counts[:, None]
        entries = ranked.entries[have]
        places = zip(vectors.starts[entries].tolist(), vectors.ends[entries].tolist(),
                     vectors.phrase[vectors.indices[entries]].tolist(), ranked.scores[have].tolist(), strict=True)
        for size in counts.tolist():
            yield iter(list(islice(places, size)))


def _choose(text: str, title: str, found: Iterator[tuple[int, int, bool, float]], count: int) -> list[Word]:
    chosen = Chosen(count)
    for start, stop, phrase, score in found:
        words = text[start:stop] if start >= 0 else title[~start:stop]
        if phrase:
            words = " ".join(words.split())
        chosen.offer(words, phrase=phrase, score=score)
    return chosen.best()
