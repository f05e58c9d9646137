"""Terms by their keys: the key of a phrase, the table that numbers keys, and the one that tells what is met again.

A term's key is the token's hash for a word and a mix of two hashes for two words in a row.
"""

from __future__ import annotations

import numpy as np
from numba import njit, uint64

_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
_S32, _TWO, _LOW = np.uint64(32), np.uint64(2), np.uint64(3)


@njit(cache=True, inline="always")
def phrase_key(first, second):  # noqa: ANN001, ANN201
    """The key of two words in a row, from their hashes."""
    h = uint64(first) * _FIRST + uint64(second)
    h = (h ^ (h >> _S32)) * _SECOND
    h = (h ^ (h >> _S32)) * _SECOND
    return h ^ (h >> _S32)


@njit(cache=True, nogil=True)
def phrase_keys(first, second):  # noqa: ANN001, ANN201
    """The key of each phrase of two words, from their token hashes (uint64 arrays)."""
    keys = np.empty(first.size, np.uint64)
    for i in range(first.size):
        keys[i] = phrase_key(first[i], second[i])
    return keys


@njit(cache=True, inline="always")
def note(key, met):  # noqa: ANN001, ANN201
    """Set the first of a key's two bits when it is met, the second when it is met again."""
    slot, down = (key >> _TWO) & uint64(met.size - 1), 2 * (key & _LOW)
    bits = (met[slot] >> down) & _LOW
    if bits != 3:
        met[slot] |= np.uint8((2 * bits + 1) << down)


@njit(cache=True, nogil=True)
def want(keys, met):  # noqa: ANN001, ANN201
    """Note that these phrases are wanted, however rarely they are met."""
    for key in keys:
        met[(key >> _TWO) & uint64(met.size - 1)] |= np.uint8(3 << (2 * (key & _LOW)))


@njit(cache=True, inline="always")
def met_again(key, met):  # noqa: ANN001, ANN201
    """Whether a key may have been met twice or is wanted; an empty table wants everything."""
    return met.size == 0 or (met[(key >> _TWO) & uint64(met.size - 1)] >> (2 * (key & _LOW))) & _LOW == 3


@njit(cache=True, nogil=True)
def insert(keys, numbers, key, n):  # noqa: ANN001, ANN201
    """The number of a key in the table; ``n`` when it is new (and now stored under that number)."""
    if key == 0:
        key = uint64(1)  # 0 marks a free slot
    mask = uint64(keys.size - 1)
    slot = key & mask
    while keys[slot] != key:
        if keys[slot] == 0:
            keys[slot] = key
            numbers[slot] = n
            return n
        slot = (slot + uint64(1)) & mask
    return numbers[slot]


@njit(cache=True, nogil=True)
def rehash(old_keys, old_numbers, keys, numbers):  # noqa: ANN001, ANN201
    """Put everything of one table into another."""
    for i in range(old_keys.size):
        if old_keys[i] != 0:
            insert(keys, numbers, old_keys[i], old_numbers[i])


def grown(table: tuple[np.ndarray, np.ndarray], terms: int) -> tuple[np.ndarray, np.ndarray]:
    """The table, or a larger one with room for so many terms."""
    size = table[0].size
    while size < 2 * terms:
        size *= 4
    if size == table[0].size:
        return table
    grown = (np.zeros(size, np.uint64), np.empty(size, np.int32))
    rehash(*table, *grown)
    return grown
