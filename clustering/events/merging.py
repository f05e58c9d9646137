"""Two groups of texts that tell one happening: told by their centroids.

Two events are one when

    sum of the weights between their texts / (norm of the one's summed vectors x norm of the other's)  >=  merge_cut

which is the cosine of their centroids, every pair of texts weighed by time as it is elsewhere. It compares what lies between two
groups with what holds each together, so it needs no scale: halves of a large event reach it however loose the event is, two
look-alikes of one kind do not however dense they are. The more texts stand on both sides, the less it takes.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numba import njit

from clustering.events.vectors import Vectors
from clustering.events.weights import PairWeights
from clustering.events.within import cosines_between
from clustering.threads import spread

MERGE_LIMIT = 4_000
"""Texts of two events together, above which their pairs are not counted out."""


SURE = 1e-4
"""So much below ``cut``, no rounding of norms brings the cosine of two texts up to it."""


def _alikeness(one: np.ndarray, other: np.ndarray, cosine: float, vectors: Vectors, weights: PairWeights, row: np.ndarray,
               ) -> float:
    """The centroids' cosine with every pair of texts weighed; never more than the bare ``cosine``."""
    between = cosines_between(vectors, one, other, row).ravel()
    weighed = weights.weigh(np.repeat(one, other.size), np.tile(other, one.size), between).sum()
    return float(np.round(cosine * min(1.0, weighed / between.sum()), 6))


def _centroid_cosines(one: np.ndarray, other: np.ndarray, order: np.ndarray, bounds: np.ndarray, matrix: sp.csr_matrix,
                      ) -> np.ndarray:
    """The cosine of each pair of events, float64; ``order`` and ``bounds``: the texts of every event."""
    events, place = np.unique(np.r_[one, other], return_inverse=True)
    sizes = np.diff(bounds)[events]
    texts = order[np.repeat(bounds[events] - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())]
    member = sp.csr_matrix((np.ones(texts.size), texts, np.r_[0, np.cumsum(sizes)]), shape=(events.size, order.size))
    sums = member @ matrix
    sums.sort_indices()
    norms, (one, other) = np.sqrt(_squares(sums.indptr, sums.data)), place.ravel().reshape(2, -1)
    terms = np.diff(sums.indptr)
    wide, narrow = np.where(terms[one] < terms[other], (other, one), (one, other))  # the narrow one is walked through
    turn = np.argsort(wide, kind="stable")
    wide, narrow, products = wide[turn], narrow[turn], np.zeros(one.size)

    def multiply(first: int, last: int) -> None:
        _products(sums.indptr, sums.indices, sums.data, wide[first:last], narrow[first:last], np.zeros(matrix.shape[1]),
                  products[first:last])

    spread(multiply, one.size)
    found = np.empty(one.size)
    found[turn] = products / np.maximum(norms[wide] * norms[narrow], 1e-12)
    return found


def merge(labels: np.ndarray, left: np.ndarray, right: np.ndarray, vectors: Vectors, weights: PairWeights, cut: float,
          cosines: np.ndarray | None = None) -> np.ndarray:
    """The labels (int64[m]) with events joined, most alike first, until no two are alike enough.

    ``left`` and ``right`` are neighbours: only events that share such a pair are compared; their ``cosines``, where they are
    given, spare multiplying out two events of one text each. In one round an event is joined with one other at most, so what
    happens in one component of the neighbours depends on it alone.
    """
    matrix = vectors.matrix()
    _, labels = np.unique(labels, return_inverse=True)
    labels = labels.ravel().astype(np.int64)
    events = int(labels.max(initial=-1)) + 1
    changed, row = np.ones(events, np.bool_), np.zeros(vectors.keys.size)
    far = np.zeros(left.size, np.bool_) if cosines is None else cosines < cut - SURE
    known: list[tuple[float, int, int, int, int]] = []  # alike enough, and neither has changed since
    while True:
        order = np.argsort(labels, kind="stable")
        bounds = np.searchsorted(labels[order], np.arange(events + 1))
        sizes = np.diff(bounds)
        one, other = np.minimum(labels[left], labels[right]), np.maximum(labels[left], labels[right])
        asked = (one != other) & (changed[one] | changed[other]) & (sizes[one] + sizes[other] <= MERGE_LIMIT)
        asked &= ~far | (sizes[one] > 1) | (sizes[other] > 1)
        one, other = np.divmod(np.unique(one[asked] * events + other[asked]), max(events, 1))
        alike = _centroid_cosines(one, other, order, bounds, matrix)
        found = known
        for i in np.flatnonzero(np.round(alike, 6) >= cut):
            mine, theirs = (order[bounds[e] : bounds[e + 1]] for e in (one[i], other[i]))
            weighed = _alikeness(mine, theirs, float(alike[i]), vectors, weights, row)
            if weighed >= cut:
                found.append((-weighed, int(mine[0]), int(theirs[0]), int(one[i]), int(other[i])))
        if not found:
            return labels
        changed[:] = False
        for *_, a, b in sorted(found):
            if not changed[a] and not changed[b]:
                changed[a] = changed[b] = True
                labels[order[bounds[b] : bounds[b + 1]]] = a
        known = [pair for pair in found if not changed[pair[3]] and not changed[pair[4]]]


@njit(cache=True, nogil=True)
def _squares(indptr, data):  # noqa: ANN001, ANN202
    """The squared norm of each row, float64."""
    found = np.zeros(indptr.size - 1)
    for d in range(found.size):
        for p in range(indptr[d], indptr[d + 1]):
            found[d] += data[p] * data[p]
    return found


@njit(cache=True, nogil=True)
def _products(indptr, indices, data, wide, narrow, row, products):  # noqa: ANN001, ANN202
    """Add up the products of two rows each; ``wide`` in runs of equal ones; ``row`` is zeros, one a term."""
    for k in range(wide.size):
        if k == 0 or wide[k] != wide[k - 1]:
            if k:
                for p in range(indptr[wide[k - 1]], indptr[wide[k - 1] + 1]):
                    row[indices[p]] = 0.0
            for p in range(indptr[wide[k]], indptr[wide[k] + 1]):
                row[indices[p]] = data[p]
        for p in range(indptr[narrow[k]], indptr[narrow[k] + 1]):
            products[k] += row[indices[p]] * data[p]
