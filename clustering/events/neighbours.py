"""The most similar texts of every text: exact cosine, weighted by the time between them.

An inverted index over a tile of rows at a time (so that the scores stay in cache) gives every cosine; nothing is
sampled or pruned. Beside the pairs that are alike by that measure stand those that share words to the letter: passages of kind
copy and quote name pairs that the cosine alone would not. What a pair weighs in the end says :mod:`clustering.events.weights`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import scipy.sparse as sp
from numba import njit

from clustering.config import EventsSettings
from clustering.events.dating import Dating, Kernel, time_kernel, time_weight
from clustering.events.doubts import doubt
from clustering.events.vectors import Vectors
from clustering.events.weights import PairWeights
from clustering.passages import Found
from clustering.tables import NEIGHBOURS, table

TELLING_KINDS = ("copy", "quote")
"""Kinds of passages that speak for one happening; background and boilerplate recur across many."""
MAX_SHARERS = 60
TILE = 16_384
"""Rows whose scores are summed at a time: 128 kB of float64."""


@njit(cache=True, nogil=True)
def _postings(indptr, indices, data, begin, end, starts, rows, weights):  # noqa: ANN001, ANN202
    """Transpose rows begin..end-1: for each term its rows, ascending, and their weights."""
    starts[:] = 0
    for p in range(indptr[begin], indptr[end]):
        starts[indices[p] + 1] += 1
    for t in range(starts.size - 1):
        starts[t + 1] += starts[t]
    cursor = starts[:-1].copy()
    for d in range(begin, end):
        for p in range(indptr[d], indptr[d + 1]):
            t = indices[p]
            rows[cursor[t]] = d
            weights[cursor[t]] = data[p]
            cursor[t] += 1


@njit(cache=True, nogil=True)
def _offer(row, other, cosine, weight, best_rows, best_cosines, best_weights):  # noqa: ANN001, ANN202
    """Insert into the sorted list of a row; equal weights are in order of row number."""
    k = best_rows.shape[1]
    j = k - 1
    if best_weights[row, j] > weight or (best_weights[row, j] == weight and best_rows[row, j] < other):
        return
    while j > 0 and (best_weights[row, j - 1] < weight or (best_weights[row, j - 1] == weight and best_rows[row, j - 1] > other)):
        best_weights[row, j] = best_weights[row, j - 1]
        best_cosines[row, j] = best_cosines[row, j - 1]
        best_rows[row, j] = best_rows[row, j - 1]
        j -= 1
    best_weights[row, j], best_cosines[row, j], best_rows[row, j] = weight, cosine, other


@njit(cache=True, nogil=True)
def _best(indptr, indices, data, dating, begin, end, index, kernel, least, best_rows, best_cosines, best_weights):  # noqa: ANN001, ANN202
    """Offer every pair of a row of the tile begin..end-1 and a later row to both ends."""
    starts, rows, weights = index
    score = np.zeros(end - begin)
    for d in range(begin + 1, indptr.size - 1):
        n = min(d, end) - begin
        score[:n] = 0.0
        for p in range(indptr[d], indptr[d + 1]):
            x = data[p]
            if x == 0.0:
                continue
            for q in range(starts[indices[p]], starts[indices[p] + 1]):
                if rows[q] >= d:
                    break
                score[rows[q] - begin] += x * weights[q]
        for i in range(n):
            if score[i] < least:
                continue
            e = begin + i
            weight = np.rint(score[i] * time_weight(d, e, dating, kernel) * 1e6) / 1e6
            if weight >= least:
                cosine = np.rint(score[i] * 1e6) / 1e6
                _offer(d, e, cosine, weight, best_rows, best_cosines, best_weights)
                _offer(e, d, cosine, weight, best_rows, best_cosines, best_weights)


def heaviest_pairs(matrix: sp.csr_matrix, dating: Dating, k: int, least: float, kernel: Kernel,
                   ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of rows that are among the ``k`` heaviest of either end and weigh ``least`` or more, by cosine x time.

    Returns left and right (int64, left < right, sorted), cosine and weight (float64, quantised to 1e-6).
    """
    m = matrix.shape[0]
    indptr, indices, data = matrix.indptr, matrix.indices, matrix.data
    best_rows = np.full((m, k), -1, np.int32)
    best_cosines, best_weights = np.zeros((m, k)), np.zeros((m, k))
    starts = np.empty(matrix.shape[1] + 1, np.int64)
    for begin in range(0, m, TILE):
        end = min(begin + TILE, m)
        entries = int(indptr[end] - indptr[begin])
        index = (starts, np.empty(entries, np.int32), np.empty(entries))
        _postings(indptr, indices, data, begin, end, *index)
        _best(indptr, indices, data, dating.arrays(), begin, end, index, kernel, max(least, 1e-6), best_rows, best_cosines,
              best_weights)
    found = best_rows >= 0
    one, other = np.repeat(np.arange(m), found.sum(axis=1)), best_rows[found].astype(np.int64)
    key, first = np.unique(np.minimum(one, other) * m + np.maximum(one, other), return_index=True)
    left, right = np.divmod(key, max(m, 1))
    return left, right, best_cosines[found][first], best_weights[found][first]


