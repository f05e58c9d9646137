"""The most similar texts of every text: exact cosine, weighted by the time between them.

How they are found says :mod:`clustering.events.search` (of few texts: :mod:`clustering.events.plain`); nothing is sampled. Beside
the pairs that are alike by that measure stand those that share words to the letter: passages of kind copy and quote name pairs
that the cosine alone would not. What a pair weighs in the end says :mod:`clustering.events.weights`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import scipy.sparse as sp
from numba import njit

from clustering.config import EventsSettings
from clustering.events.dating import Dating, Kernel, time_kernel
from clustering.events.doubts import doubt, outlets_of
from clustering.events.ends import by_end
from clustering.events.plain import heaviest_of_few
from clustering.events.search import heaviest
from clustering.events.vectors import Vectors
from clustering.events.weights import PairWeights
from clustering.passages import Found
from clustering.tables import NEIGHBOURS, table
from clustering.threads import spread

TELLING_KINDS = ("copy", "quote")
"""Kinds of passages that speak for one happening; background and boilerplate recur across many."""
MAX_SHARERS = 60
FEW = 4_000
"""Up to so many texts all are multiplied with all: no search is faster."""


def heaviest_pairs(matrix: sp.csr_matrix, dating: Dating, k: int, least: float, kernel: Kernel,
                   ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of rows that are among the ``k`` heaviest of either end and weigh ``least`` or more, by cosine x time.

    Returns left and right (int64, left < right, sorted), cosine and weight (float64, quantised to 1e-6).
    """
    find = heaviest_of_few if matrix.shape[0] <= FEW else heaviest
    found: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] = _once(*find(matrix, dating, k, max(least, 1e-6), kernel))
    return found


@njit(cache=True, nogil=True)
def _once(rows, cosines, weights):  # noqa: ANN001, ANN202
    """The pairs in the lists of all rows, each once, sorted: left, right (int64), cosine, weight (float64)."""
    m, k = rows.shape
    bounds, twice = np.zeros(m + 1, np.int64), np.zeros((m, k), np.bool_)
    for d in range(m):
        for j in range(k):
            e = rows[d, j]
            if e < 0:
                break
            if e < d:  # the smaller end's list may have it too
                for i in range(k):
                    if rows[e, i] == d:
                        twice[d, j] = True
                        break
            if not twice[d, j]:
                bounds[min(d, e) + 1] += 1
    for d in range(m):
        bounds[d + 1] += bounds[d]
    at, others, places = bounds[:-1].copy(), np.empty(bounds[m], np.int64), np.empty(bounds[m], np.int64)
    for d in range(m):
        for j in range(k):
            if rows[d, j] < 0:
                break
            if not twice[d, j]:
                small = min(d, rows[d, j])
                others[at[small]], places[at[small]] = max(d, rows[d, j]), d * k + j
                at[small] += 1
    left, right = np.empty(others.size, np.int64), np.empty(others.size, np.int64)
    of_cosines, of_weights = np.empty(others.size), np.empty(others.size)
    for d in range(m):
        order = np.argsort(others[bounds[d] : bounds[d + 1]])
        for i in range(order.size):
            p, q = bounds[d] + i, bounds[d] + order[i]
            left[p], right[p] = d, others[q]
            of_cosines[p], of_weights[p] = cosines[places[q] // k, places[q] % k], weights[places[q] // k, places[q] % k]
    return left, right, of_cosines, of_weights


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
    also = np.setdiff1d(sharing, left * m + right, assume_unique=True)
    also_cosines = np.asarray(matrix[also // m].multiply(matrix[also % m]).sum(axis=1)).ravel()
    pairs = np.r_[left * m + right, also]
    order = np.argsort(pairs)
    cosines = np.round(np.r_[cosines, also_cosines][order], 6)
    left, right = np.divmod(pairs[order], m)
    tokens = np.zeros(order.size, np.int32)
    tokens[np.searchsorted(pairs[order], sharing)] = sizes  # every sharing pair is among the pairs now
    vectors = replace(vectors, dating=doubt(vectors.dating, outlets_of(articles, vectors.rows), left, right, cosines))
    weigh = PairWeights(articles, vectors, left, right, tokens, settings)
    times, openings, weights = (np.empty(order.size) for _ in range(3))
    changed = np.empty(order.size, np.int32)

    def weigh_some(first: int, last: int) -> None:
        here = slice(first, last)
        times[here], openings[here] = weigh.times(left[here], right[here]), weigh.openings(left[here], right[here])
        changed[here] = weigh.changed_numbers(left[here], right[here])
        weights[here] = weigh.put_together(left[here], right[here], cosines[here], times[here], openings[here], changed[here])

    spread(weigh_some, order.size)
    of_left, of_right = ranks(left, right, weights, vectors.rows.size)
    return table(NEIGHBOURS, {
        "left": vectors.rows[left], "right": vectors.rows[right], "cosine": cosines,
        "time_weight": np.round(times, 6), "opening_weight": openings, "weight": weights,
        "shared_tokens": tokens,
        "rank": np.minimum(of_left, of_right), "needed": _needed(left, right, weights, of_left, of_right, settings),
        "changed_numbers": changed,
    })


def ranks(left: np.ndarray, right: np.ndarray, weights: np.ndarray, m: int) -> tuple[np.ndarray, np.ndarray]:
    """The place of each pair among its left and among its right end's, heaviest first (int32; ties: the smaller neighbour)."""
    of_left, of_right = np.empty(left.size, np.int32), np.empty(left.size, np.int32)
    text, pair, rank = by_end(left, right, weights, m)
    at_left = left[pair] == text
    of_left[pair[at_left]], of_right[pair[~at_left]] = rank[at_left], rank[~at_left]
    return of_left, of_right


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
