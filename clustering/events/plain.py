"""The heaviest neighbours of every row by multiplying every row with every other: faster than a search where there are few."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numba import njit

from clustering.events.dating import Dating, Kernel, time_weight
from clustering.events.products import offer


@njit(cache=True, nogil=True)
def _multiply_all(by_row, by_term, dating, kernel, least, best):  # noqa: ANN001, ANN202
    """Offer the pairs of each row and the rows before it to both ends."""
    indptr, indices, data = by_row
    starts, rows, weights = by_term
    scores, last = np.zeros(indptr.size - 1), best[0].shape[1] - 1
    for d in range(indptr.size - 1):
        for p in range(indptr[d], indptr[d + 1]):
            having = rows[starts[indices[p]] : starts[indices[p] + 1]]
            theirs = weights[starts[indices[p]] : starts[indices[p] + 1]]
            for q in range(having.size):
                if having[q] >= d:
                    break
                scores[having[q]] += data[p] * theirs[q]
        for e in range(d):
            score = scores[e]
            scores[e] = 0.0
            if score < least or score + 1e-6 < min(best[2][d, last], best[2][e, last]):
                continue
            weight = np.rint(score * time_weight(d, e, dating, kernel) * 1e6) / 1e6
            if weight >= least:
                cosine = np.rint(score * 1e6) / 1e6
                offer(best, d, e, cosine, weight)
                offer(best, e, d, cosine, weight)


def heaviest_of_few(matrix: sp.csr_matrix, dating: Dating, k: int, least: float, kernel: Kernel,
                    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What :func:`clustering.events.search.heaviest` returns, with the same numbers."""
    m = matrix.shape[0]
    best = (np.full((m, k), -1, np.int32), np.zeros((m, k)), np.zeros((m, k)))
    columns = matrix.tocsc()  # rows ascend in each
    _multiply_all((matrix.indptr, matrix.indices, matrix.data), (columns.indptr, columns.indices.view(np.uint32), columns.data),
                  dating.arrays(), kernel, least, best)
    return best
