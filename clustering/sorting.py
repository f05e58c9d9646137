"""Sorting hashes: the order that brings equal keys together, faster than a comparison sort because hashes are evenly spread.

Keys are dealt into buckets by their first bits, each bucket small enough for the processor's cache; there a radix sort of the
next bits finishes all but the few keys that agree in so many bits, which are compared whole. Buckets are sorted by all
threads of :func:`threads`; the result is the same for any number of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numba import njit

from clustering.threads import spread

PART_KEYS = 1 << 23
_SMALL = 1 << 15
_BUCKET = 1 << 15
"""Keys a bucket should hold: with their places and a second copy they fill 0.8 MB."""
_DIGIT = 11


@njit(cache=True, nogil=True)
def _deal(keys, shift, bounds, dealt, places):  # noqa: ANN001, ANN202
    """Keys and their places by bucket (the bits from ``shift`` on), in order of place; fills ``bounds`` (int64[buckets + 1])."""
    bounds[:] = 0
    for key in keys:
        bounds[np.int64(key >> shift) + 1] += 1
    for b in range(1, bounds.size):
        bounds[b] += bounds[b - 1]
    following = bounds[:-1].copy()
    for i in range(keys.size):
        bucket = np.int64(keys[i] >> shift)
        dealt[following[bucket]] = keys[i]
        places[following[bucket]] = i
        following[bucket] += 1


@njit(cache=True, nogil=True)
def _sort_buckets(first, last, bounds, shift, keys, places):  # noqa: ANN001, ANN202
    """Sort the buckets [first, last) in place, stably: two radix passes over the bits below ``shift``, then by the whole key."""
    room = 0
    for b in range(first, last):
        room = max(room, bounds[b + 1] - bounds[b])
    other_keys, other_places = np.empty(room, np.uint64), np.empty(room, places.dtype)
    counts = np.empty((1 << _DIGIT) + 1, np.int64)
    mask = np.uint64((1 << _DIGIT) - 1)
    for b in range(first, last):
        low, n = bounds[b], bounds[b + 1] - bounds[b]
        if n < 2:
            continue
        from_keys, from_places = keys[low : low + n], places[low : low + n]
        to_keys, to_places = other_keys[:n], other_places[:n]
        if n > 64:
            for turn in range(2):
                down = np.uint64(shift - (2 - turn) * _DIGIT)
                counts[:] = 0
                for i in range(n):
                    counts[np.int64((from_keys[i] >> down) & mask) + 1] += 1
                for d in range(1, counts.size):
                    counts[d] += counts[d - 1]
                for i in range(n):
                    digit = np.int64((from_keys[i] >> down) & mask)
                    to_keys[counts[digit]], to_places[counts[digit]] = from_keys[i], from_places[i]
                    counts[digit] += 1
                from_keys, to_keys = to_keys, from_keys
                from_places, to_places = to_places, from_places
        for i in range(1, n):  # nearly sorted by now: equal neighbours keep their order
            key, place = from_keys[i], from_places[i]
            j = i
            while j > 0 and from_keys[j - 1] > key:
                from_keys[j], from_places[j] = from_keys[j - 1], from_places[j - 1]
                j -= 1
            from_keys[j], from_places[j] = key, place


def sort_hashes(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The keys in ascending order, and where each stood; equal keys in order of place.

    Parameters
    ----------
    keys
        uint64[n], evenly spread over all 64 bits (another distribution is sorted too, but slowly).

    Returns
    -------
    tuple[numpy.ndarray, numpy.ndarray]
        uint64[n] and int32[n] (int64[n] from 2^31 keys on): as ``keys[order]`` and ``order`` of
        ``order = np.argsort(keys, kind="stable")``.
    """
    n = keys.size
    place_type = np.int32 if n < 1 << 31 else np.int64
    if n <= _SMALL:
        order = np.argsort(keys, kind="stable")
        return keys[order], order.astype(place_type)
    bits = int(np.ceil(np.log2(n / _BUCKET))) + 1
    shift = 64 - bits
    bounds, dealt, places = np.empty((1 << bits) + 1, np.int64), np.empty(n, np.uint64), np.empty(n, place_type)
    _deal(keys, np.uint64(shift), bounds, dealt, places)
    spread(lambda first, last: _sort_buckets(first, last, bounds, shift, dealt, places), bounds.size - 1)
    return dealt, places


@njit(cache=True, nogil=True)
def _select(keys, mask, part, chosen, places):  # noqa: ANN001, ANN202
    n = 0
    for i in range(keys.size):
        if keys[i] & mask == part:
            if n < chosen.size:
                chosen[n], places[n] = keys[i], i
            n += 1
    return n


def sorted_parts(keys: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """What :func:`sort_hashes` gives, some of the keys at a time: equal keys are always in one part.

    The parts take the room of 8 million keys, however many there are.
    """
    mask, empty = np.uint64(0), np.empty(0, np.uint64)
    while keys.size > (int(mask) + 1) * PART_KEYS:
        mask = mask << np.uint64(1) | np.uint64(1)
    if not mask:
        yield sort_hashes(keys)
        return
    for part in np.arange(int(mask) + 1, dtype=np.uint64):
        n = _select(keys, mask, part, empty, np.empty(0, np.int64))
        chosen, places = np.empty(n, np.uint64), np.empty(n, np.int32 if keys.size < 1 << 31 else np.int64)
        _select(keys, mask, part, chosen, places)
        ordered, order = sort_hashes(chosen)
        yield ordered, places[order]


@njit(cache=True, nogil=True)
def _number(keys, places, first, numbers):  # noqa: ANN001, ANN202
    """Number the distinct keys; returns how many."""
    n = -1
    for i in range(keys.size):
        if i == 0 or keys[i] != keys[i - 1]:
            n += 1
            first[n] = places[i]
        numbers[places[i]] = n
    return n + 1


def number_hashes(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each distinct key stands first (in order of the keys), and the number of every key: as ``np.unique`` gives them.

    Parameters
    ----------
    keys
        uint64[n], evenly spread.

    Returns
    -------
    tuple[numpy.ndarray, numpy.ndarray]
        int64[distinct] and int32[n]: ``return_index`` and ``return_inverse`` of ``np.unique``.
    """
    ordered, places = sort_hashes(keys)
    first, numbers = np.empty(keys.size, np.int64), np.empty(keys.size, np.int32)
    distinct = _number(ordered, places, first, numbers)
    return first[:distinct].copy(), numbers
