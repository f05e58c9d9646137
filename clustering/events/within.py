"""How the vectors of one group stand to each other: exact cosines inside events, without a sparse matrix for each of them.

A window has thousands of events of two or three texts, and slicing and multiplying sparse matrices costs more for each of
them than their arithmetic. Here one pass over the CSR arrays serves all groups, with one dense row as scratch. Products and
sums of weights are exact (see :mod:`clustering.events.vectors`), so the order of summation does not show.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from clustering.events.vectors import Vectors


@njit(cache=True, nogil=True)
def _mean_cosines(indptr, indices, data, order, bounds, total, means):  # noqa: ANN001, ANN202
    for g in range(bounds.size - 1):
        begin, end = bounds[g], bounds[g + 1]
        if end - begin < 2:
            continue
        for i in range(begin, end):
            for p in range(indptr[order[i]], indptr[order[i] + 1]):
                total[indices[p]] += data[p]
        for i in range(begin, end):
            others = own = 0.0
            for p in range(indptr[order[i]], indptr[order[i] + 1]):
                others += data[p] * total[indices[p]]
                own += data[p] * data[p]
            means[order[i]] = (others - own) / (end - begin - 1)
        for i in range(begin, end):
            for p in range(indptr[order[i]], indptr[order[i] + 1]):
                total[indices[p]] = 0.0


@njit(cache=True, nogil=True)
def _nearest(indptr, indices, data, order, bounds, row, nearest, cosines):  # noqa: ANN001, ANN202
    for g in range(bounds.size - 1):
        for i in range(bounds[g], bounds[g + 1] - 1):
            a = order[i]
            for p in range(indptr[a], indptr[a + 1]):
                row[indices[p]] = data[p]
            for j in range(i + 1, bounds[g + 1]):
                b = order[j]
                cosine = 0.0
                for p in range(indptr[b], indptr[b + 1]):
                    cosine += row[indices[p]] * data[p]
                cosine = np.rint(cosine * 1e6) / 1e6
                if nearest[a] < 0 or cosine > cosines[a]:
                    nearest[a], cosines[a] = b, cosine
                if nearest[b] < 0 or cosine > cosines[b]:
                    nearest[b], cosines[b] = a, cosine
            for p in range(indptr[a], indptr[a + 1]):
                row[indices[p]] = 0.0


@njit(cache=True, nogil=True)
def _pair_cosines(indptr, indices, data, order, begins, ends, row, left, right, cosines):  # noqa: ANN001, ANN202
    at = 0
    for g in range(begins.size):
        for i in range(begins[g], ends[g]):
            a = order[i]
            for p in range(indptr[a], indptr[a + 1]):
                row[indices[p]] = data[p]
            for j in range(i + 1, ends[g]):
                b = order[j]
                cosine = 0.0
                for p in range(indptr[b], indptr[b + 1]):
                    cosine += row[indices[p]] * data[p]
                left[at], right[at], cosines[at] = a, b, cosine
                at += 1
            for p in range(indptr[a], indptr[a + 1]):
                row[indices[p]] = 0.0


@njit(cache=True, nogil=True)
def _cosines_between(indptr, indices, data, one, other, row, cosines):  # noqa: ANN001, ANN202
    for i in range(one.size):
        for p in range(indptr[one[i]], indptr[one[i] + 1]):
            row[indices[p]] = data[p]
        for j in range(other.size):
            cosine = 0.0
            for p in range(indptr[other[j]], indptr[other[j] + 1]):
                cosine += row[indices[p]] * data[p]
            cosines[i, j] = cosine
        for p in range(indptr[one[i]], indptr[one[i] + 1]):
            row[indices[p]] = 0.0


def groups_of(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The vectors sorted by label, ascending inside each group (int64), and where the groups begin and end (int64[g + 1])."""
    order = np.argsort(labels, kind="stable")
    return order, np.r_[0, np.flatnonzero(np.diff(labels[order])) + 1, order.size] if order.size else np.zeros(1, np.int64)


def mean_cosines(vectors: Vectors, labels: np.ndarray) -> np.ndarray:
    """Mean cosine of each vector to the others of its group, float64[m], quantised; NaN for one that is alone.

    ``labels`` is the group of each vector.
    """
    means = np.full(labels.size, np.nan)
    _mean_cosines(vectors.indptr, vectors.indices, vectors.data, *groups_of(labels), np.zeros(vectors.keys.size), means)
    return np.round(means, 6)


def nearest(vectors: Vectors, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The most similar other vector of the same group (int64[m], the first among equals; -1: none) and the cosine (NaN: none)."""
    found, cosines = np.full(labels.size, -1, np.int64), np.full(labels.size, np.nan)
    _nearest(vectors.indptr, vectors.indices, vectors.data, *groups_of(labels), np.zeros(vectors.keys.size), found, cosines)
    return found, cosines


def pair_cosines(vectors: Vectors, order: np.ndarray, begins: np.ndarray, ends: np.ndarray, row: np.ndarray,
                 ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All pairs inside some groups, group after group as scipy condenses a matrix: left, right (int64), exact cosine (float64).

    ``order`` as of :func:`groups_of`, the groups lie between ``begins`` and ``ends`` (int64). ``row`` is float64 zeros, one a
    term, before and after: as large as the vocabulary, so one serves many calls.
    """
    sizes = ends - begins
    pairs = int((sizes * (sizes - 1) // 2).sum())
    left, right, found = np.empty(pairs, np.int64), np.empty(pairs, np.int64), np.empty(pairs)
    _pair_cosines(vectors.indptr, vectors.indices, vectors.data, order, begins, ends, row, left, right, found)
    return left, right, found


def cosines_between(vectors: Vectors, one: np.ndarray, other: np.ndarray, row: np.ndarray) -> np.ndarray:
    """The exact cosines of some vectors to others, float64[one, other]; ``row`` as of :func:`pair_cosines`."""
    found = np.empty((one.size, other.size))
    _cosines_between(vectors.indptr, vectors.indices, vectors.data, one, other, row, found)
    return found
