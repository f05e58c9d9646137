"""Which tokens are words of a list? A small table of hashes, asked of every token of the window."""

from __future__ import annotations

import numpy as np
from numba import njit


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
