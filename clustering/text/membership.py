"""Which tokens are words of a list? A small table of hashes, asked of every token of the window."""

from __future__ import annotations

import numpy as np
from numba import njit

_SIEVE_BITS = np.uint64((1 << 12) - 1)


@njit(cache=True, nogil=True)
def _fill(keys, slots, used):  # noqa: ANN001, ANN202
    mask = np.uint64(slots.size - 1)
    for key in keys:
        at = key & mask
        while used[at]:
            at = (at + np.uint64(1)) & mask
        slots[at], used[at] = key, True


@njit(cache=True, nogil=True)
def _look_up(values, slots, used, found):  # noqa: ANN001, ANN202
    mask = np.uint64(slots.size - 1)
    for i in range(values.size):
        at = values[i] & mask
        while used[at]:
            if slots[at] == values[i]:
                found[i] = True
                break
            at = (at + np.uint64(1)) & mask


def member(values: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Bool a value: is it among the keys?

    Parameters
    ----------
    values, keys
        uint64 hashes, evenly spread in their low bits; of keys any number.
    """
    room = 1 << max(4, int(4 * keys.size).bit_length())
    slots, used = np.zeros(room, np.uint64), np.zeros(room, np.bool_)
    _fill(keys, slots, used)
    found = np.zeros(values.size, np.bool_)
    _look_up(values, slots, used, found)
    return found


def sieve(words: np.ndarray) -> np.ndarray:
    """Bool[4096]: whether a word whose hash ends in these 12 bits may be one of ``words`` (uint64, few): one look tells most."""
    found = np.zeros(int(_SIEVE_BITS) + 1, np.bool_)
    found[words & _SIEVE_BITS] = True
    return found


@njit(cache=True, nogil=True)
def may_be(value, sieved):  # noqa: ANN001, ANN201
    """Whether the hash may be one of the words that ``sieved`` was made of."""
    return sieved[value & _SIEVE_BITS]


@njit(cache=True, nogil=True)
def among(value, words):  # noqa: ANN001, ANN201
    """Is the hash one of ``words`` (uint64, sorted)?"""
    at = np.searchsorted(words, value)
    return at < words.size and words[at] == value
