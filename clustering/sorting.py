"""Equal hashes together: runs of words in order of their hash, and the distinct hashes of a column numbered.

Hashes are spread evenly. So they are dealt into buckets by their first bits, each small enough for the processor's cache;
there a radix sort of the next bits finishes all but the few that agree in so many bits, which are compared whole. All threads
share the work; the result is the same for any number of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numba import get_num_threads, njit, uint64

from clustering.threads import each, spread

PART_RUNS = 1 << 23
_BUCKET = 1 << 15
"""Keys a bucket should hold: with their places and a second copy they fill 1 MB."""
_DIGIT = 11
_RANGES = 64
_RANGE_SHIFT = np.uint64(58)
_FEW_DISTINCT = 1 << 12
BASE = np.uint64(0x9E3779B97F4A7C15)
"""Of a polynomial over token hashes: they are spread evenly, so it needs no further mixing."""


@njit(cache=True, nogil=True)
def _count(hashes, offsets, first_row, last_row, width, marks, bit, wanted, alone, alone_bit, shift, counts):  # noqa: ANN001, ANN202
    """Runs of some rows in each bucket, the bits of their hash from ``shift`` on, counted into ``counts`` (int64, zeros)."""
    leaving = power(width)
    for row in range(first_row, last_row):
        length, h = 0, uint64(0)
        for t in range(offsets[row], offsets[row + 1]):
            if bit != 0 and (marks[t] & bit) != wanted:
                length, h = 0, uint64(0)
                continue
            h = h * BASE + hashes[t]
            if length >= width:
                h -= hashes[t - width] * leaving
            length += 1
            if length >= width and (alone_bit == 0 or (alone[t - width + 1] & alone_bit) == 0):
                counts[np.int64(h >> shift)] += 1


@njit(cache=True, nogil=True)
def power(width):  # noqa: ANN001, ANN201
    """What the first hash of a run has been multiplied by when the run is left."""
    power = uint64(1)
    for _ in range(width):
        power *= BASE
    return power


@njit(cache=True, nogil=True)
def _deal(  # noqa: ANN202
    hashes, offsets, first_row, last_row, width, marks, bit, wanted, alone, alone_bit, shift, low, following, keys, places,  # noqa: ANN001
):
    """Runs of some rows whose bucket is ``low`` or one of the next, each to where its bucket goes on (``following``)."""
    leaving = power(width)
    for row in range(first_row, last_row):
        length, h, base = 0, uint64(0), offsets[row]
        for t in range(base, offsets[row + 1]):
            if bit != 0 and (marks[t] & bit) != wanted:
                length, h = 0, uint64(0)
                continue
            h = h * BASE + hashes[t]
            if length >= width:
                h -= hashes[t - width] * leaving
            length += 1
            bucket = np.int64(h >> shift) - low
            if length >= width and 0 <= bucket < following.size and (
                    alone_bit == 0 or (alone[t - width + 1] & alone_bit) == 0):
                at = following[bucket]
                keys[at], places[at] = h, (np.int64(row) << 32) | (t - width + 1 - base)
                following[bucket] = at + 1


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


def sorted_runs(hashes: np.ndarray, offsets: np.ndarray, width: int, marks: np.ndarray | None = None, bit: int = 0,
                wanted: int = 0, alone: np.ndarray | None = None, alone_bit: int = 0) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Every run of ``width`` tokens inside an article, by hash and then by place, some at a time; equal ones are in one part.

    A window has about as many runs as tokens, so they are never held all at once: they are counted by the first bits of their
    hash and then, a range of hashes at a time, hashed again. That is cheaper than the memory to keep them.

    Parameters
    ----------
    hashes, offsets
        uint64 token hashes of the window, and int64 offsets of its articles.
    width
        Tokens of a run.
    marks, bit, wanted
        uint8 a token: only runs of tokens with ``marks & bit == wanted`` are taken. Without a bit all are.
    alone, alone_bit
        uint8 a token: runs that begin where ``alone & alone_bit`` is not 0 are left out, since they are known to stand in one
        article only. Without a bit none are.

    Yields
    ------
    tuple[numpy.ndarray, numpy.ndarray]
        uint64 hashes, ascending, and int64 ``row << 32 | first token in the article``; about :data:`PART_RUNS` at a time. The
        arrays are written over when the next are asked for.
    """
    rows = offsets.size - 1
    bits = max(1, int(hashes.size // _BUCKET).bit_length())
    shift = np.uint64(64 - bits)
    nothing = hashes[:0].view(np.uint8)
    asked = (width, nothing if marks is None else marks, bit, wanted, nothing if alone is None else alone, alone_bit, shift)
    pieces = list(pairwise(np.linspace(0, rows, get_num_threads() + 1).astype(np.int64).tolist()))
    counts = np.zeros((len(pieces), 1 << bits), np.int64)
    each(lambda p: _count(hashes, offsets, *pieces[p], *asked, counts[p]), len(pieces))

    bounds = np.concatenate([[0], np.cumsum(counts.sum(axis=0))])
    edges = [0]
    while edges[-1] < 1 << bits:  # as many buckets as fit, and one at least
        edges.append(max(edges[-1] + 1, int(np.searchsorted(bounds, bounds[edges[-1]] + PART_RUNS, side="right")) - 1))
    room = max(int(bounds[high] - bounds[low]) for low, high in pairwise(edges))
    keys, places = np.empty(room, np.uint64), np.empty(room, np.int64)
    for low, high in pairwise(edges):
        here = bounds[low : high + 1] - bounds[low]
        following = here[:-1] + np.cumsum(counts[:, low:high], axis=0) - counts[:, low:high]
        each(lambda p: _deal(hashes, offsets, *pieces[p], *asked, low, following[p], keys, places), len(pieces))  # noqa: B023
        spread(lambda first, last: _sort_buckets(first, last, here, shift, keys, places), high - low)  # noqa: B023
        yield keys[: here[-1]], places[: here[-1]]


@njit(cache=True, nogil=True)
def _meet(keys, low, high, numbers):  # noqa: ANN001, ANN202
    """The distinct keys of some ranges and where each stands first, as they come; ``numbers`` tells each of these keys which."""
    room = 4 * _FEW_DISTINCT
    slots, of_slot = np.empty(room, np.uint64), np.full(room, -1, np.int32)
    distinct, first = np.empty(room // 2, np.uint64), np.empty(room // 2, np.int64)
    n, mask = 0, np.uint64(room - 1)
    for i in range(keys.size):
        key = keys[i]
        if not low <= np.int64(key >> _RANGE_SHIFT) < high:
            continue
        at = key & mask
        while of_slot[at] >= 0 and slots[at] != key:
            at = (at + np.uint64(1)) & mask
        if of_slot[at] < 0:
            slots[at], of_slot[at], distinct[n], first[n] = key, n, key, i
            n += 1
            numbers[i] = n - 1
            if 2 * n == room:
                room *= 4
                mask = np.uint64(room - 1)
                slots, of_slot = np.empty(room, np.uint64), np.full(room, -1, np.int32)
                more, further = np.empty(room // 2, np.uint64), np.empty(room // 2, np.int64)
                more[:n], further[:n] = distinct, first
                distinct, first = more, further
                for k in range(n):
                    at = distinct[k] & mask
                    while of_slot[at] >= 0:
                        at = (at + np.uint64(1)) & mask
                    slots[at], of_slot[at] = distinct[k], k
        else:
            numbers[i] = of_slot[at]
    return distinct[:n].copy(), first[:n].copy()


@njit(cache=True, nogil=True)
def _renumber(keys, low, high, rank, numbers):  # noqa: ANN001, ANN202
    for i in range(keys.size):
        if low <= np.int64(keys[i] >> _RANGE_SHIFT) < high:
            numbers[i] = rank[numbers[i]]


def number_hashes(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each distinct key stands first (in order of the keys), and the number of every key: as ``np.unique`` gives them.

    Parameters
    ----------
    keys
        uint64[n], evenly spread over all 64 bits; few of them distinct, or it takes as much memory as sorting them would.

    Returns
    -------
    tuple[numpy.ndarray, numpy.ndarray]
        int64[distinct] and int32[n]: ``return_index`` and ``return_inverse`` of ``np.unique``.
    """
    numbers = np.empty(keys.size, np.int32)
    met: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def meet(low: int, high: int) -> None:
        met[low] = _meet(keys, low, high, numbers)

    spread(meet, _RANGES, 1)
    firsts, base = [], 0
    ranks: dict[int, np.ndarray] = {}
    for low in sorted(met):
        distinct, first = met[low]
        order = np.argsort(distinct)
        ranks[low] = np.empty(order.size, np.int32)
        ranks[low][order] = np.arange(base, base + order.size)
        firsts.append(first[order])
        base += order.size
    spread(lambda low, high: _renumber(keys, low, high, ranks[low], numbers), _RANGES, 1)
    return np.concatenate(firsts), numbers