def shared_tokens(groups: pa.Table, vectors: Vectors, found: Found) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of vectors that share copy or quote passages, as ``left * m + right`` (int64, sorted), and how many tokens.

    Words that more than ``MAX_SHARERS`` texts share say nothing about one happening, and their pairs would be too many.
    """
    m = vectors.rows.size
    kinds, tokens = found.passages["kind"].to_pylist(), found.passages["tokens"].to_numpy()
    telling = np.array([kind in TELLING_KINDS for kind in kinds], np.bool_)
    passage, row = found.occurrences["passage"].to_numpy(), found.occurrences["row"].to_numpy()
    text = vectors.of_articles(groups)[row].astype(np.int64)
    passage, text = np.divmod(np.unique(passage[telling[passage]].astype(np.int64) * m + text[telling[passage]]), max(m, 1))
    pairs, sizes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for place in np.split(np.arange(text.size), np.flatnonzero(np.diff(passage)) + 1):
        if 1 < place.size <= MAX_SHARERS:
            left, right = np.triu_indices(place.size, 1)
            pairs.append(text[place][left] * m + text[place][right])
            sizes.append(np.full(left.size, tokens[passage[place[0]]], np.int64))
    keys, of_key = np.unique(np.concatenate(pairs), return_inverse=True)
    return keys, np.bincount(of_key, np.concatenate(sizes), minlength=keys.size).astype(np.int32)


def find_neighbours(articles: pa.Table, groups: pa.Table, vectors: Vectors, found: Found, settings: EventsSettings) -> pa.Table:
    """The pairs that are among the ``candidates`` heaviest of either end, or share a passage: a NEIGHBOURS table, over rows."""
    m = max(vectors.rows.size, 1)
    matrix = vectors.matrix()
    left, right, cosines, _ = heaviest_pairs(
        matrix, vectors.dating, settings.candidates, settings.min_candidate_weight, time_kernel(settings))
    sharing, sizes = shared_tokens(groups, vectors, found)
    also = np.setdiff1d(sharing, left * m + right)
    also_cosines = np.asarray(matrix[also // m].multiply(matrix[also % m]).sum(axis=1)).ravel()
    pairs = np.r_[left * m + right, also]
    order = np.argsort(pairs)
    cosines = np.round(np.r_[cosines, also_cosines][order], 6)
    left, right = np.divmod(pairs[order], m)
    tokens = np.zeros(order.size, np.int32)
    tokens[np.searchsorted(pairs[order], sharing)] = sizes  # every sharing pair is among the pairs now
    vectors = replace(vectors, dating=doubt(vectors.dating, left, right, cosines))
    weigh = PairWeights(articles, vectors, left, right, tokens, settings)
    weights = weigh.weigh(left, right, cosines)
    of_left, of_right = ranks(left, right, weights, vectors.rows.size)
    return table(NEIGHBOURS, {
        "left": vectors.rows[left], "right": vectors.rows[right], "cosine": cosines,
        "time_weight": np.round(weigh.times(left, right), 6), "weight": weights, "shared_tokens": tokens,
        "rank": np.minimum(of_left, of_right), "needed": _needed(left, right, weights, of_left, of_right, settings),
        "changed_numbers": weigh.changed_numbers(left, right),
    })


def ranks(left: np.ndarray, right: np.ndarray, weights: np.ndarray, m: int) -> tuple[np.ndarray, np.ndarray]:
    """The place of each pair among its left and among its right end's, heaviest first (int32; ties: the smaller neighbour)."""
    ends, others = np.r_[left, right], np.r_[right, left]
    order = np.lexsort((others, -np.r_[weights, weights], ends))
    first = np.searchsorted(ends[order], np.arange(m))
    rank = np.empty(ends.size, np.int32)
    rank[order] = np.arange(ends.size) - first[ends[order]]
    return rank[: left.size], rank[left.size :]


def _needed(left: np.ndarray, right: np.ndarray, weights: np.ndarray, of_left: np.ndarray, of_right: np.ndarray,
             settings: EventsSettings) -> np.ndarray:
    """What each pair must weigh to bind.

    ``min_weight``, or ``ambient_factor`` times what its ends still have with the last of their candidates.

    In a crowd of look-alikes (a product's rumours, a city's shootings) being alike says less. A very large event surrounds its
    texts too, so that is never more than ``max_ambient``.
    """
    last = settings.candidates - 1
    around = np.zeros(max(int(right.max(initial=-1)), int(left.max(initial=-1))) + 1)
    around[left[of_left == last]] = weights[of_left == last]
    around[right[of_right == last]] = weights[of_right == last]
    asked = settings.ambient_factor * np.sqrt(around[left] * around[right])
    found: np.ndarray = np.round(np.maximum(np.minimum(asked, settings.max_ambient), settings.min_weight), 6)
    return found
