"""The pairs of each text, heaviest first."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _order(left, right, grains, m):  # noqa: ANN001, ANN202 - shapes are in by_end()
    """Deal the pairs out to both ends, then sort those of each end by one number: the weight before the neighbour."""
    bounds = np.zeros(m + 1, np.int64)
    for i in range(left.size):
        bounds[left[i] + 1] += 1
        bounds[right[i] + 1] += 1
    for v in range(m):
        bounds[v + 1] += bounds[v]
    at, keys, pairs = bounds[:-1].copy(), np.empty(bounds[-1], np.int64), np.empty(bounds[-1], np.int64)
    for i in range(left.size):
        for end, other in ((left[i], right[i]), (right[i], left[i])):
            keys[at[end]], pairs[at[end]] = -grains[i] << 32 | other, i
            at[end] += 1
    for v in range(m):
        here = slice(bounds[v], bounds[v + 1])
        pairs[here] = pairs[here][np.argsort(keys[here])]
    return bounds, pairs


def by_end(left: np.ndarray, right: np.ndarray, weights: np.ndarray, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pairs of every text in order of their weight, equal ones in order of the neighbour's number.

    Parameters
    ----------
    left, right, weights
        Numbers of texts below ``m``, int64, each pair once; float64 in millionths, less than 2,147.

    Returns
    -------
    tuple
        int64, an entry for each end of each pair: the text, its pair, and the place of the pair among those of the text.
    """
    bounds, pairs = _order(left, right, np.rint(weights * 1e6).astype(np.int64), m)
    text = np.repeat(np.arange(m), np.diff(bounds))
    return text, pairs, np.arange(text.size) - bounds[text]
