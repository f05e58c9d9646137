"""The most similar texts of every text: exact cosine, weighted by the time between them.

An inverted index over a tile of rows at a time (so that the scores stay in cache) gives every cosine; nothing is
sampled or pruned. The weight of a pair is

    cosine x (floor + (1 - floor) / (1 + days / half_life_days))        cosine x undated_weight when a date is missing

The floor matters most: dates are often wrong, and follow-ups come weeks later.

Two texts of one outlet from different days count ``same_outlet_weight`` of that: much of what they share is how this outlet
writes about such things. On local news most false pairs are of this kind.

Words that two texts share to the letter are evidence of their own: independent reports of one happening quote the same
speaker (on independently written coverage 93 % of all long shared runs are quotes, and hardly any crosses events). The
passages of kind copy and quote therefore add to the weight, and name pairs that the cosine alone would not.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import scipy.sparse as sp
from numba import njit

from clustering.config import EventsSettings
from clustering.events.vectors import Vectors
from clustering.passages import Found
from clustering.tables import NEIGHBOURS, table

TELLING_KINDS = ("copy", "quote")
"""Kinds of passages that speak for one happening; background and boilerplate recur across many."""
MAX_SHARERS = 60
TILE = 16_384
"""Rows whose scores are summed at a time: 128 kB of float64."""


@njit(cache=True, nogil=True, inline="always")
def _kernel(a, b, floor, half_life, undated):  # noqa: ANN001, ANN202
    """Weight of the time between two days (NaN: unknown)."""
    if np.isnan(a) or np.isnan(b):
        return undated
    return floor + (1.0 - floor) / (1.0 + abs(a - b) / half_life)


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
def _best(indptr, indices, data, days, begin, end, index, time, least, best_rows, best_cosines, best_weights):  # noqa: ANN001, ANN202
    """Offer every pair of a row of the tile begin..end-1 and a later row to both ends."""
    starts, rows, weights = index
    floor, half_life, undated = time
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
            weight = np.rint(score[i] * _kernel(days[d], days[e], floor, half_life, undated) * 1e6) / 1e6
            if weight >= least:
                cosine = np.rint(score[i] * 1e6) / 1e6
                _offer(d, e, cosine, weight, best_rows, best_cosines, best_weights)
                _offer(e, d, cosine, weight, best_rows, best_cosines, best_weights)


def time_kernel(settings: EventsSettings) -> tuple[float, float, float]:
    """Floor, half-life in days and weight of an undated pair; all one when time is switched off."""
    if not settings.time:
        return 1.0, 1.0, 1.0
    return settings.time_floor, max(settings.half_life_days, 1e-9), settings.undated_weight


def weigh_pairs(days: np.ndarray, other_days: np.ndarray, settings: EventsSettings) -> np.ndarray:
    """The time weight of pairs, float64 of the shape the two arrays of days broadcast to; NaN when unknown."""
    floor, half_life, undated = time_kernel(settings)
    weights = floor + (1 - floor) / (1 + np.abs(days - other_days) / half_life)
    return np.where(np.isnan(weights), undated, weights)


def heaviest_pairs(matrix: sp.csr_matrix, days: np.ndarray, k: int, least: float, time: tuple[float, float, float],
                   ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of rows that are among the ``k`` heaviest of either end and weigh ``least`` or more.

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
        _best(indptr, indices, data, days, begin, end, index, time, max(least, 1e-6), best_rows, best_cosines, best_weights)
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


def passage_weight(shared: np.ndarray, settings: EventsSettings) -> np.ndarray:
    """What shared words add to the weight of a pair: up to ``passage_weight``, reached at ``passage_tokens`` tokens."""
    weight: np.ndarray = settings.passage_weight * np.minimum(1.0, shared / settings.passage_tokens)
    return weight


def same_outlet_later(articles: pa.Table, vectors: Vectors, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Which pairs of vectors (bool) are one outlet's texts of different days: what they share may be how it always writes."""
    outlets = np.array(articles["outlet_key"].take(pa.array(vectors.rows)).to_pylist(), object)
    apart = np.abs(vectors.days[left] - vectors.days[right]) >= 1.0
    same: np.ndarray = outlets[left] == outlets[right]
    return np.asarray(same & apart, np.bool_)


def find_neighbours(articles: pa.Table, groups: pa.Table, vectors: Vectors, found: Found, settings: EventsSettings) -> pa.Table:
    """The pairs that are among the ``candidates`` heaviest of either end, or share a passage: a NEIGHBOURS table, over rows."""
    m = max(vectors.rows.size, 1)
    matrix = vectors.matrix()
    left, right, cosines, weights = heaviest_pairs(
        matrix, vectors.days, settings.candidates, settings.min_candidate_weight, time_kernel(settings))
    sharing, sizes = shared_tokens(groups, vectors, found)
    near = left * m + right
    also = np.setdiff1d(sharing, near)
    left, right = np.divmod(np.r_[near, also], m)
    order = np.lexsort((right, left))
    also_cosines = np.asarray(matrix[also // m].multiply(matrix[also % m]).sum(axis=1)).ravel()
    also_weights = also_cosines * weigh_pairs(vectors.days[also // m], vectors.days[also % m], settings)
    left, right = left[order], right[order]
    weights = np.r_[weights, also_weights][order]
    weights = np.where(same_outlet_later(articles, vectors, left, right), settings.same_outlet_weight * weights, weights)
    tokens = np.zeros(order.size, np.int32)
    tokens[np.searchsorted(left * m + right, sharing)] = sizes  # every sharing pair is among the pairs now
    return table(NEIGHBOURS, {
        "left": vectors.rows[left], "right": vectors.rows[right],
        "cosine": np.round(np.r_[cosines, also_cosines][order], 6),
        "weight": np.round(weights + passage_weight(tokens, settings), 6),
        "shared_tokens": tokens,
    })
