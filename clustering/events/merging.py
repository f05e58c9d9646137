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
from clustering.events.within import cosines

MERGE_LIMIT = 4_000
"""Texts of two events together, above which their pairs are not counted out."""


def _alikeness(one: np.ndarray, other: np.ndarray, cosine: float, vectors: Vectors, weights: PairWeights) -> float:
    """The centroids' cosine with every pair of texts weighed; never more than the bare ``cosine``."""
    between = cosines(vectors, np.r_[one, other])[: one.size, one.size :]
    left, right = np.repeat(one, other.size), np.tile(other, one.size)
    weighed = weights.weigh(left, right, between.ravel()).sum()
    return float(np.round(cosine * min(1.0, weighed / between.sum()), 6))


def merge(labels: np.ndarray, left: np.ndarray, right: np.ndarray, vectors: Vectors, weights: PairWeights, cut: float,
          ) -> np.ndarray:
    """The labels (int64[m]) with events joined, most alike first, until no two are alike enough.

    ``left`` and ``right`` are neighbours: only events that share such a pair are compared. In one round an event is joined
    with one other at most, so what happens in one component of the neighbours depends on it alone.
    """
    matrix = vectors.matrix()
    _, labels = np.unique(labels, return_inverse=True)
    labels = labels.ravel().astype(np.int64)
    events = int(labels.max(initial=-1)) + 1
    changed, row = np.ones(events, np.bool_), np.zeros(vectors.keys.size)
    known: list[tuple[float, int, int, int, int]] = []  # alike enough, and neither has changed since
    while True:
        order = np.argsort(labels, kind="stable")
        bounds = np.searchsorted(labels[order], np.arange(events + 1))
        sums = sp.csr_matrix((np.ones(order.size), order, bounds), shape=(events, order.size)) @ matrix
        sums.sort_indices()
        norms = np.sqrt(np.asarray(sums.multiply(sums).sum(axis=1)).ravel())
        one, other = np.minimum(labels[left], labels[right]), np.maximum(labels[left], labels[right])
        asked = (one != other) & (changed[one] | changed[other])
        one, other = np.divmod(np.unique(one[asked] * events + other[asked]), max(events, 1))
        bare = _products(sums.indptr, sums.indices, sums.data, one, other, row) / np.maximum(norms[one] * norms[other], 1e-12)
        small = bounds[one + 1] - bounds[one] + bounds[other + 1] - bounds[other] <= MERGE_LIMIT
        found = known
        for i in np.flatnonzero((np.round(bare, 6) >= cut) & small):
            mine, theirs = (order[bounds[e] : bounds[e + 1]] for e in (one[i], other[i]))
            alike = _alikeness(mine, theirs, float(bare[i]), vectors, weights)
            if alike >= cut:
                found.append((-alike, int(mine[0]), int(theirs[0]), int(one[i]), int(other[i])))
        if not found:
            return labels
        changed[:] = False
        for *_, a, b in sorted(found):
            if not changed[a] and not changed[b]:
                changed[a] = changed[b] = True
                labels[labels == b] = a
        known = [pair for pair in found if not changed[pair[3]] and not changed[pair[4]]]


@njit(cache=True, nogil=True)
def _products(indptr, indices, data, one, other, row):  # noqa: ANN001, ANN202
    """Dot product of two rows each, float64; ``one`` ascending; ``row`` is zeros, one a term, before and after."""
    found = np.zeros(one.size)
    for k in range(one.size):
        if k == 0 or one[k] != one[k - 1]:
            if k:
                for p in range(indptr[one[k - 1]], indptr[one[k - 1] + 1]):
                    row[indices[p]] = 0.0
            for p in range(indptr[one[k]], indptr[one[k] + 1]):
                row[indices[p]] = data[p]
        for p in range(indptr[other[k]], indptr[other[k] + 1]):
            found[k] += row[indices[p]] * data[p]
    if one.size:
        for p in range(indptr[one[-1]], indptr[one[-1] + 1]):
            row[indices[p]] = 0.0
    return found
