"""Which tokens are words of a short list? Nearly all are told apart by one look, before the list is searched."""

from __future__ import annotations

import numpy as np
from numba import njit

_BITS = np.uint64((1 << 12) - 1)


def sieve(words: np.ndarray) -> np.ndarray:
    """Bool[4096]: whether a word whose hash ends in these 12 bits may be one of ``words`` (uint64, few)."""
    found = np.zeros(int(_BITS) + 1, np.bool_)
    found[words & _BITS] = True
    return found


@njit(cache=True, nogil=True)
def may_be(value, sieved):  # noqa: ANN001, ANN201
    """Whether the hash may be one of the words that ``sieved`` was made of."""
    return sieved[value & _BITS]


@njit(cache=True, nogil=True)
def among(value, words):  # noqa: ANN001, ANN201
    """Is the hash one of ``words`` (uint64, sorted)?"""
    at = np.searchsorted(words, value)
    return at < words.size and words[at] == value
