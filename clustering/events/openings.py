"""How alike two texts begin: the cosine of what stands in their titles and leads.

Two reports on one happening begin with it. A briefing, an overview or a background piece may hold all of a report's words and
still begin with something else, and two reports on other sides of one affair share what stands further down. So in a feed, where
thousands of pairs share their tails, a pair whose openings tell of other things weighs less:

    opening weight = 1 - opening_share x (1 - min(1, cosine of the openings / opening_cosine))

The terms weigh what they weigh in the vector of the whole text.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from clustering.events.rows import next_shared
from clustering.events.vectors import Vectors


class Openings:
    """The vectors cut down to the terms of title and lead, made norm 1 again; a text without any is like no other."""

    def __init__(self, vectors: Vectors) -> None:
        kept = np.flatnonzero(vectors.opening & (vectors.data > 0))
        self._indptr = np.searchsorted(kept, vectors.indptr)
        self._indices, self._data = vectors.indices[kept], vectors.data[kept]
        m = vectors.rows.size
        self._norms = np.sqrt(np.bincount(np.repeat(np.arange(m), np.diff(self._indptr)), self._data**2, minlength=m))

    def cosines(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """The cosine of each pair of openings, float64, quantised to 1e-6; ``left`` and ``right`` are numbers of vectors."""
        products = np.zeros(left.size)
        _products(self._indptr, self._indices, self._data, left, right, products)
        found: np.ndarray = np.round(products / np.maximum(self._norms[left] * self._norms[right], 1e-12), 6)
        return found


@njit(cache=True, nogil=True)
def _products(indptr, indices, data, left, right, products):  # noqa: ANN001, ANN202
    """The dot product of two rows each, whose terms ascend."""
    for k in range(left.size):
        p_end, q_end = indptr[left[k] + 1], indptr[right[k] + 1]
        p, q = next_shared(indices, indptr[left[k]], p_end, indices, indptr[right[k]], q_end)
        while p < p_end and q < q_end:
            products[k] += data[p] * data[q]
            p, q = next_shared(indices, p + 1, p_end, indices, q + 1, q_end)
